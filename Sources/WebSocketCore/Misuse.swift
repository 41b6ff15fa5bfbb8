/// What we were asked to send although the protocol forbids it.
public enum Misuse: Error, Equatable, Sendable {
  /// The code may not stand in a Close frame (RFC 6455, section 7.4).
  case closeCodeNotSendable(CloseCode)
  /// The reason has more than 123 bytes of UTF-8 (RFC 6455, section 5.5).
  case closeReasonTooLong(size: Int)
  /// A reason needs a code before it (RFC 6455, section 5.5.1).
  case closeReasonWithoutCode
  /// A control frame has at most 125 bytes of payload (RFC 6455, section 5.5).
  case controlPayloadTooLong(Opcode, size: Int)
  /// Nothing follows our Close frame (RFC 6455, section 5.5.1).
  case closeAlreadySent
}

extension Misuse: CustomStringConvertible {
  /// The sentence a user sees.
  public var description: String {
    switch self {
    case .closeCodeNotSendable(let code):
      "close code \(code.rawValue) (\(code.name)) must not be sent; use 1000 to 1003, 1007 to 1014 or 3000 to 4999"
    case .closeReasonTooLong(let size): "a close reason has at most 123 bytes, this one has \(size)"
    case .closeReasonWithoutCode: "a close reason needs a close code"
    case .controlPayloadTooLong(let opcode, let size):
      "a \(opcode.name)'s payload has at most 125 bytes, this one has \(size)"
    case .closeAlreadySent: "the connection is closing: nothing may be sent after a Close frame"
    }
  }
}
