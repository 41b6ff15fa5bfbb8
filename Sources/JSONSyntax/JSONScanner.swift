/// A bracket, a name, or a value that holds no others, and where it stands.
public struct JSONToken: Equatable, Sendable {
  /// What a token is.
  public enum Kind: Sendable {
    case beginObject
    case endObject
    case beginArray
    case endArray
    /// A member's name; its colon is taken with it.
    case name
    case string
    case number
    /// `true`, `false` or `null`.
    case literal
  }

  /// What it is.
  public var kind: Kind
  /// Its bytes, quotes included.
  public var range: Range<Int>
  /// Whether a string or name holds escapes.
  public var hasEscapes = false
}

/// Takes JSON apart strictly by RFC 8259, token by token, in time linear in the text and without recursion. It judges
/// everything but UTF-8: see `checkUTF8(_:)`.
public struct JSONScanner {
  /// How deep arrays and objects may lie inside each other.
  public static let maximumDepth = 512

  private enum Expected {
    case value, firstElement, firstName, commaOrEnd, end
  }

  /// Where the next token is looked for.
  public private(set) var index = 0
  /// The open containers: whether each is an object.
  private var containers: [Bool] = []
  private var expected = Expected.value

  /// A scanner at the start of a text.
  public init() {}

  /// How many arrays and objects are open.
  public var depth: Int { containers.count }

  /// Fails where `text` is not UTF-8.
  public static func checkUTF8(_ text: Span<UInt8>) throws(JSONFailure) {
    do { _ = try UTF8Span(validating: text) } catch {
      throw JSONFailure(.invalidUTF8, offset: error.byteOffsets.lowerBound)
    }
  }

  /// The next token of `text`, which must be the same in each call; nil at its end.
  public mutating func next(_ text: Span<UInt8>) throws(JSONFailure) -> JSONToken? {
    skipSpace(text)
    switch expected {
    case .value: return try value(text)
    case .firstElement:
      if let end = takeEnd(text) { return end }
      return try value(text)
    case .firstName:
      if let end = takeEnd(text) { return end }
      return try name(text)
    case .commaOrEnd:
      if let end = takeEnd(text) { return end }
      let isObject = containers.last == true
      try expect(",", isObject ? "\",\" or \"}\"" : "\",\" or \"]\"", text)
      skipSpace(text)
      return isObject ? try name(text) : try value(text)
    case .end:
      guard index == text.count else { throw failure(.trailing(text[index])) }
      return nil
    }
  }

  private func failure(_ reason: JSONFailure.Reason) -> JSONFailure { JSONFailure(reason, offset: index) }

  private func peek(_ text: Span<UInt8>) -> UInt8? { index < text.count ? text[index] : nil }

