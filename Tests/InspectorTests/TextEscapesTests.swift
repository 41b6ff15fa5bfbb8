import Inspector
import TestSupport
import Testing

@Suite struct `Escapes in what one types` {
  @Test(
    "stand for characters",
    arguments: [
      ("", ""), ("plain é", "plain é"), (#"a\0b"#, "a\0b"), (#"\n\r\t\e\\"#, "\n\r\t\u{1B}\\"),
      (#"\x1e\x7F"#, "\u{1E}\u{7F}"),
      (#"\u0000\u00e9"#, "\0é"), (#"\u{1f600}\u{9}"#, "😀\t"), (#"\ud83d\udc22"#, "🐢"), (#"\\n"#, #"\n"#),
    ])
  func resolved(text: String, result: String) throws {
    #expect(try TextEscapes.resolve(text) == result)
  }

  @Test(
    "fail with the column",
    arguments: [
      (#"a\"#, 2, .unknown(nil)), (#"é\q"#, 2, .unknown("q")), (#"\"#, 1, .unknown(nil)), (#"\X41"#, 1, .unknown("X")),
      (#"\x1"#, 1, .digits(#"\x1e"#)), (#"\xg0"#, 1, .digits(#"\x1e"#)), (#"\u12"#, 1, .digits(#"\u001e"#)),
      (#"\u{}"#, 1, .digits(#"\u{1f600}"#)), (#"\u{1234567}"#, 1, .digits(#"\u{1f600}"#)),
      (#"\u{41"#, 1, .digits(#"\u{1f600}"#)), (#"\xff"#, 1, .byte(0xFF)), (#"\ud83d"#, 1, .noCharacter(0xD83D)),
      (#"\udc22\ud83d"#, 1, .noCharacter(0xDC22)), (#"\ud83d\u0041"#, 1, .noCharacter(0xD83D)),
      (#"\u{110000}"#, 1, .noCharacter(0x110000)),
    ] as [(String, Int, TextEscapes.Failure.Reason)])
  func failures(text: String, column: Int, reason: TextEscapes.Failure.Reason) {
    let failure = #expect(throws: TextEscapes.Failure.self) { try TextEscapes.resolve(text) }
    #expect(failure?.reason == reason)
    #expect(failure?.column == column)
    #expect(failure?.hint.isEmpty == false)
    #expect("\(failure!)".hasSuffix("(column \(column))"))
  }

  @Test(arguments: UInt64(1)...4)
  func `of random text never trap`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let words = ["\\", "u", "{", "}", "x", "0", "1f", "d83d", "n", "é", " "]
    for _ in 0..<1000 {
      let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in words.randomElement(using: &random)! }.joined()
      _ = try? TextEscapes.resolve(text)
    }
  }
}
