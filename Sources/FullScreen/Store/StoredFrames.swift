import Bytes
import WebSocketCore

/// The frames of a message as they are kept.
struct StoredFrames: Equatable {
  struct Frame: Equatable {
    /// As it was, 2 to 14 bytes.
    var headerBytes: [UInt8]
    /// Where it stood in its direction's stream.
    var offset: UInt64
    /// Bytes of its payload on the wire.
    var payloadSize: Int
    /// Microseconds since the message's first frame.
    var delay: Int
    /// The rules it breaks.
    var violations: [Violation] = []
  }

  var frames: [Frame] = []
  /// The payloads of all frames as they were on the wire, unmasked; empty where that is the message's payload.
  var wire: [UInt8] = []

  /// Frames whose particulars are kept of one message.
  static let maximumKept = 1000
  /// Bytes behind a frame's header: offset, payload size, delay.
  static let trailerSize = 16

  /// What `append` wrote.
  init(decoding bytes: Span<UInt8>) {
    var index = 0
    while index < bytes.count {
      let size = Int(bytes[index])
      let header = index + 1
      let trailer = header + size
      guard trailer + Self.trailerSize <= bytes.count else { return }
      frames.append(
        Frame(
          headerBytes: (header..<trailer).map { bytes[$0] }, offset: bytes.bigEndian(at: trailer, as: UInt64.self),
          payloadSize: Int(bytes.bigEndian(at: trailer + 8, as: UInt32.self)),
          delay: Int(bytes.bigEndian(at: trailer + 12, as: UInt32.self))))
      index = trailer + Self.trailerSize
    }
  }

  init(frames: [Frame] = [], wire: [UInt8] = []) {
    self.frames = frames
    self.wire = wire
  }

  /// Bytes on the wire, headers too.
  static func wireSize(_ bytes: Span<UInt8>) -> Int {
    var (index, sum) = (0, 0)
    while index < bytes.count {
      let size = Int(bytes[index])
      let trailer = index + 1 + size
      guard trailer + trailerSize <= bytes.count else { break }
      sum += size + Int(bytes.bigEndian(at: trailer + 8, as: UInt32.self))
      index = trailer + trailerSize
    }
    return sum
  }

  /// Appends a frame to the bytes that are kept.
  static func append(
    header: [UInt8], offset: UInt64, payloadSize: Int, delay: Int, to bytes: inout [UInt8]
  ) {
    bytes.append(UInt8(clamping: header.count))
    bytes.append(contentsOf: header.prefix(Int(UInt8.max)))
    append(offset, to: &bytes)
    append(UInt32(clamping: payloadSize), to: &bytes)
    append(UInt32(clamping: delay), to: &bytes)
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }
}
