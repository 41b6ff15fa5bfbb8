import Inspector
import JSONSyntax
import WebSocketCore

/// A matcher with its values put in.
enum ResolvedMatcher {
  case text(String)
  case json(JSONExpectation, JSONValue)
  /// A binary message of these bytes.
  case bytes([UInt8])
  case expression(ResolvedExpression)
  case contains(String)
  case any
  case binary
  case ping([UInt8]?)
  case pong([UInt8]?)
  case close(UInt16?, reason: String?)
  case frame(HandmadeFramePattern, written: String)
  case fragments(Int, String)
  case nothing(Duration)
  case end
  case reset

  /// Whether the connection's end is what is wanted.
  var wantsEnd: Bool {
    switch self {
    case .close, .end, .reset: true
    default: false
    }
  }

  /// What is expected, for people.
  var description: String {
    switch self {
    case .text(let text): JSONValue.string(text).text
    case .json(let expectation, let value): (expectation.isExact ? "exactly the JSON " : "the JSON ") + value.text
    case .bytes(let bytes): "binary, \(ReceivedWords.bytes(bytes))"
    case .expression(let expression): "a text that matches \(expression.written)"
    case .contains(let text): "a text that holds \(JSONValue.string(text).text)"
    case .any: "a message"
    case .binary: "a binary message"
    case .ping(let payload): "a Ping" + (payload.map { " of \(ReceivedWords.text($0))" } ?? "")
    case .pong(let payload): "a Pong" + (payload.map { " of \(ReceivedWords.text($0))" } ?? "")
    case .close(nil, _): "a Close"
    case .close(let code?, let reason):
      code == 1005
        ? "a Close without a code"
        : "a Close \(ReceivedWords.code(code))" + (reason.map { " \(JSONValue.string($0).text)" } ?? "")
    case .frame(_, let written): "a frame \(written)"
    case .fragments(let size, let text): "\(JSONValue.string(text).text) in frames of \(size) B"
    case .nothing: "nothing"
    case .end: "an end without Close"
    case .reset: "a reset"
    }
  }
}

/// An expression with its values put in.
struct ResolvedExpression {
  var pattern: String
  var flags: Expression

  func question(_ text: String) -> PatternQuestion {
    PatternQuestion(
      pattern: pattern, ignoresCase: flags.ignoresCase, anchorsMatchLines: flags.anchorsMatchLines,
      dotMatchesNewlines: flags.dotMatchesNewlines, text: text)
  }

  /// As it is written.
  var written: String {
    "/\(pattern)/" + (flags.ignoresCase ? "i" : "") + (flags.anchorsMatchLines ? "m" : "")
      + (flags.dotMatchesNewlines ? "s" : "")
  }
}

extension ScriptValues {
  /// Puts the values into a matcher.
  mutating func resolve(_ matcher: Matcher, at place: SourcePlace) throws(ValueFailure) -> ResolvedMatcher {
    switch matcher {
    case .text(let template): return .text(try text(template, at: place))
    case .quoted(let template): return .text(try quoted(template, at: place))
    case .json(let template, let isExact):
      let value = try json(template, .expectation, at: place)
      do throws(JSONExpectation.Mistake) { return .json(try JSONExpectation(value, isExact: isExact), value) } catch {
        throw ValueFailure(sentence: "\(error)")
      }
    case .hex(let template): return .bytes(try hex(template, at: place))
    case .base64(let template): return .bytes(try base64(template, at: place))
    case .file(let template): return .bytes(try bytes(of: try text(template, at: place), at: place))
    case .expression(let expression): return .expression(try resolve(expression, at: place))
    case .contains(let template): return .contains(try text(template, at: place))
    case .any: return .any
    case .binary: return .binary
    case .ping(let template): return .ping(try payload(template, at: place))
    case .pong(let template): return .pong(try payload(template, at: place))
    case .close(let code, let reason):
      return .close(code, reason: try reason.map { (template) throws(ValueFailure) in try text(template, at: place) })
    case .frame(let template):
      let written = try text(template, .plain, at: place)
      do throws(HandmadeFrameFailure) { return .frame(try HandmadeFramePattern.parse(written), written: written) } catch
      {
        throw ValueFailure(sentence: error.description, hint: error.hint)
      }
    case .fragments(let size, let template): return .fragments(size, try text(template, at: place))
    case .nothing(let time): return .nothing(time)
    case .end: return .end
    case .reset: return .reset
    }
  }

