import Inspector
import WebSocketCore

/// `assert` and `capture`.
extension ScriptParser {
  /// A condition; nil where the line is another.
  mutating func condition(_ reader: inout LineReader, about topic: ConditionTopic) throws(ScriptError) -> Condition? {
    if reader.take(keyword: "assert") {
      return Condition(place: reader.place, kind: .assert(try assertion(&reader, topic)))
    }
    guard reader.take(keyword: "capture") else { return nil }
    let name = try definedName(&reader, "capture NAME = PATH, or capture NAME = /expression (group)/")
    let captured: Captured
    if reader.next == UInt8(ascii: "/") {
      guard topic.has(.text) else {
        throw reader.error("\(topic.name) has no text", hint: Self.hint(for: topic))
      }
      captured = .expression(try expression(reader.rest()))
    } else {
      captured = .subject(try subject(&reader, topic))
      try reader.end()
    }
    names.give(name, \.values)
    return Condition(place: reader.place, kind: .capture(name, captured))
  }

  private static func hint(for topic: ConditionTopic) -> String {
    topic.subjects.isEmpty ? "nothing can be asked about it" : "it has \(topic.subjects.joined(separator: ", "))"
  }

  private mutating func assertion(
    _ reader: inout LineReader, _ topic: ConditionTopic
  ) throws(ScriptError) -> Assertion {
    let isNegated = reader.take(keyword: "not")
    let subject = try subject(&reader, topic)
    if subject == .compressed, reader.isAtEnd {
      return Assertion(
        isNegated: isNegated, subject: subject, comparison: .equal, value: .json(JSONTemplate(pieces: [.text("true")])))
    }
    let start = reader.index
    let word = reader.word()
    guard let comparison = Comparison(rawValue: word) else {
      throw reader.error(
        word.isEmpty ? "the comparison is missing" : "\"\(word)\" does not compare",
        hint: "write assert \(subject) OPERATOR VALUE; operators are "
          + Comparison.allCases.map(\.rawValue).joined(separator: " "), at: start)
    }
    if comparison == .exists {
      try reader.end()
      return Assertion(isNegated: isNegated, subject: subject, comparison: comparison, value: nil)
    }
    guard !reader.isAtEnd else {
      throw reader.error("the value is missing", hint: "write assert \(subject) \(word) VALUE")
    }
    let value = try value(of: subject, comparison, reader.rest())
    return Assertion(isNegated: isNegated, subject: subject, comparison: comparison, value: value)
  }

