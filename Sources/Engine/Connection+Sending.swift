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
    guard !isOver else { return false }
    if payload.count >= Self.copiesUpTo, machine.role == .server, observation == nil, !(compress && isDeflating) {
      let buffer = output
      guard machine.sendHeader(opcode, payloadLength: payload.count, into: buffer) else { return false }
      lastSent = FrameGlance(opcode: opcode, size: UInt64(payload.count))
      payload.withUnsafeBytes { stream.write(UnsafeRawBufferPointer(buffer.bytes), $0) }
      buffer.removeAll()
      noteQueue()
      return true
    }
    // Read once: each look at it is counted by the runtime.
    let observation = observation
    if let observation, observation.tap != nil, compress, isDeflating { observation.plain = Array(copying: payload) }
    let buffer = output
    let mark = buffer.count
    guard machine.send(opcode, payload, into: buffer, keys: &context.keys, compress: compress) else {
      observation?.plain = nil
      return false
    }
    emitted(buffer, since: mark, observation)
    if let observation {
      observation.plain = nil
      observation.statistics.sent.messages += 1
      observation.statistics.sent.payloadBytes += payload.count
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
    context.corked = ObjectIdentifier(self)
    body()
    context.corked = nil
    flush(context.cork)
  }

  /// Where output is encoded: the cork while this connection's input is handled, else a buffer written at once.
  var output: ByteBuffer { context.corked == ObjectIdentifier(self) ? context.cork : context.scratch }

  func emit(_ encode: (ByteBuffer) -> Void) {
    let buffer = output
    let mark = buffer.count
    encode(buffer)
    emitted(buffer, since: mark, observation)
  }

  func emitChecked(_ encode: (ByteBuffer) throws(Misuse) -> Void) throws(Misuse) {
    let buffer = output
    let mark = buffer.count
    try encode(buffer)
    emitted(buffer, since: mark, observation)
  }

  @inline(__always)
  private func emitted(_ buffer: ByteBuffer, since mark: Int, _ observation: Observation?) {
    guard buffer.count > mark else { return }
    noteEncoded(since: mark, in: buffer, observation)
    if buffer === context.scratch || buffer.count > 256 << 10 { flush(buffer) }
  }

  func flush(_ buffer: ByteBuffer) {
    guard !buffer.isEmpty else { return }
    if !isOver {
      glanceAtLast(in: buffer)
      stream.write(UnsafeRawBufferPointer(buffer.bytes))
    }
    if buffer.capacity > 1 << 20 { buffer.release() } else { buffer.removeAll() }
    noteQueue()
  }

  func noteQueue() {
    let waiting = stream.queuedBytes
    queuedAtWrite = waiting
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

  /// A frame was appended to `buffer` behind its first `mark` bytes.
  @inline(__always)
  func noteEncoded(since mark: Int, in buffer: ByteBuffer, _ observation: Observation?) {
    lastMark = mark
    if let observation { tell(observation, ofFrameAt: mark, in: buffer) }
  }

  private func tell(_ observation: Observation, ofFrameAt mark: Int, in buffer: ByteBuffer) {
    guard let (header, size) = FrameHeader.read(buffer.span.extracting(mark..<buffer.count)) else { return }
    observation.sent(header, at: mark, size: size, in: buffer)
  }

  /// Remembers the newest frame of `buffer`: once a write, not once a frame.
  private func glanceAtLast(in buffer: ByteBuffer) {
    guard lastMark < buffer.count else { return }
    guard let (header, _) = FrameHeader.read(buffer.span.extracting(lastMark..<buffer.count)) else { return }
    lastSent = FrameGlance(opcode: header.opcode, size: header.payloadLength)
  }
}
