import Bytes
import Trace
public import Transport
public import WebSocketCore

/// One open WebSocket connection: the only place where bytes meet frames.
///
/// It belongs to its loop's thread. While idle it owns no buffer.
public final class Connection {
  public let context: ConnectionContext
  public let settings: ConnectionSettings
  var stream: any ByteStream
  var handler: (any ConnectionHandler)?
  // The machine calls nobody, so no access to it can overlap another: checking that at run time took much of an echo.
  @exclusivity(unchecked) var machine: ProtocolConnection
  /// What came while reading was paused.
  var unread: Unread?
  private var pauses: Pauses = []
  private var isStreamPaused = false
  /// Whether the handler wants to hear of single frames.
  private let hearsFrames: Bool
  /// Whether full output pauses reading: a server that answers what it reads must.
  let readsOnlyWhileWritable: Bool
  /// Whether compression was agreed on.
  let isDeflating: Bool
  var closer = Closer.none
  /// What listening costs is paid only where somebody listens.
  var observation: Observation?
  var keepAlive: KeepAlive?
  /// Its place in its server's roster.
  var seat: Seat?
  private var lastReceived: FrameGlance?
  var lastSent: FrameGlance?
  /// Where the newest frame begins in the buffer it was encoded into; it is looked at when the buffer is written.
  var lastMark = 0
  /// What waited in the stream when something was last written to it.
  var queuedAtWrite = 0
  private let opened: ContinuousClock.Instant
  private var lastInput: ContinuousClock.Instant

  /// Input that waits for reading to go on, at most one read's worth, and how the stream ended behind it.
  final class Unread {
    let bytes = ByteBuffer()
    var end: Verdict.Cause?
  }

  /// Why input is not read at the moment.
  struct Pauses: OptionSet {
    let rawValue: UInt8
    /// The handler asked.
    static let handler = Pauses(rawValue: 1)
    /// Too much output waits.
    static let output = Pauses(rawValue: 2)
    /// Input is being handled, so a resume must not start again from the inside.
    static let busy = Pauses(rawValue: 4)
    /// The user asked, to see what the peer makes of it.
    static let stall = Pauses(rawValue: 8)
  }

  /// Takes over a stream whose opening handshake is done.
  public init(
    stream: any ByteStream, role: Role, deflate: DeflateAgreement?, context: ConnectionContext,
    settings: ConnectionSettings, handler: any ConnectionHandler, readsOnlyWhileWritable: Bool
  ) {
    self.stream = stream
    self.context = context
    self.settings = settings
    self.handler = handler
    self.readsOnlyWhileWritable = readsOnlyWhileWritable
    isDeflating = deflate != nil
    hearsFrames = handler.hearsFrames
    machine = ProtocolConnection(role: role, rules: settings.rules, deflate: deflate, pool: context.pool)
    machine.answersPings = settings.answersPings
    opened = context.loop.now
    lastInput = opened
  }

  /// Listens to everything: frames go to `tap`, and statistics are kept.
  public func observe(_ tap: (any Tap)?) {
    observation = Observation(tap: tap, loop: context.loop)
  }

  /// What was counted since `observe(_:)`; nil before.
  public var statistics: Statistics? { observation?.statistics }

  /// Begins: tells the handler, then handles `received`, the bytes that came behind the handshake.
  public func start(received: UnsafeMutableRawBufferPointer) {
    guard !isOver else { return }
    stream.handler = self
    if let interval = settings.pingInterval {
      keepAlive = KeepAlive(self, interval: interval, timeout: settings.pingTimeout)
    }
    handler?.connectionOpened(self)
    if received.count > 0, !isOver { take(received) }
  }

  /// Whether Pings are answered.
  public var answersPings: Bool {
    get { machine.answersPings }
    set { machine.answersPings = newValue }
  }

  /// Whether the connection has ended and its handler has heard so.
  public var isOver: Bool { handler == nil }

  /// Whether messages can still be sent: no Close has been sent or received.
  public var isOpen: Bool { machine.isOpen && handler != nil }

