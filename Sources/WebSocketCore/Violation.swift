/// Everything a peer can do wrong once the connection is open, with the evidence.
///
/// Evidence is plain numbers, so that handling one costs nothing; the sentence is made when somebody reads it.
public enum Violation: Error, Equatable, Sendable {
  // Framing
  /// A frame from the server has a masking key.
  case maskedByServer
  /// A frame from the client has none.
  case unmaskedByClient
  /// Bits set that no agreed extension gives a meaning, and the frame they are on.
  case reservedBits(ReservedBits, Opcode)
  /// An opcode without a meaning.
  case reservedOpcode(Opcode)
  /// A length in a longer form than it needs.
  case nonMinimalLength(UInt64, LengthForm)
  /// A length of 2^63 or more.
  case negativeLength(UInt64)
  /// A control frame without FIN.
  case fragmentedControl(Opcode)
  /// A control frame of more than 125 bytes.
  case controlTooLong(Opcode, length: UInt64)
  /// A continuation outside a message.
  case unexpectedContinuation
  /// A new message inside another.
  case expectedContinuation(Opcode)
  // Text
  /// A byte of a text that no UTF-8 has there, and its offset in the message.
  case invalidUTF8(byte: UInt8, offset: Int)
  /// A text of this size that ends inside a character.
  case truncatedUTF8(size: Int)
  // Close frames
  /// Half a close code.
  case closePayloadOfOneByte
  /// A close code that may not be on the wire.
  case reservedCloseCode(CloseCode)
  /// A reason that is no UTF-8 at this offset.
  case invalidUTF8InCloseReason(offset: Int)
  // permessage-deflate
  /// RSV1 on a control frame although permessage-deflate is agreed.
  case compressedControl(Opcode)
  /// RSV1 on a continuation although permessage-deflate is agreed.
  case compressedContinuation
  /// No deflate stream at this offset of the message's compressed bytes.
  case brokenDeflate(offset: Int)
  /// A reference to bytes before the window, or before the first byte.
  case distanceBeyondWindow(offset: Int, windowBits: Int)
  /// A compressed message of this size that does not end between two blocks.
  case truncatedDeflate(size: Int)
  // Limits of ours
  /// A frame larger than we take.
  case frameTooLarge(length: UInt64, limit: Int)
  /// A message larger than we take, inflated.
  case messageTooLarge(limit: Int)
  /// A message of more frames than we take.
  case tooManyFragments(limit: Int)
  // The end of the stream
  /// The end of the stream inside a payload that lacks so many bytes, or inside a header.
  case endInsideFrame(missing: UInt64?)
  /// The end of the stream behind so many fragments of a message.
  case endInsideMessage(fragments: Int)
}

extension Violation {
  /// What is known about a violation, in one row.
  private struct Rule {
    var name: String
    var code: CloseCode
    var section: String
    var sentence: String
    var isPassable = false
    var isLimit = false

    init(
      _ name: String, _ code: CloseCode, _ section: String, _ sentence: String, isPassable: Bool = false,
      isLimit: Bool = false
    ) {
      self.name = name
      self.code = code
      self.section = section
      self.sentence = sentence
      self.isPassable = isPassable
      self.isLimit = isLimit
    }
  }

