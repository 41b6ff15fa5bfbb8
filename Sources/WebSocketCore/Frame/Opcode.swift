/// What a frame is (RFC 6455, section 5.2): four bits on the wire.
public struct Opcode: RawRepresentable, Hashable, Sendable {
  /// The four bits, 0 to 15.
  public var rawValue: UInt8

  /// The opcode with these four bits; higher ones are dropped.
  public init(rawValue: UInt8) { self.rawValue = rawValue & 0x0F }

  /// A further fragment of a message.
  public static let continuation = Opcode(rawValue: 0x0)
  /// The first frame of a text message.
  public static let text = Opcode(rawValue: 0x1)
  /// The first frame of a binary message.
  public static let binary = Opcode(rawValue: 0x2)
  /// A Close frame.
  public static let close = Opcode(rawValue: 0x8)
  /// A Ping frame.
  public static let ping = Opcode(rawValue: 0x9)
  /// A Pong frame.
  public static let pong = Opcode(rawValue: 0xA)

  /// Whether it is one of the control opcodes, 8 to 15.
  public var isControl: Bool { rawValue & 0x8 != 0 }

  /// Whether RFC 6455 leaves it without a meaning: 3 to 7 and 11 to 15.
  public var isReserved: Bool { rawValue & 0x7 > 2 }

  /// Its name: `text`, `reserved 11`.
  public var name: String {
    switch self {
    case .continuation: "continuation"
    case .text: "text"
    case .binary: "binary"
    case .close: "close"
    case .ping: "ping"
    case .pong: "pong"
    default: "reserved \(rawValue)"
    }
  }
}
