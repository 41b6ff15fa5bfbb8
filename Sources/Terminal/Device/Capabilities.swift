public import PlainText

/// What the terminal can do: what the environment tells at first, and better what the terminal answers.
public struct Capabilities: Hashable, Sendable {
  /// How many colours it shows.
  public var depth: ColorDepth
  /// Frames appear at once (mode 2026).
  public var synchronizedOutput = false
  /// A cluster is one character (mode 2027).
  public var clusters = false
  /// Keys can be told apart (kitty's protocol).
  public var kittyKeyboard = false
  /// Sizes arrive as input (mode 2048).
  public var inBandResize = false
  /// Characters of ambiguous width take two cells.
  public var ambiguousIsWide = false
  /// The ground behind the text; nil while it is not known.
  public var background: Color?
  /// What it calls itself, or how `TERM` calls it.
  public var name: String
  /// How long ESC is waited on before it is the Escape key.
  public var escapeDelay: Duration
  /// Whether rows are wrapped anew when the width changes.
  public var rewrapsRows: Bool
  /// Whether what is pasted is marked as such (mode 2004).
  public var marksPastes: Bool
  /// How long the answers may be on their way.
  public var answerLimit: Duration
  /// Whether a terminal that shows more colours than the environment says may be given them.
  private var mayRaiseDepth: Bool

  /// What is known before anything is asked.
  public init(_ choice: ColorChoice = .automatic, environment: [String: String]) {
    let terminal = environment["TERM", default: ""]
    func isSet(_ variable: String) -> Bool { !environment[variable, default: ""].isEmpty }
    let isRemote = isSet("SSH_CONNECTION") || isSet("SSH_TTY")
    let isInTmux = terminal.hasPrefix("tmux") || isSet("TMUX")
    let isMultiplexed = isInTmux || terminal.hasPrefix("screen") || isSet("STY")
    depth = ColorDepth(choice, environment: environment)
    name = terminal
    escapeDelay = .milliseconds(isRemote || isMultiplexed ? 100 : 25)
    if let delay = environment["ESCDELAY"].flatMap({ Int($0) }), (0...10_000).contains(delay) {
      escapeDelay = .milliseconds(delay)
    }
    rewrapsRows = isInTmux || !(terminal.hasPrefix("screen") || terminal == "st" || terminal.hasPrefix("st-"))
    marksPastes = !Self.plainPasteNames.contains(where: terminal.hasPrefix)
    answerLimit = isRemote ? .seconds(1) : .milliseconds(150)
    mayRaiseDepth =
      switch choice {
      case .automatic, .always: depth != .none
      case .never, .exactly: false
      }
  }

  /// How wide it draws text.
  public var widths: Widths { Widths(trustsClusters: clusters, ambiguousIsWide: ambiguousIsWide) }

  /// Whether its ground is dark; nil while it is not known.
  public var isDark: Bool? {
    guard case .rgb(let red, let green, let blue)? = background else { return nil }
    // Luma as in Rec. 709, without its gamma: enough to tell black from white.
    return 2126 * Int(red) + 7152 * Int(green) + 722 * Int(blue) < 5000 * 255
  }

  /// Notes what the terminal has answered.
  /// - Returns: whether that was the last answer of a batch.
  @discardableResult
  public mutating func note(_ reply: Reply) -> Bool {
    switch reply {
    case .mode(PrivateMode.synchronizedOutput.rawValue, let state): synchronizedOutput = state.isUsable
    case .mode(PrivateMode.clusters.rawValue, let state): clusters = state.isUsable
    case .mode(PrivateMode.inBandResize.rawValue, let state): inBandResize = state.isUsable
    case .keyboard: kittyKeyboard = true
    case .cursor(let point): ambiguousIsWide = point.column == 2
    case .color(11, let red, let green, let blue): background = .rgb(red, green, blue)
    case .capability("RGB", .some): raiseDepth()
    case .name(let name): note(name: name)
    case .primaryAttributes: return true
    default: break
    }
    return false
  }

  private mutating func note(name: String) {
    self.name = name
    // xterm cuts what becomes too wide.
    if name.hasPrefix("XTerm(") { rewrapsRows = false }
    // By ssh comes no COLORTERM.
    if Self.fullColorNames.contains(where: name.hasPrefix) { raiseDepth() }
  }

  private mutating func raiseDepth() {
    if mayRaiseDepth { depth = .full }
  }

  /// How terminals that mark no pastes begin to call themselves: consoles, and the old ones of glass.
  private static let plainPasteNames = ["linux", "cons25", "vt100", "vt102", "vt220", "vt320"]

  /// How terminals that show all colours begin to call themselves.
  private static let fullColorNames = ["WezTerm", "contour", "foot", "ghostty", "iTerm2", "kitty", "Konsole", "VTE("]
}

/// What a terminal is asked at the start, all at once.
public struct TerminalQuestions: Equatable, Sendable {
  /// The bytes to write.
  public let sequence: String
  /// Whether the answers hold a cursor report (see `InputDecoder.expectCursorReport()`).
  public let asksCursor: Bool

  /// The questions that this terminal understands; nil for one that answers none. DA1, which all others answer, is the
  /// last.
  /// - Parameter probesWidth: also find out how wide ambiguous characters are, by drawing one at the top of the screen,
  ///   which must be ours and empty.
  public init?(environment: [String: String], probesWidth: Bool) {
    let terminal = environment["TERM", default: ""]
    // The console of Linux shows parts of what it does not know.
    if ["", "dumb", "linux"].contains(terminal) { return nil }
    var questions = ["\u{1b}]11;?\u{1b}\\", "\u{1b}[>0q"]
    // Apple's terminal shows the p of DECRQM.
    if environment["TERM_PROGRAM"] != "Apple_Terminal" {
      let modes: [PrivateMode] = [.synchronizedOutput, .clusters, .inBandResize]
      questions += modes.map { "\u{1b}[?\($0.rawValue)$p" }
      questions.append("\u{1b}[?u")
    }
    // GNU screen passes the content of DCS on as text. `RGB` in hexadecimal.
    if !terminal.hasPrefix("screen") || !environment["TMUX", default: ""].isEmpty {
      questions.append("\u{1b}P+q524742\u{1b}\\")
    }
    if probesWidth { questions.append("\u{1b}[H│\u{1b}[6n\u{1b}[H\u{1b}[K") }
    sequence = questions.joined() + "\u{1b}[c"
    asksCursor = probesWidth
  }

  /// Only the colour of the ground, which may have changed; nil where nothing is asked.
  public static func background(environment: [String: String]) -> TerminalQuestions? {
    TerminalQuestions(environment: environment, probesWidth: false).map { _ in
      TerminalQuestions(sequence: "\u{1b}]11;?\u{1b}\\\u{1b}[c")
    }
  }

  private init(sequence: String) {
    self.sequence = sequence
    asksCursor = false
  }
}