  /// Bytes that wait for the peer to read.
  public var queuedBytes: Int { stream.queuedBytes }

  /// Whether a sender should wait for `connectionDrained`.
  public var isFull: Bool { stream.queuedBytes >= settings.maximumQueue }

  /// How long nothing has been received.
  public var silence: Duration { lastInput.duration(to: context.loop.now) }

  /// How long the connection has been open.
  public var age: Duration { opened.duration(to: context.loop.now) }

  /// Which side we are.
  public var role: Role { machine.role }

  /// The peer's address, for people.
  public var peer: String { stream.peerAddress }

  // MARK: Reading

  /// Stops delivering messages until `resumeReading()`; the peer is held back by its own transport.
  public func pauseReading() {
    guard !isDiscarding else { return }
    pauses.insert(.handler)
    settleReading()
  }

  /// Delivers again what has come and what will, from the end of this turn on.
  public func resumeReading() {
    pauses.remove(.handler)
    settleReading()
  }

  /// Whether reading stands still to try what the peer makes of it, whatever flow control asks for meanwhile.
  public var isStalled: Bool {
    get { pauses.contains(.stall) }
    set {
      guard newValue != isStalled, !(newValue && isDiscarding) else { return }
      if newValue { pauses.insert(.stall) } else { pauses.remove(.stall) }
      settleReading()
    }
  }

  /// Whether the peer's bytes are being read.
  public var isReading: Bool { pauses.isSubset(of: .busy) }

  /// Whether nothing that still comes is delivered, so that only the end is awaited.
  private var isDiscarding: Bool {
    switch machine.closing {
    case .closed, .failed: true
    default: false
    }
  }

  /// From here on only the end is awaited: whoever paused must not keep it from being noticed.
  func readToTheEnd() {
    pauses.formIntersection(.busy)
    settleReading()
  }

  /// Makes the stream read, or not, as the pauses say. What was left unread comes first, in a later call.
  func settleReading() {
    guard !isOver, !pauses.contains(.busy) else { return }
    if pauses.isEmpty, unread != nil {
      context.loop.atEndOfTurn { [self] in takeUnread() }
      return
    }
    guard pauses.isEmpty == isStreamPaused else { return }
    isStreamPaused.toggle()
    if isStreamPaused {
      stream.pauseReading()
    } else {
      stream.resumeReading()
      keepAlive?.readingResumed()
    }
  }

  private func takeUnread() {
    guard pauses.isEmpty, !isOver, let unread else { return }
    self.unread = nil
    if !unread.bytes.isEmpty { take(unread.bytes.bytes) }
    if let end = unread.end { finishWhenRead(end) }
  }

  /// The stream has ended; what came before is delivered first.
  private func finishWhenRead(_ cause: Verdict.Cause) {
    guard !isOver else { return }
    if isReading, unread == nil { return finished(cause) }
    let unread = self.unread ?? Unread()
    unread.end = cause
    self.unread = unread
  }

  /// Decodes and delivers `bytes`, as far as nobody pauses.
  private func take(_ bytes: UnsafeMutableRawBufferPointer) {
    guard let handler else { return }
    let cork = context.cork
    queuedAtWrite = stream.queuedBytes
    pauses.insert(.busy)
    context.corked = ObjectIdentifier(self)
    var offset = 0
    while isReading, deliverNext(bytes, &offset, to: handler, cork) {}
    context.corked = nil
    flush(cork)
    if offset < bytes.count, !isOver {
      let unread = Unread()
      unread.bytes.append(UnsafeRawBufferPointer(rebasing: bytes[offset...]))
      self.unread = unread
    }
    self.handler?.connectionReceivedBatch(self)
    pauses.remove(.busy)
    advanceClosing()
    settleReading()
  }

