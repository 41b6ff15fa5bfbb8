import Bytes
import Engine
import Glibc
import Inspector
import Piping
import PlainText
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// A session over standard streams: input becomes messages, messages become output.
///
/// Nothing waits in secret: a full connection stops the input, a full output stops the connection.
final class PipedSession {
  let options: SessionOptions
  let context: ConnectionContext
  let plan: ConnectionPlan
  let mask: SecretMask
  let isInteractive: Bool
  private var narration: Narration!
  private var client: Client?
  private var connection: Connection?
  // Used for every message, and neither calls anybody back: checking their accesses at run time showed in a pipe.
  @exclusivity(unchecked) private var reader: MessageReader
  private let writer: MessageWriter
  private let received = ByteBuffer()
  private var input: InputPort?
  private let output: OutputPort
  private let outputName: String
  @exclusivity(unchecked) private var pace: SessionPace
  private var paceTimer: TimerToken?
  private var matcher: UntilMatcher?
  private let capture: CaptureFile?
  private var captureTap: CaptureTap?
  private let record: RecordFile?
  /// Whether the capture stopped the input.
  private var isInputHeld = false
  private var state = State.connecting
  /// Set by the first thing that decides; a signal replaces it.
  private var stop: Stop?
  private var signal: Int32?

  private enum State {
    case connecting
    case open
    /// What was awaited has come: messages are no longer written.
    case satisfied
    /// The connection has ended; what is left flows to standard output.
    case flushing
  }

  /// How much output may wait before the connection is paused.
  private static let outputLimit = 1 << 20
  /// How long a signal leaves the peer to answer our Close.
  private static let signalLimit = Duration.seconds(2)

  init(
    options: SessionOptions, plan: ConnectionPlan, mask: SecretMask, context: ConnectionContext, output: OutputPort,
    outputName: String, capture: CaptureFile?, record: RecordFile?, isTerminal: Bool, isInteractive: Bool
  ) {
    self.options = options
    self.plan = plan
    self.mask = mask
    self.context = context
    self.output = output
    self.outputName = outputName
    self.capture = capture
    self.record = record
    self.isInteractive = isInteractive
    reader = MessageReader(options.input)
    writer = MessageWriter(options.output, recordEnd: options.recordEnd, isTerminal: isTerminal)
    pace = SessionPace(
      wait: options.wait, count: options.count, isAwaiting: options.count != nil || options.until != nil)
    narration = Narration(
      detail: options.detail, mask: mask, loop: context.loop, isColored: options.isColored
    ) {
      [unowned self] in outputMoved()
    }
  }

  func start() throws(Stop) {
    output.handler = self
    if let pattern = options.until {
      matcher = try UntilMatcher(pattern, loop: context.loop) { [unowned self] verdict in judged(verdict) }
    }
    if let limit = options.maximumTime {
      context.loop.schedule(after: limit) { [self] in
        end(Stop(.timeLimit, "the time limit of \(Quantity.duration(limit)) was reached", hint: "--max-time sets it"))
        leaveNow()
      }
    }
    do {
      try context.loop.onSignals([SIGINT, SIGTERM, SIGHUP]) { [unowned self] in caught($0) }
    } catch {
      throw Stop(.cannotRead, "cannot watch signals: \(error)")
    }
    capture?.failed = { [unowned self] in end($0) }
    capture?.moved = { [unowned self] in outputMoved() }
    captureTap = capture?.tap(role: .client, peer: plan.url.description)
    record?.begin(plan.url)
    let isObserved = options.detail > .quiet || options.showsControl || capture != nil || record != nil
    let tap = PipedSessionTap(narration, captureTap, record, showsControl: options.showsControl)
    let client = Client(plan: plan, context: context, handler: self, tap: isObserved ? tap : nil)
    self.client = client
    client.connect()
  }

  // MARK: Signals and ends

  private func caught(_ number: Int32) {
    guard signal == nil else { return leaveNow() }
    signal = number
    guard let connection, !connection.isOver else { return leaveNow() }
    input?.pause()
    if case .flushing = state { return leaveNow() }
    try? connection.close(number == SIGINT ? .normal : .goingAway, within: Self.signalLimit)
    // Output that nobody reads must not keep us either.
    context.loop.schedule(after: Self.signalLimit) { [self] in leaveNow() }
  }

