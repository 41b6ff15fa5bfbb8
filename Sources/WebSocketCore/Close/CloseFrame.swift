public import Bytes

/// What a Close frame says (RFC 6455, section 5.5.1).
public struct CloseFrame: Equatable, Sendable {
  /// Bytes of UTF-8 a reason may have: 125 less the code's 2.
  public static let maximumReasonSize = 123

  /// Why; nil when the payload was empty, which is reported as 1005.
  public var code: CloseCode?
  /// For people, up to 123 bytes of UTF-8.
  public var reason: String

  /// A Close with a code, or without.
  public init(code: CloseCode?, reason: String = "") {
    self.code = code
    self.reason = reason
  }

  /// Reads a Close frame's payload: what it says, and the first rule it breaks. Bad UTF-8 in the reason is repaired.
  public static func read(_ payload: Span<UInt8>) -> (frame: CloseFrame, violation: Violation?) {
    guard payload.count >= 2 else {
      return (CloseFrame(code: nil), payload.isEmpty ? nil : .closePayloadOfOneByte)
    }
    let code = CloseCode(rawValue: payload.bigEndian(at: 0, as: UInt16.self))
    let reason = payload.extracting(2...)
    var validator = UTF8Validator()
    let badByte = validator.validate(reason) ?? (validator.isComplete ? nil : reason.count)
    let frame = CloseFrame(
      code: code, reason: unsafe reason.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) })
    if !code.isAllowedOnTheWire { return (frame, .reservedCloseCode(code)) }
    return (frame, badByte.map { .invalidUTF8InCloseReason(offset: $0) })
  }

  /// Appends the payload: nothing, or the code and the reason.
  public func write(into output: ByteBuffer) {
    guard let code else { return }
    output.append(UInt8(code.rawValue >> 8))
    output.append(UInt8(truncatingIfNeeded: code.rawValue))
    output.append(reason)
  }

  /// `text`, cut to what fits into a reason, between two characters.
  public static func fittingReason(_ text: String) -> String {
    guard text.utf8.count > maximumReasonSize else { return text }
    var size = 0
    let fitting = text.unicodeScalars.prefix { scalar in
      size += UTF8.width(scalar)
      return size <= maximumReasonSize
    }
    return String(fitting)
  }
}
