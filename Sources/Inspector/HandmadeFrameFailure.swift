import JSONSyntax

/// Why a text says no frame, and where.
public struct HandmadeFrameFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The character it was seen at, from 1.
  public var column: Int
  /// What is wrong.
  public var reason: Reason

  /// What can be wrong.
  public enum Reason: Equatable, Sendable {
    /// A field that does not exist.
    case unknownField(String)
    /// A word that is neither a field nor a payload.
    case unexpected(String)
    /// A field that was there already.
    case repeatedField(String)
    /// A value that the field does not take.
    case value(field: String, String)
    /// A length that `form` cannot tell.
    case doesNotFit(length: UInt64, bits: Int)
    /// A payload in quotes that is no JSON string, in words.
    case string(String)
    /// Something in `hex` that is no digit.
    case notHex(Character)
    /// Half a byte at the end of `hex`.
    case halfByte
    /// More behind the payload.
    case trailing(String)
  }

  /// A sentence for people.
  public var description: String { "\(sentence) (column \(column))" }

  /// The sentence without the place.
  public var sentence: String {
    switch reason {
    case .unknownField(let name): "a frame has no field \"\(name)\""
    case .unexpected(let word): "\"\(word)\" is neither a field nor a payload"
    case .repeatedField(let name): "\"\(name)\" is given twice"
    case .value(let field, let value): "\"\(value)\" is no value for \"\(field)\""
    case .doesNotFit(let length, let bits): "a length of \(length) cannot be written in form=\(bits)"
    case .string(let words): "the payload is no JSON string: \(words)"
    case .notHex(let character): "\"\(character)\" is not a hexadecimal digit"
    case .halfByte: "the last byte has one digit"
    case .trailing(let word): "\"\(word)\" stands behind the payload"
    }
  }

  /// What would be right.
  public var hint: String {
    switch reason {
    case .unknownField: "the fields are \(Self.fields.joined(separator: ", "))"
    case .unexpected: "write fields as NAME=VALUE, then the payload as \"text\" or hex 00 01 02"
    case .repeatedField: "each field stands once"
    case .value(let field, _): "\(field) is \(Self.values(of: field))"
    case .doesNotFit(_, let bits):
      bits == 7 ? "form=7 goes up to 125" : "form=16 goes up to 65535; form=64 takes any length"
    case .string: "write it as in JSON: \"text\", with \\\" \\\\ \\n \\u0000 for what cannot stand there"
    case .notHex: "hex takes digits 0 to 9 and a to f, with blanks where they help"
    case .halfByte: "each byte has two digits"
    case .trailing: "the payload comes last"
    }
  }

  static let fields = ["fin", "rsv1", "rsv2", "rsv3", "opcode", "mask", "length", "form"]

  private static func values(of field: String) -> String {
    switch field {
    case "opcode": "continuation, text, binary, close, ping, pong or a number from 0 to 15"
    case "mask": "on, off or a key of 8 hexadecimal digits"
    case "length": "a number from 0 to \(UInt64.max)"
    case "form": "7, 16 or 64"
    default: "0 or 1"
    }
  }
}
