/// Hexadecimal digits, two for a byte.
public enum HexDigits {
  /// The lower-case digit of `value`, 0 to 15.
  public static func character(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 + value - 10 }

  /// The value of a digit; nil for all other bytes.
  public static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// The two lower-case digits of `byte`.
  public static func text(_ byte: UInt8) -> String {
    String(decoding: [character(byte >> 4), character(byte & 15)], as: UTF8.self)
  }

  /// Appends the eight lower-case digits of `value`.
  @inlinable public static func append(_ value: UInt32, to output: ByteBuffer) {
    // Each half goes to a byte of its own, all eight at once.
    var halves = UInt64(value)
    halves = (halves | halves << 16) & 0x0000_FFFF_0000_FFFF
    halves = (halves | halves << 8) & 0x00FF_00FF_00FF_00FF
    halves = (halves | halves << 4) & 0x0F0F_0F0F_0F0F_0F0F
    let letters = (halves + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    let digits = halves + 0x3030_3030_3030_3030 + letters * (0x61 - 0x3A)
    unsafe output.reserve(8).storeBytes(of: digits.bigEndian, as: UInt64.self)
    output.commit(8)
  }

  /// Appends two lower-case digits for each of `bytes`.
  public static func append(_ bytes: Span<UInt8>, to output: ByteBuffer) {
    let target = unsafe output.reserve(2 * bytes.count)
    for index in bytes.indices {
      unsafe target.storeBytes(of: character(bytes[index] >> 4), toByteOffset: 2 * index, as: UInt8.self)
      unsafe target.storeBytes(of: character(bytes[index] & 15), toByteOffset: 2 * index + 1, as: UInt8.self)
    }
    output.commit(2 * bytes.count)
  }
}