  /// What is rare lies in functions of its own: this one is all that a small message costs the engine.
  /// - Returns: whether there may be more.
  private func deliverNext(
    _ bytes: UnsafeMutableRawBufferPointer, _ offset: inout Int, to handler: any ConnectionHandler, _ cork: ByteBuffer
  ) -> Bool {
    let mark = cork.count
    switch machine.next(bytes, &offset, output: cork, keys: &context.keys) {
    case .needsMore:
      return false
    case .frame(let frame):
      lastReceived = FrameGlance(opcode: frame.header.opcode, size: frame.header.payloadLength)
      if let observation { observation.received(frame) }
      if cork.count > mark { noteEncoded(since: mark, in: cork, observation) }
      if frame.header.opcode.isControl {
        deliverControl(frame, to: handler)
      } else {
        if hearsFrames { handler.connection(self, receivedFrame: frame.header, frame.payload) }
        if frame.completes, !isOver { handler.connection(self, received: frame.messageOpcode, frame.message) }
      }
    case .violation(let violation):
      if let observation { observation.received(violation, in: machine.violatingFrame) }
      if cork.count > mark { noteEncoded(since: mark, in: cork, observation) }
      broken(violation)
    }
    if readsOnlyWhileWritable, cork.count + queuedAtWrite > settings.maximumQueue { flushFull(cork) }
    return !isOver
  }

  private func deliverControl(_ frame: FrameEvent, to handler: any ConnectionHandler) {
    if frame.header.opcode == .close { return }
    if frame.header.opcode == .pong, let keepAlive { keepAlive.answered(frame.payload) }
    handler.connection(self, receivedControl: frame.header.opcode, frame.payload)
  }

  @inline(never)
  private func broken(_ violation: Violation) {
    if machine.isFailed {
      fail(.violation(violation))
    } else {
      handler?.connection(self, tolerated: violation)
    }
  }

  @inline(never)
  private func flushFull(_ cork: ByteBuffer) {
    flush(cork)
    if isFull { pauses.insert(.output) }
  }

  // MARK: The end

  /// Tells the handler, gives everything back. Nothing happens afterwards.
  func end(_ cause: Verdict.Cause) {
    guard let handler else { return }
    if context.corked == ObjectIdentifier(self) { flush(context.cork) }
    cancelCloser()
    keepAlive?.stop()
    keepAlive = nil
    let now = context.loop.now
    var verdict = Verdict(
      cause: cause, sentClose: machine.sentClose, receivedClose: machine.receivedClose,
      lifetime: opened.duration(to: now), silence: lastInput.duration(to: now), lastReceived: lastReceived,
      lastSent: lastSent, isInsideFrame: machine.isInsideFrame, isInsideMessage: machine.isInsideMessage,
      isReading: isReading, violationOffset: machine.violatingFrame?.offset)
    switch cause {
    case .endedByPeer, .resetByPeer, .truncated, .broken: verdict.cut = machine.endOfInput()
    // We may end inside a call that still looks at a message, which the machine must go on to hold.
    default: break
    }
    stream.close()
    unread = nil
    self.handler = nil
    seat?.server.left(self)
    observation?.tap?.saw(.ended(verdict))
    handler.connection(self, ended: verdict)
  }
}

extension Connection: ByteStreamHandler {
  public func streamOpened(_ stream: any ByteStream) {}

  public func stream(_ stream: any ByteStream, received bytes: UnsafeMutableRawBufferPointer) {
    lastInput = context.loop.now
    if let unread {
      // Bytes that were on their way when reading stopped keep their place.
      unread.bytes.append(UnsafeRawBufferPointer(bytes))
    } else {
      take(bytes)
    }
  }

  public func streamEnded(_ stream: any ByteStream) {
    finishWhenRead(.endedByPeer)
  }

  public func stream(_ stream: any ByteStream, failed failure: StreamFailure) {
    switch failure {
    case .endWithoutCloseNotify: finishWhenRead(.truncated)
    case .system(let error) where error.isReset: finishWhenRead(.resetByPeer)
    default: finishWhenRead(.broken(failure.description))
    }
  }

  public func streamDrained(_ stream: any ByteStream) {
    guard !isOver else { return }
    if case .draining(_, let cause) = closer, stream.queuedBytes == 0 { return end(cause) }
    pauses.remove(.output)
    settleReading()
    answerNewestPing()
    handler?.connectionDrained(self)
  }
}
