import Bytes
import Testing
import WebSocketCore

@Suite struct `A violation` {
  struct Row: Sendable, CustomStringConvertible {
    var bytes: [UInt8]
    var role: Role
    var violation: Violation
    var code: CloseCode
    var section: String
    var sentence: String
    /// Events before it.
    var before: [Seen] = []
    var limits = Limits()
    var deflate: DeflateAgreement?
    var description: String { "\(role): \(sentence)" }

    init(
      _ bytes: [UInt8], to role: Role, _ violation: Violation, _ code: CloseCode, _ section: String, _ sentence: String,
      before: [Seen] = [], limits: Limits = Limits(), deflate: DeflateAgreement? = nil
    ) {
      self.bytes = bytes
      self.role = role
      self.violation = violation
      self.code = code
      self.section = section
      self.sentence = sentence
      self.before = before
      self.limits = limits
      self.deflate = deflate
    }
  }

  private static let key: [UInt8] = [0, 0, 0, 0]
  private static let small = Limits(maximumMessageSize: 10, maximumFrameSize: 8, maximumFragments: 3)

  /// A row for each role; the server's frames to the client are not masked.
  private static func both(
    _ frames: [Frame], _ violation: Violation, _ code: CloseCode, _ section: String, _ sentence: String,
    before: [Seen] = [], limits: Limits = Limits(), deflate: DeflateAgreement? = nil
  ) -> [Row] {
    bothRoles.map { role in
      Row(
        frames.flatMap { $0.bytes(to: role) }, to: role, violation, code, section, sentence, before: before,
        limits: limits, deflate: deflate)
    }
  }

  /// The same, the header as raw bytes: the client's mask bit and key are put in.
  private static func both(
    raw header: [UInt8], _ violation: Violation, _ code: CloseCode, _ section: String, _ sentence: String,
    before: [Seen] = [], limits: Limits = Limits(), deflate: DeflateAgreement? = nil
  ) -> [Row] {
    var masked = header + key
    masked[1] |= 0x80
    return [
      Row(header, to: .client, violation, code, section, sentence, before: before, limits: limits, deflate: deflate),
      Row(masked, to: .server, violation, code, section, sentence, before: before, limits: limits, deflate: deflate),
    ]
  }

  private static let deflate = DeflateAgreement(
    serverNoContextTakeover: false, clientNoContextTakeover: false, serverWindowBits: 15, clientWindowBits: 15)

  private static func frame(_ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true, _ bits: ReservedBits = [])
    -> Frame
  {
    Frame(Opcode(rawValue: opcode), payload, isFinal: isFinal, reservedBits: bits)
  }

