import Bytes

/// Escapes in what one types: `\0`, `\n`, `\r`, `\t`, `\e`, `\\`, `\x1e`, `\u001e`, `\u{1f600}`.
public enum TextEscapes {
  /// Why an escape stands for nothing, and where.
  public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The backslash's place, in characters from 1.
    public var column: Int
    /// What is wrong.
    public var reason: Reason

    /// What can be wrong.
    public enum Reason: Error, Equatable, Sendable {
      /// A letter that begins no escape; nil at the end of the text.
      case unknown(Character?)
      /// Too few digits, or none.
      case digits(String)
      /// A byte that is no character by itself.
      case byte(UInt8)
      /// A number that is no character.
      case noCharacter(UInt32)
    }

    /// A sentence for people.
    public var description: String {
      let sentence =
        switch reason {
        case .unknown(let letter?): "\"\\\(letter)\" is no escape"
        case .unknown(nil): "a backslash at the end escapes nothing"
        case .digits(let form): "digits are missing; the form is \(form)"
        case .byte(let byte): "\\x\(String(byte, radix: 16)) is no character by itself"
        case .noCharacter(let value): "U+\(String(value, radix: 16, uppercase: true)) is no character"
        }
      return "\(sentence) (column \(column))"
    }

    /// What would be right.
    public var hint: String {
      switch reason {
      case .byte(let byte): "write \\u00\(String(byte, radix: 16)) for the character, or send the bytes as hex"
      default: "escapes are \\0 \\n \\r \\t \\e \\x1e \\u001e \\u{1f600}, and \\\\ for a backslash"
      }
    }
  }

  /// `text` with its escapes resolved.
  public static func resolve(_ text: String) throws(Failure) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while true {
      let start = rest.startIndex
      guard let scalar = rest.popFirst() else { return String(result) }
      guard scalar == "\\" else {
        result.append(scalar)
        continue
      }
      do throws(Failure.Reason) {
        result.append(try escape(&rest))
      } catch {
        throw Failure(column: String(text.unicodeScalars[..<start]).count + 1, reason: error)
      }
    }
  }

  /// The character that an escape stands for, from behind its backslash.
  private static func escape(_ rest: inout Substring.UnicodeScalarView) throws(Failure.Reason) -> Unicode.Scalar {
    switch rest.popFirst() {
    case "0": return "\0"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "e": return "\u{1B}"
    case "\\": return "\\"
    case "x":
      guard let value = number(&rest, digits: 2...2) else { throw .digits("\\x1e") }
      guard value < 0x80 else { throw .byte(UInt8(value)) }
      return Unicode.Scalar(UInt8(value))
    case "u" where rest.first == "{":
      rest.removeFirst()
      guard let value = number(&rest, digits: 1...6), rest.popFirst() == "}" else { throw .digits("\\u{1f600}") }
      guard let scalar = Unicode.Scalar(value) else { throw .noCharacter(value) }
      return scalar
    case "u":
      guard let value = number(&rest, digits: 4...4) else { throw .digits("\\u001e") }
      if let scalar = Unicode.Scalar(value) { return scalar }
      // As in JSON, two halves make one character.
      guard value < 0xDC00, rest.popFirst() == "\\", rest.popFirst() == "u",
        let low = number(&rest, digits: 4...4), low >= 0xDC00, low < 0xE000,
        let scalar = Unicode.Scalar(0x10000 + (value - 0xD800) << 10 + (low - 0xDC00))
      else { throw .noCharacter(value) }
      return scalar
    case let other: throw .unknown(other.map { Character($0) })
    }
  }

  private static func number(
    _ rest: inout Substring.UnicodeScalarView, digits: ClosedRange<Int>
  ) -> UInt32? {
    var value: UInt32 = 0
    var count = 0
    while count < digits.upperBound, let scalar = rest.first, scalar.isASCII,
      let digit = HexDigits.value(UInt8(ascii: scalar))
    {
      value = value << 4 | UInt32(digit)
      count += 1
      rest.removeFirst()
    }
    return digits.contains(count) ? value : nil
  }
}
