import Bytes
import JSONSyntax
import PlainText
public import Trace
import WebSocketCore

extension Recording {
  /// The script that does again what was recorded, and expects what came; and the names of the secrets that it does not
  /// hold.
  /// - Parameter now: times near it are taken for times.
  public func script(now: UTCTime) -> (text: String, secrets: [String]) {
    let values = RecordedValues(entries, secrets: secrets, now: now)
    let names = values.secrets?.names ?? []
    var writer = RecordedScript(values: values)
    if !names.isEmpty {
      writer.add("# Secrets are not written here. Give them: wscope run \(Self.options(forSecrets: names)) FILE")
    }
    for index in entries.indices { writer.add(entries[index], at: index) }
    if let shortfall { writer.add("# \(shortfall)") }
    return (writer.text, names)
  }

  /// The options of `wscope run` that give a script its secrets.
  public static func options(forSecrets names: [String]) -> String {
    names.map { "--variable \($0)=VALUE" }.joined(separator: " ")
  }

  /// `text` where no value is meant.
  public static func literal(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "$") { bytes.append(UInt8(ascii: "$")) }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The lines of a recorded script.
private struct RecordedScript {
  let values: RecordedValues
  private(set) var text = ""
  private var turn: Turn?

  /// Whose turn it is: a blank line stands before what we send next, and around what makes a connection.
  private enum Turn { case opening, ours, theirs }

  /// Bytes up to which a binary message stands in hexadecimal, and in Base64.
  private static let maximumHex = 64
  private static let maximumBase64 = 64 << 10
  /// How long a message may take before its step needs a limit of its own.
  private static let patience = Duration.milliseconds(2500)

  init(values: RecordedValues) { self.values = values }

  mutating func add(_ line: String) { text += line + "\n" }

  private mutating func begin(_ next: Turn) {
    if turn == .opening || next == .opening && turn != nil || (turn, next) == (.theirs, .ours) { add("") }
    turn = next
  }

  mutating func add(_ entry: Recording.Entry, at index: Int) {
    let name = entry.connection ?? ""
    if let turn = Self.turn(of: entry.event) { begin(turn) }
    switch entry.event {
    case .opening(let lines): lines.forEach { add($0) }
    case .sent(let payload, let fragmentSize): send(payload, fragmentSize, "\(name)>", at: index)
    case .received(let payload): expect(payload, "\(name)<", waited: entry.waited, at: index)
    case .frame(let frame): add("\(name)>frame \(Self.fields(of: frame))")
    case .bytes(let bytes): add("\(name)>bytes \(Self.quoted(bytes))")
    case .ping(let payload): add("\(name)>ping" + (payload.isEmpty ? "" : " " + Self.quoted(payload)))
    case .pong(let payload): add("\(name)>pong" + (payload.isEmpty ? "" : " " + Self.quoted(payload)))
    case .receivedPong(let payload):
      add("\(name)<pong" + (payload.isEmpty ? "" : " " + Self.quoted(payload)))
      addLimit(entry.waited)
    case .close(let close): add("\(name)>close\(words(close, at: index, isReceived: false))")
    case .receivedClose(let close):
      add("\(name)<close\(close.code == nil ? " 1005" : words(close, at: index, isReceived: true))")
      addLimit(entry.waited)
    case .reconnected: add("reconnect" + (name.isEmpty ? "" : " \(name)"))
    case .receivedAnything: add("\(name)<any")
    case .ended(let isReset): add(name + (isReset ? "<reset" : "<end"))
    case .dropped: add("drop" + (name.isEmpty ? "" : " \(name)"))
    case .remark(let words): add("# \(SafeText(words))")
    case .nothing: break
    }
  }

  private static func turn(of event: Recording.Event) -> Turn? {
    switch event {
    case .opening, .reconnected: .opening
    case .sent, .frame, .bytes, .ping, .pong, .close, .dropped: .ours
    case .received, .receivedAnything, .receivedPong, .receivedClose, .ended, .remark: .theirs
    case .nothing: nil
    }
  }

  // MARK: What is sent

