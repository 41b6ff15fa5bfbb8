import JSONSyntax
public import WebSocketCore

/// What a line of JSON asks to be sent.
///
/// `type` is `text`, `binary`, `ping`, `pong` or `close`. A message's payload is `text` or `base64`; a ping or pong may
/// have none. A close may have a `code` and then a `reason`. Of members with the same name the last counts; others are
/// ignored.
enum InputEvent: Equatable {
  case message(Opcode, [UInt8])
  case ping([UInt8])
  case pong([UInt8])
  case close(CloseFrame)

  /// The most bytes a control frame carries (RFC 6455, section 5.5).
  private static let maximumControlPayload = 125

  /// Reads an event; nil where it was received and such events are skipped.
  static func read(_ value: JSONValue, skipsReceived: Bool) throws(InputEventFailure) -> InputEvent? {
    guard case .object = value else { throw .notAnObject }
    if skipsReceived, value["dir"] == .string("in") { return nil }
    guard let type = try string("type", in: value) else { throw .missing("\"type\"") }
    switch type {
    case "text": return .message(.text, try messagePayload(value, type))
    case "binary": return .message(.binary, try messagePayload(value, type))
    case "ping": return .ping(try controlPayload(value))
    case "pong": return .pong(try controlPayload(value))
    case "close": return .close(try close(value))
    default: throw .unknownType(type)
    }
  }

  private static func messagePayload(_ value: JSONValue, _ type: String) throws(InputEventFailure) -> [UInt8] {
    guard let payload = try payload(value) else {
      throw .missing(type == "text" ? "\"text\"" : "\"base64\"")
    }
    if type == "text" {
      var validator = UTF8Validator()
      guard validator.validate(payload.span) == nil, validator.isComplete else { throw .textIsNotUTF8 }
    }
    return payload
  }

  private static func controlPayload(_ value: JSONValue) throws(InputEventFailure) -> [UInt8] {
    let payload = try payload(value) ?? []
    guard payload.count <= maximumControlPayload else { throw .controlPayload(payload.count) }
    return payload
  }

  private static func payload(_ value: JSONValue) throws(InputEventFailure) -> [UInt8]? {
    let text = try string("text", in: value)
    guard let base64 = try string("base64", in: value) else { return text.map { Array($0.utf8) } }
    guard text == nil else { throw .twoPayloads }
    do {
      return try Base64.decode(base64)
    } catch {
      throw .base64(error)
    }
  }

  private static func close(_ value: JSONValue) throws(InputEventFailure) -> CloseFrame {
    let reason = try string("reason", in: value) ?? ""
    guard reason.utf8.count <= CloseFrame.maximumReasonSize else { throw .reason(reason.utf8.count) }
    let code: CloseCode
    switch value["code"] {
    case nil, .null:
      guard reason.isEmpty else { throw .reasonWithoutCode }
      return CloseFrame(code: nil)
    case .number(let digits):
      guard let number = UInt16(digits) else { throw .closeCode(digits) }
      code = CloseCode(rawValue: number)
      guard code.isSendableByUser else { throw .closeCode(digits) }
    default: throw .kind("code", expected: "a number")
    }
    return CloseFrame(code: code, reason: reason)
  }

  /// A member that is a string; nil where it is absent or null.
  private static func string(_ name: String, in value: JSONValue) throws(InputEventFailure) -> String? {
    switch value[name] {
    case nil, .null: return nil
    case .string(let text): return text
    default: throw .kind(name, expected: "a string")
    }
  }
}

/// Why a JSON value is no event that can be sent.
public enum InputEventFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// Not an object.
  case notAnObject
  /// A member that must be there is not.
  case missing(String)
  /// A member's value is of another kind.
  case kind(String, expected: String)
  /// A `type` that is none of ours, in the user's spelling.
  case unknownType(String)
  /// Both `text` and `base64`.
  case twoPayloads
  /// `base64` is not that.
  case base64(Base64.Failure)
  /// A text whose `base64` is not UTF-8.
  case textIsNotUTF8
  /// A ping or pong of too many bytes.
  case controlPayload(Int)
  /// A close code that may not be sent, in the user's spelling.
  case closeCode(String)
  /// A close reason of too many bytes.
  case reason(Int)
  /// A close reason without a code.
  case reasonWithoutCode

  /// A sentence for people.
  public var description: String {
    switch self {
    case .notAnObject: "an event is a JSON object"
    case .missing(let member): "the event lacks \(member)"
    case .kind(let member, let expected): "\"\(member)\" must be \(expected)"
    case .unknownType(let type): "\"\(type)\" is no type of event; there are text, binary, ping, pong and close"
    case .twoPayloads: "the event has both \"text\" and \"base64\""
    case .base64(let failure): "\"base64\" is malformed: \(failure)"
    case .textIsNotUTF8: "the text in \"base64\" is not UTF-8"
    case .controlPayload(let count): "a ping or pong carries at most 125 bytes, not \(count)"
    case .closeCode(let code): "\(code) is no close code that may be sent"
    case .reason(let count): "a close reason has at most \(CloseFrame.maximumReasonSize) bytes, not \(count)"
    case .reasonWithoutCode: "a close reason needs a code"
    }
  }
}