  /// Notes why the session ends, unless something else came first, and closes.
  private func end(_ stop: Stop) {
    self.stop = self.stop ?? stop
    input?.pause()
    close()
  }

  private func close() {
    guard let connection, !connection.isOver else { return }
    try? connection.close(options.closeCode, reason: options.closeReason)
  }

  /// Ends without waiting for anybody.
  private func leaveNow() {
    client?.cancel()
    if let connection, !connection.isOver { connection.abandon() }
    context.loop.stop()
  }

  private func finishIfFlushed() {
    guard case .flushing = state, output.queuedBytes == 0, narration.isFlushed, capture?.isFlushed != false else {
      return
    }
    context.loop.stop()
  }

  /// How the session ended, once the loop has stopped.
  var outcome: ExitStatus {
    for failure in [capture?.finish(), record?.finish()] { stop = stop ?? failure }
    if signal == SIGPIPE { Signals.raiseDefault(SIGPIPE) }
    if let signal { return ExitStatus(rawValue: 128 + signal) ?? .interrupt }
    if let stop {
      stop.tell()
      return stop.status
    }
    if let verdict = connectionVerdict {
      if verdict.status != .success || (isInteractive && options.detail == .quiet) {
        if !options.isQuiet { tell(verdict) }
      }
      if verdict.status != .success { return verdict.status }
    }
    if pace.isUnmet {
      if !options.isQuiet { Console.error("the connection ended before that: \(pace.missing)") }
      return .unmet
    }
    return .success
  }

  private var connectionVerdict: Verdict?

  private func tell(_ verdict: Verdict) {
    if verdict.status == .success { Console.note("\(verdict)") } else { Console.error("\(verdict)") }
  }

  // MARK: Pace

  private func advance() {
    guard case .open = state, let connection, connection.isOpen else { return }
    switch pace.step(at: context.loop.now) {
    case .stay: break
    case .close:
      if pace.isFulfilled { state = .satisfied }
      input?.pause()
      close()
    case .waitUntil(let time):
      guard paceTimer == nil else { return }
      paceTimer = context.loop.schedule(after: context.loop.now.duration(to: time)) { [self] in
        paceTimer = nil
        advance()
      }
    }
  }

  private func judged(_ answer: PatternMatcher.Answer) {
    switch answer {
    case .found: pace.matched()
    case .notFound: break
    case .late:
      end(
        Stop(
          .unmet, "--until: the pattern did not finish within a second",
          hint: "write it so that it need not try as much"))
    }
    advance()
    outputMoved()
  }
}

extension PipedSession: ClientHandler {
  func clientOpened(_ answer: HandshakeAnswer) -> any ConnectionHandler { self }

  func client(opened connection: Connection) {
    self.connection = connection
  }

  func client(failed failure: ClientFailure) {
    for line in options.isQuiet ? [] : failure.refusalLines(mask) { narration.tell(line) }
    stop = failure.stop(mask)
    captureTap?.fail(stop?.text ?? "")
    record?.failed(failure)
    capture?.flush()
    state = .flushing
    narration.flush()
    finishIfFlushed()
  }
}

extension PipedSession: ConnectionHandler {
  func connectionOpened(_ connection: Connection) {
    state = .open
    if isInteractive, !options.isQuiet {
      narration.tell("connected to \(SafeText(mask.target(plan.url.description)).string); Ctrl-D ends")
      narration.flush()
    }
    connection.batch {
      for text in options.executes {
        connection.send(.text, text.utf8Span.span)
        pace.sentMessage()
      }
    }
    if options.sendsOnlyOne, pace.sent > 0 { return endInput() }
    let input = InputPort(loop: context.loop, descriptor: STDIN_FILENO)
    self.input = input
    input.handler = self
    input.start()
  }

  func connection(_ connection: Connection, received opcode: Opcode, _ payload: Span<UInt8>) {
    guard case .open = state else { return }
    pace.receivedMessage()
    writer.write(opcode, payload, at: UTCTime.now, into: received)
    if let matcher {
      matcher.judge(payload)
      if matcher.isBusy { connection.pauseReading() }
    }
    if pace.isFulfilled { advance() }
    if received.count > Self.outputLimit { flushReceived() }
  }

