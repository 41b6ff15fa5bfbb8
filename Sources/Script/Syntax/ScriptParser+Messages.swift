import Bytes
import Inspector
import WebSocketCore

/// Steps that are an arrow: what is sent and what is waited for.
extension ScriptParser {
  /// An arrow with the name before it.
  private struct Arrow {
    var connection: String?
    var isSending: Bool
    var sign: Expectation.Sign
    /// Whether a blank or nothing follows: then the rest is a text.
    var isPlain: Bool
    var reader: LineReader
  }

  /// What a line with an arrow does; nil where there is none.
  /// - Parameter origin: the connection that is meant where no name stands before the arrow.
  mutating func message(_ line: SourceLine, origin: String? = nil) throws(ScriptError) -> Step.Action? {
    guard var arrow = try arrow(LineReader(line, file: file), origin: origin) else { return nil }
    let conditions = line.children.filter { !$0.text.hasPrefix("|") }
    if arrow.isSending {
      if let child = conditions.first {
        throw LineReader(child, file: file).error(
          "nothing can be indented below a message that is sent",
          hint: "but lines that begin with |, which continue it; assert and capture stand below what is expected")
      }
      return .send(connection: arrow.connection, try outgoing(&arrow))
    }
    return .expect(try expectation(&arrow, conditions: conditions))
  }

  private mutating func arrow(_ start: LineReader, origin: String? = nil) throws(ScriptError) -> Arrow? {
    var reader = start
    let name = reader.text(while: ScriptName.isPart)
    guard name.isEmpty || ScriptName.isConnection(name) else { return nil }
    let isSending: Bool
    switch reader.next {
    case UInt8(ascii: ">"): isSending = true
    case UInt8(ascii: "<"): isSending = false
    default: return nil
    }
    reader.skip(1)
    let connection = name.isEmpty ? origin : name
    names.use(connection ?? ScriptNames.unnamed, \.connections, in: reader.source, at: 0)
    var sign = Expectation.Sign.next
    let signStart = reader.index
    if reader.take("*") { sign = .skipping } else if reader.take("?") { sign = .optional }
    guard sign == .next || !isSending else {
      throw reader.error(
        "\"\(sign.rawValue)\" can only follow <", hint: "what is sent needs no looking for", at: signStart)
    }
    let isPlain = reader.isAtEnd || reader.next == UInt8(ascii: " ")
    if isPlain { reader.skip(1) }
    return Arrow(
      connection: connection, isSending: isSending, sign: sign, isPlain: isPlain, reader: reader)
  }

  /// The text that follows, with the lines that continue it.
  /// - Parameter isFirst: whether the first `|` line is the text's beginning where nothing stands before it.
  private mutating func body(_ reader: inout LineReader, isFirst: Bool) -> SourceText {
    var body = reader.exactRest()
    var isFirst = isFirst && body.text.isEmpty
    for line in reader.line.children where line.text.hasPrefix("|") {
      note { (parser) throws(ScriptError) in try parser.refuseChildren(of: line) }
      body.append(line, from: line.text.hasPrefix("| ") ? 2 : 1, isFirst: isFirst)
      isFirst = false
    }
    return body
  }

  private func refuseContinuation(_ line: SourceLine, _ word: String) throws(ScriptError) {
    guard let bar = line.children.first(where: { $0.text.hasPrefix("|") }) else { return }
    throw LineReader(bar, file: file).error(
      "\"\(word)\" cannot be continued", hint: "texts, json, hex, base64, contains and fragments can")
  }

  private static let continued: Set<String> = ["json", "json=", "hex", "base64", "contains", "fragments"]

  // MARK: Sending

  static let sendingWords = [
    "text", "json", "hex", "base64", "file", "ping", "pong", "close", "frame", "bytes", "fragments",
  ]

