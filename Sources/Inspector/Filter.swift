public import WebSocketCore

/// What a filter looks at, beside the payload.
public struct FilterSubject: Equatable, Sendable {
  /// Whether it was received.
  public var isReceived: Bool
  /// The message's opcode, or the frame's.
  public var opcode: Opcode
  /// How long ago it came or went.
  public var age: Duration
  /// The connection's number, from 1.
  public var connection: Int
  /// The connection's name, where it has one.
  public var connectionName: String?
  /// What is special about it.
  public var marks: Set<FilterMark>

  /// A subject.
  public init(
    isReceived: Bool, opcode: Opcode, age: Duration = .zero, connection: Int = 1, connectionName: String? = nil,
    marks: Set<FilterMark> = []
  ) {
    self.isReceived = isReceived
    self.opcode = opcode
    self.age = age
    self.connection = connection
    self.connectionName = connectionName
    self.marks = marks
  }
}

/// What `has:` asks for.
public enum FilterMark: String, CaseIterable, Sendable {
  /// It breaks a rule.
  case error
  /// It was compressed.
  case compressed
  /// It came in more than one frame.
  case fragments
  /// It answers something, or is answered.
  case reply
}

/// Which messages are shown: `dir:in op:text size>1k age<5m conn:2 has:error /re/ -heartbeat`.
///
/// All terms must hold; `-` before one turns it round. A word is looked for in the payload, as is a text in quotes
/// (as in JSON), bytes by `hex:00ff`, an expression as `/re/flags`.
///
/// Expressions match without a bound of time, so they are only carried: `matches` judges all other terms, and where it
/// says yes, whoever has a thread for it asks what `makeMatcher` makes.
public struct Filter: Equatable, Sendable {
  /// The text it was made of.
  public let text: String
  let terms: [FilterTerm]
  /// The expressions among the terms, each of which must match, or not match where it is turned round.
  public let expressions: [FilterExpression]

  /// The filter that `text` says; an empty one lets everything through.
  public init(_ text: String) throws(FilterFailure) {
    var parser = FilterParser(text)
    let terms = try parser.terms()
    self.text = text
    self.terms = terms.filter { if case .expression = $0.test { false } else { true } }
    expressions = terms.compactMap {
      guard case .expression(var expression) = $0.test else { return nil }
      expression.isNegated = $0.isNegated
      return expression
    }
  }

  /// Whether it lets everything through.
  public var isEmpty: Bool { terms.isEmpty && expressions.isEmpty }

  /// Whether a term asks for a mark, or for none of it.
  public func mentions(_ mark: FilterMark) -> Bool { terms.contains { $0.test == .mark(mark) } }

  /// Whether all terms but the expressions hold.
  public func matches(_ subject: FilterSubject, payload: Span<UInt8>) -> Bool {
    for term in terms where term.test.holds(subject, payload) == term.isNegated { return false }
    return true
  }

  /// A function that says whether the expressions hold for a payload; to be made and called where nobody waits.
  public func makeMatcher() -> (String) -> Bool {
    let expressions = expressions.map { (isNegated: $0.isNegated, pattern: $0.compiled()) }
    return { payload in
      expressions.allSatisfy { expression in
        guard let pattern = expression.pattern else { return false }
        return (payload.firstMatch(of: pattern) != nil) != expression.isNegated
      }
    }
  }
}

/// A regular expression in a filter.
public struct FilterExpression: Equatable, Sendable {
  /// What stands between the slashes; `\/` is a slash.
  public var pattern: String
  /// `i`, `m` and `s`, as they were given.
  public var flags: String
  /// Whether it must not match.
  public var isNegated = false

  /// The expression, ready to match; nil where it is none.
  public func compiled() -> Regex<AnyRegexOutput>? {
    try? Regex(pattern)
      .matchingSemantics(.unicodeScalar)
      .ignoresCase(flags.contains("i"))
      .anchorsMatchLineEndings(flags.contains("m"))
      .dotMatchesNewlines(flags.contains("s"))
  }
}

/// One term of a filter.
struct FilterTerm: Equatable, Sendable {
  var test: FilterTest
  var isNegated: Bool
}

/// What a term asks.
enum FilterTest: Equatable, Sendable {
  case direction(isReceived: Bool)
  case opcodes(Set<Opcode>)
  case size(Comparison, Int)
  case age(Comparison, Duration)
  case connections([String])
  case mark(FilterMark)
  case bytes([UInt8])
  case expression(FilterExpression)

  enum Comparison: String, CaseIterable, Sendable {
    // The longer ones first, as they begin with the shorter.
    case atLeast = ">="
    case atMost = "<="
    case more = ">"
    case less = "<"
    case equal = "="

    func holds<Value: Comparable>(_ one: Value, _ other: Value) -> Bool {
      switch self {
      case .atLeast: one >= other
      case .atMost: one <= other
      case .more: one > other
      case .less: one < other
      case .equal: one == other
      }
    }
  }

  func holds(_ subject: FilterSubject, _ payload: Span<UInt8>) -> Bool {
    switch self {
    case .direction(let isReceived): subject.isReceived == isReceived
    case .opcodes(let opcodes): opcodes.contains(subject.opcode)
    case .size(let comparison, let size): comparison.holds(payload.count, size)
    case .age(let comparison, let age): comparison.holds(subject.age, age)
    case .connections(let names):
      names.contains { $0 == "\(subject.connection)" || $0 == subject.connectionName }
    case .mark(let mark): subject.marks.contains(mark)
    case .bytes(let bytes): ByteSearch.contains(payload, bytes)
    case .expression: true
    }
  }
}
