import JSONSyntax

/// Reads what somebody typed: words, blanks, quoted strings.
struct TextCursor {
  let bytes: [UInt8]
  private(set) var index = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { index == bytes.count }

  var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  /// The column of a byte, in characters from 1.
  func column(of index: Int) -> Int {
    String(decoding: bytes.prefix(index), as: UTF8.self).count + 1
  }

  mutating func skipBlanks() {
    while let byte = next, Self.isBlank(byte) { index += 1 }
  }

  mutating func skip(_ count: Int) { index = min(bytes.count, index + count) }

  mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    index += 1
    return true
  }

  /// What comes up to a blank, or the end.
  mutating func word() -> String {
    text(while: { !Self.isBlank($0) })
  }

  /// What comes as long as `isPart` says so.
  mutating func text(while isPart: (UInt8) -> Bool) -> String {
    let start = index
    while let byte = next, isPart(byte) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// All that is left.
  mutating func rest() -> String { text(while: { _ in true }) }

  /// The string in quotes that comes next; fails with the place in the whole text.
  mutating func quotedString() throws(JSONFailure) -> String {
    do throws(JSONFailure) {
      let (string, size) = try JSONScanner.leadingString(bytes.span.extracting(index...))
      index += size
      return string
    } catch {
      throw JSONFailure(error.reason, offset: error.offset + index)
    }
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
