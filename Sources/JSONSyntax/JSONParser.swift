/// Reads JSON strictly by RFC 8259 into values, in time linear in the text.
public enum JSONParser {
  /// How deep arrays and objects may lie inside each other.
  public static let maximumDepth = JSONScanner.maximumDepth

  /// The value that `text` is.
  public static func parse(_ text: Span<UInt8>) throws(JSONFailure) -> JSONValue {
    try JSONScanner.checkUTF8(text)
    var scanner = JSONScanner()
    let value = try value(try token(text, &scanner), text, &scanner)
    // There is no token behind the value; what else there may be fails.
    _ = try scanner.next(text)
    return value
  }

  private static func token(_ text: Span<UInt8>, _ scanner: inout JSONScanner) throws(JSONFailure) -> JSONToken {
    guard let token = try scanner.next(text) else { throw JSONFailure(.endsEarly, offset: text.count) }
    return token
  }

  private static func value(
    _ token: JSONToken, _ text: Span<UInt8>, _ scanner: inout JSONScanner
  ) throws(JSONFailure) -> JSONValue {
    switch token.kind {
    case .beginObject: .object(try members(text, &scanner))
    case .beginArray: .array(try elements(text, &scanner))
    case .string, .name: .string(try JSONString.resolve(token, in: text))
    case .number: .number(JSONString.string(text.extracting(token.range)))
    case .literal, .endObject, .endArray:
      switch text[token.range.lowerBound] {
      case UInt8(ascii: "t"): .bool(true)
      case UInt8(ascii: "f"): .bool(false)
      default: .null
      }
    }
  }

  private static func elements(
    _ text: Span<UInt8>, _ scanner: inout JSONScanner
  ) throws(JSONFailure) -> [JSONValue] {
    var elements: [JSONValue] = []
    while true {
      let token = try token(text, &scanner)
      if token.kind == .endArray { return elements }
      elements.append(try value(token, text, &scanner))
    }
  }

  private static func members(
    _ text: Span<UInt8>, _ scanner: inout JSONScanner
  ) throws(JSONFailure) -> [JSONMember] {
    var members: [JSONMember] = []
    while true {
      let token = try token(text, &scanner)
      if token.kind == .endObject { return members }
      let name = try JSONString.resolve(token, in: text)
      members.append(JSONMember(name, try value(try Self.token(text, &scanner), text, &scanner)))
    }
  }
}
