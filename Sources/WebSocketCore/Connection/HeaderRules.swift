/// The rules a frame's header can break, as a set (RFC 6455, sections 5.1 to 5.5).
struct HeaderRules: OptionSet {
  var rawValue: UInt16

  static let reservedBits = HeaderRules(rawValue: 1 << 0)
  static let reservedOpcode = HeaderRules(rawValue: 1 << 1)
  static let finalControl = HeaderRules(rawValue: 1 << 2)
  static let masking = HeaderRules(rawValue: 1 << 3)
  static let minimalLength = HeaderRules(rawValue: 1 << 4)
  static let controlLength = HeaderRules(rawValue: 1 << 5)
  static let messageOrder = HeaderRules(rawValue: 1 << 6)
  static let limits = HeaderRules(rawValue: 1 << 7)
}

extension ProtocolConnection {
  /// Judges a header before any of its payload is looked at, in the order of its bytes.
  /// - Returns: the first rule it breaks that is not excused.
  func judge(_ header: FrameHeader) -> (rule: HeaderRules, violation: Violation)? {
    let opcode = header.opcode
    if let violation = judgeReservedBits(header), !excused.contains(.reservedBits) { return (.reservedBits, violation) }
    if opcode.isReserved, !excused.contains(.reservedOpcode) { return (.reservedOpcode, .reservedOpcode(opcode)) }
    if opcode.isControl, !header.isFinal, !excused.contains(.finalControl) {
      return (.finalControl, .fragmentedControl(opcode))
    }
    if (header.maskingKey != nil) != (role == .server), !excused.contains(.masking) {
      return (.masking, role == .server ? .unmaskedByClient : .maskedByServer)
    }
    let length = header.payloadLength
    if length > UInt64(Int64.max) { return (.minimalLength, .negativeLength(length)) }
    if header.lengthForm != .minimal(for: length), !excused.contains(.minimalLength) {
      return (.minimalLength, .nonMinimalLength(length, header.lengthForm))
    }
    if opcode.isControl, length > 125, !excused.contains(.controlLength) {
      return (.controlLength, .controlTooLong(opcode, length: length))
    }
    if !excused.contains(.messageOrder) {
      if opcode == .continuation, !isInsideMessage { return (.messageOrder, .unexpectedContinuation) }
      if opcode == .text || opcode == .binary, isInsideMessage { return (.messageOrder, .expectedContinuation(opcode)) }
    }
    return judgeLimits(header).map { (.limits, $0) }
  }

  /// RSV1 on a message's first frame says it is compressed, if that was agreed; nothing else may set a bit.
  private func judgeReservedBits(_ header: FrameHeader) -> Violation? {
    let opcode = header.opcode
    let isFirst = opcode == .text || opcode == .binary
    let bits = header.reservedBits.subtracting(peersDeflate != nil && isFirst ? .rsv1 : [])
    if bits.isEmpty { return nil }
    if peersDeflate != nil, bits == .rsv1, !opcode.isReserved {
      return opcode.isControl ? .compressedControl(opcode) : .compressedContinuation
    }
    return .reservedBits(bits, opcode)
  }

  private func judgeLimits(_ header: FrameHeader) -> Violation? {
    let limits = rules.limits
    let length = header.payloadLength
    if length > UInt64(limits.maximumFrameSize) {
      return .frameTooLarge(length: length, limit: limits.maximumFrameSize)
    }
    let kind = kind(of: header)
    guard kind == .first || kind == .continuation else { return nil }
    let message = kind == .continuation ? assembler?.message : nil
    // What is compressed is measured as it is inflated.
    let isCompressed = kind == .first ? isCompressed(header) : message?.inflater != nil
    let held = kind == .continuation ? assembler?.messageSize ?? 0 : 0
    if !isCompressed, UInt64(held) + length > UInt64(limits.maximumMessageSize) {
      return .messageTooLarge(limit: limits.maximumMessageSize)
    }
    let fragments = message?.fragmentCount ?? 0
    return fragments >= limits.maximumFragments ? .tooManyFragments(limit: limits.maximumFragments) : nil
  }

  /// What a frame is to the message; a reserved control frame is stray as well.
  func kind(of header: FrameHeader) -> MessageAssembler.Kind {
    if header.opcode.isReserved { return .stray }
    if header.opcode.isControl { return .control }
    if header.opcode == .continuation { return isInsideMessage ? .continuation : .stray }
    return .first
  }

  /// Whether a message's first frame says it is compressed.
  func isCompressed(_ header: FrameHeader) -> Bool {
    peersDeflate != nil && header.reservedBits.contains(.rsv1)
  }
}
