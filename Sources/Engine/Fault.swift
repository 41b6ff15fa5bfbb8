public import WebSocketCore

/// A rule that the echo server breaks on purpose, so that one sees what a client makes of it.
public struct Fault: Sendable {
  /// What a client sees of it.
  public let violation: Violation
  /// What is sent; nil where only a client can break the rule.
  let steps: [Step]?
  /// Whether permessage-deflate must be agreed upon.
  public let needsDeflate: Bool

  /// Something that is sent, lawful or not.
  enum Step: Sendable {
    case frame(FrameHeader, [UInt8])
    /// The frame again and again, until the client says something to it.
    case repeated(FrameHeader, [UInt8])
    /// No more, without a Close.
    case end
  }

  /// One for each violation, in the catalogue's order.
  public static let all = Violation.samples.map { Fault($0) }

  /// The fault of that name: `reserved-opcode`.
  public init?(named name: String) {
    guard let fault = Self.all.first(where: { $0.name == name }) else { return nil }
    self = fault
  }

  /// Its name, which is the violation's.
  public var name: String { violation.name }

  /// Whether only a client can break the rule.
  public var isOfClients: Bool { steps == nil }

  private init(_ violation: Violation) {
    self.violation = violation
    steps = Self.steps(to: violation)
    needsDeflate =
      switch violation {
      case .compressedControl, .compressedContinuation, .brokenDeflate, .distanceBeyondWindow, .truncatedDeflate: true
      default: false
      }
  }

  private static func steps(to violation: Violation) -> [Step]? {
    switch violation {
    case .maskedByServer:
      return [.frame(header(.text, 5, maskingKey: MaskingKey(0x37FA_213D)), hello)]
    case .unmaskedByClient: return nil
    case .reservedBits: return [.frame(header(.text, 5, reservedBits: .rsv2), hello)]
    case .reservedOpcode: return [frame(Opcode(rawValue: 11), hello)]
    case .nonMinimalLength: return [.frame(header(.text, 5, form: .sixteen), hello)]
    case .negativeLength: return [.frame(header(.binary, 1 << 63), [])]
    case .fragmentedControl: return [frame(.ping, hello, isFinal: false)]
    case .controlTooLong: return [frame(.ping, [UInt8](repeating: 0x2E, count: 126))]
    case .unexpectedContinuation: return [frame(.continuation, hello)]
    case .expectedContinuation: return [frame(.text, hello, isFinal: false), frame(.text, hello)]
    case .invalidUTF8: return [frame(.text, hello + [0xFF])]
    case .truncatedUTF8: return [frame(.text, hello + [0xE2, 0x82])]
    case .closePayloadOfOneByte: return [frame(.close, [0x03])]
    case .reservedCloseCode: return [frame(.close, [0x03, 0xED])]
    case .invalidUTF8InCloseReason: return [frame(.close, [0x03, 0xE8] + hello + [0xFF])]
    case .compressedControl: return [.frame(header(.ping, 5, reservedBits: .rsv1), hello)]
    case .compressedContinuation:
      return [
        .frame(header(.text, 3, isFinal: false, reservedBits: .rsv1), Array(compressedHello[..<3])),
        .frame(header(.continuation, 4, reservedBits: .rsv1), Array(compressedHello[3...])),
      ]
    // The first bits are a block of the type that does not exist.
    case .brokenDeflate: return [compressed([0x07])]
    // RFC 7692, section 7.2.3.2: a message that refers to the one before, which there is not.
    case .distanceBeyondWindow: return [compressed([0xF2, 0x00, 0x11, 0x00, 0x00])]
    // A stored block that announces five bytes and has two.
    case .truncatedDeflate: return [compressed([0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65])]
    case .frameTooLarge(let length, _): return [.frame(header(.binary, length), hello)]
    case .messageTooLarge:
      let piece = [UInt8](repeating: 0x2E, count: 64 << 10)
      return [
        frame(.binary, [], isFinal: false),
        .repeated(header(.continuation, UInt64(piece.count), isFinal: false), piece),
      ]
    case .tooManyFragments:
      return [frame(.text, [], isFinal: false), .repeated(header(.continuation, 0, isFinal: false), [])]
    case .endInsideFrame: return [.frame(header(.text, 6), hello), .end]
    case .endInsideMessage: return [frame(.text, hello, isFinal: false), .end]
    }
  }

  private static let hello = Array("Hello".utf8)
  private static let compressedHello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]

  private static func frame(_ opcode: Opcode, _ payload: [UInt8], isFinal: Bool = true) -> Step {
    .frame(header(opcode, UInt64(payload.count), isFinal: isFinal), payload)
  }

  private static func compressed(_ payload: [UInt8]) -> Step {
    .frame(header(.text, UInt64(payload.count), reservedBits: .rsv1), payload)
  }

  private static func header(
    _ opcode: Opcode, _ length: UInt64, isFinal: Bool = true, reservedBits: ReservedBits = [],
    maskingKey: MaskingKey? = nil, form: LengthForm? = nil
  ) -> FrameHeader {
    var header = FrameHeader(
      opcode: opcode, payloadLength: length, isFinal: isFinal, reservedBits: reservedBits, maskingKey: maskingKey)
    if let form { header.lengthForm = form }
    return header
  }
}
