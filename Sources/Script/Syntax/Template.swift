import JSONSyntax

/// A text with values to be put in: `hello ${name}`. `$${` is a literal `${`.
public struct Template: Hashable, Sendable {
  /// What a template is made of.
  public enum Piece: Hashable, Sendable {
    /// As it is.
    case text(String)
    /// What it stands for when the step runs.
    case value(ValueSource)
  }

  /// The pieces, in their order.
  public var pieces: [Piece]

  /// A template of pieces.
  public init(_ pieces: [Piece]) { self.pieces = pieces }

  /// A text without values.
  public init(text: String) { pieces = text.isEmpty ? [] : [.text(text)] }

  /// The text, where it holds no values.
  public var constant: String? {
    switch pieces.count {
    case 0: return ""
    case 1: if case .text(let text) = pieces[0] { return text } else { return nil }
    default: return nil
    }
  }

  /// The text with `replacement` for every value: for what can be checked before values are known.
  func filled(with replacement: String) -> String {
    pieces.map { if case .text(let text) = $0 { text } else { replacement } }.joined()
  }
}

/// What stands between `${` and `}`.
public enum ValueSource: Hashable, Sendable {
  /// A name that `set`, `capture`, `--variable` or `server` gives a value.
  case variable(String)
  /// A variable of the environment.
  case environment(String)
  /// A new random UUID.
  case uuid
  /// The time of day, as RFC 3339.
  case now
  /// A random whole number between two, both included.
  case random(Int, Int)
  /// The text of a file.
  case file(String)
}

/// A JSON value, or hand-made frame, with values to be put in: inside double quotes as text, escaped; elsewhere as a
/// JSON value, or as they are.
public struct JSONTemplate: Hashable, Sendable {
  /// What a template is made of.
  public enum Piece: Hashable, Sendable {
    /// As it is.
    case text(String)
    /// What it stands for when the step runs; `startsString` where it is the first in a string.
    case value(ValueSource, inString: Bool, startsString: Bool)
  }

  /// The pieces, in their order.
  public var pieces: [Piece]

  /// The text, where it holds no values.
  var constantText: String? {
    var text = ""
    for piece in pieces {
      guard case .text(let part) = piece else { return nil }
      text += part
    }
    return text
  }

  /// The JSON value, where it holds no others.
  var constantValue: JSONValue? { constantText.flatMap { try? JSONParser.parse($0.utf8Span.span) } }
}
