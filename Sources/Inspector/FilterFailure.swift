/// Why a text is no filter, and where.
public struct FilterFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The character it was seen at, from 1.
  public var column: Int
  /// What is wrong.
  public var reason: Reason

  /// The fields of a filter.
  public enum Field: String, CaseIterable, Sendable {
    case dir, op, size, age, conn, has, hex

    /// Whether a comparison follows, and not a colon.
    var isCompared: Bool { self == .size || self == .age }

    /// How it may be written.
    var example: String {
      switch self {
      case .dir: "dir:in or dir:out"
      case .op: "op:text, op:close, op:control, op:0,1 (continuation text binary close ping pong data control reserved)"
      case .size: "size>1k, size<=100, size=0 (bytes; k M G are powers of 1024)"
      case .age: "age<5m, age>=1.5s (ms s m h)"
      case .conn: "conn:2, conn:1,orders (number or name)"
      case .has: "has:error, has:compressed, has:fragments or has:reply"
      case .hex: "hex:00ff (two digits a byte)"
      }
    }
  }

  /// What can be wrong.
  public enum Reason: Equatable, Sendable {
    /// A field that does not exist.
    case unknownField(String)
    /// A field with a colon where a comparison must stand, or the other way round.
    case sign(Field)
    /// Nothing behind the field.
    case missingValue(Field)
    /// A value that the field does not take.
    case value(Field, String)
    /// `-` with nothing behind it.
    case nothingToTurn
    /// A text in quotes that is no JSON string, in words.
    case string(String)
    /// Something right behind a text or expression.
    case trailing(String)
    /// An expression without its second slash.
    case expressionEndsEarly
    /// `//`
    case emptyExpression
    /// A flag that does not exist.
    case flag(Character)
    /// What the standard library says about an expression.
    case expression(String)
  }

  /// A sentence for people.
  public var description: String { "\(sentence) (column \(column))" }

  private var sentence: String {
    switch reason {
    case .unknownField(let name): "a filter has no field \"\(name)\""
    case .sign(let field):
      field.isCompared ? "\"\(field.rawValue)\" is compared" : "\"\(field.rawValue)\" takes a colon"
    case .missingValue(let field): "\"\(field.rawValue)\" lacks its value"
    case .value(let field, let value): "\"\(value)\" is no value for \"\(field.rawValue)\""
    case .nothingToTurn: "\"-\" stands before nothing"
    case .string(let words): "the text in quotes is no JSON string: \(words)"
    case .trailing(let word): "\"\(word)\" follows without a blank"
    case .expressionEndsEarly: "the expression does not end"
    case .emptyExpression: "the expression is empty"
    case .flag(let flag): "an expression has no flag \"\(flag)\""
    case .expression(let words): "no regular expression: \(words)"
    }
  }

  /// What would be right.
  public var hint: String {
    switch reason {
    case .unknownField(let name):
      "the fields are \(Field.allCases.map(\.rawValue).joined(separator: ", ")); to look for the text \"\(name)…\", "
        + "put it in quotes"
    case .sign(let field), .missingValue(let field), .value(let field, _): "such as \(field.example)"
    case .nothingToTurn: "-word hides what holds the word; to look for \"-\" itself, put it in quotes"
    case .string: "write it as in JSON: \"text\", with \\\" and \\\\ for what cannot stand there"
    case .trailing: "a blank parts two terms"
    case .expressionEndsEarly:
      "an expression stands between slashes: /error \\d+/i; to look for \"/\", put it in quotes"
    case .emptyExpression: "it would let everything through; to look for \"//\", put it in quotes"
    case .flag: "flags are i (capitals or not), m (^ and $ at lines) and s (. is also a newline)"
    case .expression: "\\ before . * + ? ( ) [ ] { } | ^ $ / makes it a plain character"
    }
  }
}