  private var rule: Rule {
    switch self {
    case .maskedByServer:
      Rule("masked-by-server", .protocolError, "RFC 6455, section 5.1", "the server masked a frame", isPassable: true)
    case .unmaskedByClient:
      Rule(
        "unmasked-by-client", .protocolError, "RFC 6455, section 5.1", "the client did not mask a frame",
        isPassable: true)
    case .reservedBits(let bits, let opcode):
      Rule(
        "reserved-bits", .protocolError, "RFC 6455, section 5.2",
        "\(bits.name) set on a \(opcode.name) frame, which no agreed extension allows", isPassable: true)
    case .reservedOpcode(let opcode):
      Rule(
        "reserved-opcode", .protocolError, "RFC 6455, section 5.2", "reserved opcode \(opcode.rawValue)",
        isPassable: true)
    case .nonMinimalLength(let length, let form):
      Rule(
        "non-minimal-length", .protocolError, "RFC 6455, section 5.2",
        "payload length \(length) written in \(form.size * 8) bits, which is not its shortest form", isPassable: true)
    case .negativeLength(let length):
      Rule(
        "negative-length", .protocolError, "RFC 6455, section 5.2",
        "payload length 0x\(String(length, radix: 16)) has its highest bit set")
    case .fragmentedControl(let opcode):
      Rule(
        "fragmented-control", .protocolError, "RFC 6455, section 5.5", "a \(opcode.name) frame without FIN",
        isPassable: true)
    case .controlTooLong(let opcode, let length):
      Rule(
        "control-too-long", .protocolError, "RFC 6455, section 5.5",
        "a \(opcode.name) frame of \(length) bytes, more than 125", isPassable: true)
    case .unexpectedContinuation:
      Rule(
        "unexpected-continuation", .protocolError, "RFC 6455, section 5.4",
        "a continuation frame with no message to continue", isPassable: true)
    case .expectedContinuation(let opcode):
      Rule(
        "expected-continuation", .protocolError, "RFC 6455, section 5.4",
        "a \(opcode.name) frame before the last message was finished", isPassable: true)
    case .invalidUTF8(let byte, let offset):
      Rule(
        "invalid-utf8", .invalidPayload, "RFC 6455, section 8.1",
        "invalid UTF-8 in a text message: byte 0x\(hexadecimal(byte)) at offset \(offset)", isPassable: true)
    case .truncatedUTF8(let size):
      Rule(
        "truncated-utf8", .invalidPayload, "RFC 6455, section 8.1",
        "a text message of \(Self.bytes(size)) ends inside a UTF-8 character", isPassable: true)
    case .closePayloadOfOneByte:
      Rule(
        "close-payload-of-one-byte", .protocolError, "RFC 6455, section 5.5.1",
        "a close frame with a payload of 1 byte, which is no close code", isPassable: true)
    case .reservedCloseCode(let code):
      Rule(
        "reserved-close-code", .protocolError, "RFC 6455, section 7.4",
        "close code \(code.rawValue), which must not be sent", isPassable: true)
    case .invalidUTF8InCloseReason(let offset):
      Rule(
        "invalid-utf8-in-close-reason", .invalidPayload, "RFC 6455, section 5.5.1",
        "invalid UTF-8 in a close reason at offset \(offset)", isPassable: true)
    case .compressedControl(let opcode):
      Rule(
        "compressed-control", .protocolError, "RFC 7692, section 6", "RSV1 (compressed) set on a \(opcode.name) frame",
        isPassable: true)
    case .compressedContinuation:
      Rule(
        "compressed-continuation", .protocolError, "RFC 7692, section 6.1",
        "RSV1 (compressed) set on a continuation frame; only a message's first frame may have it", isPassable: true)
    case .brokenDeflate(let offset):
      Rule(
        "broken-deflate", .invalidPayload, "RFC 7692, section 7.2.2",
        "a compressed message is no valid deflate stream at offset \(offset) of its payload")
    case .distanceBeyondWindow(let offset, let windowBits):
      Rule(
        "distance-beyond-window", .invalidPayload, "RFC 7692, section 7.1.2",
        "a compressed message refers back beyond its window of \(1 << windowBits) bytes at offset \(offset) "
          + "of its payload"
      )
    case .truncatedDeflate(let size):
      Rule(
        "truncated-deflate", .invalidPayload, "RFC 7692, section 7.2.2",
        "a compressed message of \(Self.bytes(size)) ends inside a deflate block")
    case .frameTooLarge(let length, let limit):
      Rule(
        "frame-too-large", .messageTooBig, "RFC 6455, section 10.4",
        "a frame of \(length) bytes, more than our limit of \(limit)", isLimit: true)
    case .messageTooLarge(let limit):
      Rule(
        "message-too-large", .messageTooBig, "RFC 6455, section 10.4",
        "a message larger than our limit of \(limit) bytes", isLimit: true)
    case .tooManyFragments(let limit):
      Rule(
        "too-many-fragments", .messageTooBig, "RFC 6455, section 10.4",
        "a message of more fragments than our limit of \(limit)", isLimit: true)
    case .endInsideFrame(let missing?):
      Rule(
        "end-inside-frame", .abnormalClosure, "RFC 6455, section 7.1.5",
        "the stream ended inside a frame, \(Self.bytes(missing)) before the end of its payload")
    case .endInsideFrame(nil):
      Rule(
        "end-inside-frame", .abnormalClosure, "RFC 6455, section 7.1.5", "the stream ended inside a frame's header")
    case .endInsideMessage(let fragments):
      Rule(
        "end-inside-message", .abnormalClosure, "RFC 6455, section 7.1.5",
        "the stream ended inside a message, after \(fragments) of its fragments")
    }
  }

  private static func bytes(_ count: some BinaryInteger) -> String { count == 1 ? "1 byte" : "\(count) bytes" }

  private func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// The code our Close carries; 1006 where the stream has ended and none can be sent.
  public var closeCode: CloseCode { rule.code }

  /// Where the rule stands: `RFC 6455, section 5.2`.
  public var section: String { rule.section }

  /// A name for commands and reports: `reserved-opcode`.
  public var name: String { rule.name }

  /// Whether the limit is ours rather than the protocol's.
  public var isLimit: Bool { rule.isLimit }

  /// Whether a lenient connection reports it and goes on.
  public var isPassable: Bool { rule.isPassable }

  /// One of each, in the catalogue's order, with sample evidence.
  public static let samples: [Violation] = [
    .maskedByServer, .unmaskedByClient, .reservedBits(.rsv2, .text), .reservedOpcode(Opcode(rawValue: 11)),
    .nonMinimalLength(5, .sixteen), .negativeLength(1 << 63), .fragmentedControl(.ping),
    .controlTooLong(.ping, length: 126), .unexpectedContinuation, .expectedContinuation(.text),
    .invalidUTF8(byte: 0xFF, offset: 0), .truncatedUTF8(size: 1), .closePayloadOfOneByte,
    .reservedCloseCode(.noStatusReceived), .invalidUTF8InCloseReason(offset: 0), .compressedControl(.ping),
    .compressedContinuation, .brokenDeflate(offset: 0), .distanceBeyondWindow(offset: 0, windowBits: 9),
    .truncatedDeflate(size: 1), .frameTooLarge(length: 1 << 40, limit: 128 << 20), .messageTooLarge(limit: 128 << 20),
    .tooManyFragments(limit: 100_000), .endInsideFrame(missing: 1), .endInsideMessage(fragments: 1),
  ]
}

extension Violation: CustomStringConvertible {
  /// The sentence a user sees: rule, value and place.
  public var description: String { rule.sentence }
}
