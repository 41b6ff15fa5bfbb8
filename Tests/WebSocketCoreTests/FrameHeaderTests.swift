import Bytes
import Testing
import WebSocketCore

@Suite struct `A frame header` {
  struct Row: Sendable, CustomStringConvertible {
    var bytes: [UInt8]
    var header: FrameHeader
    var description: String { hex(bytes) }

    init(_ bytes: [UInt8], _ header: FrameHeader, form: LengthForm? = nil) {
      self.bytes = bytes
      self.header = header
      if let form { self.header.lengthForm = form }
    }
  }

  private static let key = MaskingKey(0x0102_0304)

  /// RFC 6455, section 5.2 and the examples of 5.7.
  static let rows = [
    Row([0x81, 0x05], FrameHeader(opcode: .text, payloadLength: 5)),
    Row(
      [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D],
      FrameHeader(opcode: .text, payloadLength: 5, maskingKey: MaskingKey(0x37FA_213D))),
    Row([0x01, 0x03], FrameHeader(opcode: .text, payloadLength: 3, isFinal: false)),
    Row([0x80, 0x02], FrameHeader(opcode: .continuation, payloadLength: 2)),
    Row([0x89, 0x00], FrameHeader(opcode: .ping, payloadLength: 0)),
    Row([0x82, 0x7D], FrameHeader(opcode: .binary, payloadLength: 125)),
    Row([0x82, 0x7E, 0x00, 0x7E], FrameHeader(opcode: .binary, payloadLength: 126)),
    Row([0x82, 0x7E, 0x01, 0x00], FrameHeader(opcode: .binary, payloadLength: 256)),
    Row([0x82, 0xFE, 0x01, 0x00, 1, 2, 3, 4], FrameHeader(opcode: .binary, payloadLength: 256, maskingKey: key)),
    Row([0x82, 0x7E, 0xFF, 0xFF], FrameHeader(opcode: .binary, payloadLength: 65535)),
    Row([0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0], FrameHeader(opcode: .binary, payloadLength: 65536)),
    Row(
      [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4],
      FrameHeader(opcode: .binary, payloadLength: UInt64(Int64.max), maskingKey: key)),
    Row(
      [0xF2, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0],
      FrameHeader(opcode: .binary, payloadLength: 1 << 63, reservedBits: [.rsv1, .rsv2, .rsv3])),
    Row(
      [0x4F, 0x7E, 0x00, 0x05],
      FrameHeader(opcode: Opcode(rawValue: 15), payloadLength: 5, isFinal: false, reservedBits: .rsv1), form: .sixteen),
    Row(
      [0xA3, 0x7F, 0, 0, 0, 0, 0, 0, 0, 9],
      FrameHeader(opcode: Opcode(rawValue: 3), payloadLength: 9, reservedBits: .rsv2), form: .sixtyFour),
    Row(
      [0x90, 0x80, 0, 0, 0, 0],
      FrameHeader(opcode: .continuation, payloadLength: 0, reservedBits: .rsv3, maskingKey: MaskingKey(0))),
  ]

  @Test("is read from its bytes", arguments: rows)
  func read(row: Row) {
    let read = FrameHeader.read(row.bytes.span)
    #expect(read?.header == row.header)
    #expect(read?.size == row.bytes.count)
  }

  @Test("is read with bytes following", arguments: rows)
  func readWithMore(row: Row) {
    let bytes = row.bytes + [0xFF, 0xFF, 0xFF]
    let read = FrameHeader.read(bytes.span)
    #expect(read?.header == row.header)
    #expect(read?.size == row.bytes.count)
  }

  @Test("is incomplete at every cut", arguments: rows)
  func cut(row: Row) {
    for size in row.bytes.indices { #expect(FrameHeader.read(row.bytes.span.extracting(0..<size)) == nil) }
  }

  @Test("is written as it was read, valid or not", arguments: rows)
  func write(row: Row) {
    let output = ByteBuffer()
    row.header.write(into: output)
    #expect(array(output.span) == row.bytes)
    #expect(row.header.encodedSize == row.bytes.count)
  }

  @Test func `knows the names of its reserved bits`() {
    #expect(ReservedBits([.rsv1, .rsv3]).name == "RSV1+RSV3")
  }

  @Test(
    "has an opcode with a name",
    arguments: [
      (0, "continuation"), (1, "text"), (2, "binary"), (3, "reserved 3"), (8, "close"), (9, "ping"), (10, "pong"),
      (11, "reserved 11"), (15, "reserved 15"),
    ])
  func opcode(value: UInt8, name: String) {
    let opcode = Opcode(rawValue: value)
    #expect(opcode.name == name)
    #expect(opcode.isControl == (value >= 8))
    #expect(opcode.isReserved == name.hasPrefix("reserved"))
  }
}
