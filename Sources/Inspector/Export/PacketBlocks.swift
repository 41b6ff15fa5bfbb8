import Bytes
import Trace

/// The blocks of a pcapng file with one interface (draft-ietf-opsawg-pcapng), in little-endian order.
struct PacketBlocks {
  private let body = ByteBuffer()

  /// Appends the blocks that begin a file.
  func begin(_ output: ByteBuffer) {
    append(0x0A0D_0D0A, to: output) {
      body.append(little: 0x1A2B_3C4D as UInt32)
      body.append(little: 1 as UInt16)
      body.append(little: 0 as UInt16)
      // The section's length is not known.
      body.append(little: UInt64.max)
      // shb_userappl
      option(4, Array("wscope".utf8))
      endOfOptions()
    }
    append(1, to: output) {
      // LINKTYPE_RAW: packets begin with the IP header.
      body.append(little: 101 as UInt16)
      body.append(little: 0 as UInt16)
      body.append(little: 0 as UInt32)
      // if_tsresol: nanoseconds.
      option(9, [9])
      endOfOptions()
    }
  }

  /// Appends a packet.
  /// - Parameter isInbound: whether it came to us.
  func append(
    _ packet: Span<UInt8>, at time: UTCTime, isInbound: Bool, comment: String? = nil, to output: ByteBuffer
  ) {
    let seconds = UInt64(clamping: time.seconds)
    let stamp = seconds &* 1_000_000_000 &+ UInt64(time.nanoseconds.magnitude)
    let (count, flags): (UInt32, UInt8) = (UInt32(packet.count), isInbound ? 1 : 2)
    body.removeAll()
    body.append(little: 0 as UInt32)
    body.append(little: UInt32(truncatingIfNeeded: stamp >> 32))
    body.append(little: UInt32(truncatingIfNeeded: stamp))
    body.append(little: count)
    body.append(little: count)
    body.append(packet)
    pad(packet.count)
    // epb_flags
    option(2, [flags, 0, 0, 0])
    if let comment { option(1, Array(comment.utf8.prefix(1 << 14))) }
    endOfOptions()
    write(6, to: output)
  }

  private func append(_ type: UInt32, to output: ByteBuffer, _ fill: () -> Void) {
    body.removeAll()
    fill()
    write(type, to: output)
  }

  private func write(_ type: UInt32, to output: ByteBuffer) {
    let size = UInt32(body.count + 12)
    output.append(little: type)
    output.append(little: size)
    output.append(body.span)
    output.append(little: size)
  }

  private func option(_ code: UInt16, _ value: [UInt8]) {
    body.append(little: code)
    body.append(little: UInt16(value.count))
    body.append(value.span)
    pad(value.count)
  }

  private func endOfOptions() { body.append(little: 0 as UInt32) }

  private func pad(_ count: Int) {
    for _ in 0..<(4 - count % 4) % 4 { body.append(0) }
  }
}

extension ByteBuffer {
  fileprivate func append(little value: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}
