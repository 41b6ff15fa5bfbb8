/// What a step waits for: `bob<*json {"op": "ack"}`, and what belongs to it.
public struct Expectation: Sendable {
  /// Where it stands.
  public var place: SourcePlace
  /// Nil is the connection without a name.
  public var connection: String?
  /// How hard to look.
  public var sign: Sign
  /// What is wanted.
  public var matcher: Matcher
  /// The limit, where it is not the script's.
  public var limit: Duration?
  /// What must hold, and what is kept.
  public var conditions: [Condition] = []

  /// The sign behind the arrow.
  public enum Sign: String, Sendable {
    /// The next message, or it fails.
    case next = ""
    /// Skips what does not match.
    case skipping = "*"
    /// May be missing.
    case optional = "?"
  }
}

/// What an expected message is like.
public enum Matcher: Hashable, Sendable {
  /// This text, exactly.
  case text(Template)
  /// This text, written as a JSON string.
  case quoted(JSONTemplate)
  case json(JSONTemplate, isExact: Bool)
  /// A binary message of these bytes, in hexadecimal.
  case hex(Template)
  case base64(Template)
  /// A binary message of a file's bytes.
  case file(Template)
  /// A text in which the expression finds something.
  case expression(Expression)
  /// A text that holds this one.
  case contains(Template)
  /// Any message.
  case any
  /// Any binary message.
  case binary
  /// Nil takes any.
  case ping(JSONTemplate?)
  case pong(JSONTemplate?)
  /// Nil takes any; 1005 is a Close without a code.
  case close(UInt16?, reason: Template?)
  /// A frame with the fields that are written.
  case frame(JSONTemplate)
  /// A text, cut into frames of so many bytes.
  case fragments(Int, Template)
  /// No message.
  case nothing(Duration)
  /// The peer ends the connection without a Close.
  case end
  /// The peer resets the connection.
  case reset
}

/// `/re/flags`.
public struct Expression: Hashable, Sendable {
  /// The expression; values in it are taken literally.
  public var pattern: Template
  public var ignoresCase = false
  public var anchorsMatchLines = false
  public var dotMatchesNewlines = false
}

/// A line below an expected message, `connect` or `accept`.
public struct Condition: Sendable {
  /// Where it stands.
  public var place: SourcePlace
  /// What it wants.
  public var kind: Kind

  /// The kinds of conditions.
  public enum Kind: Sendable {
    case assert(Assertion)
    case capture(String, Captured)
  }
}

/// What `capture` keeps.
public enum Captured: Hashable, Sendable {
  case subject(Subject)
  /// What the first group found; the whole where there is no group.
  case expression(Expression)
}

/// `assert [not] SUBJECT OPERATOR [VALUE]`.
public struct Assertion: Hashable, Sendable {
  public var isNegated: Bool
  public var subject: Subject
  public var comparison: Comparison
  /// Nil with `exists`.
  public var value: ComparedValue?
}

/// What an assertion is about.
public enum Subject: Hashable, Sendable, CustomStringConvertible {
  case path(JSONPath)
  case count(JSONPath)
  case text
  case size
  /// Since our last message.
  case latency
  case opcode
  case fragments
  case compressed
  case header(String)
  case status
  case code
  case reason
  /// Of our ping to its pong.
  case roundTrip
  /// What an accepted client asked for: `/chat?room=1`.
  case target

  /// As it is written.
  public var description: String {
    switch self {
    case .path(let path): "\(path)"
    case .count(let path): "count \(path)"
    case .text: "text"
    case .size: "size"
    case .latency: "latency"
    case .opcode: "opcode"
    case .fragments: "fragments"
    case .compressed: "compressed"
    case .header(let name): "header \(name)"
    case .status: "status"
    case .code: "code"
    case .reason: "reason"
    case .roundTrip: "rtt"
    case .target: "target"
    }
  }
}

/// How an assertion compares.
public enum Comparison: String, CaseIterable, Sendable {
  case equal = "=="
  case unequal = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contains
  case matches
  case `is`
  case exists
}

/// What an assertion compares with.
public enum ComparedValue: Hashable, Sendable {
  case json(JSONTemplate)
  case time(Duration)
  case size(Int)
  case expression(Expression)
  /// A kind behind `is`, or an opcode's name.
  case word(String)
}
