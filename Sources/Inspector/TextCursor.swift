public import JSONSyntax

/// Reads what somebody typed: words, blanks, quoted strings.
public struct TextCursor {
  /// The text's bytes.
  public let bytes: [UInt8]
  /// The byte that comes next.
  public private(set) var index = 0

  /// A cursor at the start of `text`.
  public init(_ text: String) { bytes = Array(text.utf8) }

  /// Whether nothing is left.
  public var isAtEnd: Bool { index == bytes.count }

  /// The byte that comes next; nil at the end.
  public var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  /// The column of a byte, in characters from 1.
  public func column(of index: Int) -> Int {
    String(decoding: bytes.prefix(index), as: UTF8.self).count + 1
  }

  /// Goes behind blanks.
  public mutating func skipBlanks() {
    while let byte = next, Self.isBlank(byte) { index += 1 }
  }

  /// Goes on by `count` bytes, at most to the end.
  public mutating func skip(_ count: Int) { index += min(count, bytes.count - index) }

  /// Goes behind `byte` if it comes next, and says whether it did.
  public mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    index += 1
    return true
  }

  /// What comes up to a blank, or the end.
  public mutating func word() -> String {
    text(while: { !Self.isBlank($0) })
  }

  /// What comes as long as `isPart` says so.
  public mutating func text(while isPart: (UInt8) -> Bool) -> String {
    let start = index
    while let byte = next, isPart(byte) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// All that is left.
  public mutating func rest() -> String { text(while: { _ in true }) }

  /// The string in quotes that comes next; fails with the place in the whole text.
  public mutating func quotedString() throws(JSONFailure) -> String {
    do throws(JSONFailure) {
      let (string, size) = try JSONScanner.leadingString(bytes.span.extracting(index...))
      index += size
      return string
    } catch {
      throw JSONFailure(error.reason, offset: error.offset + index)
    }
  }

  /// Whether it is a blank, tab or end of line.
  public static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  /// Whether it is an ASCII letter.
  public static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// Whether it is an ASCII digit.
  public static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