  mutating func resolve(_ expression: Expression, at place: SourcePlace) throws(ValueFailure) -> ResolvedExpression {
    ResolvedExpression(pattern: try pattern(expression.pattern, at: place), flags: expression)
  }

  /// Puts the values into what is sent.
  mutating func resolve(_ outgoing: Outgoing, at place: SourcePlace) throws(ValueFailure) -> SentPayload {
    switch outgoing {
    case .text(let template): return .message(.text, Array(try text(template, at: place).utf8))
    case .quoted(let template): return .message(.text, Array(try quoted(template, at: place).utf8))
    case .json(let template):
      let text = try text(template, .json, at: place)
      do throws(JSONFailure) { _ = try JSONParser.parse(text.utf8Span.span) } catch {
        throw ValueFailure(sentence: "with its values this is no JSON: \(error)")
      }
      return .message(.text, Array(text.utf8))
    case .hex(let template): return .message(.binary, try hex(template, at: place))
    case .base64(let template): return .message(.binary, try base64(template, at: place))
    case .file(let template): return .message(.binary, try bytes(of: try text(template, at: place), at: place))
    case .ping(let template): return .ping(try control(template, at: place))
    case .pong(let template): return .pong(try control(template, at: place))
    case .close(let code, let template):
      let reason = try text(template, at: place)
      guard reason.utf8.count <= CloseFrame.maximumReasonSize else {
        throw ValueFailure(kind: .send, sentence: "the reason has \(reason.utf8.count) bytes, and a Close holds 123")
      }
      return .close(code.map { CloseCode(rawValue: $0) }, reason: reason)
    case .frame(let template):
      let written = try text(template, .plain, at: place)
      do throws(HandmadeFrameFailure) { return .frame(try HandmadeFrame.parse(written)) } catch {
        throw ValueFailure(sentence: error.description, hint: error.hint)
      }
    case .bytes(let template): return .bytes(try payload(template, at: place) ?? [])
    case .fragments(let size, let template):
      return .fragments(Array(try text(template, at: place).utf8), size: size)
    }
  }

  private mutating func hex(_ template: Template, at place: SourcePlace) throws(ValueFailure) -> [UInt8] {
    try payload("hex \(try text(template, at: place))")
  }

  private mutating func base64(_ template: Template, at place: SourcePlace) throws(ValueFailure) -> [UInt8] {
    let text = ScriptParser.withoutBlanks(try text(template, at: place))
    do throws(Base64.Failure) { return try Base64.decode(text) } catch {
      throw ValueFailure(sentence: "with its values this is no Base64: \(error)")
    }
  }

  private mutating func payload(_ template: JSONTemplate?, at place: SourcePlace) throws(ValueFailure) -> [UInt8]? {
    guard let template else { return nil }
    return try payload(try text(template, .plain, at: place))
  }

  private mutating func control(_ template: JSONTemplate?, at place: SourcePlace) throws(ValueFailure) -> [UInt8] {
    let payload = try payload(template, at: place) ?? []
    guard payload.count <= 125 else {
      throw ValueFailure(kind: .send, sentence: "the payload has \(payload.count) bytes, and a control frame holds 125")
    }
    return payload
  }

  /// The payload of a hand-made frame.
  private func payload(_ written: String) throws(ValueFailure) -> [UInt8] {
    do throws(HandmadeFrameFailure) { return try HandmadeFrame.parse(written).payload } catch {
      throw ValueFailure(sentence: "with its values \(error.sentence)", hint: error.hint)
    }
  }
}