  private mutating func send(_ payload: Recording.Payload, _ fragmentSize: Int?, _ arrow: String, at index: Int) {
    guard payload.isText else { return add(arrow + Self.binary(payload.bytes)) }
    let text = String(decoding: payload.bytes, as: UTF8.self)
    let pieces = values.pieces(of: text, at: index, isReceived: false)
    if let fragmentSize, Self.isPlain(text) {
      return add("\(arrow)fragments \(fragmentSize) \(pieces.map(Self.template).joined())")
    }
    if payload.json != nil, Self.isPlain(text) {
      return add("\(arrow)json \(json(payload.bytes, at: index))")
    }
    add(arrow + Self.line(pieces))
  }

  /// The bytes of a message in JSON as they are, but for the values that have names.
  private func json(_ bytes: [UInt8], at index: Int) -> String {
    var scanner = JSONScanner()
    var text = ""
    var end = 0
    var member = ""
    /// The members that the open arrays and objects are values of.
    var members: [String] = []
    while let token = try? scanner.next(bytes.span) {
      text += Self.literal(String(decoding: bytes[end..<token.range.lowerBound], as: UTF8.self))
      end = token.range.upperBound
      let raw = String(decoding: bytes[token.range], as: UTF8.self)
      switch token.kind {
      case .name:
        member = (try? JSONString.resolve(token, in: bytes.span)) ?? ""
        text += Self.literal(raw)
      case .beginArray, .beginObject:
        members.append(member)
        text += raw
      case .endArray, .endObject:
        member = members.popLast() ?? ""
        text += raw
      case .number:
        let name = values.name(of: raw, member: member, isNumber: true, at: index)
        text += name.map { "${\($0)}" } ?? raw
      case .string:
        guard let string = try? JSONString.resolve(token, in: bytes.span) else { continue }
        text += quoted(string, member, at: index) ?? Self.literal(raw)
      case .literal: text += raw
      }
    }
    return text + Self.literal(String(decoding: bytes[end...], as: UTF8.self))
  }

  /// A string that holds values with names; nil where it holds none.
  private func quoted(_ string: String, _ member: String, at index: Int) -> String? {
    if let name = values.name(of: string, member: member, isNumber: false, at: index) { return "\"${\(name)}\"" }
    let pieces = values.pieces(of: string, at: index, isReceived: false)
    guard pieces.contains(where: { if case .known = $0 { true } else { false } }) else { return nil }
    return Self.quoted(pieces)
  }

  // MARK: What is expected

  private mutating func expect(
    _ payload: Recording.Payload, _ arrow: String, waited: Duration, at index: Int
  ) {
    if !payload.isText {
      add(arrow + Self.expectedBinary(payload.bytes))
      if payload.bytes.count > Self.maximumBase64 { add("  assert size == \(payload.bytes.count)") }
    } else if let value = payload.json {
      let rows = ExpectedJSON(values: values, index: index).rows(value)
      add(arrow + "json" + (rows.count == 1 ? " \(rows[0])" : ""))
      if rows.count > 1 { rows.forEach { add("  | \($0)") } }
      for capture in values.captures[index] ?? [] {
        if let path = capture.path { add("  capture \(capture.name) = \(path)") }
      }
    } else {
      expect(values.pieces(of: String(decoding: payload.bytes, as: UTF8.self), at: index, isReceived: true), arrow)
    }
    addLimit(waited)
  }

  private mutating func expect(_ pieces: [TextPiece], _ arrow: String) {
    guard pieces.contains(where: \.isVolatile) else { return add(arrow + Self.line(pieces)) }
    add("\(arrow)match /^\(TextPattern(pieces).text)$/")
    for case .given(let name, _) in pieces {
      add("  capture \(name) = /^\(TextPattern(pieces, capturing: name).text)$/")
    }
  }

  private mutating func addLimit(_ waited: Duration) {
    guard waited > Self.patience else { return }
    add("  within \(2 * waited.components.seconds + 2)s")
  }

  // MARK: Words

