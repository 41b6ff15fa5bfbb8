/// A frame for tests, written and read the plainest way (RFC 6455, section 5.2): lawful or not.
public struct RawFrame: Equatable, Sendable, CustomStringConvertible {
  /// FIN and the RSV bits as they stand in the first byte: 0x80 is FIN, 0x40 RSV1.
  public var bits: UInt8
  public var opcode: UInt8
  public var payload: [UInt8]
  public var isMasked: Bool

  public init(_ opcode: UInt8, _ payload: [UInt8] = [], bits: UInt8 = 0x80, isMasked: Bool = false) {
    self.bits = bits
    self.opcode = opcode
    self.payload = payload
    self.isMasked = isMasked
  }

  public static func text(_ text: String) -> RawFrame { RawFrame(1, Array(text.utf8)) }
  public static func binary(_ bytes: [UInt8]) -> RawFrame { RawFrame(2, bytes) }
  public static func ping(_ bytes: [UInt8] = []) -> RawFrame { RawFrame(9, bytes) }
  public static func pong(_ bytes: [UInt8] = []) -> RawFrame { RawFrame(10, bytes) }

  /// A Close with a code and a reason, or an empty one.
  public static func close(_ code: UInt16? = nil, _ reason: String = "") -> RawFrame {
    RawFrame(8, code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] + Array(reason.utf8) } ?? [])
  }

  /// The same frame as a client sends it.
  public var masked: RawFrame {
    var frame = self
    frame.isMasked = true
    return frame
  }

  /// The code of a Close.
  public var closeCode: UInt16? {
    opcode == 8 && payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
  }

  /// The frame on the wire, its length in the shortest form.
  public var bytes: [UInt8] {
    let mask: UInt8 = isMasked ? 0x80 : 0
    var bytes = [bits | opcode]
    switch payload.count {
    case ...125: bytes.append(mask | UInt8(payload.count))
    case ...0xFFFF: bytes += [mask | 126] + Self.bigEndian(UInt64(payload.count), 2)
    default: bytes += [mask | 127] + Self.bigEndian(UInt64(payload.count), 8)
    }
    guard isMasked else { return bytes + payload }
    let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
  }

  /// A number's last bytes, the greatest first.
  public static func bigEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
  }

  /// All whole frames in the bytes, unmasked, and how many bytes they take.
  public static func read(_ bytes: [UInt8]) -> (frames: [RawFrame], size: Int) {
    var frames = [RawFrame]()
    var start = 0
    while bytes.count >= start + 2 {
      var offset = start + 2
      var length = Int(bytes[start + 1] & 0x7F)
      let extra = length == 126 ? 2 : length == 127 ? 8 : 0
      let isMasked = bytes[start + 1] & 0x80 != 0
      guard bytes.count >= offset + extra + (isMasked ? 4 : 0) else { break }
      if extra > 0 { length = bytes[offset..<offset + extra].reduce(0) { $0 << 8 | Int($1) } }
      offset += extra
      let key = isMasked ? Array(bytes[offset..<offset + 4]) : [0, 0, 0, 0]
      if isMasked { offset += 4 }
      guard bytes.count - offset >= length else { break }
      var payload = Array(bytes[offset..<offset + length])
      // Only where there is a mask: without optimisation this takes its time.
      if isMasked { for index in payload.indices { payload[index] ^= key[index & 3] } }
      frames.append(
        RawFrame(bytes[start] & 0x0F, payload, bits: bytes[start] & 0xF0, isMasked: isMasked))
      start = offset + length
    }
    return (frames, start)
  }

  public var description: String {
    "\(String(bits | opcode, radix: 16))\(isMasked ? " masked" : "") \(payload.count) bytes: \(payload.prefix(64).hex)"
  }
}
