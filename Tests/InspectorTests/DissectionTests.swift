import Bytes
import Inspector
import PlainText
import TestSupport
import Testing
import Trace
import WebSocketCore

/// The frames in `bytes` as an endpoint sees them.
private func frames(
  _ bytes: [UInt8], from sender: Role, deflate: DeflateAgreement? = nil, isLenient: Bool = false
) -> [FrameRecord] {
  var connection = ProtocolConnection(
    role: sender == .client ? .server : .client, rules: ProtocolRules(isLenient: isLenient), deflate: deflate)
  var keys = MaskingKeySource { $0.initializeMemory(as: UInt8.self, repeating: 0) }
  let input = ByteBuffer()
  let output = ByteBuffer()
  input.append(bytes.span)
  var offset = 0
  var records: [FrameRecord] = []
  var tolerated: [Violation] = []
  while true {
    switch connection.next(input.bytes, &offset, output: output, keys: &keys) {
    case .needsMore: return records
    case .violation(let violation):
      tolerated.append(violation)
      guard let frame = connection.violatingFrame else { continue }
      records.append(
        record(frame.header, frame.payload, offset: frame.offset, violations: tolerated, isRefused: true))
    case .frame(let event):
      let isData = event.messageOpcode == .text || event.messageOpcode == .binary
      var frame = record(event.header, array(event.payload), offset: event.offset, violations: tolerated)
      tolerated = []
      if isData {
        frame.part = MessagePart(
          opcode: event.messageOpcode, index: event.messageOffset, isCompressed: event.isCompressed)
        if event.completes {
          frame.message = MessageRecord(
            opcode: event.messageOpcode, payload: array(event.message), wireSize: UInt64(event.messageWireSize),
            fragmentCount: event.fragmentCount, isCompressed: event.isCompressed)
        }
      }
      records.append(frame)
    }
  }
}

