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
      guard let digit = HexDigits.value(byte) else {
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
}
