import Bytes
import Trace
import Transport
import WebSocketCore

/// What listening to a connection takes: made when a client, tap or screen asks.
final class Observation {
  let tap: (any Tap)?
  private let loop: Loop
  // Counted for every frame, and no access spans a call.
  @exclusivity(unchecked) var statistics = Statistics()
  @exclusivity(unchecked) private var sentOffset: UInt64 = 0
  /// What the message that is being sent was before compression.
  var plain: [UInt8]?
  /// What has been sent of a message in several frames.
  @exclusivity(unchecked) private var unfinished: MessageRecord?
  /// The payload of a masked frame that is being told of.
  private let unmasked = ByteBuffer()
  private static let keptCapacity = 1 << 20
  /// What was tolerated in the frame that is being received.
  @exclusivity(unchecked) fileprivate var tolerated: [Violation] = []
  private var pings = SentPings()

  init(tap: (any Tap)?, loop: Loop) {
    self.tap = tap
    self.loop = loop
  }

  /// A frame that lies in `buffer` from `position` to the end, its header `size` bytes long.
  func sent(_ header: FrameHeader, at position: Int, size: Int, in buffer: ByteBuffer) {
    let end = buffer.count
    statistics.sent.count(header, size: end - position - size, at: loop.now)
    if header.opcode == .ping { sentPing(header, buffer.bytes[(position + size)..<end]) }
    if let tap { tell(tap, of: header, payload: position + size..<end, in: buffer) }
    sentOffset += UInt64(end - position)
  }

  private func sentPing(_ header: FrameHeader, _ bytes: Slice<UnsafeMutableRawBufferPointer>) {
    var payload = [UInt8](bytes)
    if let key = header.maskingKey {
      payload.withUnsafeMutableBytes { Masking.apply(key, to: $0) }
    }
    pings.append(payload, at: loop.now)
  }

  private func receivedPong(_ payload: Span<UInt8>) {
    guard !pings.isEmpty else { return }
    if let roundTrip = pings.answer(Array(copying: payload), at: loop.now) { statistics.roundTrips.add(roundTrip) }
  }

  /// Raw bytes that were put on the stream.
  func sent(_ bytes: [UInt8]) {
    tap?.saw(.sentBytes(bytes, offset: sentOffset))
    sentOffset += UInt64(bytes.count)
  }

  private func tell(
    _ tap: any Tap, of header: FrameHeader, payload range: Range<Int>, in buffer: ByteBuffer
  ) {
    var payload = UnsafeRawBufferPointer(rebasing: buffer.bytes[range])
    if let key = header.maskingKey {
      unmasked.removeAll()
      Masking.copy(payload, to: unmasked.reserve(range.count), key: key)
      unmasked.commit(range.count)
      payload = UnsafeRawBufferPointer(unmasked.bytes)
    }
    let part = place(of: header, payload)
    let isWhole = part != nil && header.isFinal
    let whole = unfinished?.payload ?? (part?.isCompressed == true ? plain : nil)
    let wireSize = unfinished?.wireSize ?? header.payloadLength
    func see(_ message: UnsafeRawBufferPointer) {
      tap.saw(
        LiveFrame(
          direction: .sent, header: header, payload: payload, offset: sentOffset, part: part,
          completes: isWhole, message: message, messageWireSize: wireSize), at: loop.now)
    }
    if isWhole, let whole { whole.withUnsafeBytes(see) } else { see(isWhole ? payload : .init(start: nil, count: 0)) }
    if isWhole { unfinished = nil }
    if unmasked.capacity > Self.keptCapacity { unmasked.release() }
  }

  /// A sent frame's place in a message; of one in several frames, what was sent is gathered.
  private func place(of header: FrameHeader, _ payload: UnsafeRawBufferPointer) -> MessagePart? {
    // A frame made by hand may have any place and tell any length; what it belongs to is then the peer's to say.
    let isDue = unfinished == nil ? header.opcode == .text || header.opcode == .binary : header.opcode == .continuation
    guard isDue, header.payloadLength == UInt64(payload.count) else { return nil }
    if unfinished == nil {
      let isCompressed = header.reservedBits.contains(.rsv1) && plain != nil
      let part = MessagePart(opcode: header.opcode, isCompressed: isCompressed)
      guard !header.isFinal else { return part }
      unfinished = MessageRecord(
        opcode: header.opcode, payload: isCompressed ? plain ?? [] : [UInt8](payload),
        wireSize: header.payloadLength, isCompressed: isCompressed)
      return part
    }
    let part = unfinished.map {
      MessagePart(opcode: $0.opcode, index: $0.fragmentCount, isCompressed: $0.isCompressed)
    }
    unfinished?.fragmentCount += 1
    unfinished?.wireSize += header.payloadLength
    if part?.isCompressed == false { unfinished?.payload += payload }
    return part
  }
}

/// What is received.
extension Observation {
  func received(_ frame: FrameEvent) {
    statistics.received.count(frame.header, size: frame.payload.count, at: loop.now)
    if frame.header.opcode == .pong { receivedPong(frame.payload) }
    if frame.completes, !frame.header.opcode.isControl {
      statistics.received.messages += 1
      statistics.received.payloadBytes += frame.message.count
    }
    if let tap { tell(tap, of: frame) }
  }

  private func tell(_ tap: any Tap, of frame: FrameEvent) {
    let isData = frame.messageOpcode == .text || frame.messageOpcode == .binary
    let part =
      isData
      ? MessagePart(opcode: frame.messageOpcode, index: frame.messageOffset, isCompressed: frame.isCompressed) : nil
    frame.payload.withUnsafeBytes { payload in
      frame.message.withUnsafeBytes { message in
        withTolerated { violations in
          tap.saw(
            LiveFrame(
              direction: .received, header: frame.header, payload: payload, offset: frame.offset, part: part,
              completes: frame.completes && isData, message: message, messageWireSize: UInt64(frame.messageWireSize),
              violations: violations),
            at: loop.now)
        }
      }
    }
  }

  /// - Parameter failed: the frame that the connection failed for; nil where the violation is tolerated.
  func received(_ violation: Violation, in failed: ViolatingFrame?) {
    guard let tap else { return }
    tolerated.append(violation)
    guard let failed else { return tap.saw(.tolerated(violation)) }
    failed.payload.withUnsafeBytes { payload in
      withTolerated { violations in
        tap.saw(
          LiveFrame(
            direction: .received, header: failed.header, payload: payload, offset: failed.offset, part: nil,
            completes: false, message: UnsafeRawBufferPointer(start: nil, count: 0), messageWireSize: 0,
            violations: violations, isRefused: true),
          at: loop.now)
      }
    }
  }

  /// Calls `body` with what was tolerated in the frame that is complete now.
  private func withTolerated(_ body: (UnsafeBufferPointer<Violation>) -> Void) {
    guard !tolerated.isEmpty else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    tolerated.withUnsafeBufferPointer(body)
    tolerated = []
  }
}