  private mutating func outgoing(_ arrow: inout Arrow) throws(ScriptError) -> Outgoing {
    var reader = arrow.reader
    if arrow.isPlain { return .text(try template(body(&reader, isFirst: false))) }
    let start = reader.index
    let word = reader.word()
    guard Self.sendingWords.contains(word) else { throw unknownWord(word, reader, start, sending: true) }
    if !Self.continued.contains(word) { try refuseContinuation(reader.line, word) }
    switch word {
    case "text": return .quoted(try quotedText(&reader, "text"))
    case "json": return .json(try json(body(&reader, isFirst: true)))
    case "hex": return .hex(try hex(body(&reader, isFirst: true)))
    case "base64": return .base64(try base64(body(&reader, isFirst: true)))
    case "file": return .file(try filePath(&reader))
    case "ping": return .ping(try payload(&reader, "ping", limit: 125))
    case "pong": return .pong(try payload(&reader, "pong", limit: 125))
    case "frame":
      return .frame(
        try quoting(reader.rest()) { (text) throws(HandmadeFrameFailure) in _ = try HandmadeFrame.parse(text) })
    case "bytes":
      guard let bytes = try payload(&reader, "bytes", limit: nil) else {
        throw reader.error("the octets are missing", hint: "write >bytes hex 81 00, or >bytes \"text\"")
      }
      return .bytes(bytes)
    case "fragments":
      let size = try fragmentSize(&reader)
      return .fragments(size, try template(body(&reader, isFirst: true)))
    default:
      let (code, reason) = try close(&reader)
      if let code, !CloseCode(rawValue: code).isSendableByUser {
        throw reader.error(
          "\(code) (\(CloseCode(rawValue: code).name)) is never sent",
          hint: ">frame opcode=close hex \(Self.hex(code)) sends it all the same", at: start + word.utf8.count + 1)
      }
      guard (reason?.constant?.utf8.count ?? 0) <= 123 else {
        throw reader.error("the reason is longer than 123 bytes", hint: "a Close frame holds no more", at: start)
      }
      return .close(code, reason: reason ?? Template(text: ""))
    }
  }

  private static func hex(_ code: UInt16) -> String {
    [UInt8(code >> 8), UInt8(code & 0xFF)].map(HexDigits.text).joined(separator: " ")
  }

  private func unknownWord(_ word: String, _ reader: LineReader, _ start: Int, sending: Bool) -> ScriptError {
    let arrow = sending ? ">" : "<"
    let words = sending ? Self.sendingWords : Self.expectingWords
    let others = sending ? Self.expectingWords : Self.sendingWords
    if others.contains(word) {
      let hint = word == "bytes" ? "<frame waits for a frame, <hex for a binary message" : "it can only be expected"
      return reader.error("\"\(word)\" cannot be \(sending ? "sent" : "expected")", hint: hint, at: start)
    }
    return reader.error(
      "no arrow word is called \"\(word)\"",
      hint: "a text follows a blank, \"\(arrow) \(word)\"; the words are \(words.joined(separator: ", "))", at: start)
  }

  // MARK: What follows a word

  private mutating func quotedText(_ reader: inout LineReader, _ word: String) throws(ScriptError) -> JSONTemplate {
    let rest = reader.rest()
    guard rest.text.hasPrefix("\"") else {
      throw rest.error(
        at: 0, "\"\(word)\" needs a JSON string", hint: "write it in quotes, or as a plain text behind a blank")
    }
    return try json(rest)
  }

  private mutating func hex(_ source: SourceText) throws(ScriptError) -> Template {
    let digits = try template(source)
    guard digits.constant != nil else { return digits }
    do throws(HandmadeFrameFailure) { _ = try HandmadeFrame.parse("hex \(source.text)") } catch {
      let before = source.text.prefix(max(0, error.column - 5))
      throw source.error(at: before.utf8.count, error.sentence, hint: error.hint)
    }
    return digits
  }

  private mutating func base64(_ source: SourceText) throws(ScriptError) -> Template {
    let letters = try template(source)
    guard let text = letters.constant else { return letters }
    do throws(Base64.Failure) { _ = try Base64.decode(Self.withoutBlanks(text)) } catch {
      throw source.error(at: 0, "this is no Base64: \(error)", hint: "four letters stand for three bytes: aGVsbG8=")
    }
    return letters
  }

  static func withoutBlanks(_ text: String) -> String {
    String(decoding: text.utf8.filter { !TextCursor.isBlank($0) }, as: UTF8.self)
  }

  private mutating func filePath(_ reader: inout LineReader) throws(ScriptError) -> Template {
    guard !reader.isAtEnd else {
      throw reader.error("the path is missing", hint: "write file PATH; the script's folder is its base")
    }
    return try template(reader.rest())
  }

