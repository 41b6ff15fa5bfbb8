import Bytes

/// Bytes as hexadecimal digits, two a byte.
enum HexText {
  /// Appends the bytes that `text` stands for. White space in it does not count.
  /// - Returns: what is wrong and where, if anything is.
  static func decode(
    _ text: UnsafeRawBufferPointer, into output: ByteBuffer
  ) -> (offset: Int, problem: InputFailure.Problem)? {
    let target = unsafe output.reserve(text.count / 2)
    var written = 0
    var high: (offset: Int, digit: UInt8)?
    for index in text.indices {
      let byte = unsafe text[index]
      guard let digit = digit(byte) else {
        guard byte == 0x20 || byte >= 0x09 && byte <= 0x0D else { return (index, .notHex(byte)) }
        continue
      }
      if let first = high {
        unsafe target.storeBytes(of: first.digit << 4 | digit, toByteOffset: written, as: UInt8.self)
        written += 1
        high = nil
      } else {
        high = (index, digit)
      }
    }
    if let high { return (high.offset, .halfByte) }
    output.commit(written)
    return nil
  }

  /// Appends two lower-case digits for each of `bytes`.
  static func append(_ bytes: Span<UInt8>, to output: ByteBuffer) {
    let target = unsafe output.reserve(2 * bytes.count)
    for index in bytes.indices {
      unsafe target.storeBytes(of: character(bytes[index] >> 4), toByteOffset: 2 * index, as: UInt8.self)
      unsafe target.storeBytes(of: character(bytes[index] & 15), toByteOffset: 2 * index + 1, as: UInt8.self)
    }
    output.commit(2 * bytes.count)
  }

  /// The lower-case digit of `value`, 0 to 15.
  static func character(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 + value - 10 }

  /// The value of a digit; nil for all other bytes.
  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
