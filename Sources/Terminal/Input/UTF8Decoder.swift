/// Finds the scalars in UTF-8 that comes a byte at a time, however it is cut (Unicode, table 3-7).
struct UTF8Decoder: Sendable {
  /// Bytes of a sequence that is not complete.
  private(set) var held: [UInt8] = []
  private var value: UInt32 = 0
  private var missing = 0
  /// What the next byte may be.
  private var allowed: ClosedRange<UInt8> = 0x80...0xBF

  enum Step: Equatable {
    case needsMore
    case scalar(Unicode.Scalar)
    /// These bytes are no UTF-8. If the last byte taken is not among them, it is to be taken again.
    case invalid([UInt8])
  }

  mutating func take(_ byte: UInt8) -> Step {
    guard missing > 0 else { return begin(byte) }
    guard allowed.contains(byte) else { return .invalid(reset()) }
    held.append(byte)
    value = value << 6 | UInt32(byte & 0x3F)
    missing -= 1
    allowed = 0x80...0xBF
    guard missing == 0 else { return .needsMore }
    let scalar = Unicode.Scalar(value)
    let bytes = reset()
    return scalar.map { .scalar($0) } ?? .invalid(bytes)
  }

  /// Gives up what is not complete.
  mutating func reset() -> [UInt8] {
    defer { (held, missing) = ([], 0) }
    return held
  }

  private mutating func begin(_ byte: UInt8) -> Step {
    allowed = 0x80...0xBF
    switch byte {
    case 0...0x7F: return .scalar(Unicode.Scalar(byte))
    case 0xC2...0xDF: (missing, value) = (1, UInt32(byte & 0x1F))
    case 0xE0...0xEF:
      (missing, value) = (2, UInt32(byte & 0x0F))
      // No longer form than needed, and no surrogates.
      if byte == 0xE0 { allowed = 0xA0...0xBF }
      if byte == 0xED { allowed = 0x80...0x9F }
    case 0xF0...0xF4:
      (missing, value) = (3, UInt32(byte & 0x07))
      if byte == 0xF0 { allowed = 0x90...0xBF }
      if byte == 0xF4 { allowed = 0x80...0x8F }
    default: return .invalid([byte])
    }
    held = [byte]
    return .needsMore
  }

  /// How many bytes at the end of `bytes` are the beginning of a sequence that is not complete: 0 to 3.
  static func incompleteTail(of bytes: [UInt8]) -> Int {
    for length in 1...3 where length <= bytes.count {
      switch bytes[bytes.count - length] {
      case 0x80...0xBF: continue
      case 0xC2...0xDF: return length < 2 ? length : 0
      case 0xE0...0xEF: return length < 3 ? length : 0
      case 0xF0...0xF4: return length
      default: return 0
      }
    }
    return 0
  }
}