  private mutating func value(
    of subject: Subject, _ comparison: Comparison, _ source: SourceText
  ) throws(ScriptError) -> ComparedValue {
    let text = source.text
    switch comparison {
    case .matches: return .expression(try expression(source))
    case .is:
      guard JSONKind(rawValue: text) != nil else {
        throw source.error(
          at: 0, "\"\(text)\" is no kind of value",
          hint: "kinds are \(JSONKind.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return .word(text)
    default: break
    }
    if text.hasPrefix("/") {
      throw source.error(at: 0, "an expression stands behind matches", hint: "write assert \(subject) matches \(text)")
    }
    if text.hasPrefix("${") { return .json(try json(source)) }
    switch subject {
    case .latency, .roundTrip:
      guard let time = TypedQuantity.time(text) else {
        throw source.error(at: 0, "\"\(text)\" is no time", hint: "such as 50ms or 1.5s")
      }
      return .time(time)
    case .size, .fragments, .count:
      guard let size = TypedQuantity.size(text) else {
        throw source.error(at: 0, "\"\(text)\" is no size or number", hint: "such as 3, 64k or 1M")
      }
      return .size(size)
    case .opcode:
      guard ["text", "binary"].contains(text) else {
        throw source.error(at: 0, "\"\(text)\" is no opcode of a message", hint: "it is text or binary")
      }
      return .word(text)
    default: break
    }
    do throws(ScriptError) { return .json(try json(source)) } catch {
      var error = error
      if text.utf8.allSatisfy({ $0 != UInt8(ascii: "\"") }) { error.hint = "a text is written in quotes: \"\(text)\"" }
      throw error
    }
  }

  private mutating func subject(
    _ reader: inout LineReader, _ topic: ConditionTopic
  ) throws(ScriptError) -> Subject {
    let start = reader.index
    let subject: Subject
    if reader.next == UInt8(ascii: "$") {
      subject = .path(try path(&reader))
    } else {
      let word = reader.word()
      switch word {
      case "count":
        guard reader.next == UInt8(ascii: "$") else {
          throw reader.error("the path is missing", hint: "write count $.items")
        }
        subject = .count(try path(&reader))
      case "header":
        let name = reader.word()
        guard !name.isEmpty else { throw reader.error("the header's name is missing", hint: "write header NAME") }
        subject = .header(name)
      case "text": subject = .text
      case "size": subject = .size
      case "latency": subject = .latency
      case "opcode": subject = .opcode
      case "fragments": subject = .fragments
      case "compressed": subject = .compressed
      case "status": subject = .status
      case "code": subject = .code
      case "reason": subject = .reason
      case "rtt": subject = .roundTrip
      case "target": subject = .target
      default:
        throw reader.error(
          word.isEmpty ? "the subject is missing" : "\"\(word)\" is nothing to ask about",
          hint: Self.hint(for: topic) + (topic.has(.text) ? "; a path begins with $" : ""), at: start)
      }
    }
    guard topic.has(subject) else {
      throw reader.error("\(topic.name) has no \(subject)", hint: Self.hint(for: topic), at: start)
    }
    return subject
  }

  /// The JSON path that comes next: up to a blank that stands neither in quotes nor in brackets.
  private func path(_ reader: inout LineReader) throws(ScriptError) -> JSONPath {
    let start = reader.index
    var depth = 0
    var quote: UInt8?
    var isEscaped = false
    let text = reader.text { byte in
      if let open = quote {
        if byte == open, !isEscaped { quote = nil }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        return true
      }
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): if depth > 0 { quote = byte }
      case UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "]"): depth -= 1
      default: return !TextCursor.isBlank(byte) || depth > 0
      }
      return true
    }
    reader.skipBlanks()
    do throws(JSONPathFailure) { return try JSONPath(text) } catch {
      let before = String(String.UnicodeScalarView(text.unicodeScalars.prefix(error.offset)))
      throw reader.error(
        "\(error.reason)", hint: "a path is like $.items[0].id, $['a name'] or $..id, with a blank behind it",
        at: start + before.utf8.count)
    }
  }

  /// `/expression/flags`
  mutating func expression(_ source: SourceText) throws(ScriptError) -> Expression {
    let usage = "write /expression/, with i, m or s behind it for flags"
    let bytes = Array(source.text.utf8)
    guard bytes.first == UInt8(ascii: "/"), let end = bytes.lastIndex(of: UInt8(ascii: "/")), end > 0 else {
      throw source.error(at: 0, "an expression stands between slashes", hint: usage)
    }
    guard end > 1 else { throw source.error(at: 1, "the expression is empty", hint: usage) }
    var expression = Expression(pattern: try template(source.prefix(end).dropping(1)))
    for (index, flag) in bytes[(end + 1)...].enumerated() {
      switch flag {
      case UInt8(ascii: "i"): expression.ignoresCase = true
      case UInt8(ascii: "m"): expression.anchorsMatchLines = true
      case UInt8(ascii: "s"): expression.dotMatchesNewlines = true
      default:
        throw source.error(
          at: end + 1 + index, "\"\(Unicode.Scalar(flag))\" is no flag of an expression",
          hint: "flags are i (any case), m (^ and $ at lines) and s (. takes newlines)")
      }
    }
    do { _ = try Regex(expression.pattern.filled(with: "x")) } catch {
      throw source.error(
        at: 1, "this is no regular expression: \(error)", hint: "a literal sign has a backslash before it")
    }
    return expression
  }
}

/// What `is` asks.
enum JSONKind: String, CaseIterable {
  case string, number, integer, boolean, null, array, object, uuid, time
}
