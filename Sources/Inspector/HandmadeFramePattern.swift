public import WebSocketCore

/// What a frame is expected to be, in the grammar of hand-made frames: only what is written counts.
public struct HandmadeFramePattern: Equatable, Sendable {
  private let frame: HandmadeFrame
  /// The fields that were written.
  public let fields: Set<String>
  /// Whether a payload was written.
  public let hasPayload: Bool

  /// The pattern that `text` is.
  public static func parse(_ text: String) throws(HandmadeFrameFailure) -> HandmadeFramePattern {
    var parser = HandmadeFrameParser(text)
    let frame = try parser.parse()
    return HandmadeFramePattern(frame: frame, fields: parser.seen, hasPayload: parser.hasPayload)
  }

  /// Whether a frame is as written; `payload` unmasked.
  public func matches(_ header: FrameHeader, _ payload: [UInt8]) -> Bool {
    differences(from: header, payload).isEmpty
  }

  /// The fields that differ, each as it was expected: `fin=0`.
  public func differences(from header: FrameHeader, _ payload: [UInt8]) -> [String] {
    var differences: [String] = []
    func check(_ field: String, _ isSame: Bool, _ expected: String) {
      if fields.contains(field), !isSame { differences.append("\(field)=\(expected)") }
    }
    check("fin", header.isFinal == frame.isFinal, frame.isFinal ? "1" : "0")
    for (name, bit) in [("rsv1", ReservedBits.rsv1), ("rsv2", .rsv2), ("rsv3", .rsv3)] {
      let isSet = frame.reservedBits.contains(bit)
      check(name, header.reservedBits.contains(bit) == isSet, isSet ? "1" : "0")
    }
    check("opcode", header.opcode == frame.opcode, frame.opcode.name)
    switch frame.mask {
    case .asTheRoleDemands: break
    case .random: check("mask", header.maskingKey != nil, "on")
    case .off: check("mask", header.maskingKey == nil, "off")
    case .key(let key): check("mask", header.maskingKey == key, String(key.value, radix: 16))
    }
    if let length = frame.announcedLength { check("length", header.payloadLength == length, "\(length)") }
    if let form = frame.lengthForm { check("form", header.lengthForm == form, "\(form.bits)") }
    if hasPayload, payload != frame.payload { differences.append("payload") }
    return differences
  }
}
