import Bytes
import JSONSyntax
import PlainText
import Trace
import WebSocketCore

/// What came, in words on a line. It holds what the peer sent, unescaped but for JSON's own escapes.
enum ReceivedWords {
  private static let limit = 200

  static func words(_ item: MailboxItem) -> String {
    switch item {
    case .message(let message): words(message)
    case .close(let close, _, _): words(close)
    case .ended(let verdict): "\(verdict)"
    }
  }

  static func words(_ message: ReceivedMessage) -> String {
    guard message.opcode == .text else { return "binary, \(bytes(message.payload))" }
    // JSON is easier to read without another layer of quotes.
    switch message.json {
    case .success(.object), .success(.array): return "JSON \(cut(message.payload))"
    default: return "text \(text(message.payload))"
    }
  }

  private static func cut(_ payload: [UInt8]) -> String {
    let shown = String(decoding: payload.prefix(limit), as: UTF8.self)
    return payload.count > limit ? "\(shown)… (\(Quantity.bytes(payload.count)))" : shown
  }

  static func words(_ close: CloseFrame) -> String {
    guard let number = close.code else { return "a Close without a code" }
    return "a Close \(code(number.rawValue))" + (close.reason.isEmpty ? "" : " \(JSONValue.string(close.reason).text)")
  }

  static func words(_ control: ReceivedControl, _ name: String) -> String {
    "a \(name)" + (control.payload.isEmpty ? "" : " of \(text(control.payload))")
  }

  static func words(_ frame: FrameRecord) -> String {
    let header = frame.header
    var words = ["a frame", "fin=\(header.isFinal ? 1 : 0)"]
    for (name, bit) in [("rsv1", ReservedBits.rsv1), ("rsv2", .rsv2), ("rsv3", .rsv3)]
    where header.reservedBits.contains(bit) { words.append("\(name)=1") }
    words.append("opcode=\(header.opcode.name)")
    words.append("mask=\(header.maskingKey == nil ? "off" : "on")")
    words.append(header.opcode == .text ? text(frame.payload) : bytes(frame.payload))
    return words.joined(separator: " ")
  }

  static func code(_ code: UInt16) -> String { "\(code) (\(CloseCode(rawValue: code).name))" }

  /// A text in quotes, cut, with its size where it is.
  static func text(_ payload: [UInt8]) -> String {
    let shown = JSONValue.string(String(decoding: payload.prefix(limit), as: UTF8.self)).text
    return payload.count > limit ? "\(shown)… (\(Quantity.bytes(payload.count)))" : shown
  }

  static func bytes(_ payload: [UInt8]) -> String {
    let digits = payload.prefix(32).map { byte in
      String(decoding: [HexDigits.character(byte >> 4), HexDigits.character(byte & 15)], as: UTF8.self)
    }
    let shown = digits.joined(separator: " ") + (payload.count > 32 ? " …" : "")
    return "\(Quantity.bytes(payload.count))" + (shown.isEmpty ? "" : ": \(shown)")
  }
}