  func connection(_ connection: Connection, receivedControl opcode: Opcode, _ payload: Span<UInt8>) {
    guard case .open = state, options.output == .jsonLines else { return }
    writer.write(opcode, payload, at: UTCTime.now, into: received)
  }

  func connection(_ connection: Connection, tolerated violation: Violation) {
    // With -v the tap tells it.
    if options.detail == .quiet, !options.isQuiet { narration.tell(.tolerated(violation)) }
  }

  func connectionReceivedBatch(_ connection: Connection) {
    pace.batchEnded(at: context.loop.now)
    flushReceived()
    narration.flush()
    if narration.isFull || capture?.isFull == true { connection.pauseReading() }
    advance()
  }

  func connectionDrained(_ connection: Connection) {
    if !connection.isFull, !isInputHeld { input?.resume() }
  }

  func connection(_ connection: Connection, ended verdict: Verdict) {
    connectionVerdict = verdict
    if options.output == .jsonLines, let close = verdict.receivedClose {
      writer.writeClose(close.code, reason: close.reason, at: UTCTime.now, into: received)
    }
    input?.close()
    state = .flushing
    capture?.flush()
    flushReceived()
    narration.flush()
    finishIfFlushed()
  }

  private func flushReceived() {
    guard !received.isEmpty else { return }
    output.write(UnsafeRawBufferPointer(received.bytes))
    if received.capacity > 4 * Self.outputLimit { received.release() } else { received.removeAll() }
    if output.queuedBytes > Self.outputLimit { connection?.pauseReading() }
  }
}

extension PipedSession: InputPortHandler {
  func inputReceived(_ bytes: UnsafeMutableRawBufferPointer) {
    send(UnsafeRawBufferPointer(bytes), isAtEnd: false)
    isInputHeld = capture?.isFull == true
    if let connection, connection.isFull || isInputHeld { input?.pause() }
  }

  func inputEnded() {
    send(UnsafeRawBufferPointer(start: nil, count: 0), isAtEnd: true)
    // Who types Ctrl-D has seen the answers and wants to leave.
    if isInteractive { close() } else { endInput() }
  }

  func inputFailed(_ error: SystemError) {
    end(Stop(.cannotRead, "cannot read standard input: \(error)"))
  }

  private func endInput() {
    pace.inputEnded(at: context.loop.now)
    advance()
  }

  private func send(_ bytes: UnsafeRawBufferPointer, isAtEnd: Bool) {
    guard let connection, case .open = state, stop == nil else { return }
    var offset = 0
    connection.batch {
      do throws(InputFailure) {
        while let item = try reader.next(bytes, &offset, isAtEnd: isAtEnd) {
          send(item, on: connection)
          if options.sendsOnlyOne, pace.sent > 0 { break }
        }
      } catch {
        end(Stop(.cannotRead, "\(error)", hint: error.hint))
      }
    }
    if options.sendsOnlyOne, pace.sent > 0, !isAtEnd, stop == nil {
      input?.close()
      endInput()
    }
  }

  private func send(_ item: InputItem, on connection: Connection) {
    do throws(Misuse) {
      switch item {
      case .message(let opcode, let payload):
        if connection.send(opcode, payload.span) { pace.sentMessage() }
      case .ping(let payload): try connection.ping(payload.span)
      case .pong(let payload): try connection.pong(payload.span)
      case .close(let code, let reason): try connection.close(code, reason: reason)
      }
    } catch {
      end(Stop(.cannotRead, "standard input: \(error)"))
    }
  }
}

extension PipedSession: OutputPortHandler {
  func outputDrained() { outputMoved() }

  func outputFailed(_ error: SystemError) {
    if error.code == EPIPE {
      signal = SIGPIPE
    } else {
      stop = stop ?? Stop(.cannotWrite, "cannot write \(outputName): \(error)")
    }
    if let connection, !connection.isOver { try? connection.close(.goingAway) }
    leaveNow()
  }

  /// Output has left: whoever waited for that may go on.
  private func outputMoved() {
    let isCaptured = capture?.isFull != true
    if output.queuedBytes <= Self.outputLimit, !narration.isFull, isCaptured, matcher?.isBusy != true {
      connection?.resumeReading()
    }
    if isInputHeld, isCaptured, let connection, !connection.isFull {
      isInputHeld = false
      input?.resume()
    }
    finishIfFlushed()
  }
}
