import Inspector
import WebSocketCore

/// How what is written in the composer is read.
enum PayloadType: String, CaseIterable {
  case text, json, hex, base64, file, frame

  /// What the composer says about it.
  var summary: String {
    switch self {
    case .text: "a text message, exactly as typed"
    case .json: "a text message, checked as JSON and sent as typed"
    case .hex: "a binary message in hexadecimal"
    case .base64: "a binary message in Base64"
    case .file: "the content of a file: text where it is UTF-8, else binary"
    case .frame: "one frame, legal or not: fin=0 opcode=text mask=off \"payload\""
    }
  }

  var next: PayloadType {
    let all = Self.allCases
    return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
  }
}

/// What becomes of a text when it is sent.
enum Composed: Equatable {
  case message(Opcode, [UInt8])
  case frame(HandmadeFrame)
  case file(String)
  /// Why it is nothing to send, in words, and what would be right.
  case invalid(String, hint: String? = nil)
}