  /// A text on a line of its own, behind an arrow.
  private static func line(_ pieces: [TextPiece]) -> String {
    let text = pieces.map(template).joined()
    let isPlain = pieces.allSatisfy { piece in if case .literal(let text) = piece { isSafe(text) } else { true } }
    let hasBlankEnd = text.hasPrefix(" ") || text.hasSuffix(" ")
    if isPlain, !hasBlankEnd { return text.isEmpty ? "" : " \(text)" }
    return "text \(quoted(pieces))"
  }

  private static func template(_ piece: TextPiece) -> String {
    switch piece {
    case .literal(let text): literal(text)
    case .known(let name), .given(let name, _): "${\(name)}"
    case .uuid, .time, .random: ""
    }
  }

  /// A JSON string with names in it.
  private static func quoted(_ pieces: [TextPiece]) -> String {
    let parts = pieces.map { piece -> String in
      guard case .literal(let text) = piece else { return template(piece) }
      return literal(String(quoted(text).dropFirst().dropLast()))
    }
    return "\"\(parts.joined())\""
  }

  private static func quoted(_ text: String) -> String {
    let output = ByteBuffer()
    JSONText.append(Array(text.utf8).span, to: output, isForTerminal: true)
    return unsafe String(decoding: output.bytes, as: UTF8.self)
  }

  /// A payload as hand-made frames have it.
  private static func quoted(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return literal(quoted(text)) }
    return "hex \(hex(bytes))"
  }

  private static func literal(_ text: String) -> String { Recording.literal(text) }

  /// Whether an editor shows the text as it is, on one line.
  private static func isSafe(_ text: String) -> Bool {
    SafeText(text, maximumLength: .max).string.utf8.elementsEqual(text.utf8)
  }

  private static func isPlain(_ text: String) -> Bool {
    isSafe(text) && !text.hasPrefix(" ") && !text.hasSuffix(" ")
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    let output = ByteBuffer()
    HexDigits.append(bytes.span, to: output)
    return unsafe String(decoding: output.bytes, as: UTF8.self)
  }

  private static func binary(_ bytes: [UInt8]) -> String {
    if bytes.isEmpty { return "hex" }
    return bytes.count <= maximumHex ? "hex \(hex(bytes))" : "base64 \(Base64.encode(bytes))"
  }

  private static func expectedBinary(_ bytes: [UInt8]) -> String {
    bytes.count <= maximumBase64 ? binary(bytes) : "binary"
  }

  /// A reason that is another one each time is left out, which expects any.
  private func words(_ close: CloseFrame, at index: Int, isReceived: Bool) -> String {
    guard let code = close.code else { return "" }
    let pieces = values.pieces(of: close.reason, at: index, isReceived: isReceived)
    let isWritten = !close.reason.isEmpty && Self.isPlain(close.reason) && !pieces.contains(where: \.isVolatile)
    return " \(code.rawValue)" + (isWritten ? " " + pieces.map(Self.template).joined() : "")
  }

  private static func fields(of frame: FrameRecord) -> String {
    let header = frame.header
    var fields: [String] = []
    if !header.isFinal { fields.append("fin=0") }
    for (bit, name) in [(ReservedBits.rsv1, "rsv1"), (.rsv2, "rsv2"), (.rsv3, "rsv3")]
    where header.reservedBits.contains(bit) { fields.append("\(name)=1") }
    fields.append("opcode=\(header.opcode.rawValue)")
    if header.maskingKey == nil { fields.append("mask=off") }
    if header.payloadLength != UInt64(frame.payload.count) { fields.append("length=\(header.payloadLength)") }
    if header.lengthForm != .minimal(for: header.payloadLength) {
      fields.append("form=\(header.lengthForm == .seven ? 7 : header.lengthForm == .sixteen ? 16 : 64)")
    }
    if !frame.payload.isEmpty { fields.append(quoted(frame.payload)) }
    return fields.joined(separator: " ")
  }
}

/// A regular expression for a text of which some pieces are different each time.
private struct TextPattern {
  private(set) var text = ""

