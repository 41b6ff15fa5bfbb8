/// A line of the history file: a JSON string.
enum HistoryLine {
  /// `text` in quotes; no byte of it ends a line.
  static func encoded(_ text: String) -> [UInt8] {
    var line: [UInt8] = [0x22]
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: line += [0x5C, byte]
      case 0x0A: line += [0x5C, UInt8(ascii: "n")]
      case 0x00..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        line += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: line.append(byte)
      }
    }
    line.append(0x22)
    return line
  }

  /// The text of `line`; nil if it is no JSON string.
  static func decoded(_ line: ArraySlice<UInt8>) -> String? {
    var bytes = line
    guard bytes.count >= 2, bytes.popFirst() == 0x22, bytes.popLast() == 0x22 else { return nil }
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    while let byte = bytes.popFirst() {
      guard byte == 0x5C else {
        if byte == 0x22 || byte < 0x20 { return nil }
        text.append(byte)
        continue
      }
      switch bytes.popFirst() {
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case .some(let sign) where sign == 0x22 || sign == 0x5C || sign == UInt8(ascii: "/"): text.append(sign)
      case UInt8(ascii: "u"):
        guard let scalar = escapedScalar(&bytes) else { return nil }
        text.append(contentsOf: String(scalar).utf8)
      default: return nil
      }
    }
    return String(validating: text, as: UTF8.self)
  }

  /// What stands behind `\u`, with the other half of a pair of surrogates.
  private static func escapedScalar(_ bytes: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
    guard let first = digits(&bytes) else { return nil }
    guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
    guard bytes.popFirst() == 0x5C, bytes.popFirst() == UInt8(ascii: "u"), let second = digits(&bytes),
      (0xDC00..<0xE000).contains(second)
    else { return nil }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private static func digits(_ bytes: inout ArraySlice<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = bytes.popFirst(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