  static let framing: [Row] =
    [
      Row(
        [0x81, 0x85, 1, 2, 3, 4], to: .client, .maskedByServer, .protocolError, "RFC 6455, section 5.1",
        "the server masked a frame"),
      Row(
        [0x81, 0x05], to: .server, .unmaskedByClient, .protocolError, "RFC 6455, section 5.1",
        "the client did not mask a frame"),
    ]
    // Reserved bits, on every kind of frame (3.1 to 3.7 of the suite, and continuation).
    + both(
      raw: [0xC1, 0x05], .reservedBits(.rsv1, .text), .protocolError, "RFC 6455, section 5.2",
      "RSV1 set on a text frame, which no agreed extension allows")
    + both(
      raw: [0xB2, 0x05], .reservedBits([.rsv2, .rsv3], .binary), .protocolError, "RFC 6455, section 5.2",
      "RSV2+RSV3 set on a binary frame, which no agreed extension allows")
    + both(
      raw: [0x99, 0x00], .reservedBits(.rsv3, .ping), .protocolError, "RFC 6455, section 5.2",
      "RSV3 set on a ping frame, which no agreed extension allows")
    + both(
      raw: [0xC8, 0x00], .reservedBits(.rsv1, .close), .protocolError, "RFC 6455, section 5.2",
      "RSV1 set on a close frame, which no agreed extension allows")
    + both(
      [frame(1, [0x61], isFinal: false), frame(0, [0x62], .rsv2)], .reservedBits(.rsv2, .continuation), .protocolError,
      "RFC 6455, section 5.2",
      "RSV2 set on a continuation frame, which no agreed extension allows", before: [.frame(.text, [0x61])])
    // RFC 7692: RSV2 and RSV3 stay forbidden with permessage-deflate, RSV1 belongs to the first data frame alone.
    + both(
      raw: [0xA1, 0x05], .reservedBits(.rsv2, .text), .protocolError, "RFC 6455, section 5.2",
      "RSV2 set on a text frame, which no agreed extension allows", deflate: deflate)
    + both(
      raw: [0x91, 0x05], .reservedBits(.rsv3, .text), .protocolError, "RFC 6455, section 5.2",
      "RSV3 set on a text frame, which no agreed extension allows", deflate: deflate)
    + both(
      raw: [0xC9, 0x00], .compressedControl(.ping), .protocolError, "RFC 7692, section 6",
      "RSV1 (compressed) set on a ping frame", deflate: deflate)
    + both(
      raw: [0xC8, 0x00], .compressedControl(.close), .protocolError, "RFC 7692, section 6",
      "RSV1 (compressed) set on a close frame", deflate: deflate)
    + both(
      [frame(1, [0x61], isFinal: false), frame(0, [0x62], .rsv1)], .compressedContinuation, .protocolError,
      "RFC 7692, section 6.1",
      "RSV1 (compressed) set on a continuation frame; only a message's first frame may have it",
      before: [.frame(.text, [0x61])], deflate: deflate)
    // Reserved opcodes, alone and inside a fragmented message.
    + [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap { opcode in
      both(
        raw: [0x80 | opcode, 0x00], .reservedOpcode(Opcode(rawValue: opcode)), .protocolError, "RFC 6455, section 5.2",
        "reserved opcode \(opcode)")
    }
    + both(
      [frame(2, [1], isFinal: false), frame(5, [2])], .reservedOpcode(Opcode(rawValue: 5)), .protocolError,
      "RFC 6455, section 5.2",
      "reserved opcode 5", before: [.frame(.binary, [1])])
    // Lengths.
    + both(
      raw: [0x82, 0x7E, 0x00, 0x7D], .nonMinimalLength(125, .sixteen), .protocolError, "RFC 6455, section 5.2",
      "payload length 125 written in 16 bits, which is not its shortest form")
    + both(
      raw: [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], .nonMinimalLength(65535, .sixtyFour), .protocolError,
      "RFC 6455, section 5.2", "payload length 65535 written in 64 bits, which is not its shortest form")
    + both(
      raw: [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0], .nonMinimalLength(0, .sixtyFour), .protocolError,
      "RFC 6455, section 5.2", "payload length 0 written in 64 bits, which is not its shortest form")
    + both(
      raw: [0x89, 0x7E, 0x00, 0x05], .nonMinimalLength(5, .sixteen), .protocolError, "RFC 6455, section 5.2",
      "payload length 5 written in 16 bits, which is not its shortest form")
    + both(
      raw: [0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 1], .negativeLength(1 << 63 | 1), .protocolError,
      "RFC 6455, section 5.2", "payload length 0x8000000000000001 has its highest bit set")
    + both(
      raw: [0x82, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], .negativeLength(.max), .protocolError,
      "RFC 6455, section 5.2", "payload length 0xffffffffffffffff has its highest bit set")
    // Announced lengths that are only large: refused before any payload arrives, whatever they say.
    + [UInt64(1) << 31, 1 << 32, 1 << 62, UInt64(Int64.max)].flatMap { length in
      both(
        raw: [0x82, 0x7F] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) },
        .frameTooLarge(length: length, limit: 128 << 20), .messageTooBig, "RFC 6455, section 10.4",
        "a frame of \(length) bytes, more than our limit of 134217728")
    }
    // Control frames.
    + both(
      raw: [0x89, 0x7E, 0x00, 0x7E], .controlTooLong(.ping, length: 126), .protocolError, "RFC 6455, section 5.5",
      "a ping frame of 126 bytes, more than 125")
    + both(
      raw: [0x88, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0], .controlTooLong(.close, length: 65536), .protocolError,
      "RFC 6455, section 5.5", "a close frame of 65536 bytes, more than 125")
    + both(
      raw: [0x09, 0x00], .fragmentedControl(.ping), .protocolError, "RFC 6455, section 5.5", "a ping frame without FIN")
    + both(
      raw: [0x08, 0x00], .fragmentedControl(.close), .protocolError, "RFC 6455, section 5.5",
      "a close frame without FIN")
    // Order.
    + both(
      raw: [0x80, 0x00], .unexpectedContinuation, .protocolError, "RFC 6455, section 5.4",
      "a continuation frame with no message to continue")
    + both(
      raw: [0x00, 0x00], .unexpectedContinuation, .protocolError, "RFC 6455, section 5.4",
      "a continuation frame with no message to continue")
    + both(
      [.text("done"), frame(0, [1])], .unexpectedContinuation, .protocolError, "RFC 6455, section 5.4",
      "a continuation frame with no message to continue", before: [.text("done")])
    + both(
      [frame(1, [0x61], isFinal: false), frame(2, [1])], .expectedContinuation(.binary), .protocolError,
      "RFC 6455, section 5.4",
      "a binary frame before the last message was finished", before: [.frame(.text, [0x61])])
    + both(
      [frame(1, [0x61], isFinal: false), frame(1, [0x62], isFinal: false)], .expectedContinuation(.text),
      .protocolError, "RFC 6455, section 5.4",
      "a text frame before the last message was finished", before: [.frame(.text, [0x61])])

  static let payloads: [Row] =
    both(
      [frame(1, [0x61, 0xFF, 0x62])], .invalidUTF8(byte: 0xFF, offset: 1), .invalidPayload, "RFC 6455, section 8.1",
      "invalid UTF-8 in a text message: byte 0xFF at offset 1")
    + both(
      [frame(1, [0xED, 0xA0, 0x80])], .invalidUTF8(byte: 0xA0, offset: 1), .invalidPayload, "RFC 6455, section 8.1",
      "invalid UTF-8 in a text message: byte 0xA0 at offset 1")
    + both(
      [frame(1, [0xC3], isFinal: false), frame(0, [0x28])], .invalidUTF8(byte: 0x28, offset: 1), .invalidPayload,
      "RFC 6455, section 8.1",
      "invalid UTF-8 in a text message: byte 0x28 at offset 1", before: [.frame(.text, [0xC3])])
    + both(
      [frame(1, [0x61, 0xE2, 0x82])], .truncatedUTF8(size: 3), .invalidPayload, "RFC 6455, section 8.1",
      "a text message of 3 bytes ends inside a UTF-8 character")
    + both(
      [frame(1, [0xE2], isFinal: false), frame(0)], .truncatedUTF8(size: 1), .invalidPayload, "RFC 6455, section 8.1",
      "a text message of 1 byte ends inside a UTF-8 character", before: [.frame(.text, [0xE2])])
    + both(
      [frame(8, [0x03])], .closePayloadOfOneByte, .protocolError, "RFC 6455, section 5.5.1",
      "a close frame with a payload of 1 byte, which is no close code")
    + both(
      [frame(8, Frame.closePayload(1005))], .reservedCloseCode(.noStatusReceived), .protocolError,
      "RFC 6455, section 7.4", "close code 1005, which must not be sent")
    + both(
      [frame(8, Frame.closePayload(1000) + [0x61, 0xFF])], .invalidUTF8InCloseReason(offset: 1), .invalidPayload,
      "RFC 6455, section 5.5.1", "invalid UTF-8 in a close reason at offset 1")

  static let limits: [Row] =
    both(
      [frame(2, Array(1...9))], .frameTooLarge(length: 9, limit: 8), .messageTooBig, "RFC 6455, section 10.4",
      "a frame of 9 bytes, more than our limit of 8", limits: small)
    + both(
      [frame(2, Array(1...8), isFinal: false), frame(0, Array(1...3))], .messageTooLarge(limit: 10), .messageTooBig,
      "RFC 6455, section 10.4",
      "a message larger than our limit of 10 bytes", before: [.frame(.binary, Array(1...8))], limits: small)
    + both(
      [frame(2, isFinal: false), frame(0, isFinal: false), frame(0, isFinal: false), frame(0)],
      .tooManyFragments(limit: 3), .messageTooBig, "RFC 6455, section 10.4",
      "a message of more fragments than our limit of 3",
      before: [.frame(.binary, []), .frame(.continuation, []), .frame(.continuation, [])], limits: small)

  static let rows = framing + payloads + limits

  @Test("fails the connection with its code", arguments: rows)
  func whole(row: Row) { check(row, bytes: row.bytes, pieceSize: .max) }

  @Test("fails it byte by byte", arguments: rows)
  func byteByByte(row: Row) { check(row, bytes: row.bytes, pieceSize: 1) }

  @Test("fails it with bytes following, which are discarded", arguments: rows)
  func followed(row: Row) { check(row, bytes: row.bytes + Frame.text("later").bytes(to: row.role), pieceSize: .max) }

  private func check(_ row: Row, bytes: [UInt8], pieceSize: Int) {
    let machine = Machine(row.role, limits: row.limits, deflate: row.deflate)
    machine.receive(bytes, pieceSize: pieceSize)
    #expect(machine.seen == row.before + [.violation(row.violation)])
    #expect(machine.closing == .failed(row.violation) && machine.isFailed)
    #expect(row.violation.description == row.sentence)
    #expect(row.violation.section == row.section)
    #expect(row.violation.closeCode == row.code)
    let answers = machine.takeFrames()
    #expect(answers.count == 1)
    if let answer = answers.first {
      #expect(answer.header.opcode == .close)
      #expect((answer.header.maskingKey != nil) == (row.role == .client))
      let close = CloseFrame.read(answer.payload.span)
      #expect(close.violation == nil)
      #expect(close.frame == CloseFrame(code: row.code, reason: CloseFrame.fittingReason(row.sentence)))
      #expect(machine.sentClose == close.frame)
    }
    let header = machine.connection.violatingFrame
    #expect(
      header?.offset == machine.frames.last.map { $0.offset + UInt64($0.headerBytes.count + $0.payload.count) } ?? 0)
    #expect(!machine.send(.text, []), "nothing may follow our Close")
  }

  @Test("is found as soon as the bad byte comes, also in the middle of a frame (8.1)", arguments: bothRoles)
  func asSoonAsItComes(role: Role) {
    let payload = [UInt8](repeating: 0x61, count: 300) + [0xED, 0xA0] + [UInt8](repeating: 0x61, count: 300)
    let bytes = Frame(.text, payload).bytes(to: role)
    let headerSize = bytes.count - payload.count
    let machine = Machine(role)
    machine.receive(Array(bytes[..<(headerSize + 301)]))
    #expect(machine.seen.isEmpty)
    machine.receive([bytes[headerSize + 301]])
    #expect(machine.seen == [.violation(.invalidUTF8(byte: 0xA0, offset: 301))])
  }

  @Test("of a header is found before any payload, at its last byte", arguments: bothRoles)
  func headerFirst(role: Role) {
    let machine = Machine(role)
    let header = Array(Frame(Opcode(rawValue: 3), [1, 2, 3]).bytes(to: role).dropLast(3))
    machine.receive(Array(header.dropLast()))
    #expect(machine.seen.isEmpty && machine.isInsideFrame)
    machine.receive([header[header.count - 1]])
    #expect(machine.seen == [.violation(.reservedOpcode(Opcode(rawValue: 3)))])
    #expect(machine.connection.violatingFrame?.header.payloadLength == 3)
  }

  @Test("of a frame keeps its payload as far as it came", arguments: bothRoles)
  func payload(role: Role) {
    let long = [UInt8](repeating: 0x61, count: 300) + [0xFF]
    for frame in [
      Frame(Opcode(rawValue: 3), [1, 2, 3]), Frame(.text, [0x61, 0xFF]), Frame(.text, long), Frame(.close, [3]),
    ] {
      let bytes = frame.bytes(to: role)
      let whole = Machine(role)
      whole.receive(bytes + bytes)
      #expect(whole.connection.violatingFrame?.payload == frame.payload)
      let cut = Machine(role)
      for byte in bytes { cut.receive([byte]) }
      let kept = frame.header.opcode.isReserved ? [] : frame.payload
      #expect(cut.connection.violatingFrame?.payload == kept)
    }
  }

  @Test("of the end of the stream says what was cut", arguments: bothRoles)
  func endOfInput(role: Role) {
    let header = Machine(role)
    header.receive([0x82])
    #expect(header.endOfInput() == .endInsideFrame(missing: nil))
    let frame = Machine(role)
    frame.receive(Array(Frame(.binary, [1, 2, 3]).bytes(to: role).dropLast(2)))
    #expect(frame.isInsideFrame)
    #expect(frame.endOfInput() == .endInsideFrame(missing: 2))
    let message = Machine(role)
    message.receive(Frame(.binary, [1], isFinal: false).bytes(to: role))
    #expect(!message.isInsideFrame && message.isInsideMessage)
    #expect(message.endOfInput() == .endInsideMessage(fragments: 1))
    let whole = Machine(role)
    whole.receive(Frame.text("all").bytes(to: role))
    #expect(whole.endOfInput() == nil)
    #expect(
      Violation.endInsideFrame(missing: 2).description
        == "the stream ended inside a frame, 2 bytes before the end of its payload")
    #expect(Violation.endInsideFrame(missing: nil).description == "the stream ended inside a frame's header")
    #expect(
      Violation.endInsideMessage(fragments: 1).description
        == "the stream ended inside a message, after 1 of its fragments")
    #expect(Violation.endInsideMessage(fragments: 1).closeCode == .abnormalClosure)
  }

  @Test("catalogue has a name and a sentence of its own for each")
  func catalogue() {
    #expect(Set(Violation.samples.map(\.name)).count == Violation.samples.count)
    for violation in Violation.samples {
      #expect(violation.name.allSatisfy { $0.isLowercase || $0 == "-" || $0.isNumber })
      #expect(violation.description.first?.isUppercase == violation.description.hasPrefix("RSV"))
      #expect(!violation.description.hasSuffix("."))
      #expect(violation.section.hasPrefix("RFC "))
      #expect(violation.isLimit == (violation.closeCode == .messageTooBig))
      #expect(!violation.isPassable || !violation.isLimit)
    }
  }
}
