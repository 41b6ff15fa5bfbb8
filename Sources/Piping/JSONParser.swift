import WebSocketCore

/// Reads JSON strictly by RFC 8259, in time linear in the text.
public struct JSONParser {
  /// How deep arrays and objects may lie inside each other.
  public static let maximumDepth = 512

  private var index = 0
  private var depth = 0

  /// The value that `text` is.
  public static func parse(_ text: Span<UInt8>) throws(JSONFailure) -> JSONValue {
    var validator = UTF8Validator()
    if let offset = validator.validate(text) ?? (validator.isComplete ? nil : text.count) {
      throw JSONFailure(.invalidUTF8, offset: offset)
    }
    var parser = JSONParser()
    parser.skipSpace(text)
    let value = try parser.value(text)
    parser.skipSpace(text)
    guard parser.index == text.count else { throw parser.failure(.trailing(text[parser.index])) }
    return value
  }

  private func failure(_ reason: JSONFailure.Reason) -> JSONFailure { JSONFailure(reason, offset: index) }

  private func peek(_ text: Span<UInt8>) -> UInt8? { index < text.count ? text[index] : nil }

  private mutating func skipSpace(_ text: Span<UInt8>) {
    while let byte = peek(text), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  /// Takes the next byte, which must be `byte`.
  private mutating func expect(
    _ byte: Character, _ expected: @autoclosure () -> String, _ text: Span<UInt8>
  ) throws(JSONFailure) {
    guard let next = peek(text) else { throw failure(.endsEarly) }
    guard next == byte.asciiValue else { throw failure(.unexpected(next, expected: expected())) }
    index += 1
  }

  private mutating func value(_ text: Span<UInt8>) throws(JSONFailure) -> JSONValue {
    guard let byte = peek(text) else { throw failure(.endsEarly) }
    switch byte {
    case UInt8(ascii: "{"): return .object(try nested(text, JSONParser.members))
    case UInt8(ascii: "["): return .array(try nested(text, JSONParser.elements))
    case UInt8(ascii: "\""): return .string(try string(text))
    case UInt8(ascii: "t"): return try word("true", .bool(true), text)
    case UInt8(ascii: "f"): return try word("false", .bool(false), text)
    case UInt8(ascii: "n"): return try word("null", .null, text)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number(text))
    default: throw failure(.unexpected(byte, expected: "a JSON value"))
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONValue, _ text: Span<UInt8>
  ) throws(JSONFailure) -> JSONValue {
    for place in 0..<word.utf8CodeUnitCount {
      guard let byte = peek(text) else { throw failure(.endsEarly) }
      guard unsafe word.utf8Start[place] == byte else { throw failure(.unexpected(byte, expected: "\(word)")) }
      index += 1
    }
    return value
  }
}

/// Arrays and objects.
extension JSONParser {
  private mutating func nested<Content>(
    _ text: Span<UInt8>, _ read: (inout JSONParser, Span<UInt8>) throws(JSONFailure) -> Content
  ) throws(JSONFailure) -> Content {
    guard depth < Self.maximumDepth else { throw failure(.tooDeep(limit: Self.maximumDepth)) }
    depth += 1
    index += 1
    skipSpace(text)
    let content = try read(&self, text)
    depth -= 1
    return content
  }

  private static func elements(_ parser: inout JSONParser, _ text: Span<UInt8>) throws(JSONFailure) -> [JSONValue] {
    var elements: [JSONValue] = []
    if parser.take("]", text) { return elements }
    while true {
      elements.append(try parser.value(text))
      parser.skipSpace(text)
      if parser.take("]", text) { return elements }
      try parser.expect(",", "\",\" or \"]\"", text)
      parser.skipSpace(text)
    }
  }

  private static func members(_ parser: inout JSONParser, _ text: Span<UInt8>) throws(JSONFailure) -> [JSONMember] {
    var members: [JSONMember] = []
    if parser.take("}", text) { return members }
    while true {
      guard let byte = parser.peek(text) else { throw parser.failure(.endsEarly) }
      guard byte == UInt8(ascii: "\"") else { throw parser.failure(.unexpected(byte, expected: "a name in quotes")) }
      let name = try parser.string(text)
      parser.skipSpace(text)
      try parser.expect(":", "\":\"", text)
      parser.skipSpace(text)
      members.append(JSONMember(name, try parser.value(text)))
      parser.skipSpace(text)
      if parser.take("}", text) { return members }
      try parser.expect(",", "\",\" or \"}\"", text)
      parser.skipSpace(text)
    }
  }

  private mutating func take(_ byte: Character, _ text: Span<UInt8>) -> Bool {
    guard let next = peek(text), next == byte.asciiValue else { return false }
    index += 1
    return true
  }
}

/// Numbers.
extension JSONParser {
  private mutating func number(_ text: Span<UInt8>) throws(JSONFailure) -> String {
    let start = index
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
    return Self.string(text.extracting(start..<index))
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
extension JSONParser {
  private static func string(_ bytes: Span<UInt8>) -> String {
    unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  private mutating func string(_ text: Span<UInt8>) throws(JSONFailure) -> String {
    index += 1
    let start = index
    try skipPlain(text)
    if text[index] == UInt8(ascii: "\"") {
      index += 1
      return Self.string(text.extracting(start..<index - 1))
    }
    var bytes: [UInt8] = []
    var plainStart = start
    while true {
      let plain = text.extracting(plainStart..<index)
      for place in plain.indices { bytes.append(plain[place]) }
      if take("\"", text) { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(contentsOf: String(try escape(text)).utf8)
      plainStart = index
      try skipPlain(text)
    }
  }

  /// Goes on to the next quote or backslash.
  private mutating func skipPlain(_ text: Span<UInt8>) throws(JSONFailure) {
    while index < text.count {
      let byte = text[index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
      guard byte >= 0x20 else { throw failure(.controlCharacter(byte)) }
      index += 1
    }
    throw failure(.endsEarly)
  }

  private mutating func escape(_ text: Span<UInt8>) throws(JSONFailure) -> Unicode.Scalar {
    let start = index
    guard index + 1 < text.count else { throw JSONFailure(.endsEarly, offset: text.count) }
    let letter = text[index + 1]
    index += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw JSONFailure(.escape, offset: start)
    }
    let first = try fourDigits(text, escapeStart: start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, index + 1 < text.count, text[index] == UInt8(ascii: "\\"),
      text[index + 1] == UInt8(ascii: "u")
    else { throw JSONFailure(.loneSurrogate, offset: start) }
    index += 2
    let second = try fourDigits(text, escapeStart: index - 2)
    guard second >= 0xDC00, second < 0xE000,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw JSONFailure(.loneSurrogate, offset: start) }
    return scalar
  }

  private mutating func fourDigits(_ text: Span<UInt8>, escapeStart: Int) throws(JSONFailure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(text) else { throw failure(.endsEarly) }
      guard let digit = HexText.digit(byte) else { throw JSONFailure(.escape, offset: escapeStart) }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }
}
