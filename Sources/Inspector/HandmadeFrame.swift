public import WebSocketCore

/// A frame as somebody wrote it, legal or not: `fin=0 opcode=text mask=off "broken"`. One grammar for scripts, `/frame`
/// and the full screen.
///
/// Fields in any order, each once: `fin rsv1 rsv2 rsv3` as 0 or 1, `opcode` by name or number, `mask` as `on`, `off` or
/// 8 hexadecimal digits, `length` (a lie about the payload's), `form` 7, 16 or 64. Then the payload: a JSON string, or
/// `hex` and digits. Without `opcode`, a payload in `hex` is binary, all else text.
public struct HandmadeFrame: Equatable, Sendable {
  /// How the frame is masked.
  public enum Mask: Equatable, Sendable {
    /// As the role demands: a client's with a random key, a server's not.
    case asTheRoleDemands
    /// With a random key.
    case random
    /// Not.
    case off
    /// With this key.
    case key(MaskingKey)
  }

  /// FIN.
  public var isFinal = true
  /// RSV1 to RSV3.
  public var reservedBits: ReservedBits = []
  /// What the frame is.
  public var opcode = Opcode.text
  /// How it is masked.
  public var mask = Mask.asTheRoleDemands
  /// The length that the header tells, where it is not the payload's.
  public var announcedLength: UInt64?
  /// How the length is written; nil: in its shortest form.
  public var lengthForm: LengthForm?
  /// What follows the header, before masking.
  public var payload: [UInt8] = []

  /// An empty final text frame.
  public init() {}

  /// The frame's header.
  /// - Parameter makeKey: makes a random key, where one is needed.
  public func header(role: Role, makeKey: () -> MaskingKey) -> FrameHeader {
    let key: MaskingKey? =
      switch mask {
      case .asTheRoleDemands: role == .client ? makeKey() : nil
      case .random: makeKey()
      case .off: nil
      case .key(let key): key
      }
    var header = FrameHeader(
      opcode: opcode, payloadLength: announcedLength ?? UInt64(payload.count), isFinal: isFinal,
      reservedBits: reservedBits, maskingKey: key)
    if let lengthForm { header.lengthForm = lengthForm }
    return header
  }

  /// The frame that `text` says.
  public static func parse(_ text: String) throws(HandmadeFrameFailure) -> HandmadeFrame {
    var parser = HandmadeFrameParser(text)
    return try parser.parse()
  }
}

extension LengthForm {
  /// The greatest length it can tell.
  var maximum: UInt64 {
    switch self {
    case .seven: 125
    case .sixteen: 0xFFFF
    case .sixtyFour: .max
    }
  }

  /// As it is written: 7, 16 or 64.
  public var bits: Int {
    switch self {
    case .seven: 7
    case .sixteen: 16
    case .sixtyFour: 64
    }
  }
}