  /// The payload of a hand-made frame; nil where there is none.
  private mutating func payload(
    _ reader: inout LineReader, _ word: String, limit: Int?
  ) throws(ScriptError) -> JSONTemplate? {
    guard !reader.isAtEnd else { return nil }
    let rest = reader.rest()
    guard rest.text.hasPrefix("\"") || rest.text.hasPrefix("hex ") || rest.text == "hex" else {
      throw rest.error(
        at: 0, "\"\(word)\" takes a JSON string, or hex and digits",
        hint: "write \(word) \"text\", or \(word) hex 00 01")
    }
    var size = 0
    let template = try quoting(rest) { (text) throws(HandmadeFrameFailure) in
      size = try HandmadeFrame.parse(text).payload.count
    }
    guard size <= limit ?? .max else {
      throw rest.error(
        at: 0, "a \(word) carries 125 bytes at the most", hint: ">frame opcode=\(word) sends more all the same")
    }
    return template
  }

  private mutating func fragmentSize(_ reader: inout LineReader) throws(ScriptError) -> Int {
    let start = reader.index
    let word = reader.text { !TextCursor.isBlank($0) }
    guard let size = TypedQuantity.size(word), (1...1 << 30).contains(size) else {
      throw reader.error(
        word.isEmpty ? "the size is missing" : "\"\(word)\" is no size from 1 byte to 1 GB",
        hint: "write fragments SIZE TEXT, such as fragments 3 hello", at: start)
    }
    reader.skip(1)
    return size
  }

  /// `[CODE [REASON]]`
  private mutating func close(_ reader: inout LineReader) throws(ScriptError) -> (code: UInt16?, reason: Template?) {
    guard !reader.isAtEnd else { return (nil, nil) }
    let code = try reader.number(0...65535, "close CODE REASON, such as close 1000 bye; both may be missing")
    guard !reader.isAtEnd else { return (UInt16(code), nil) }
    return (UInt16(code), try template(reader.exactRest()))
  }

  // MARK: Expecting

  static let expectingWords = [
    "text", "json", "json=", "hex", "base64", "file", "match", "contains", "any", "binary", "ping", "pong", "close",
    "frame", "fragments", "nothing", "end", "reset",
  ]

  private mutating func expectation(
    _ arrow: inout Arrow, conditions: [SourceLine]
  ) throws(ScriptError) -> Expectation {
    var reader = arrow.reader
    let start = reader.index
    let matcher = arrow.isPlain ? .text(try template(body(&reader, isFirst: false))) : try matcher(&reader)
    var expectation = Expectation(
      place: reader.place, connection: arrow.connection, sign: arrow.sign, matcher: matcher)
    if case .nothing = matcher, arrow.sign != .next {
      throw reader.error("no sign can stand before nothing", hint: "write <nothing for TIME", at: start)
    }
    for child in conditions {
      note { (parser) throws(ScriptError) in
        var reader = LineReader(child, file: parser.file)
        if let limit = try parser.limit(&reader) {
          if case .nothing = matcher {
            throw reader.error("nothing has its time already", hint: "write <nothing for TIME", at: 0)
          }
          expectation.limit = limit
        } else if let condition = try parser.condition(&reader, about: ConditionTopic(matcher)) {
          expectation.conditions.append(condition)
        } else {
          throw reader.error(
            "\"\(reader.peekedWord)\" cannot stand below an expected message",
            hint: "within, assert and capture can, and lines that begin with |, which continue it", at: 0)
        }
        try parser.refuseChildren(of: child)
      }
    }
    return expectation
  }

  private mutating func matcher(_ reader: inout LineReader) throws(ScriptError) -> Matcher {
    let start = reader.index
    let word = reader.word()
    guard Self.expectingWords.contains(word) else { throw unknownWord(word, reader, start, sending: false) }
    if !Self.continued.contains(word) { try refuseContinuation(reader.line, word) }
    switch word {
    case "text": return .quoted(try quotedText(&reader, "text"))
    case "json", "json=":
      let source = body(&reader, isFirst: true)
      let template = try json(source)
      try checkExpectation(template, source, isExact: word == "json=")
      return .json(template, isExact: word == "json=")
    case "hex": return .hex(try hex(body(&reader, isFirst: true)))
    case "base64": return .base64(try base64(body(&reader, isFirst: true)))
    case "file": return .file(try filePath(&reader))
    case "match": return .expression(try expression(reader.rest()))
    case "contains":
      let body = body(&reader, isFirst: true)
      guard !body.text.isEmpty else {
        throw body.error(at: 0, "the text is missing", hint: "write <contains TEXT; <any takes every message")
      }
      return .contains(try template(body))
    case "ping": return .ping(try payload(&reader, "ping", limit: 125))
    case "pong": return .pong(try payload(&reader, "pong", limit: 125))
    case "frame":
      return .frame(
        try quoting(reader.rest()) { (text) throws(HandmadeFrameFailure) in _ = try HandmadeFramePattern.parse(text) })
    case "fragments":
      let size = try fragmentSize(&reader)
      return .fragments(size, try template(body(&reader, isFirst: true)))
    case "close":
      let (code, reason) = try close(&reader)
      if let code, code != 1005, !CloseCode(rawValue: code).isAllowedOnTheWire {
        let name = CloseCode(rawValue: code).name
        throw reader.error(
          "no Close carries \(code) (\(name))",
          hint: "<end waits for an end without Close, <reset for a reset, <close 1005 for a Close without a code",
          at: start + word.utf8.count + 1)
      }
      return .close(code, reason: reason)
    case "nothing":
      guard reader.take(keyword: "for") else {
        throw reader.error("the time is missing", hint: "write <nothing for TIME, such as <nothing for 500ms")
      }
      let time = try reader.time("<nothing for TIME")
      try reader.end()
      return .nothing(time)
    default:
      try reader.end()
      return word == "any" ? .any : word == "binary" ? .binary : word == "end" ? .end : .reset
    }
  }

