import Testing
import WebSocketCore

@Suite struct `Base64 text` {
  @Test(
    "reads and writes the examples of RFC 4648, section 10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func example(plain: String, encoded: String) throws {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(try Base64.decode(encoded) == Array(plain.utf8))
  }

  @Test func `carries every byte at every place`() throws {
    for size in 0...9 {
      for byte in UInt8.min...255 {
        let bytes = (0..<size).map { byte &+ UInt8($0) &* 85 }
        #expect(try Base64.decode(Base64.encode(bytes)) == bytes)
      }
    }
  }

  @Test(
    "refuses what is not canonical",
    arguments: [
      ("A", Base64.Failure.length(1)), ("AA", .length(2)), ("AAA", .length(3)), ("AAAAA", .length(5)),
      ("AA=", .length(3)), ("AAA==", .length(5)), ("AAAA=", .length(5)),
      ("A===", .padding(offset: 1)), ("====", .padding(offset: 0)), ("AAAA====", .padding(offset: 4)),
      ("AA=A", .padding(offset: 2)), ("AA==AAAA", .padding(offset: 2)),
      ("AB==", .trailingBits(offset: 1)), ("AAB=", .trailingBits(offset: 2)),
      ("AA A", .character(0x20, offset: 2)), ("AAA\n", .character(0x0A, offset: 3)),
      ("AA-_", .character(0x2D, offset: 2)), ("éAA", .character(0xC3, offset: 0)),
    ])
  func refusal(text: String, failure: Base64.Failure) { #expect(throws: failure) { try Base64.decode(text) } }
}
