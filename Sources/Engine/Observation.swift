import Bytes
import Trace
import Transport
import WebSocketCore

/// What listening to a connection takes: made when a client, tap or screen asks.
final class Observation {
  let tap: (any Tap)?
  // Counted for every frame, and no access spans a call.
  @exclusivity(unchecked) var statistics = Statistics()
  @exclusivity(unchecked) private var sentOffset: UInt64 = 0
  /// What the message that is being sent was before compression.
  var plain: [UInt8]?
  /// What has been sent of a message in several frames.
  private var unfinished: MessageRecord?
  /// What was tolerated in the frame that is being received.
  fileprivate var tolerated: [Violation] = []
  /// Our pings that are not answered, oldest first.
  private var pings: [(payload: [UInt8], sent: Instant)] = []
  private static let maximumPings = 100

  init(tap: (any Tap)?) {
    self.tap = tap
  }

  /// A frame that lies in `buffer` from `position` to the end, its header `size` bytes long.
  func sent(_ header: FrameHeader, at position: Int, size: Int, in buffer: ByteBuffer, loop: Loop) {
    let end = buffer.count
    statistics.sent.count(header, size: end - position - size, at: loop.now)
    if tap != nil || header.opcode == .ping {
      let bytes = buffer.bytes
      var payload = [UInt8](bytes[(position + size)..<end])
      if let key = header.maskingKey {
        payload.withUnsafeMutableBytes { Masking.apply(key, to: $0) }
      }
      if header.opcode == .ping { sentPing(payload, at: loop.now) }
      let (part, message) = place(of: header, payload)
      tap?.saw(
        .frame(
          FrameRecord(
            direction: .sent, time: loop.now, header: header,
            headerBytes: [UInt8](bytes[position..<(position + size)]), payload: payload, offset: sentOffset,
            part: part, message: message)))
    }
    sentOffset += UInt64(end - position)
  }

  private func sentPing(_ payload: [UInt8], at time: Instant) {
    pings.append((payload, time))
    if pings.count > Self.maximumPings { pings.removeFirst() }
  }

  /// A Pong came. It answers the oldest ping of its payload, and those before it that were passed over.
  fileprivate func receivedPong(_ payload: Span<UInt8>, at time: Instant) {
    guard !pings.isEmpty else { return }
    let payload = Array(copying: payload)
    guard let place = pings.firstIndex(where: { $0.payload == payload }) else { return }
    statistics.roundTrips.add(pings[place].sent.duration(to: time))
    pings.removeSubrange(...place)
  }

  /// Raw bytes that were put on the stream.
  func sent(_ bytes: [UInt8]) {
    tap?.saw(.sentBytes(bytes, offset: sentOffset))
    sentOffset += UInt64(bytes.count)
  }

  /// A sent frame's place in a message, and the message if it completes one.
  private func place(of header: FrameHeader, _ payload: [UInt8]) -> (MessagePart?, MessageRecord?) {
    // A frame made by hand may have any place and tell any length; what it belongs to is then the peer's to say.
    let isDue = unfinished == nil ? header.opcode == .text || header.opcode == .binary : header.opcode == .continuation
    guard isDue, header.payloadLength == UInt64(payload.count) else { return (nil, nil) }
    var message = unfinished ?? MessageRecord(opcode: header.opcode, payload: [], fragmentCount: 0)
    unfinished = nil
    if header.reservedBits.contains(.rsv1), let plain {
      message.isCompressed = true
      message.payload = plain
    } else if message.fragmentCount == 0 {
      message.payload = payload
    } else {
      message.payload += payload
    }
    let part = MessagePart(opcode: message.opcode, index: message.fragmentCount, isCompressed: message.isCompressed)
    message.fragmentCount += 1
    message.wireSize += header.payloadLength
    if header.isFinal { return (part, message) }
    unfinished = message
    return (part, nil)
  }
}

extension Connection {
  func observe(received frame: FrameEvent, _ observation: Observation) {
    observation.statistics.received.count(frame.header, size: frame.payload.count, at: context.loop.now)
    if frame.header.opcode == .pong { observation.receivedPong(frame.payload, at: context.loop.now) }
    if frame.completes, !frame.header.opcode.isControl {
      observation.statistics.received.messages += 1
      observation.statistics.received.payloadBytes += frame.message.count
    }
    if let tap = observation.tap { tell(tap, received: frame, observation) }
  }

  private func tell(_ tap: any Tap, received frame: FrameEvent, _ observation: Observation) {
    let payload = Array(copying: frame.payload)
    let isData = frame.messageOpcode == .text || frame.messageOpcode == .binary
    var message: MessageRecord?
    if frame.completes, isData {
      let isPayload = frame.fragmentCount == 1 && !frame.isCompressed
      message = MessageRecord(
        opcode: frame.messageOpcode, payload: isPayload ? payload : Array(copying: frame.message),
        wireSize: UInt64(frame.messageWireSize), fragmentCount: frame.fragmentCount,
        isCompressed: frame.isCompressed)
    }
    tap.saw(
      .frame(
        FrameRecord(
          direction: .received, time: context.loop.now, header: frame.header,
          headerBytes: frame.withHeaderBytes { Array(copying: $0) }, payload: payload, offset: frame.offset,
          part: isData
            ? MessagePart(
              opcode: frame.messageOpcode, index: frame.messageOffset, isCompressed: frame.isCompressed) : nil,
          message: message, violations: observation.takeTolerated())))
  }

  /// Tells the tap of a violation, and of the frame that the connection failed for.
  func observe(_ violation: Violation, _ observation: Observation) {
    guard let tap = observation.tap else { return }
    guard let frame = machine.violatingFrame else {
      observation.tolerated.append(violation)
      tap.saw(.tolerated(violation))
      return
    }
    let header = ByteBuffer()
    frame.header.write(into: header)
    tap.saw(
      .frame(
        FrameRecord(
          direction: .received, time: context.loop.now, header: frame.header,
          headerBytes: Array(copying: header.span), payload: frame.payload, offset: frame.offset,
          violations: observation.takeTolerated() + [violation], isRefused: true)))
  }
}

extension Observation {
  /// What was tolerated in the frame that is complete now.
  fileprivate func takeTolerated() -> [Violation] {
    guard !tolerated.isEmpty else { return [] }
    defer { tolerated = [] }
    return tolerated
  }
}