  /// Placeholders that are none are told here, as far as they can be without the values.
  private func checkExpectation(_ json: JSONTemplate, _ source: SourceText, isExact: Bool) throws(ScriptError) {
    guard let value = json.constantValue else { return }
    do throws(JSONExpectation.Mistake) { _ = try JSONExpectation(value, isExact: isExact) } catch {
      throw source.error(
        at: 0, "\(error)", hint: #"placeholders are "<any>" "<number>" "<string>" "<uuid>" "<time>" "<re:EXPRESSION>""#)
    }
  }

  // MARK: Blocks and rules

  mutating func anyOrder(_ reader: inout LineReader) throws(ScriptError) -> [Expectation] {
    guard reader.word() == "order" else {
      throw reader.error("\"any\" begins no step", hint: "write any order, and what is expected indented below", at: 0)
    }
    try reader.end()
    var expectations: [Expectation] = []
    for line in reader.line.children {
      note { (parser) throws(ScriptError) in
        let reader = LineReader(line, file: parser.file)
        guard case .expect(let expectation)? = try parser.message(line) else {
          throw reader.error("only what is expected stands in any order", hint: "lines with < do")
        }
        if case .nothing = expectation.matcher {
          throw reader.error("nothing has no place among others", hint: "put it behind the block")
        }
        expectations.append(expectation)
      }
    }
    guard !reader.line.children.isEmpty else {
      throw reader.error("nothing is expected", hint: "what is expected is indented below the line", at: 0)
    }
    return expectations
  }

  /// `ignore <…`, or `when <…` with its answers.
  mutating func rule(_ reader: inout LineReader, answers: Bool) throws(ScriptError) -> Step.Action {
    let word = answers ? "when" : "ignore"
    guard var arrow = try arrow(LineReader(reader.line, reader.source.dropping(reader.index))), !arrow.isSending else {
      throw reader.error(
        "what to \(answers ? "answer" : "ignore") is missing", hint: "write \(word) <json {\"type\": \"ping\"}")
    }
    guard arrow.sign == .next else {
      throw reader.error("no sign can stand in a rule", hint: "it looks at every message", at: reader.index)
    }
    let children = reader.line.children.filter { !$0.text.hasPrefix("|") }
    if !answers, let child = children.first {
      throw LineReader(child, file: file).error("nothing can be indented below ignore", hint: nil)
    }
    var expectation = try expectation(&arrow, conditions: children.filter { Self.isCapture($0) })
    guard ConditionTopic(expectation.matcher) == .message else {
      throw reader.error("only messages can be \(answers ? "answered" : "ignored") by a rule", hint: nil)
    }
    expectation.place = SourcePlace(file: file, reader.line)
    guard answers else { return .ignore(expectation) }
    var steps: [Step] = []
    for child in children where !Self.isCapture(child) {
      note { (parser) throws(ScriptError) in
        let reader = LineReader(child, file: parser.file)
        // Without a name it goes where the message came from.
        guard let action = try parser.message(child, origin: expectation.connection), case .send = action else {
          throw reader.error("only what is sent, and capture, can stand below when", hint: "lines with > do")
        }
        steps.append(Step(place: reader.place, action: action))
      }
    }
    guard !children.isEmpty else {
      throw reader.error("there is no answer", hint: "indent one below: >json {\"type\": \"pong\"}", at: 0)
    }
    return .when(expectation, steps)
  }

  private static func isCapture(_ line: SourceLine) -> Bool { line.text.hasPrefix("capture ") }
}
