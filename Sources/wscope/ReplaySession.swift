import Bytes
import Engine
import Glibc
import Inspector
import Piping
import PlainText
import Script
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// A replay under way: does what its machine says, and writes what comes to standard output.
final class ReplaySession {
  private let options: ReplayOptions
  private let connectionPlan: ConnectionPlan
  private let subprotocols: [Int: [String]]
  private let isOneConnection: Bool
  /// The capture's, for people.
  private let name: String
  private let mask: SecretMask
  fileprivate let context: ConnectionContext
  private var machine: ReplayMachine
  private var links: [Int: ReplayLink] = [:]
  private let writer: MessageWriter
  private let received = ByteBuffer()
  private let output: OutputPort
  private let outputName: String
  private let capture: CaptureFile?
  private var narration: Narration!
  private var timer: TimerToken?
  private var isAdvancing = false
  private let started: ContinuousClock.Instant
  /// Set by the first thing that decides; a signal replaces it.
  private var stop: Stop?
  private var signal: Int32?
  /// Of the connection that ended where it should not have.
  private var brokenVerdict: Verdict?

  private static let outputLimit = 1 << 20
  /// How long a peer may take for its half of the last handshake when the replay has failed.
  private static let closeTime = Duration.seconds(1)

  init(
    _ options: ReplayOptions, _ plan: ReplayPlan, to connectionPlan: ConnectionPlan, name: String, mask: SecretMask,
    context: ConnectionContext, output: OutputPort, outputName: String, isTerminal: Bool, capture: CaptureFile?
  ) {
    self.options = options
    self.connectionPlan = connectionPlan
    subprotocols = plan.subprotocols
    isOneConnection = plan.connections.count == 1
    self.name = name
    self.mask = mask
    self.context = context
    machine = ReplayMachine(plan, pace: options.pace, limit: options.limit)
    writer = MessageWriter(options.output, isTerminal: isTerminal)
    self.output = output
    self.outputName = outputName
    self.capture = capture
    started = context.loop.now
    narration = Narration(
      detail: options.detail, mask: mask, loop: context.loop, isColored: options.isColored
    ) { [unowned self] in outputMoved() }
  }

  private var loop: Loop { context.loop }

  func start() throws(Stop) {
    output.handler = self
    if let limit = options.maximumTime {
      loop.schedule(after: limit) { [self] in
        end(Stop(.timeLimit, "the time limit of \(Quantity.duration(limit)) was reached", hint: "--max-time sets it"))
        leaveNow()
      }
    }
    do { try loop.onSignals([SIGINT, SIGTERM, SIGHUP]) { [unowned self] in caught($0) } } catch {
      throw Stop(.cannotRead, "cannot watch signals: \(error)")
    }
    capture?.failed = { [unowned self] in end($0) }
    capture?.moved = { [unowned self] in outputMoved() }
    loop.atEndOfTurn { [self] in advance() }
  }

  // MARK: The machine

  private func advance() {
    guard !isAdvancing else { return }
    isAdvancing = true
    while let action = machine.next(at: loop.now) { perform(action) }
    isAdvancing = false
    narration.flush()
    if let timer { loop.cancel(timer) }
    timer = machine.deadline.map { deadline in
      loop.schedule(after: max(.zero, loop.now.duration(to: deadline))) { [self] in
        timer = nil
        advance()
      }
    }
    leaveIfDone()
  }

  private func perform(_ action: ReplayMachine.Action) {
    switch action {
    case .connect(let number): connect(number)
    case .send(let number, let payload):
      guard let connection = links[number]?.connection else { return }
      if let words = connection.send(payload) { handle(.unsent(words), number) }
      if connection.isFull { handle(.full(true), number) }
    case .drop(let number): links[number]?.connection?.reset()
    case .close(let number):
      let isFailed = machine.failure != nil || stop != nil
      try? links[number]?.connection?.close(.normal, within: isFailed ? Self.closeTime : nil)
    }
  }

  private func connect(_ number: Int) {
    var plan = connectionPlan
    plan.request.key.withUnsafeMutableBytes { SecureRandom.fill($0) }
    if plan.request.subprotocols.isEmpty { plan.request.subprotocols = subprotocols[number] ?? [] }
    let captureTap = capture?.tap(role: .client, peer: plan.url.description)
    let link = ReplayLink(number, self, captureTap)
    links[number] = link
    link.connect(plan, isObserved: options.detail > .quiet || capture != nil)
  }

  fileprivate func handle(_ event: ReplayMachine.Event, _ number: Int) {
    machine.handle(event, on: number, at: loop.now)
  }

  // MARK: What comes

  fileprivate func opened(_ number: Int) {
    handle(.opened, number)
    advance()
  }

  fileprivate func failed(_ number: Int, _ failure: ClientFailure) {
    for line in options.isQuiet ? [] : failure.refusalLines(mask) { narration.tell(line) }
    let stop = failure.stop(mask)
    links[number]?.captureTap?.fail(stop.text)
    handle(.ended(stop.text), number)
    end(stop)
  }

  fileprivate func received(_ number: Int, _ opcode: Opcode, _ payload: Span<UInt8>) {
    handle(opcode == .pong ? .pong : .message, number)
    if opcode != .pong || options.output == .jsonLines {
      writer.write(opcode, payload, at: UTCTime.now, into: received)
    }
    if received.count > Self.outputLimit { flushReceived() }
  }

