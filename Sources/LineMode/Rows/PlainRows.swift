import Inspector
import PlainText
import Trace
import WebSocketCore

/// Messages as sentences, for a screen reader or a terminal that knows no escape sequences: one line each.
struct PlainRows {
  /// Characters of a payload before it is folded.
  static let maximumLength = 2000

  /// `received text, 118 bytes, 12.4 ms after our last message: {…}`.
  func line(_ message: Message) -> SafeText {
    let size = Quantity.count(message.payload.count, "byte")
    var sentence = "\(message.direction.rawValue) \(message.opcode.name), \(size)"
    if let latency = message.latency {
      sentence += ", \(Quantity.duration(latency)) after our \(message.opcode == .pong ? "ping" : "last message")"
    }
    guard !message.payload.isEmpty else { return SafeText(sentence) }
    return SafeText(sentence + ": ") + payload(message)
  }

  private func payload(_ message: Message) -> SafeText {
    let payload = message.payload.span
    let isText = message.opcode == .text
    let shown =
      isText
      ? SafeText(bytes: payload, maximumLength: Self.maximumLength)
      : SafeText(
        PayloadLine.summary(message.opcode, payload, width: Self.maximumLength).string, maximumLength: .max)
    let isFolded = isText ? payload.count > Self.maximumLength : payload.count * 3 > Self.maximumLength
    return isFolded ? shown + SafeText("; /show \(message.number) for all of it") : shown
  }
}
