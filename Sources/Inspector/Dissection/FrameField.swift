import WebSocketCore

/// A field of a frame as it stands on the wire (RFC 6455, section 5.2).
public struct FrameField: Equatable, Sendable {
  /// What it is, as programs call it.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case fin, rsv1, rsv2, rsv3, opcode, mask, length, extendedLength, maskingKey, payload
  }

  /// What it is.
  public var kind: Kind
  /// Its bits, counted from the frame's first.
  public var bits: Range<Int>

  /// Its name, as the RFC has it.
  public var name: String {
    switch kind {
    case .fin: "FIN"
    case .rsv1: "RSV1"
    case .rsv2: "RSV2"
    case .rsv3: "RSV3"
    case .opcode: "opcode"
    case .mask: "MASK"
    case .length: "payload len"
    case .extendedLength: "extended payload length"
    case .maskingKey: "masking key"
    case .payload: "payload data"
    }
  }

  /// The fields of a frame with that header and so many bytes of payload.
  static func all(_ header: FrameHeader, payloadSize: Int) -> [FrameField] {
    var fields: [FrameField] = []
    func add(_ kind: Kind, _ count: Int) {
      let start = fields.last?.bits.upperBound ?? 0
      fields.append(FrameField(kind: kind, bits: start..<start + count))
    }
    for kind in [Kind.fin, .rsv1, .rsv2, .rsv3] { add(kind, 1) }
    add(.opcode, 4)
    add(.mask, 1)
    add(.length, 7)
    switch header.lengthForm {
    case .seven: break
    case .sixteen: add(.extendedLength, 16)
    case .sixtyFour: add(.extendedLength, 64)
    }
    if header.maskingKey != nil { add(.maskingKey, 32) }
    if payloadSize > 0, payloadSize < Int.max / 16 { add(.payload, 8 * payloadSize) }
    return fields
  }
}

extension FrameField.Kind {
  /// Its bytes' role.
  var role: TextRole {
    switch self {
    case .maskingKey: .mask
    case .payload: .payload
    default: .header
    }
  }
}

extension Violation {
  /// The fields of the frame that it is about.
  var fields: Set<FrameField.Kind> {
    switch self {
    case .maskedByServer, .unmaskedByClient: [.mask]
    case .reservedBits(let bits, _):
      Set(
        [(ReservedBits.rsv1, FrameField.Kind.rsv1), (.rsv2, .rsv2), (.rsv3, .rsv3)].filter { bits.contains($0.0) }
          .map(\.1))
    case .compressedControl, .compressedContinuation: [.rsv1]
    case .reservedOpcode, .unexpectedContinuation, .expectedContinuation: [.opcode]
    case .fragmentedControl: [.fin]
    case .nonMinimalLength, .negativeLength, .controlTooLong, .frameTooLarge: [.length, .extendedLength]
    case .invalidUTF8, .truncatedUTF8, .closePayloadOfOneByte, .reservedCloseCode, .invalidUTF8InCloseReason,
      .brokenDeflate, .distanceBeyondWindow, .truncatedDeflate, .messageTooLarge, .tooManyFragments, .endInsideFrame,
      .endInsideMessage:
      [.payload]
    }
  }

  /// The bytes of the payload that it is about, where that can be told of a message's first frame.
  func payloadBytes(count: Int) -> Range<Int>? {
    switch self {
    case .invalidUTF8(_, let offset), .brokenDeflate(let offset), .distanceBeyondWindow(let offset, _):
      offset < count ? offset..<offset + 1 : nil
    case .invalidUTF8InCloseReason(let offset): offset + 2 < count ? offset + 2..<offset + 3 : nil
    case .reservedCloseCode: count >= 2 ? 0..<2 : nil
    case .closePayloadOfOneByte: count == 1 ? 0..<1 : nil
    case .truncatedUTF8, .truncatedDeflate: count > 0 ? count - 1..<count : nil
    default: nil
    }
  }
}