  fileprivate func receivedBatch() {
    flushReceived()
    narration.flush()
    advance()
  }

  fileprivate func drained(_ number: Int) {
    handle(.full(false), number)
    advance()
  }

  fileprivate func ended(_ number: Int, _ verdict: Verdict) {
    let hadFailed = machine.failure != nil
    handle(.ended("\(verdict)"), number)
    receivedBatch()
    if !hadFailed, machine.failure != nil { brokenVerdict = verdict }
  }

  fileprivate func saw(_ number: Int, _ event: TraceEvent) {
    narration.tell(event, of: isOneConnection ? "" : "[\(number)] ")
    if case .frame = event { return }
    narration.flush()
  }

  private func flushReceived() {
    guard !received.isEmpty else { return }
    output.write(UnsafeRawBufferPointer(received.bytes))
    received.removeAll()
    pauseIfFull()
  }

  private var isFull: Bool {
    output.queuedBytes > Self.outputLimit || narration.isFull || capture?.isFull == true
  }

  private func pauseIfFull() {
    if isFull { for link in links.values { link.connection?.pauseReading() } }
  }

  // MARK: The end

  /// Notes why the replay ends, unless something else came first, and closes.
  private func end(_ stop: Stop) {
    self.stop = self.stop ?? stop
    machine.stop()
    advance()
  }

  private func caught(_ number: Int32) {
    guard signal == nil else { return leaveNow() }
    signal = number
    machine.stop()
    advance()
    loop.schedule(after: Self.closeTime) { [self] in leaveNow() }
  }

  private func leaveNow() {
    for link in links.values { link.abandon() }
    loop.stop()
  }

  private func leaveIfDone() {
    guard machine.isOver, output.queuedBytes == 0 else { return }
    capture?.flush()
    narration.flush()
    if narration.isFlushed, capture?.isFlushed != false { loop.stop() }
  }

  /// How the replay ended, once the loop has stopped.
  var outcome: ExitStatus {
    if let failure = capture?.finish() { stop = stop ?? failure }
    if signal == SIGPIPE { Signals.raiseDefault(SIGPIPE) }
    if let signal { return ExitStatus(rawValue: 128 + signal) ?? .interrupt }
    if let stop {
      stop.tell()
      return stop.status
    }
    if let failure = machine.failure {
      Console.error("\(SafeText(name).string): \(failure)", hint: "until then: \(summary)")
      if let verdict = brokenVerdict, verdict.status != .success { return verdict.status }
      return .unmet
    }
    if options.detail > .quiet || (!options.isQuiet && isatty(STDERR_FILENO) == 1) { Console.note(summary) }
    return .success
  }

  /// `3 messages sent, 2 of 2 received in 12 ms`.
  private var summary: String {
    let tally = machine.tally
    let time = Quantity.duration(started.duration(to: loop.now))
    let received = "\(Quantity.count(tally.received)) of \(Quantity.count(machine.expectedCount)) received"
    return "\(Quantity.count(tally.sent, "message")) sent, \(received) in \(time)"
  }
}

extension ReplaySession: OutputPortHandler {
  func outputDrained() { outputMoved() }

  func outputFailed(_ error: SystemError) {
    if error.code == EPIPE { signal = SIGPIPE }
    stop = stop ?? Stop(.cannotWrite, "cannot write \(outputName): \(error)")
    leaveNow()
  }

  /// Output has left: whoever waited for that may go on.
  private func outputMoved() {
    if !isFull { for link in links.values { link.connection?.resumeReading() } }
    leaveIfDone()
  }
}

/// A connection of a replay.
private final class ReplayLink {
  let captureTap: CaptureTap?
  private(set) var connection: Connection?
  private let number: Int
  private unowned let session: ReplaySession
  private var client: Client?

  init(_ number: Int, _ session: ReplaySession, _ captureTap: CaptureTap?) {
    self.number = number
    self.session = session
    self.captureTap = captureTap
  }

  func connect(_ plan: ConnectionPlan, isObserved: Bool) {
    let client = Client(plan: plan, context: session.context, handler: self, tap: isObserved ? self : nil)
    self.client = client
    client.connect()
  }

  /// Ends it at once.
  func abandon() {
    client?.cancel()
    if let connection, !connection.isOver { connection.abandon() }
  }
}

extension ReplayLink: ClientHandler {
  func clientOpened(_ answer: HandshakeAnswer) -> any ConnectionHandler { self }

  func client(opened connection: Connection) {
    client = nil
    self.connection = connection
  }

  func client(failed failure: ClientFailure) {
    client = nil
    session.failed(number, failure)
  }
}

extension ReplayLink: ConnectionHandler {
  func connectionOpened(_ connection: Connection) { session.opened(number) }

  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    session.received(number, opcode, payload)
  }

  func connection(_ connection: Connection, receivedControl opcode: Opcode, _ payload: Span<UInt8>) {
    if opcode == .pong { session.received(number, opcode, payload) }
  }

  func connectionReceivedBatch(_ connection: Connection) { session.receivedBatch() }

  func connectionDrained(_ connection: Connection) { if !connection.isFull { session.drained(number) } }

  func connection(_ connection: Connection, ended verdict: Verdict) { session.ended(number, verdict) }
}

extension ReplayLink: Tap {
  func saw(_ event: TraceEvent) {
    captureTap?.saw(event)
    session.saw(number, event)
  }
}