private func array(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

private func record(
  _ header: FrameHeader, _ payload: [UInt8], offset: UInt64, violations: [Violation], isRefused: Bool = false
) -> FrameRecord {
  let output = ByteBuffer()
  header.write(into: output)
  return FrameRecord(
    direction: .received, time: .now, header: header, headerBytes: array(output.span), payload: payload,
    offset: offset, violations: violations, isRefused: isRefused)
}

private func dissect(
  _ bytes: [UInt8], from sender: Role = .server, deflate: DeflateAgreement? = nil, isLenient: Bool = false
) -> [Dissection] {
  frames(bytes, from: sender, deflate: deflate, isLenient: isLenient).map {
    Dissection($0, role: sender == .client ? .server : .client, deflate: deflate)
  }
}

private func strings(_ rows: [RoleText]) -> [String] { rows.map(\.string) }

/// What a frame says, field by field, and its payload.
private func said(_ dissection: Dissection) -> String {
  let kinds: [FrameField.Kind] = [.fin, .rsv1, .opcode, .mask, .length]
  var words = kinds.map(dissection.value).map { $0.isEmpty ? "-" : $0 }
  if dissection.frame.header.lengthForm != .seven { words.append(dissection.value(of: .extendedLength)) }
  if dissection.frame.header.maskingKey != nil { words.append(dissection.value(of: .maskingKey)) }
  let payload = dissection.payloadRows(width: 200, maximumRows: 1).first?.string ?? "-"
  return (words + [payload]).joined(separator: " ")
}

private let pattern = [UInt8](repeating: 0x2A, count: 65_536)
private let noTakeover = DeflateAgreement(serverNoContextTakeover: true, clientNoContextTakeover: true)

@Suite struct `A dissection` {
  static let examples: [([UInt8], Role, [String])] = [
    ([0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F], Role.server, ["y - text n 5 Hello"]),
    (
      [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58], .client,
      ["y - text y 5 37fa213d Hello"]
    ),
    (
      [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F], .server,
      ["n - text n 3 Hel", "y - cont. n 2 Hello"]
    ),
    ([0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F], .server, [#"y - ping n 5 "Hello""#]),
    (
      [0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58], .client,
      [#"y - pong y 5 37fa213d "Hello""#]
    ),
    ([0x82, 0x7E, 0x01, 0x00] + pattern.prefix(256), .server, ["y - binary n 126 256 … 16 more rows"]),
    ([0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0] + pattern, .server, ["y - binary n 127 65536 … 4,096 more rows"]),
  ]

  @Test("of RFC 6455's examples (section 5.7) says what is printed there", arguments: examples.indices)
  func example(index: Int) {
    let (bytes, sender, expected) = Self.examples[index]
    let dissections = dissect(bytes, from: sender)
    #expect(dissections.map(said) == expected)
    let isSame = dissections.flatMap(\.wire) == bytes
    #expect(isSame)
  }

  @Test(
    "of RFC 7692's examples (section 7.2.3) says what is printed there",
    arguments: [
      // 7.2.3.1: one block, in one frame and in two.
      ([0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], DeflateAgreement(), ["y z text n 7 Hello"]),
      (
        [0x41, 0x03, 0xF2, 0x48, 0xCD, 0x80, 0x04, 0xC9, 0xC9, 0x07, 0x00], DeflateAgreement(),
        ["n z text n 3 -", "y - cont. n 4 Hello"]
      ),
      // 7.2.3.2: the second message refers to the window of the first, or does not.
      (
        [0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0xC1, 0x05, 0xF2, 0x00, 0x11, 0x00, 0x00],
        DeflateAgreement(), ["y z text n 7 Hello", "y z text n 5 Hello"]
      ),
      (
        [
          0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00,
        ], noTakeover, ["y z text n 7 Hello", "y z text n 7 Hello"]
      ),
      // 7.2.3.3: a block without compression.
      (
        [0xC1, 0x0B, 0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00], DeflateAgreement(),
        ["y z text n 11 Hello"]
      ),
      // 7.2.3.4: a block with BFINAL.
      ([0xC1, 0x08, 0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00], DeflateAgreement(), ["y z text n 8 Hello"]),
      // 7.2.3.5: two blocks.
      (
        [0xC1, 0x0D, 0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00],
        DeflateAgreement(), ["y z text n 13 Hello"]
      ),
    ] as [([UInt8], DeflateAgreement, [String])])
  func compressed(bytes: [UInt8], deflate: DeflateAgreement, expected: [String]) {
    let dissections = dissect(bytes, deflate: deflate)
    #expect(dissections.map(said) == expected)
    #expect(dissections.flatMap(\.wire) == bytes)
  }

  @Test func `has the RFC's diagram`() {
    let masked = dissect([0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58], from: .client)[0]
    #expect(
      strings(masked.diagramRows(width: 67)) == [
        "  0                   1                   2                   3",
        "  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1",
        " +-+-+-+-+-------+-+-------------+-------------------------------+",
        " |F|R|R|R| opcode|M| payload len |          masking key          |",
        " |I|S|S|S|       |A|             |                               |",
        " |N|V|V|V|       |S|             |                               |",
        " | |1|2|3|       |K|             |                               |",
        " |1|0|0|0|0 0 0 1|1|0 0 0 0 1 0 1|0 0 1 1 0 1 1 1 1 1 1 1 1 0 1 0|",
        " |y| | | |  text |y|      5      |            37fa213d           |",
        " +-+-+-+-+-------+-+-------------+-------------------------------+",
        " |    masking key (continued)    |          payload data         |",
        " |0 0 1 0 0 0 0 1 0 0 1 1 1 1 0 1|0 1 1 1 1 1 1 1 1 0 0 1 1 1 1 1|",
        " |             21 3d             |      unmasked 48 65 \"He\"      |",
        " +-------------------------------+-------------------------------+",
      ])
  }

  @Test func `has every length in the diagram`() {
    let short = strings(dissect([0x8A, 0x00])[0].diagramRows(width: 67))
    #expect(short.count == 10)
    #expect(short[8] == " |y| | | |  pong |n|      0      |")
    #expect(short[9] == " +-+-+-+-+-------+-+-------------+")
    let medium = strings(dissect([0x82, 0x7E, 0x01, 0x00] + pattern.prefix(256))[0].diagramRows(width: 80))
    #expect(medium[4] == " |I|S|S|S|       |A|             |                               |  wire 256 B")
    #expect(medium[8] == " |y| | | | binary|n|     126     |              256              |")
    #expect(medium.count == 10)
    let long = strings(dissect([0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0] + pattern)[0].diagramRows(width: 80))
    #expect(long[8] == " |y| | | | binary|n|     127     |             65536             |")
    #expect(long[10] == " |                  extended length (continued)                  |")
    #expect(long[12] == " |                          00 00 00 01                          |")
    #expect(long[14] == " |  extended length (continued)  |          payload data         |")
    #expect(long.count == 18)
  }

  @Test func `has a line for each field where the diagram does not fit`() {
    let masked = dissect([0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58], from: .client)[0]
    #expect(
      strings(masked.diagramRows(width: 66)) == [
        "  FIN         1        last frame of its message", "  RSV1        0", "  RSV2        0", "  RSV3        0",
        "  opcode      0001     text", "  MASK        1        masked", "  length      0000101  5",
        "  masking key 37 fa 21 3d",
      ])
    let medium = dissect([0x82, 0x7E, 0x01, 0x00] + pattern.prefix(256))[0]
    #expect(
      strings(medium.diagramRows(width: 40)).suffix(2) == [
        "  length      1111110  126: in the next 2 bytes", "  ext. len    0000000100000000 256",
      ])
  }

  @Test func `has the bytes with the fields of the header marked`() {
    let masked = dissect([0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58], from: .client)[0]
    #expect(
      strings(masked.hexRows(width: 78)) == [
        "00000000  81 85 37 fa 21 3d 7f 9f  4d 51 58                 |..7.!=..MQX|",
        "          [] [] [---------] FIN text, length 5, masking key 37fa213d",
      ])
    #expect(
      strings(masked.hexRows(width: 50)) == [
        "00000000  81 85 37 fa  21 3d 7f 9f  |..7.!=..|", "          [] [] [----------]",
        "          FIN text, length 5, masking key 37fa213d",
        "00000008  4d 51 58                  |MQX|",
      ])
    let runs = masked.hexRows(width: 78)[0].runs.map(\.role)
    #expect(runs.contains(.header) && runs.contains(.mask) && runs.contains(.payload))
  }

  @Test func `has brackets that stay open where a field goes on in the next row`() {
    let long = dissect([0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0x37, 0xFA, 0x21, 0x3D] + pattern, from: .client)[0]
    #expect(
      strings(long.hexRows(width: 44, maximumRows: 5)).prefix(8) == [
        "00000000  81 ff 00 00  |....|", "          [] [-------", "00000004  00 00 00 01  |....|",
        "          -----------",
        "00000008  00 00 37 fa  |..7.|", "          ----] [----", "0000000c  21 3d 2a 2a  |!=**|", "          ----]",
      ])
  }

  @Test func `has the views that are asked for`() {
    let text = dissect([0x81, 0x02, 0x7B, 0x7D])[0]
    #expect(strings(text.rows([], width: 80)) == [" problems: none"])
    #expect(strings(text.rows([.payload], width: 80)).dropFirst() == [" {}", " problems: none"])
    #expect(strings(text.rows([.hex], width: 80))[2] == "           [] [] FIN text, length 2, not masked")
    #expect(text.rows([.bits, .hex], width: 80, maximumRows: 1).count == text.rows([.hex], width: 80).count + 12)
    #expect(text.rows(width: 80).count == 18)
  }

  @Test func `of a frame whose header is not known says so`() {
    let header = FrameHeader(opcode: .text, payloadLength: 2)
    let message = MessageRecord(opcode: .text, payload: [0x68, 0x69])
    var frame = FrameRecord(
      direction: .received, time: .now, header: header, headerBytes: [], payload: [0x68, 0x69], offset: 0,
      message: message)
    frame.part = MessagePart(opcode: .text)
    let rows = strings(Dissection(frame, role: .client, deflate: nil).rows(width: 80, maximumRows: 9))
    #expect(
      rows.filter { !$0.hasPrefix("--") } == [
        " what was on the wire is not in the file", " A whole text message.",
        "  what was on the wire is not in the file",
        " hi", " problems: none",
      ])
  }

  @Test func `has the sizes, ratio and window of what is compressed`() {
    let text = Array(String(repeating: "compress me ", count: 20).utf8)
    var bytes: [UInt8] = []
    let output = ByteBuffer()
    var server = ProtocolConnection(
      role: .server, rules: ProtocolRules(compressionThreshold: 0),
      deflate: DeflateAgreement(serverNoContextTakeover: true, serverWindowBits: 10))
    var keys = MaskingKeySource { $0.initializeMemory(as: UInt8.self, repeating: 0) }
    server.send(.text, text.span, into: output, keys: &keys)
    bytes = array(output.span)
    let deflate = DeflateAgreement(serverNoContextTakeover: true, serverWindowBits: 10)
    let dissection = dissect(bytes, deflate: deflate)[0]
    let size = bytes.count - 2
    let rows = strings(dissection.diagramRows(width: 80))
    #expect(rows[4].hasSuffix("  wire \(size) B"))
    #expect(rows[5].hasSuffix("  plain 240 B"))
    #expect(rows[6].contains("  ratio 0."))
    #expect(rows[8].hasPrefix(" |y|z| | |  text |n|"))
    let facts = dissection.facts.joined(separator: " ")
    #expect(facts.contains("RSV1 under permessage-deflate: compressed (RFC 7692, section 6)."))
    #expect(facts.contains("Inflated 240 B from \(size) B, ratio 0."))
    #expect(facts.contains("Its window has 10 bits (1 KB) and is empty at the start of each message."))
    #expect(dissection.payloadTitle == "text, 240 B, inflated")
  }

  @Test(
    "has a sign where a rule is broken, and the rule",
    arguments: [
      (
        [0xA1, 0x01, 0x61], Role.server, 8, "|y| |!| |  text |n|", "! RSV2 set on a text frame",
        "!! [] FIN RSV2 text"
      ),
      ([0x8B, 0x00], .server, 8, "|  ! 11 |n|", "! reserved opcode 11", "!! [] FIN reserved 11"),
      ([0x81, 0x81, 0, 0, 0, 0, 0x61], .server, 8, "|  text |!|", "! the server masked a frame", "[] !! [---------]"),
      (
        [0x81, 0x03, 0x61, 0xFF, 0x62], .server, 8, "|            ! 61 ff            |",
        "! invalid UTF-8 in a text message", "[] []    !!"
      ),
      ([0x88, 0x02, 0x03, 0xED], .server, 8, "|", "! close code 1005, which must not be sent", "[] [] !!!!!"),
      (
        [0x81, 0x7E, 0x00, 0x01, 0x61], .server, 8, "|    ! 126    |              ! 1              |",
        "! payload length 1 written in 16 bits", "[] !!!!!!!!"
      ),
    ] as [([UInt8], Role, Int, String, String, String)])
  func broken(bytes: [UInt8], sender: Role, row: Int, diagram: String, rule: String, signs: String) throws {
    let dissection = try #require(dissect(bytes, from: sender).first)
    #expect(dissection.frame.isRefused)
    #expect(strings(dissection.diagramRows(width: 80))[row].contains(diagram))
    let rows = strings(dissection.violationRows(width: 80))
    #expect(rows[0].hasPrefix(" \(rule)"), "\(rows)")
    #expect(rows.joined().contains("(RFC"))
    #expect(rows.last == "   the connection failed for this frame")
    let hex = strings(dissection.hexRows(width: 78))
    #expect(hex[1].hasPrefix("          \(signs)"), "\(hex)")
    #expect(dissection.diagramRows(width: 80).contains { $0.runs.contains { $0.role == .error } })
  }

  @Test func `has the payload decoded`() {
    func rows(_ bytes: [UInt8]) -> [String] { strings(dissect(bytes)[0].payloadRows(width: 40)) }
    #expect(rows([0x81, 0x0B] + Array(#"{"a":[1,2]}"#.utf8)) == [#"{"a": [1, 2]}"#])
    #expect(rows([0x81, 0x05] + Array("a\nb\u{1B}\n".utf8)) == ["a", #"b\x1b"#, ""])
    #expect(
      rows([0x88, 0x05, 0x03, 0xE9] + Array("bye".utf8)) == ["1001 going away (RFC 6455, section 7.4)", "reason bye"])
    #expect(rows([0x82, 0x02, 0x00, 0xFF]) == ["00000000  00 ff        |..|"])
    let text = Array(String(repeating: "line\n", count: 10).utf8)
    let long = dissect([0x81, UInt8(text.count)] + text)[0]
    #expect(strings(long.payloadRows(width: 40, maximumRows: 3)) == ["line", "line", "… 9 more rows"])
  }

  @Test func `says what a frame is in its message`() {
    let dissections = dissect([0x01, 0x03, 0x48, 0x65, 0x6C, 0x89, 0x00, 0x80, 0x02, 0x6C, 0x6F])
    #expect(dissections[0].facts.contains("Frame 1 of a text message; more follow."))
    #expect(dissections[1].facts == ["Not masked, as from a server.", "Header 2 B at stream offset 5."])
    #expect(dissections[2].facts.contains("Frame 2 and last of a text message of 5 B."))
    #expect(dissections[2].payloadTitle == "text, 5 B of 2 frames")
  }

  /// Whatever is in a frame, no view traps, none holds what harms a terminal, and none is wider than it may be.
  @Test(arguments: UInt64(1)...6)
  func `of any bytes is safe`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let bytes = random.bytes(Int.random(in: 2...60, using: &random))
      for sender in [Role.client, .server] {
        let width = Int.random(in: 1...100, using: &random)
        for dissection in dissect(bytes, from: sender, deflate: noTakeover, isLenient: Bool.random(using: &random)) {
          for row in dissection.rows(width: width, maximumRows: Bool.random(using: &random) ? 4 : nil) {
            let isHarmless = row.string.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) }
            #expect(isHarmless, "seed \(seed): \(bytes)")
          }
          #expect(FrameLine.text(dissection.frame, since: .now).unicodeScalars.allSatisfy { $0.value >= 0x20 })
        }
      }
    }
  }
}
