public import Bytes

/// The three bits that extensions may give a meaning (RFC 6455, section 5.2).
public struct ReservedBits: OptionSet, Hashable, Sendable {
  /// RSV1, RSV2 and RSV3 as the bits 4, 2 and 1.
  public var rawValue: UInt8

  /// The set with these bits; higher ones are dropped.
  public init(rawValue: UInt8) { self.rawValue = rawValue & 0b111 }

  /// RSV1: the message is compressed, where permessage-deflate is agreed (RFC 7692, section 6).
  public static let rsv1 = ReservedBits(rawValue: 0b100)
  /// RSV2.
  public static let rsv2 = ReservedBits(rawValue: 0b010)
  /// RSV3.
  public static let rsv3 = ReservedBits(rawValue: 0b001)

  /// The names of the bits that are set: `RSV1+RSV3`.
  public var name: String {
    [(ReservedBits.rsv1, "RSV1"), (.rsv2, "RSV2"), (.rsv3, "RSV3")].filter { contains($0.0) }.map(\.1)
      .joined(separator: "+")
  }
}

/// How a payload length is written: in the second byte itself, or in 2 or 8 bytes behind it.
public enum LengthForm: Sendable, CaseIterable {
  /// In the second byte: 0 to 125.
  case seven
  /// In 2 bytes, announced by 126.
  case sixteen
  /// In 8 bytes, announced by 127.
  case sixtyFour

  /// Bytes behind the second one.
  var size: Int {
    switch self {
    case .seven: 0
    case .sixteen: 2
    case .sixtyFour: 8
    }
  }

  /// The only form section 5.2 allows for a length.
  public static func minimal(for length: UInt64) -> LengthForm {
    length < 126 ? .seven : length <= 0xFFFF ? .sixteen : .sixtyFour
  }
}

/// A frame's first 2 to 14 bytes, decoded (RFC 6455, section 5.2).
public struct FrameHeader: Equatable, Sendable {
  /// Whether the frame is the last of its message.
  public var isFinal: Bool
  /// RSV1 to RSV3.
  public var reservedBits: ReservedBits
  /// What the frame is.
  public var opcode: Opcode
  /// The key its payload is masked with; nil when it is not masked.
  public var maskingKey: MaskingKey?
  /// Payload length in bytes. The wire allows up to 2^63 - 1.
  public var payloadLength: UInt64
  /// How the length is written. A length too large for its form loses its upper bits when written.
  public var lengthForm: LengthForm

  /// A header with the shortest form of its length.
  public init(
    opcode: Opcode, payloadLength: UInt64, isFinal: Bool = true, reservedBits: ReservedBits = [],
    maskingKey: MaskingKey? = nil
  ) {
    self.isFinal = isFinal
    self.reservedBits = reservedBits
    self.opcode = opcode
    self.maskingKey = maskingKey
    self.payloadLength = payloadLength
    lengthForm = .minimal(for: payloadLength)
  }
}

extension FrameHeader {
  /// The largest header: 2 bytes, 8 of length, 4 of masking key.
  public static let maximumSize = 14

  /// The size of the header whose second byte this is.
  static func size(secondByte: UInt8) -> Int {
    let lengthSize =
      switch secondByte & 0x7F {
      case 126: 2
      case 127: 8
      default: 0
      }
    return 2 + lengthSize + (secondByte & 0x80 != 0 ? 4 : 0)
  }

  /// Reads a header from the start of `bytes`; nil while more bytes are needed. Judges nothing.
  /// - Returns: the header and its own size in bytes, 2 to 14.
  public static func read(_ bytes: Span<UInt8>) -> (header: FrameHeader, size: Int)? {
    guard bytes.count >= 2 else { return nil }
    let size = size(secondByte: bytes[1])
    guard bytes.count >= size else { return nil }
    let isMasked = bytes[1] & 0x80 != 0
    let payloadLength: UInt64
    let form: LengthForm
    switch bytes[1] & 0x7F {
    case 126: (payloadLength, form) = (UInt64(bytes.bigEndian(at: 2, as: UInt16.self)), .sixteen)
    case 127: (payloadLength, form) = (bytes.bigEndian(at: 2, as: UInt64.self), .sixtyFour)
    case let length: (payloadLength, form) = (UInt64(length), .seven)
    }
    var header = FrameHeader(
      opcode: Opcode(rawValue: bytes[0]), payloadLength: payloadLength, isFinal: bytes[0] & 0x80 != 0,
      reservedBits: ReservedBits(rawValue: bytes[0] >> 4),
      maskingKey: isMasked ? MaskingKey(bytes.bigEndian(at: size - 4, as: UInt32.self)) : nil)
    header.lengthForm = form
    return (header, size)
  }

  /// Bytes of the header itself, 2 to 14.
  public var encodedSize: Int { 2 + lengthForm.size + (maskingKey == nil ? 0 : 4) }

  /// The header as it is on the wire.
  public var bytes: [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: FrameHeader.maximumSize) { bytes, count in
      count = unsafe write(to: UnsafeMutableRawPointer(bytes.baseAddress.unsafelyUnwrapped))
    }
  }

  /// Appends the header to `output`, valid or not.
  public func write(into output: ByteBuffer) {
    let address = unsafe output.reserve(FrameHeader.maximumSize)
    output.commit(unsafe write(to: address))
  }

  /// Writes the header to `address`, which has room for 14 bytes.
  /// - Returns: its size.
  @discardableResult
  func write(to address: UnsafeMutableRawPointer) -> Int {
    let first = (isFinal ? 0x80 : 0) | reservedBits.rawValue << 4 | opcode.rawValue
    let maskBit: UInt8 = maskingKey == nil ? 0 : 0x80
    unsafe address.storeBytes(of: first, as: UInt8.self)
    let second: UInt8
    switch lengthForm {
    case .seven: second = UInt8(truncatingIfNeeded: payloadLength) & 0x7F
    case .sixteen:
      second = 126
      let length = UInt16(truncatingIfNeeded: payloadLength).bigEndian
      unsafe (address + 2).storeBytes(of: length, as: UInt16.self)
    case .sixtyFour:
      second = 127
      unsafe (address + 2).storeBytes(of: payloadLength.bigEndian, as: UInt64.self)
    }
    unsafe (address + 1).storeBytes(of: maskBit | second, as: UInt8.self)
    let size = encodedSize
    if let maskingKey { unsafe (address + size - 4).storeBytes(of: maskingKey.value.bigEndian, as: UInt32.self) }
    return size
  }
}
