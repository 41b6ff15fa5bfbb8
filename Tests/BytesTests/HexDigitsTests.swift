import Bytes
import Testing

@Suite struct `Hexadecimal digits` {
  @Test("of a byte are two", arguments: [(0, "00"), (9, "09"), (0x0A, "0a"), (0x5C, "5c"), (0xFF, "ff")])
  func oneByte(byte: UInt8, digits: String) {
    #expect(HexDigits.text(byte) == digits)
  }

  @Test(
    "of four bytes are written at once",
    arguments: [
      (0, "00000000"), (1, "00000001"), (0x0102_0304, "01020304"), (0x9AAF_00F9, "9aaf00f9"),
      (0xDEAD_BEEF, "deadbeef"), (0xFFFF_FFFF, "ffffffff"),
    ] as [(UInt32, String)])
  func fourBytes(value: UInt32, digits: String) {
    let output = ByteBuffer()
    HexDigits.append(value, to: output)
    #expect(String(decoding: output.bytes, as: UTF8.self) == digits)
  }
}
