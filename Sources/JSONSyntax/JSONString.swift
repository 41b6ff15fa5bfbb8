import Bytes

/// What strings in JSON stand for.
public enum JSONString {
  /// The characters of `token`, a string or name of `text`, its escapes resolved.
  public static func resolve(_ token: JSONToken, in text: Span<UInt8>) throws(JSONFailure) -> String {
    let (start, end) = (token.range.lowerBound + 1, token.range.upperBound - 1)
    guard token.hasEscapes else { return string(text.extracting(start..<end)) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(end - start)
    var index = start
    while index < end {
      if text[index] == UInt8(ascii: "\\") {
        bytes.append(contentsOf: String(try escape(text, &index)).utf8)
      } else {
        bytes.append(text[index])
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func string(_ bytes: Span<UInt8>) -> String {
    unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// The character that the escape at `index` stands for; goes behind it.
  static func escape(_ text: Span<UInt8>, _ index: inout Int) throws(JSONFailure) -> Unicode.Scalar {
    let start = index
    guard index + 1 < text.count else { throw JSONFailure(.endsEarly, offset: text.count) }
    let letter = text[index + 1]
    index += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw JSONFailure(.escape, offset: start)
    }
    let first = try fourDigits(text, &index, escapeStart: start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, index + 1 < text.count, text[index] == UInt8(ascii: "\\"),
      text[index + 1] == UInt8(ascii: "u")
    else { throw JSONFailure(.loneSurrogate, offset: start) }
    index += 2
    let second = try fourDigits(text, &index, escapeStart: index - 2)
    guard second >= 0xDC00, second < 0xE000,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw JSONFailure(.loneSurrogate, offset: start) }
    return scalar
  }

  private static func fourDigits(
    _ text: Span<UInt8>, _ index: inout Int, escapeStart: Int
  ) throws(JSONFailure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard index < text.count else { throw JSONFailure(.endsEarly, offset: index) }
      guard let digit = HexDigits.value(text[index]) else { throw JSONFailure(.escape, offset: escapeStart) }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }
}