  private mutating func skipSpace(_ text: Span<UInt8>) {
    while let byte = peek(text), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  private mutating func take(_ byte: Unicode.Scalar, _ text: Span<UInt8>) -> Bool {
    guard let next = peek(text), next == UInt8(ascii: byte) else { return false }
    index += 1
    return true
  }

  /// Takes the next byte, which must be `byte`.
  private mutating func expect(
    _ byte: Unicode.Scalar, _ expected: @autoclosure () -> String, _ text: Span<UInt8>
  ) throws(JSONFailure) {
    guard let next = peek(text) else { throw failure(.endsEarly) }
    guard take(byte, text) else { throw failure(.unexpected(next, expected: expected())) }
  }

  /// What follows a whole value.
  private var afterValue: Expected { containers.isEmpty ? .end : .commaOrEnd }

  private mutating func takeEnd(_ text: Span<UInt8>) -> JSONToken? {
    let isObject = containers.last == true
    guard take(isObject ? "}" : "]", text) else { return nil }
    containers.removeLast()
    expected = afterValue
    return JSONToken(kind: isObject ? .endObject : .endArray, range: index - 1..<index)
  }

  private mutating func begin(isObject: Bool) throws(JSONFailure) -> JSONToken {
    guard depth < Self.maximumDepth else { throw failure(.tooDeep(limit: Self.maximumDepth)) }
    containers.append(isObject)
    expected = isObject ? .firstName : .firstElement
    index += 1
    return JSONToken(kind: isObject ? .beginObject : .beginArray, range: index - 1..<index)
  }

  private mutating func value(_ text: Span<UInt8>) throws(JSONFailure) -> JSONToken {
    guard let byte = peek(text) else { throw failure(.endsEarly) }
    let start = index
    var token = JSONToken(kind: .literal, range: start..<start)
    switch byte {
    case UInt8(ascii: "{"): return try begin(isObject: true)
    case UInt8(ascii: "["): return try begin(isObject: false)
    case UInt8(ascii: "\""):
      token.kind = .string
      token.hasEscapes = try string(text)
    case UInt8(ascii: "t"): try word("true", text)
    case UInt8(ascii: "f"): try word("false", text)
    case UInt8(ascii: "n"): try word("null", text)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      token.kind = .number
      try number(text)
    default: throw failure(.unexpected(byte, expected: "a JSON value"))
    }
    token.range = start..<index
    expected = afterValue
    return token
  }

  private mutating func name(_ text: Span<UInt8>) throws(JSONFailure) -> JSONToken {
    guard let byte = peek(text) else { throw failure(.endsEarly) }
    guard byte == UInt8(ascii: "\"") else { throw failure(.unexpected(byte, expected: "a name in quotes")) }
    let start = index
    let hasEscapes = try string(text)
    let range = start..<index
    skipSpace(text)
    try expect(":", "\":\"", text)
    expected = .value
    return JSONToken(kind: .name, range: range, hasEscapes: hasEscapes)
  }

  private mutating func word(_ word: StaticString, _ text: Span<UInt8>) throws(JSONFailure) {
    for place in 0..<word.utf8CodeUnitCount {
      guard let byte = peek(text) else { throw failure(.endsEarly) }
      guard unsafe word.utf8Start[place] == byte else { throw failure(.unexpected(byte, expected: "\(word)")) }
      index += 1
    }
  }
}

/// Numbers.
extension JSONScanner {
  private mutating func number(_ text: Span<UInt8>) throws(JSONFailure) {
    _ = take("-", text)
    if take("0", text) {
      if isDigit(text) { throw failure(.number) }
    } else {
      try digits(text)
    }
    if take(".", text) { try digits(text) }
    if take("e", text) || take("E", text) {
      if !take("+", text) { _ = take("-", text) }
      try digits(text)
    }
  }

  private mutating func digits(_ text: Span<UInt8>) throws(JSONFailure) {
    guard index < text.count else { throw failure(.endsEarly) }
    guard isDigit(text) else { throw failure(.number) }
    while isDigit(text) { index += 1 }
  }

  private func isDigit(_ text: Span<UInt8>) -> Bool {
    guard let byte = peek(text) else { return false }
    return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}

/// Strings.
extension JSONScanner {
  /// Goes behind a string.
  /// - Returns: whether it holds escapes.
  private mutating func string(_ text: Span<UInt8>) throws(JSONFailure) -> Bool {
    index += 1
    var hasEscapes = false
    while true {
      var end = index
      while end < text.count, text[end] != UInt8(ascii: "\""), text[end] != UInt8(ascii: "\\"), text[end] >= 0x20 {
        end += 1
      }
      index = end
      guard end < text.count else { throw failure(.endsEarly) }
      guard text[end] >= 0x20 else { throw failure(.controlCharacter(text[end])) }
      if take("\"", text) { return hasEscapes }
      hasEscapes = true
      _ = try JSONString.escape(text, &index)
    }
  }

  /// The string that `text` begins with, which may have more behind it.
  /// - Returns: its characters, and its size with its quotes.
  public static func leadingString(_ text: Span<UInt8>) throws(JSONFailure) -> (string: String, size: Int) {
    guard text.count > 0 else { throw JSONFailure(.endsEarly, offset: 0) }
    guard text[0] == UInt8(ascii: "\"") else {
      throw JSONFailure(.unexpected(text[0], expected: "a string in quotes"), offset: 0)
    }
    var scanner = JSONScanner()
    let hasEscapes = try scanner.string(text)
    let token = JSONToken(kind: .string, range: 0..<scanner.index, hasEscapes: hasEscapes)
    return (try JSONString.resolve(token, in: text), scanner.index)
  }
}
