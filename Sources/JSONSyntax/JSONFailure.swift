/// Why a text is not JSON (RFC 8259), and where.
public struct JSONFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The byte it was seen at, from 0; the text's size where the text ends too early.
  public var offset: Int
  /// What is wrong.
  public var reason: Reason

  /// A failure at a byte.
  public init(_ reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// What can be wrong.
  public enum Reason: Equatable, Sendable, CustomStringConvertible {
    /// The text ends inside a value.
    case endsEarly
    /// A byte where something else must stand.
    case unexpected(UInt8, expected: String)
    /// More after the value.
    case trailing(UInt8)
    /// A control character inside a string.
    case controlCharacter(UInt8)
    /// A backslash that begins no escape.
    case escape
    /// Half of a surrogate pair, which is no character.
    case loneSurrogate
    /// A number with a leading zero, or without a digit where one must be.
    case number
    /// Arrays and objects inside each other beyond the limit.
    case tooDeep(limit: Int)
    /// A byte that is not UTF-8.
    case invalidUTF8

    /// A sentence for people.
    public var description: String {
      switch self {
      case .endsEarly: "the JSON ends too early"
      case .unexpected(let byte, let expected): "\(JSONFailure.name(byte)) in place of \(expected)"
      case .trailing(let byte): "\(JSONFailure.name(byte)) after the end of the JSON value"
      case .controlCharacter(let byte): "\(JSONFailure.name(byte)) must be escaped in a JSON string"
      case .escape: "no JSON escape begins like this"
      case .loneSurrogate: "half of a surrogate pair in a JSON string"
      case .number: "malformed JSON number"
      case .tooDeep(let limit): "JSON nested more than \(limit) deep"
      case .invalidUTF8: "JSON must be UTF-8"
      }
    }
  }

  /// A sentence for people.
  public var description: String { "\(reason) (at byte \(offset + 1))" }

  /// `"x"` for what can be shown, else `byte 0x0A`.
  public static func name(_ byte: UInt8) -> String {
    if byte > 0x20, byte < 0x7F { return "\"\(Unicode.Scalar(byte))\"" }
    return byte == 0x20 ? "a space" : "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