  /// - Parameter capturing: the name of the piece that the group is around.
  init(_ pieces: [TextPiece], capturing: String? = nil) {
    for piece in pieces {
      switch piece {
      case .literal(let text): append(text)
      case .known(let name): text += "${\(name)}"
      case .given(let name, _): text += name == capturing ? "([\\w.-]+)" : "[\\w.-]+"
      case .uuid: text += "[0-9a-fA-F-]{36}"
      case .time: text += "[0-9TtZz:. +-]+"
      case .random: text += "[\\w.-]+"
      }
    }
  }

  private mutating func append(_ literal: String) {
    for scalar in literal.unicodeScalars {
      switch scalar {
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "0"..."9", "a"..."z", "A"..."Z", " ", "_", "-", ",", ":", ";", "\"", "'", "=", "<", ">", "!", "@", "#", "%",
        "&":
        text.unicodeScalars.append(scalar)
      case _ where !scalar.isASCII && SafeText(String(scalar)).string == String(scalar):
        text.unicodeScalars.append(scalar)
      case _ where scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F: text += "\\\(scalar)"
      default: text += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
  }
}

/// An expected JSON message on rows: what is short on one, what is volatile as placeholders.
private struct ExpectedJSON {
  let values: RecordedValues
  let index: Int

  private static let width = 96

  func rows(_ value: JSONValue) -> [String] { rows(value, member: "") }

  private func rows(_ value: JSONValue, member: String) -> [String] {
    let parts: [[String]]
    let isObject: Bool
    switch value {
    case .array(let elements):
      isObject = false
      parts = elements.map { self.rows($0, member: member) }
    case .object(let members):
      isObject = true
      let last = Dictionary(members.indices.map { (JSONName(members[$0].name), $0) }) { $1 }
      parts = members.indices.filter { last[JSONName(members[$0].name)] == $0 }.map { place in
        var rows = self.rows(members[place].value, member: members[place].name)
        rows[0] = "\(Self.quoted(members[place].name)): \(rows[0])"
        return rows
      }
    default: return [scalar(value, member)]
    }
    let (open, close) = isObject ? ("{", "}") : ("[", "]")
    let isFlat = parts.allSatisfy { $0.count == 1 }
    if isFlat, parts.reduce(0, { $0 + $1[0].utf8.count + 2 }) <= Self.width {
      return ["\(open)\(parts.map { $0[0] }.joined(separator: ", "))\(close)"]
    }
    var rows = [open]
    for (index, part) in parts.enumerated() {
      rows += part.map { "  \($0)" }
      if index < parts.count - 1 { rows[rows.count - 1] += "," }
    }
    return rows + [close]
  }

  private func scalar(_ value: JSONValue, _ member: String) -> String {
    switch value {
    case .string(let text):
      if let name = values.name(of: text, member: member, isNumber: false, at: index) { return "\"${\(name)}\"" }
      if let placeholder = values.placeholder(for: text, member: member, isNumber: false, at: index) {
        return Self.quoted(placeholder.text)
      }
      return string(text)
    case .number(let text):
      if let name = values.name(of: text, member: member, isNumber: true, at: index) { return "${\(name)}" }
      return values.placeholder(for: text, member: member, isNumber: true, at: index).map { Self.quoted($0.text) }
        ?? text
    default: return value.text
    }
  }

  /// A string that holds no value as a whole.
  private func string(_ text: String) -> String {
    let pieces = values.pieces(of: text, at: index, isReceived: true)
    if pieces.contains(where: \.isVolatile) { return Self.quoted("<re:^\(TextPattern(pieces).text)$>") }
    guard pieces.contains(where: { if case .known = $0 { true } else { false } }) else {
      return Self.quoted(JSONPlaceholder.escaping(text))
    }
    let parts = pieces.map { piece -> String in
      if case .known(let name) = piece { return "${\(name)}" }
      guard case .literal(let text) = piece else { return "" }
      return String(Self.quoted(text).dropFirst().dropLast())
    }
    return "\"\(parts.joined())\""
  }

  private static func quoted(_ text: String) -> String {
    let output = ByteBuffer()
    JSONText.append(Array(text.utf8).span, to: output, isForTerminal: true)
    return Recording.literal(unsafe String(decoding: output.bytes, as: UTF8.self))
  }
}
