import Inspector
import JSONSyntax
import PlainText
import WebSocketCore

/// What was found, as conditions ask about it.
struct Found {
  var message: ReceivedMessage?
  var control: ReceivedControl?
  var close: CloseFrame?
  var headers: HTTPHeaders?
  var status: Int?
  var target: String?
  var latency: Duration?

  /// A value that conditions compare.
  enum Value {
    case json(JSONValue)
    case time(Duration)
    case missing(String)
  }

  func value(of subject: Subject) -> Value {
    switch subject {
    case .path(let path):
      return select(path) { (value) throws(JSONPath.Overflow) in
        let values = try path.values(in: value)
        // Several values are compared as the list of them.
        guard path.isSingular else { return .array(values) }
        return values.first
      }
    case .count(let path):
      return select(path) { (value) throws(JSONPath.Overflow) in .number("\(try path.count(in: value))") }
    case .text:
      if let payload = message?.payload ?? control?.payload { return text(String(decoding: payload, as: UTF8.self)) }
      return .missing("there is no text")
    case .size: return number((message?.payload ?? control?.payload)?.count, "there is no message")
    case .latency: return time(latency, "nothing was sent before")
    case .opcode: return (message?.opcode.name).map(text) ?? .missing("there is no message")
    case .fragments: return number(message?.fragments.count, "there is no message")
    case .compressed: return message.map { .json(.bool($0.isCompressed)) } ?? .missing("there is no message")
    case .header(let name):
      let values = headers?.all(name) ?? []
      return values.isEmpty ? .missing("there is no header \(name)") : text(values.joined(separator: ", "))
    case .status: return number(status, "there is no status")
    case .code: return number((close?.code?.rawValue).map(Int.init), "the Close has no code")
    case .reason: return text(close?.reason ?? "")
    case .roundTrip: return time(control?.roundTrip, "no Ping of ours had this payload")
    case .target: return target.map(text) ?? .missing("there is no request")
    }
  }

  private func text(_ text: String) -> Value { .json(.string(text)) }

  private func number(_ number: Int?, _ missing: String) -> Value {
    number.map { .json(.number("\($0)")) } ?? .missing(missing)
  }

  private func time(_ time: Duration?, _ missing: String) -> Value { time.map(Value.time) ?? .missing(missing) }

  private func select(_ path: JSONPath, _ read: (JSONValue) throws(JSONPath.Overflow) -> JSONValue?) -> Value {
    guard let message else { return .missing("there is no message") }
    switch message.json {
    case .failure(let failure): return .missing("what came is no JSON: \(failure)")
    case .success(let value):
      do throws(JSONPath.Overflow) {
        guard let found = try read(value) else { return .missing("nothing stands at \(path)") }
        return .json(found)
      } catch { return .missing("\(error)") }
    }
  }
}

/// What became of a condition.
enum ConditionOutcome {
  case holds
  case captured(String, JSONValue)
  case unknown(PatternQuestion)
  case failed(Failure.Kind, String, expected: String?, received: String?)
}

extension ScriptValues {
  /// Looks whether a condition holds of what was found.
  mutating func check(
    _ condition: Condition, of found: Found, _ memory: PatternMemory
  ) throws(ValueFailure) -> ConditionOutcome {
    switch condition.kind {
    case .capture(let name, .subject(let subject)):
      switch found.value(of: subject) {
      case .json(let value): return .captured(name, value)
      case .time(let time): return .captured(name, .string(Quantity.duration(time)))
      case .missing(let why): return .failed(.value, "nothing to capture: \(why)", expected: nil, received: nil)
      }
    case .capture(let name, .expression(let expression)):
      guard case .json(let value) = found.value(of: .text) else {
        return .failed(.value, "nothing to capture: there is no text", expected: nil, received: nil)
      }
      let resolved = try resolve(expression, at: condition.place)
      let question = resolved.question(Self.plain(value))
      switch memory[question] {
      case nil: return .unknown(question)
      case .late: return .failed(.pattern, Self.late(resolved.written), expected: nil, received: nil)
      case .notFound:
        return .failed(
          .value, "nothing to capture: the text does not match", expected: resolved.written, received: value.text)
      case .found(let groups):
        guard let text = (groups.count > 1 ? groups[1] : groups.first) ?? nil else {
          return .failed(
            .value, "nothing to capture: the group took no part", expected: resolved.written, received: value.text)
        }
        return .captured(name, .string(text))
      }
    case .assert(let assertion): return try check(assertion, of: found, memory, at: condition.place)
    }
  }

  static func late(_ expression: String) -> String { "the expression \(expression) did not finish within a second" }

