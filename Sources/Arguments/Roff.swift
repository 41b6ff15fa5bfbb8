/// The source of a manual page while it is written. Everything is escaped on its way in.
struct Roff {
  private(set) var source: String

  /// The chapters of the manual that pages of a program are in.
  enum Chapter: Int {
    case commands = 1
    case files = 5

    var title: String { self == .commands ? "User Commands" : "File Formats" }
  }

  init(name: String, source: String, summary: String, chapter: Chapter = .commands) {
    // No date: the same description gives the same page. No hyphenation, which the macros take from HY at each
    // paragraph: a hyphen in an option's name must be its own.
    self.source = """
      .\\" Made from the description of the command line by: wscope man \(name)
      .TH \(Self.escape(name.uppercased())) \(chapter.rawValue) "" "\(Self.escape(source))" "\(chapter.title)"
      .nr HY 0
      .nh
      .ad l
      .SH NAME
      \(Self.escape(name)) \\- \(Self.escape(summary))

      """
  }

  mutating func section(_ title: String) { line(".SH \"\(Self.escape(title.uppercased()))\"") }
  mutating func subsection(_ title: String) { line(".SS \"\(Self.escape(title))\"") }
  mutating func lineBreak() { line(".br") }

  /// A use: words in capitals are variable, others typed as they are.
  mutating func synopsis(_ use: String) {
    var text = ""
    var run = ""
    func finished() -> String {
      guard let first = run.first else { return "" }
      let isVariable = first.isUppercase && run == run.uppercased()
      return (isVariable ? "\\fI" : "\\fB") + Self.escape(run) + "\\fR"
    }
    for character in use {
      if character.isLetter || character.isNumber || character == "-" {
        run.append(character)
      } else {
        text += finished() + Self.escape(String(character))
        run = ""
      }
    }
    line(text + finished())
  }

  mutating func prose(_ blocks: [Prose]) {
    for block in blocks {
      switch block {
      case .paragraph(let text):
        line(".PP")
        sentences(text)
      case .items(let items):
        for item in items { self.item("`\(item.term)`", item.text) }
      case .lines(let lines):
        line(".PP")
        line(".RS 4")
        line(".EX")
        for text in lines { line(Self.protected(Self.escape(text))) }
        line(".EE")
        line(".RE")
      }
    }
  }

  /// A term, where `_` stands around what is variable, and its text.
  mutating func item(_ term: String, _ text: String) {
    line(".TP")
    line(Self.protected(Self.marked(term, variables: true)))
    sentences(text)
  }

  mutating func example(_ example: Example) {
    line(".TP")
    line("\\fB" + Self.escape(example.line) + "\\fR")
    sentences(example.text)
  }

  /// Pages by name and chapter: `curl(1)`.
  mutating func references(_ pages: [String]) {
    for (index, page) in pages.enumerated() {
      let name = page.prefix { $0 != "(" }
      let comma = index < pages.count - 1 ? "," : ""
      line(".BR \(Self.escape(String(name))) \(page.dropFirst(name.count))\(comma)")
    }
  }

  /// Running text, a sentence a line, so that a change shows as small as it is.
  private mutating func sentences(_ text: String) {
    var sentence = ""
    var isMarked = false
    for character in text {
      if character == "`" { isMarked.toggle() }
      if character == " ", sentence.hasSuffix("."), !isMarked {
        line(Self.protected(Self.marked(sentence)))
        sentence = ""
      } else {
        sentence.append(character)
      }
    }
    if !sentence.isEmpty { line(Self.protected(Self.marked(sentence))) }
  }

  private mutating func line(_ text: String) { source += text + "\n" }

  /// Keeps a line of text from being read as a request.
  private static func protected(_ line: String) -> String {
    line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }

  /// `text` escaped, with what stands between backticks in bold.
  private static func marked(_ text: String, variables: Bool = false) -> String {
    var result = ""
    var isMarked = false
    var isVariable = false
    for character in text {
      switch character {
      case "`":
        isMarked.toggle()
        result += isMarked ? "\\fB" : "\\fR"
      case "_" where variables && !isMarked:
        isVariable.toggle()
        result += isVariable ? "\\fI" : "\\fR"
      default: result += escape(String(character))
      }
    }
    return result
  }

  /// `text` so that it is shown as it is: formatters turn plain hyphens and quotes into typographic ones.
  static func escape(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "\"": result += "\\(dq"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      default: result.append(character)
      }
    }
  }
}
