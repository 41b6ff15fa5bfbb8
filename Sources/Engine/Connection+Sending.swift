import Bytes
import Trace
import Transport
public import WebSocketCore

extension Connection {
  /// From this size on a payload goes out from where it lies, without a copy.
  private static let copiesUpTo = 16 << 10

  /// Sends a message as one frame.
  /// - Returns: false when the connection takes no message: it is closing, or inside a fragmented one.
  @discardableResult
  public func send(_ opcode: Opcode, _ payload: Span<UInt8>, compress: Bool = true) -> Bool {
    guard isOpen, machine.maySendMessage else { return false }
    if payload.count >= Self.copiesUpTo, machine.role == .server, observation == nil, !(compress && isDeflating) {
      let buffer = output
      machine.sendHeader(opcode, payloadLength: payload.count, into: buffer)
      lastSent = FrameGlance(opcode: opcode, size: UInt64(payload.count), time: context.loop.now)
      payload.withUnsafeBytes { stream.write(UnsafeRawBufferPointer(buffer.bytes), $0) }
      buffer.removeAll()
      noteQueue()
      return true
    }
    if observation?.tap != nil, compress, isDeflating { observation?.plain = Array(copying: payload) }
    emit { machine.send(opcode, payload, into: $0, keys: &context.keys, compress: compress) }
    if observation != nil {
      observation?.plain = nil
      observation?.statistics.sent.messages += 1
      observation?.statistics.sent.payloadBytes += payload.count
    }
    return true
  }

  /// Sends one frame of a message; every one but the first has the opcode `continuation`.
  /// - Returns: false when the connection is closing, or the opcode is not the one that has to come.
  @discardableResult
  public func sendFragment(_ opcode: Opcode, _ payload: Span<UInt8>, isFinal: Bool) -> Bool {
    guard isOpen else { return false }
    var isSent = false
    emit { isSent = machine.sendFragment(opcode, payload, isFinal: isFinal, into: $0, keys: &context.keys) }
    guard isSent else { return false }
    if isFinal { observation?.statistics.sent.messages += 1 }
    observation?.statistics.sent.payloadBytes += payload.count
    return true
  }

  /// Sends a Ping of at most 125 bytes.
  public func ping(_ payload: Span<UInt8>) throws(Misuse) {
    guard isOpen else { return }
    try emitChecked { (buffer) throws(Misuse) in
      try machine.sendPing(payload, into: buffer, keys: &context.keys)
    }
  }

  /// Sends a Pong of at most 125 bytes that nobody asked for.
  public func pong(_ payload: Span<UInt8>) throws(Misuse) {
    guard isOpen else { return }
    try emitChecked { (buffer) throws(Misuse) in
      try machine.sendPong(payload, into: buffer, keys: &context.keys)
    }
  }

  /// Lets everything that `body` sends leave in one write.
  public func batch(_ body: () -> Void) {
    guard context.corked == nil else { return body() }
    context.corked = self
    body()
    context.corked = nil
    flush(context.cork)
  }

  /// Where output is encoded: the cork while this connection's input is handled, else a buffer written at once.
  var output: ByteBuffer { context.corked === self ? context.cork : context.scratch }

  func emit(_ encode: (ByteBuffer) -> Void) {
    let buffer = output
    let mark = buffer.count
    encode(buffer)
    emitted(buffer, since: mark)
  }

  func emitChecked(_ encode: (ByteBuffer) throws(Misuse) -> Void) throws(Misuse) {
    let buffer = output
    let mark = buffer.count
    try encode(buffer)
    emitted(buffer, since: mark)
  }

  private func emitted(_ buffer: ByteBuffer, since mark: Int) {
    noteSent(since: mark, in: buffer)
    if buffer === context.scratch || buffer.count > 256 << 10 { flush(buffer) }
  }

  func flush(_ buffer: ByteBuffer) {
    guard !buffer.isEmpty else { return }
    if !isOver { stream.write(UnsafeRawBufferPointer(buffer.bytes)) }
    if buffer.capacity > 1 << 20 { buffer.release() } else { buffer.removeAll() }
    noteQueue()
  }

  private func noteQueue() {
    let waiting = stream.queuedBytes
    machine.maySendPongs = waiting < settings.maximumQueue
    if observation != nil, waiting > observation!.statistics.queueHighWater {
      observation!.statistics.queueHighWater = waiting
    }
  }

  /// Of the pings that came while output was full, the newest is answered (RFC 6455, section 5.5.3).
  func answerNewestPing() {
    guard !isOver, stream.queuedBytes < settings.maximumQueue else { return }
    machine.maySendPongs = true
    emit { machine.flushPong(into: $0, keys: &context.keys) }
  }

  /// Looks at the frames that were appended to `buffer` behind its first `mark` bytes.
  func noteSent(since mark: Int, in buffer: ByteBuffer) {
    var position = mark
    while let (header, size) = FrameHeader.read(buffer.span.extracting(position..<buffer.count)) {
      lastSent = FrameGlance(opcode: header.opcode, size: header.payloadLength, time: context.loop.now)
      let end = position + size + Int(header.payloadLength)
      guard end <= buffer.count else { return }
      if observation != nil {
        observation!.sent(header, at: position, size: size, end: end, in: buffer, time: context.loop.now)
      }
      position = end
    }
  }
}
