public import Engine
import Inspector
import PlainText
public import Trace
public import Transport
import WebSocketCore

/// A session that one types in: lines in, messages and their answers out, one connection after another.
///
/// What is shown, and how lines are written, is a view's matter; what the session is connected to lives in a
/// `ClientSession`, which a full screen may show meanwhile.
public final class LineSession {
  let session: ClientSession
  let options: LineOptions
  let mask: SecretMask
  weak var host: (any LineSessionHost)?
  var view: (any LineView)?
  var settings: Settings
  var backlog = Backlog()
  var seen = SeenWords()
  /// What is held back while the session is paused; nil while it is not.
  var held: WaitingItems<LineItem>?
  var filtering: Filtering?
  var repeating: Repeating?
  var handshake = HandshakeFacts()
  /// Whether what is sent is shown by whoever sends it.
  var isSending = false
  /// Pings that were typed, whose answers are shown.
  var pings = SentPings()
  /// When our last message went, until something comes behind it.
  var lastSent: ContinuousClock.Instant?
  /// A text that could not be sent, until there is a connection again.
  private var unsent: String?
  private var messageCount = 0
  private(set) var state = State.connecting
  private let narrator: Narrator
  private var connectStarted: ContinuousClock.Instant
  private var verdict: Verdict?
  private var signal: Int32?
  private var interrupts = 0
  /// Whether the full screen has the terminal.
  private(set) var isAside = false

  enum State {
    case connecting
    case open
    /// There is no connection, and the user may make another.
    case lost
    /// The closing handshake is awaited, and then the session ends.
    case leaving
    case ended
  }

  /// What can be changed while the session goes on.
  struct Settings: Equatable {
    var isPretty: Bool
    var resolvesEscapes = false
    var isMultiline = false
  }

  /// What `/headers` and `/tls` show.
  struct HandshakeFacts {
    var request: [UInt8] = []
    var response: HTTPResponseHead?
    var security: SecurityRecord?
  }

  /// How long a signal leaves the peer to answer our Close.
  private static let signalLimit = Duration.seconds(2)

  /// - Parameter session: not connected yet.
  public init(options: LineOptions, session: ClientSession, mask: SecretMask, host: any LineSessionHost) {
    self.options = options
    self.session = session
    self.mask = mask
    self.host = host
    settings = Settings(isPretty: options.isPretty ?? true)
    connectStarted = session.context.loop.now
    narrator = Narrator(detail: options.detail, mask: mask, start: session.context.loop.now)
  }

  /// Takes the terminal and connects.
  public func start(on screen: LineScreen, environment: [String: String]) throws(SystemError) {
    let loop = session.context.loop
    switch screen {
    case .terminal(let color, let history, let openFullScreen):
      view = try TerminalLineView(
        session: self, loop: loop, history: history, color: color, environment: environment,
        openFullScreen: openFullScreen)
    case .plain:
      settings.isPretty = options.isPretty ?? false
      view = try PlainLineView(session: self, loop: loop)
    }
    start()
  }

  /// Connects.
  func start() {
    session.observer = self
    connect()
  }

  var connection: Connection? { session.connection }

  var now: UTCTime { host?.now ?? UTCTime(seconds: 0, nanoseconds: 0) }

  // MARK: The full screen

  /// Gives the terminal to the full screen. The session goes on; what it has to show waits.
  public func standAside() {
    isAside = true
    view?.standAside()
  }

  /// Takes the terminal again, with what is being written.
  public func comeBack(with draft: String) throws(SystemError) {
    isAside = false
    if state == .connecting, connection == nil, !session.isConnecting { state = .lost }
    try view?.comeBack(with: draft)
  }

  // MARK: Connecting and leaving

  func connect(to plan: ConnectionPlan? = nil) {
    state = .connecting
    verdict = nil
    connectStarted = session.context.loop.now
    session.connect(to: plan)
    view?.hintChanged()
  }

  /// Closes the connection and ends; a second time without waiting for anybody.
  func leave() {
    repeating = nil
    switch state {
    case .leaving: leaveNow()
    case .ended: break
    case .open:
      guard let connection, !connection.isOver else { return finish() }
      state = .leaving
      try? connection.close(options.closeCode, reason: options.closeReason)
      view?.hintChanged()
    case .connecting, .lost:
      if connection == nil { return finish() }
      state = .leaving
    }
  }

  /// Ends because something from outside wants it, such as a limit.
  public func end() {
    guard state != .leaving else { return }
    leave()
  }

  /// Ends without waiting for anybody.
  public func leaveNow() {
    guard state != .ended else { return }
    state = .leaving
    session.abandon()
    finish()
  }

  private func finish() {
    guard state != .ended else { return }
    state = .ended
    session.observer = nil
    session.abandon()
    view?.leave()
    if let signal { host?.ended(.signal(signal)) } else { host?.ended(.left(verdict)) }
  }

  /// Ctrl-C where nothing is written.
  func interrupt() {
    if repeating != nil { return stopRepeating() }
    interrupts += 1
    switch interrupts {
    case 1 where state == .open: view?.show(.note(["Ctrl-C again or Ctrl-D to close"]))
    default: leave()
    }
  }

  /// A signal is to end the session.
  public func signaled(_ number: Int32) {
    guard signal == nil else { return leaveNow() }
    signal = number
    repeating = nil
    guard let connection, !connection.isOver else { return leaveNow() }
    state = .leaving
    try? connection.close(number == 2 ? .normal : .goingAway, within: Self.signalLimit)
    session.context.loop.schedule(after: Self.signalLimit) { [weak self] in self?.leaveNow() }
  }

