import Inspector
import Testing
import Trace
import WebSocketCore

@Suite struct `A hex dump of one direction` {
  /// RFC 6455, section 5.7: a masked "Hello", in 11 bytes.
  @Test(
    "is read however it is written",
    arguments: [
      "818537fa213d7f9f4d5158", "81 85 37 fa 21 3d 7f 9f 4d 51 58", "81:85:37:FA:21:3D:7F:9F:4D:51:58\n",
      "81-85-37-FA\r\n21 3D\r\n\r\n7F9F4D5158\r\n",
      // xxd, xxd -c 4, xxd -g 1
      "00000000: 8185 37fa 213d 7f9f 4d51 58              ..7.!=..MQX\n",
      "00000000: 8185 37fa  ..7.\n00000004: 213d 7f9f  !=..\n00000008: 4d51 58    MQX\n",
      "00000000: 81 85 37 fa 21 3d 7f 9f 4d 51 58                 ..7.!=..MQX",
      // hexdump -C
      "00000000  81 85 37 fa 21 3d 7f 9f  4d 51 58                 |..7.!=..MQX|\n0000000b\n",
      // Wireshark: copied as a hex dump, and followed
      "0000   81 85 37 fa 21 3d 7f 9f 4d 51 58                  ..7.!=..MQX",
      "    00000000  81 85 37 fa 21 3d 7f 9f  4d 51 58                  ..7.!=.. MQX",
      // xxd -i, Wireshark's C array and escaped string
      "unsigned char frame_bin[] = {\n  0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d,\n  0x7f, 0x9f, 0x4d, 0x51, 0x58\n};\n"
        + "unsigned int frame_bin_len = 11;\n",
      "/* 0x00 is no part of it\n 0x01 neither */ char peer0_0[] = { /* Packet 0x4 */\n"
        + "0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, // 0x99\n0x4d, 0x51, 0x58 };",
      #""\x81\x85\x37\xfa\x21\x3d\x7f\x9f" \"# + "\n" + #""\x4d\x51\x58""#,
      "{0x81,0x85,0x37,0xfa,0x21,0x3d,0x7f,0x9f,0x4d,0x51,0x58}",
      // A text whose characters look like digits.
      "00000000: 8185 37fa 213d 7f9f 4d51 58              ab cd efab\n",
    ])
  func layouts(text: String) throws {
    let read = ReadCapture(text)
    #expect(read.damages == [])
    #expect(read.messages == ["> Hello"])
    #expect(read.frames.flatMap(\.violations) == [])
  }

  @Test func `may leave out rows that repeat`() {
    let read = ReadCapture(
      "00000000  82 7e 00 3c 61 61 61 61  61 61 61 61 61 61 61 61  |.~.<aaaaaaaaaaaa|\n"
        + "00000010  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  |aaaaaaaaaaaaaaaa|\n*\n00000040\n")
    #expect(read.damages == [])
    #expect(read.frames.map(\.payload) == [[UInt8](repeating: 0x61, count: 60)])
  }

  @Test func `may not leave out more than a message has`() {
    let read = ReadCapture("00000000  82 00 82 00\n*\n7fffffffffff0000  82 00\n")
    #expect(read.frames.count == 3)
    #expect(
      read.damages.map(\.description) == [
        "line 3, byte 24: a row with the offset 7fffffffffff0000, where 4 comes next"
      ])
  }

  @Test(
    "is told to be damaged, with the place",
    arguments: [
      (
        "81 05 68\n65 6z 6c\n",
        ["line 2, byte 13: \"z\" is no hexadecimal digit", "byte 4: the bytes end inside a frame"]
      ),
      ("8100 8", ["line 1, byte 5: half a byte"]),
      (
        "00000000: 8105 6865\n00000008: 6c6c 6f\n",
        ["line 2, byte 20: a row with the offset 8, where 4 comes next"]
      ),
      ("00000000: 8100\nnothing\n", ["line 2, byte 15: a row without an offset"]),
      ("810", ["line 1, byte 2: half a byte", "byte 1: the bytes end inside a frame"]),
    ])
  func damaged(text: String, damages: [String]) {
    #expect(ReadCapture(text).damages.map(\.description) == damages)
  }
}

@Suite struct `The bytes of one direction` {
  private func read(_ bytes: [UInt8], _ stream: RawStream = RawStream(), pieceSize: Int = .max) -> ReadCapture {
    ReadCapture(bytes, pieceSize: pieceSize, format: .raw, stream: stream)
  }

  @Test func `are a client's where the first frame is masked`() {
    #expect(read([0x81, 1, 0x61]).messages == ["< a"])
    #expect(read([0x81, 0x81, 0, 0, 0, 0, 0x61]).messages == ["> a"])
    let claimed = read([0x81, 1, 0x61], RawStream(sender: .client))
    #expect(claimed.messages == ["> a"])
    #expect(claimed.frames.map(\.violations) == [[.unmaskedByClient]])
  }

  @Test func `may begin with a handshake, which says how to inflate`() {
    // RFC 7692, section 7.2.3.2: "Hello" twice, the second one from the window of the first.
    let frames: [UInt8] =
      [0xC1, 7, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00] + [0xC1, 5, 0xF2, 0x00, 0x11, 0x00, 0x00]
    let head = Array(
      ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n").utf8)
    for pieceSize in [1, 40, .max] {
      let read = read(head + frames, pieceSize: pieceSize)
      #expect(read.outline == "start 101 open text text")
      #expect(read.messages == ["< Hello", "< Hello"])
      #expect(read.remarks == [])
    }
    #expect(read(frames, RawStream(deflate: DeflateAgreement())).remarks == [])
    #expect(read(frames).remarks.map(\.name) == ["deflate-assumed"])
    #expect(read(frames).messages == ["< Hello", "< Hello"])
    let request = Array("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n".utf8)
    #expect(read(request + [0x81, 0x81, 0, 0, 0, 0, 0x61]).outline == "start request text")
  }

  @Test func `are shown up to where they end`() throws {
    let read = read([0x81, 5, 0x68, 0x65])
    #expect(read.frames.map(\.payload) == [[0x68, 0x65]])
    #expect(read.damages.map(\.description) == ["byte 4: the bytes end inside a frame"])
    #expect(self.read([]).damages.map(\.description) == ["byte 0: no bytes"])
    #expect(self.read([0x81]).damages.map(\.isCut) == [true])
    let lie = self.read([0x82, 0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2])
    #expect(lie.frames.map(\.header.payloadLength) == [UInt64(Int64.max)])
    #expect(lie.frames.map(\.payload) == [[1, 2]])
    let negative = self.read([0x82, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2])
    #expect(negative.frames.map(\.violations) == [[.negativeLength(.max)]])
  }

  @Test func `may be larger than is held`() throws {
    let size = 20 << 20
    var bytes: [UInt8] = [0x82, 0x7F, 0, 0, 0, 0, 1, 0x40, 0, 0] + [UInt8](repeating: 1, count: size)
    bytes += [0x81, 1, 0x61]
    let read = read(bytes, pieceSize: 1 << 16)
    #expect(read.frames.map(\.header.payloadLength) == [UInt64(size), 1])
    #expect(read.frames.map(\.payload.count) == [16 << 20, 1])
    #expect(read.remarks.map(\.name) == ["frame-too-large"])
    #expect(read.messages == ["< a"])
  }
}
