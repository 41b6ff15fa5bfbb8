import Bytes
import JSONSyntax
import WebSocketCore

/// Reads the text of a filter.
struct FilterParser {
  private var cursor: TextCursor

  init(_ text: String) { cursor = TextCursor(text) }

  mutating func terms() throws(FilterFailure) -> [FilterTerm] {
    var terms: [FilterTerm] = []
    while true {
      cursor.skipBlanks()
      if cursor.isAtEnd { return terms }
      let start = cursor.index
      let isNegated = cursor.take("-")
      if cursor.next.map(TextCursor.isBlank) ?? true { throw failure(.nothingToTurn, at: start) }
      terms.append(FilterTerm(test: try test(), isNegated: isNegated))
    }
  }

  private func failure(_ reason: FilterFailure.Reason, at index: Int) -> FilterFailure {
    FilterFailure(column: cursor.column(of: index), reason: reason)
  }

  private mutating func test() throws(FilterFailure) -> FilterTest {
    if cursor.next == UInt8(ascii: "\"") { return try quoted() }
    if cursor.next == UInt8(ascii: "/") { return try expression() }
    let start = cursor.index
    let name = cursor.text(while: TextCursor.isLetter)
    if cursor.take(":") { return try field(name, nil, at: start) }
    if !name.isEmpty,
      let comparison = FilterTest.Comparison.allCases.first(where: {
        cursor.bytes[cursor.index...].starts(with: $0.rawValue.utf8)
      })
    {
      cursor.skip(comparison.rawValue.utf8.count)
      return try field(name, comparison, at: start)
    }
    return .bytes(Array((name + cursor.word()).utf8))
  }

  // MARK: What is looked for in the payload

  private mutating func quoted() throws(FilterFailure) -> FilterTest {
    let text: String
    do { text = try cursor.quotedString() } catch {
      throw failure(.string("\(error.reason)"), at: error.offset)
    }
    try checkEnd()
    return .bytes(Array(text.utf8))
  }

  /// A text or expression ends where a blank stands.
  private mutating func checkEnd() throws(FilterFailure) {
    let start = cursor.index
    if let byte = cursor.next, !TextCursor.isBlank(byte) { throw failure(.trailing(cursor.word()), at: start) }
  }

  private mutating func expression() throws(FilterFailure) -> FilterTest {
    let start = cursor.index
    cursor.skip(1)
    var pattern: [UInt8] = []
    while cursor.next != UInt8(ascii: "/") {
      guard let byte = cursor.next else { throw failure(.expressionEndsEarly, at: start) }
      cursor.skip(1)
      if byte == UInt8(ascii: "\\"), let escaped = cursor.next {
        if escaped != UInt8(ascii: "/") { pattern.append(byte) }
        pattern.append(escaped)
        cursor.skip(1)
      } else {
        pattern.append(byte)
      }
    }
    cursor.skip(1)
    let flagsStart = cursor.index
    let flags = cursor.text(while: TextCursor.isLetter)
    if let (place, flag) = flags.enumerated().first(where: { !"ims".contains($0.element) }) {
      throw failure(.flag(flag), at: flagsStart + place)
    }
    try checkEnd()
    guard !pattern.isEmpty else { throw failure(.emptyExpression, at: start) }
    let expression = FilterExpression(pattern: String(decoding: pattern, as: UTF8.self), flags: flags)
    do { _ = try Regex(expression.pattern) } catch {
      throw failure(.expression("\(error)"), at: start)
    }
    return .expression(expression)
  }

  // MARK: Fields

  private mutating func field(
    _ name: String, _ comparison: FilterTest.Comparison?, at start: Int
  ) throws(FilterFailure) -> FilterTest {
    guard let field = FilterFailure.Field(rawValue: name) else { throw failure(.unknownField(name), at: start) }
    guard field.isCompared == (comparison != nil) else { throw failure(.sign(field), at: start) }
    let valueStart = cursor.index
    let value = cursor.word()
    guard let test = Self.test(field, comparison, value) else {
      throw failure(value.isEmpty ? .missingValue(field) : .value(field, value), at: valueStart)
    }
    return test
  }

  private static func test(
    _ field: FilterFailure.Field, _ comparison: FilterTest.Comparison?, _ value: String
  ) -> FilterTest? {
    switch field {
    case .dir: value == "in" ? .direction(isReceived: true) : value == "out" ? .direction(isReceived: false) : nil
    case .op: opcodes(value).map { .opcodes($0) }
    case .size: comparison.flatMap { sign in TypedQuantity.size(value).map { .size(sign, $0) } }
    case .age: comparison.flatMap { sign in TypedQuantity.time(value).map { .age(sign, $0) } }
    case .conn: names(value).map { .connections($0) }
    case .has: FilterMark(rawValue: value).map { .mark($0) }
    case .hex: bytes(value).map { .bytes($0) }
    }
  }

  /// The elements of a list with commas; nil where one is empty.
  private static func names(_ value: String) -> [String]? {
    let names = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return names.contains("") ? nil : names
  }

  private static func opcodes(_ value: String) -> Set<Opcode>? {
    guard let names = names(value) else { return nil }
    let all = (0..<16 as Range<UInt8>).map { Opcode(rawValue: $0) }
    var opcodes: Set<Opcode> = []
    for name in names {
      let meant =
        switch name {
        case "data": [Opcode.continuation, .text, .binary]
        case "control": all.filter(\.isControl)
        case "reserved": all.filter(\.isReserved)
        default: all.filter { $0.name == name || "\($0.rawValue)" == name }
        }
      if meant.isEmpty { return nil }
      opcodes.formUnion(meant)
    }
    return opcodes
  }

  private static func bytes(_ value: String) -> [UInt8]? {
    let digits = value.utf8.compactMap(HexDigits.value)
    guard !digits.isEmpty, digits.count == value.utf8.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}

extension Filter {
  /// What may stand in its text, for completion: fields with each value that can be counted, such as `op:text`, or
  /// without one.
  public static let words: [String] = FilterFailure.Field.allCases.flatMap { field -> [String] in
    let values =
      switch field {
      case .dir: ["in", "out"]
      case .op: ["text", "binary", "continuation", "close", "ping", "pong", "data", "control", "reserved"]
      case .has: FilterMark.allCases.map(\.rawValue)
      case .size: [">", "<"]
      case .age: ["<", ">"]
      case .conn, .hex: [""]
      }
    return values.map { field.rawValue + (field.isCompared ? "" : ":") + $0 }
  }
}