  /// The terminal has gone: nobody is there any more.
  public func terminalLost() {
    guard state != .ended else { return }
    state = .ended
    session.observer = nil
    try? connection?.close(.goingAway)
    session.abandon()
    host?.ended(.lost)
  }

  // MARK: Lines

  /// A line was entered.
  func entered(_ text: String) {
    interrupts = 0
    do throws(LineFailure) {
      switch try LineReader(resolvesEscapes: settings.resolvesEscapes).read(text) {
      case .message(let message): try send(text: message)
      case .command(let command): try run(command)
      }
    } catch {
      if LineReader.isMessage(text) { keep(text) }
      view?.show(.failure(error))
    }
  }

  /// What could not be sent goes back where it was written; where a command is due first, when that is done.
  private func keep(_ text: String) {
    if state == .lost, session.nextAttempt == nil { unsent = text } else { view?.restore(text) }
  }

  /// What the hint has to say.
  var hint: LineHint {
    var hint = LineHint()
    hint.state =
      switch state {
      case .connecting: session.nextAttempt == nil ? "connecting" : waiting
      case .lost where session.nextAttempt == nil:
        "not connected: /reconnect\(unsent == nil ? "" : ", which brings your line back"), or Ctrl-D to leave"
      case .lost: waiting
      case .leaving: "closing; Ctrl-C ends now"
      case .open: connection?.isStalled == true ? "reading stands still: /resume" : nil
      case .ended: nil
      }
    hint.paused = held?.messages
    hint.isMultiline = settings.isMultiline
    hint.resolvesEscapes = settings.resolvesEscapes
    return hint
  }

  private var waiting: String {
    let left = session.nextAttempt.map { session.context.loop.now.duration(to: $0) } ?? .zero
    return "connects again in \(Quantity.duration(max(left, .zero))): /reconnect does it now"
  }

  // MARK: Reading

  /// What was full is no longer.
  public func mayReadAgain() {
    guard host?.isFull != true, filtering?.isFull != true else { return }
    connection?.resumeReading()
  }

  /// The number of the next message.
  func nextNumber() -> Int {
    messageCount += 1
    return messageCount
  }
}

extension LineSession: ClientSessionObserver {
  public func session(_ session: ClientSession, saw event: TraceEvent) {
    if options.detail > .quiet, !isVerdict(event) {
      let lines = narrator.lines(for: event)
      if !lines.isEmpty { view?.show(.note(lines)) }
    }
    switch event {
    case .began(.resolve, _): handshake = HandshakeFacts()
    case .request(let bytes): handshake.request = bytes
    case .response(let head): handshake.response = head
    case .secured(let security): handshake.security = security
    case .opened(let answer): opened(answer)
    case .frame(let frame): saw(frame)
    case .tolerated(let violation):
      view?.show(.trouble("\(violation) (\(violation.section)); tolerated", at: now))
    case .began, .attemptFailed, .finished, .refused, .sentBytes, .ended: break
    }
  }

  /// Every session tells its verdict.
  private func isVerdict(_ event: TraceEvent) -> Bool {
    switch event {
    case .ended, .tolerated: true
    default: false
    }
  }

  private func opened(_ answer: HandshakeAnswer) {
    let time = Quantity.duration(connectStarted.duration(to: session.context.loop.now))
    let facts = [handshake.security?.version, answer.subprotocol, answer.deflate.map { _ in "permessage-deflate" }]
    let words = facts.compactMap { $0 }.joined(separator: ", ")
    view?.show(.opening("connected in \(time)" + (words.isEmpty ? "" : ": \(words)")))
    for note in answer.notes { view?.show(.trouble("\(note); tolerated", at: now)) }
  }

  public func sessionOpened(_ session: ClientSession) {
    if state == .leaving || signal != nil { return leaveNow() }
    state = .open
    for text in options.executes { try? send(text: text) }
    if let unsent { view?.restore(unsent) }
    unsent = nil
    view?.hintChanged()
  }

  public func session(_ session: ClientSession, failed failure: ClientFailure) {
    guard state != .leaving else { return finish() }
    if session.number == 1, session.nextAttempt == nil, !isAside {
      state = .ended
      view?.leave()
      host?.ended(.failed(failure))
      return
    }
    state = .lost
    if let words = host?.words(for: failure) {
      view?.show(.failure(words.failure))
      if !words.details.isEmpty { view?.show(.note(words.details.map { "  \($0)" })) }
    }
    view?.hintChanged()
  }

  public func sessionReceivedBatch(_ session: ClientSession) {
    seen.readEnded()
    if host?.isFull == true || filtering?.isFull == true { connection?.pauseReading() }
  }

  public func sessionDrained(_ session: ClientSession) {}

  public func session(_ session: ClientSession, ended verdict: Verdict) {
    self.verdict = verdict
    stopRepeating()
    pings = SentPings()
    lastSent = nil
    if !options.isQuiet {
      view?.show(
        verdict.isNormal || verdict.cause == .abandoned ? .note(["\(verdict)"]) : .trouble("\(verdict)", at: now))
    }
    if state == .leaving || options.endsWithConnection || signal != nil { return finish() }
    // Another attempt that was asked for is already on its way.
    if state == .open { state = .lost }
    view?.hintChanged()
  }
}