  private mutating func check(
    _ assertion: Assertion, of found: Found, _ memory: PatternMemory, at place: SourcePlace
  ) throws(ValueFailure) -> ConditionOutcome {
    let value = found.value(of: assertion.subject)
    if case .expression(let expression)? = assertion.value {
      let resolved = try resolve(expression, at: place)
      guard case .json(let value) = value else {
        return outcome(assertion, false, value, expected: "a text that matches \(resolved.written)")
      }
      let question = resolved.question(Self.plain(value))
      switch memory[question] {
      case nil: return .unknown(question)
      case .late: return .failed(.pattern, Self.late(resolved.written), expected: nil, received: nil)
      case let answer?:
        return outcome(
          assertion, answer != .notFound, .json(value), expected: "a text that matches \(resolved.written)")
      }
    }
    if assertion.comparison == .exists {
      var exists = true
      if case .missing = value { exists = false }
      // A path for several values selects none: that is an empty list.
      if case .json(.array([])) = value, case .path(let path) = assertion.subject, !path.isSingular { exists = false }
      return outcome(assertion, exists, value, expected: "something")
    }
    let expected = try compared(assertion.value, with: value, at: place)
    let words = Self.words(expected)
    return outcome(
      assertion, holds(value, assertion.comparison, expected), value,
      expected: assertion.comparison == .equal ? words : "\(assertion.comparison.rawValue) \(words)")
  }

  /// What an assertion compares with; a text or number is a time where the subject is.
  private mutating func compared(
    _ value: ComparedValue?, with subject: Found.Value, at place: SourcePlace
  ) throws(ValueFailure) -> Found.Value {
    switch value {
    case .time(let time): return .time(time)
    case .size(let size): return .json(.number("\(size)"))
    case .word(let word): return .json(.string(word))
    case .json(let template):
      let json = try json(template, at: place)
      guard case .time = subject else { return .json(json) }
      guard let time = TypedQuantity.time(Self.plain(json)) else {
        throw ValueFailure(sentence: "\(json.text) is no time", hint: "such as \"50ms\" or 1.5")
      }
      return .time(time)
    case .expression, nil: return .missing("")
    }
  }

  private func outcome(
    _ assertion: Assertion, _ holds: Bool, _ value: Found.Value, expected: String
  ) -> ConditionOutcome {
    guard holds == assertion.isNegated else { return .holds }
    return .failed(
      .assertion, "\(assertion.subject) is not as asserted",
      expected: assertion.isNegated ? "not \(expected)" : expected, received: Self.words(value))
  }

  private static func words(_ value: Found.Value) -> String {
    switch value {
    case .json(let value): value.text(limit: 1000)
    case .time(let time): Quantity.duration(time)
    case .missing(let why): why
    }
  }

  private func holds(_ value: Found.Value, _ comparison: Comparison, _ expected: Found.Value) -> Bool {
    switch (value, expected) {
    case (.time(let one), .time(let other)): return Self.holds(one, comparison, other)
    case (.json(let one), .json(let other)): return Self.holds(one, comparison, other)
    // What is missing differs from everything.
    case (.missing, _): return comparison == .unequal
    default: return false
    }
  }

  private static func holds<Kind: Comparable>(_ one: Kind, _ comparison: Comparison, _ other: Kind) -> Bool {
    switch comparison {
    case .equal: one == other
    case .unequal: one != other
    case .less: one < other
    case .lessOrEqual: one <= other
    case .greater: one > other
    case .greaterOrEqual: one >= other
    case .contains, .matches, .is, .exists: false
    }
  }

  private static func holds(_ one: JSONValue, _ comparison: Comparison, _ other: JSONValue) -> Bool {
    switch (comparison, one, other) {
    case (.equal, _, _): return one.means(other)
    case (.unequal, _, _): return !one.means(other)
    case (.is, _, .string(let kind)): return JSONKind(rawValue: kind)?.has(one) == true
    case (.contains, .string(let text), _):
      return ByteSearch.contains(Array(text.utf8).span, Array(plain(other).utf8))
    case (.contains, .array(let elements), _): return elements.contains { $0.means(other) }
    case (.contains, .object(let members), .string(let name)): return members.contains { $0.name == name }
    case (_, .number(let one), .number(let other)):
      if let one = Int(one), let other = Int(other) { return holds(one, comparison, other) }
      guard let one = Double(one), let other = Double(other) else { return false }
      return holds(one, comparison, other)
    case (_, .string(let one), .string(let other)):
      // By code points, so that times in one form compare as times.
      let one = Array(one.unicodeScalars.map(\.value))
      let other = Array(other.unicodeScalars.map(\.value))
      if one == other { return comparison == .lessOrEqual || comparison == .greaterOrEqual }
      let isLess = one.lexicographicallyPrecedes(other)
      return [.less, .lessOrEqual].contains(comparison)
        ? isLess : [.greater, .greaterOrEqual].contains(comparison) && !isLess
    default: return false
    }
  }
}

extension JSONKind {
  /// Whether a value is of this kind.
  func has(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.string, .string), (.number, .number), (.boolean, .bool), (.null, .null), (.array, .array),
      (.object, .object):
      true
    case (.integer, .number(let text)): Int(text) != nil || Double(text).map { $0 == $0.rounded() } == true
    case (.uuid, .string(let text)): JSONForm.isUUID(text)
    case (.time, .string(let text)): JSONForm.isTime(text)
    default: false
    }
  }
}
