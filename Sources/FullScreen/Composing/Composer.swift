import Bytes
import Inspector
import PlainText
import Terminal
import Trace
import WebSocketCore

/// The place where a message is written. Each connection has its own, with its own draft.
struct Composer {
  var editor: LineEditor
  var type = PayloadType.text
  /// What became of the text when it was last looked at: for each key again, unless the text is large.
  private(set) var composed = Composed.message(.text, [])
  /// Names behind `${` that stand for nothing.
  private(set) var unknown: [String] = []

  /// Larger texts are judged when they are sent.
  static let judgedSize = 256 << 10

  init(widths: Widths, history: History = History(limit: 1000)) {
    editor = LineEditor(widths: widths, history: history)
    editor.prompt = StyledText("> ")
  }

  /// Looks at what is written now.
  mutating func judge(_ variables: Variables, now: UTCTime) {
    guard editor.text.utf8.count <= Self.judgedSize else {
      composed = .message(.text, [])
      return
    }
    var random = SystemRandomNumberGenerator()
    (composed, unknown) = compose(editor.text, variables, now: now, random: &random)
  }

  /// What `text` becomes when it is sent.
  func compose(
    _ text: String, _ variables: Variables, now: UTCTime, random: inout some RandomNumberGenerator
  ) -> (composed: Composed, unknown: [String]) {
    let (expanded, unknown) = variables.expand(text, now: now, random: &random)
    return (Composed(expanded, as: type), unknown)
  }

  /// What the composer's title says: `json, valid, 28 B`.
  var state: String {
    if editor.isEmpty { return type.rawValue }
    if editor.text.utf8.count > Self.judgedSize {
      return "\(type.rawValue), \(Quantity.bytes(editor.text.utf8.count)), checked when sent"
    }
    let lines = editor.text.utf8.count { $0 == 0x0A } + 1
    var words = [type.rawValue]
    if lines > 1 { words.append(Quantity.count(lines, "line")) }
    switch composed {
    case .message(let opcode, let bytes):
      if type == .json { words.append("valid") }
      words.append(Quantity.bytes(bytes.count) + (opcode == .binary ? " binary" : ""))
    case .frame(let frame): words.append("\(frame.opcode.name), \(Quantity.bytes(frame.payload.count))")
    case .file: break
    case .invalid: words.append("invalid")
    }
    return words.joined(separator: ", ")
  }

  /// What is wrong, if something is, or worth knowing.
  var remark: String? {
    guard !editor.isEmpty else { return nil }
    if case .invalid(let reason, let hint) = composed { return "! \(reason)\(hint.map { "; \($0)" } ?? "")" }
    guard let name = unknown.first else { return nil }
    return "${\(name)} has no value and is sent as it is"
  }

  /// Puts a message back to be changed.
  mutating func edit(_ opcode: Opcode, _ payload: [UInt8]) {
    if opcode == .text, let text = String(validating: payload, as: UTF8.self) {
      type =
        Composed.jsonFailure(payload) == nil && payload.first.map { $0 == 0x7B || $0 == 0x5B } ?? false ? .json : .text
      // What looks like a variable was sent as it is.
      editor.replaceText(text.replacing("${", with: "$${"))
    } else {
      type = .hex
      editor.replaceText(payload.map(HexDigits.text).joined(separator: " "))
    }
  }
}
