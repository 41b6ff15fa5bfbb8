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
  var machine: ProtocolConnection
  /// Input that came while reading was paused, at most one read's worth.
  var unread: ByteBuffer?
  private var pauses: Pauses = []
  private var isStreamPaused = false
  var closer = Closer.none
  /// What listening costs is paid only where somebody listens.
  var observation: Observation?
  var keepAlive: KeepAlive?
  /// Its place in its server's roster.
  var seat: Seat?
  private let opened: ContinuousClock.Instant
  private var lastInput: ContinuousClock.Instant
  var lastReceived: FrameGlance?
  var lastSent: FrameGlance?

  /// Why input is not read at the moment.
  struct Pauses: OptionSet {
    let rawValue: UInt8
    /// The handler asked.
    static let handler = Pauses(rawValue: 1)
    /// Too much output waits.
    static let output = Pauses(rawValue: 2)
    /// Input is being handled, so a resume must not start again from the inside.
    static let busy = Pauses(rawValue: 4)
  }

  /// Whether full output pauses reading: a server that answers what it reads must.
  let readsOnlyWhileWritable: Bool
  /// Whether compression was agreed on.
  let isDeflating: Bool

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
    machine = ProtocolConnection(role: role, rules: settings.rules, deflate: deflate, pool: context.pool)
    machine.answersPings = settings.answersPings
    opened = context.loop.now
    lastInput = opened
  }

  /// Listens to everything: frames go to `tap`, and statistics are kept.
  public func observe(_ tap: (any Tap)?) {
    observation = Observation(tap: tap)
  }

  /// What was counted since `observe(_:)`; nil before.
  public var statistics: Statistics? { observation?.statistics }

  /// Begins: tells the handler, then handles `received`, the bytes that came behind the handshake.
  public func start(received: UnsafeMutableRawBufferPointer) {
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
  public var isOpen: Bool {
    if case .open = machine.closing { return handler != nil }
    return false
  }

  /// Bytes that wait for the peer to read.
  public var queuedBytes: Int { stream.queuedBytes }

  /// Whether a sender should wait for `connectionDrained`.
  public var isFull: Bool { stream.queuedBytes >= settings.maximumQueue }

  /// How long nothing has been received.
  public var silence: Duration { lastInput.duration(to: context.loop.now) }

  /// How long the connection has been open.
  public var age: Duration { opened.duration(to: context.loop.now) }

  /// The peer's address, for people.
  public var peer: String { stream.peerAddress }

  // MARK: Reading

  /// Stops delivering messages until `resumeReading()`; the peer is held back by its own transport.
  public func pauseReading() {
    pauses.insert(.handler)
    settleReading()
  }

  /// Delivers again what has come and what will, from the end of this turn on.
  public func resumeReading() {
    pauses.remove(.handler)
    settleReading()
  }

  /// Whether the peer's bytes are being read.
  public var isReading: Bool { pauses.isSubset(of: .busy) }

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
    take(unread.bytes)
  }

  /// Decodes and delivers `bytes`, as far as nobody pauses.
  private func take(_ bytes: UnsafeMutableRawBufferPointer) {
    lastInput = context.loop.now
    pauses.insert(.busy)
    context.corked = self
    var offset = 0
    while isReading, deliverNext(bytes, &offset) {}
    context.corked = nil
    flush(context.cork)
    if offset < bytes.count, !isOver {
      let rest = ByteBuffer()
      rest.append(UnsafeRawBufferPointer(rebasing: bytes[offset...]))
      unread = rest
    }
    handler?.connectionReceivedBatch(self)
    pauses.remove(.busy)
    advanceClosing()
    settleReading()
  }

  /// - Returns: whether there may be more.
  private func deliverNext(_ bytes: UnsafeMutableRawBufferPointer, _ offset: inout Int) -> Bool {
    let mark = context.cork.count
    let event = machine.next(bytes, &offset, output: context.cork, keys: &context.keys)
    switch event {
    case .needsMore:
      return false
    case .frame(let frame):
      lastReceived = FrameGlance(
        opcode: frame.header.opcode, size: frame.header.payloadLength, time: context.loop.now)
      if observation != nil { observe(received: frame) }
      if context.cork.count > mark { noteSent(since: mark, in: context.cork) }
      deliver(frame)
    case .violation(let violation):
      if context.cork.count > mark { noteSent(since: mark, in: context.cork) }
      if machine.isFailed {
        fail(.violation(violation))
      } else {
        observation?.tap?.saw(.tolerated(violation))
        handler?.connection(self, tolerated: violation)
      }
    }
    if readsOnlyWhileWritable, context.cork.count + stream.queuedBytes > settings.maximumQueue {
      flush(context.cork)
      if isFull { pauses.insert(.output) }
    }
    return !isOver
  }

  private func deliver(_ frame: FrameEvent) {
    guard let handler else { return }
    if frame.header.opcode.isControl {
      if frame.header.opcode == .close { return }
      if frame.header.opcode == .pong, let keepAlive { keepAlive.answered(frame.payload, at: context.loop.now) }
      handler.connection(self, receivedControl: frame.header.opcode, frame.payload)
      return
    }
    handler.connection(self, receivedFrame: frame.header, frame.payload)
    if frame.completes, !isOver {
      handler.connection(self, received: frame.messageOpcode, frame.message)
    }
  }

  // MARK: The end

  /// Tells the handler, gives everything back. Nothing happens afterwards.
  func end(_ cause: Verdict.Cause) {
    guard let handler else { return }
    cancelCloser()
    keepAlive?.stop()
    keepAlive = nil
    let now = context.loop.now
    let verdict = Verdict(
      cause: cause, sentClose: machine.sentClose, receivedClose: machine.receivedClose,
      lifetime: opened.duration(to: now), silence: lastInput.duration(to: now), lastReceived: lastReceived,
      lastSent: lastSent, isInsideFrame: machine.isInsideFrame, isInsideMessage: machine.isInsideMessage)
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
    if let unread {
      // Bytes that were on their way when reading stopped keep their place.
      unread.append(UnsafeRawBufferPointer(bytes))
    } else {
      take(bytes)
    }
  }

  public func streamEnded(_ stream: any ByteStream) {
    finished(.endedByPeer)
  }

  public func stream(_ stream: any ByteStream, failed failure: StreamFailure) {
    switch failure {
    case .endWithoutCloseNotify: finished(.truncated)
    case .system(let error) where error.isReset: finished(.resetByPeer)
    default: finished(.broken(failure.description))
    }
  }

  public func streamDrained(_ stream: any ByteStream) {
    guard !isOver else { return }
    pauses.remove(.output)
    settleReading()
    answerNewestPing()
    if !isOver { handler?.connectionDrained(self) }
  }
}
