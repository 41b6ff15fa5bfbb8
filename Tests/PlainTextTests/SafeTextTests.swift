import PlainText
import Testing

@Suite struct `Safe text` {
  @Test(
    "leaves letters, emoji and CJK as they are",
    arguments: [
      "", "hello, world", #"{"a":"b\n"}"#, "Grüße", "naïve nai\u{308}ve", "日本語 한국어 中文", "עברית العربية हिन्दी",
      "🙂", "👨‍👩‍👧‍👦", "👩🏽‍❤️‍💋‍👨🏽", "❤️", "1️⃣", "🇩🇪", "│ ▁▂█ ● €", "a\u{a0}b",
    ])
  func keeps(text: String) { #expect(SafeText(text).string == text) }

  @Test(
    "escapes what harms or hides",
    arguments: [
      ("\u{1b}[31mred", #"\x1b[31mred"#), ("a\nb\r\tc", #"a\nb\r\tc"#), ("\0\u{7f}", #"\x00\x7f"#),
      ("\u{85}\u{9b}31m", #"\u0085\u009b31m"#), ("a\u{202e}b\u{2066}c\u{200f}", #"a\u202eb\u2066c\u200f"#),
      ("a\u{200b}b\u{feff}c\u{200d}d\u{ad}", #"a\u200bb\ufeffc\u200dd\u00ad"#), ("\u{e0041}", #"\u{e0041}"#),
      ("\u{2028}\u{2029}", #"\u2028\u2029"#), ("\u{3164}\u{115f}\u{34f}", #"\u3164\u115f\u034f"#),
      ("\u{e000}\u{ffff}\u{10ffff}", #"\ue000\uffff\u{10ffff}"#), ("\u{301}a", #"\u0301a"#),
      ("\n\u{301}", #"\n\u0301"#), ("🙂\u{200d}x", "🙂\\u200dx"), ("\u{fe0f}", #"\ufe0f"#),
      ("a\u{e0100}", #"a\u{e0100}"#), ("\u{ff9e}", #"\uff9e"#), ("\u{1f3fd}👍", #"\u{1f3fd}👍"#),
    ])
  func escapes(text: String, expected: String) { #expect(SafeText(text).string == expected) }

  @Test(
    "shows each byte that is no UTF-8",
    arguments: [
      ([0x61, 0xFF, 0x62], #"a\xffb"#), ([0xC0, 0x80], #"\xc0\x80"#), ([0xE2, 0x82], #"\xe2\x82"#),
      ([0xED, 0xA0, 0x80], #"\xed\xa0\x80"#), ([0xF4, 0x90, 0x80, 0x80], #"\xf4\x90\x80\x80"#),
      ([0xE0, 0x80, 0x80], #"\xe0\x80\x80"#), ([0xE2, 0x82, 0xAC, 0x80], #"€\x80"#),
      ([0xF0, 0x9F, 0x41], #"\xf0\x9fA"#),
    ] as [([UInt8], String)])
  func invalid(bytes: [UInt8], expected: String) { #expect(SafeText(bytes: bytes.span).string == expected) }

  @Test(arguments: [("hello", 3, "hel", 3), ("é\u{1b}x", 2, #"é\x1b"#, 3), ("", 5, "", 0), ("ab", 9, "ab", 2)])
  func `tells how much of a text its start shows`(text: String, length: Int, expected: String, count: Int) {
    let start = SafeText.start(of: text.utf8.span, maximumLength: length)
    #expect(start.text.string == expected)
    #expect(start.count == count)
  }

  @Test func `keeps newlines and tabs only when asked`() {
    #expect(SafeText("a\n\tb\r\n", keepsNewlines: true).string == "a\n\\tb\\r\n")
    #expect(SafeText("a\n\tb", keepsTabs: true).string == "a\\n\tb")
    #expect(SafeText("\n\u{301}", keepsNewlines: true).string == "\n\\u0301")
  }

  @Test func `shows at most eight marks on one base`() {
    let text = SafeText("a" + String(repeating: "\u{301}", count: 10)).string
    #expect(text == "a" + String(repeating: "\u{301}", count: 8) + #"\u0301\u0301"#)
    let jamo = SafeText("\u{1100}" + String(repeating: "\u{1161}", count: 9)).string
    #expect(jamo.hasSuffix(#"\u1161"#))
  }

  @Test func `breaks an endless chain of joined emoji`() {
    let chain = SafeText(String(repeating: "👨\u{200d}", count: 40) + "👨").string
    #expect(chain.contains(#"\u200d"#))
    for character in chain { #expect(character.unicodeScalars.count <= 2 * 8 + 1) }
  }

  @Test(
    "breaks an endless chain of letters that make one character",
    arguments: ["क\u{94D}", "\u{1100}", "\u{D4E}", "क\u{94D}\u{93C}\u{301}"])
  func chains(link: String) {
    let chain = SafeText(String(repeating: link, count: 1000)).string
    #expect(chain.unicodeScalars.contains("\\"))
    for character in chain { #expect(character.unicodeScalars.count <= 8 * 9) }
  }

  @Test(
    "leaves scripts that join letters as they are",
    arguments: [
      "क्षत्रिय स्त्र्यक्ष", "தமிழ்ப் பள்ளிக்கூடம்", String(repeating: "क\u{93F}", count: 20),
      String(repeating: "\u{1112}\u{1161}\u{11AB}", count: 20),
    ])
  func scripts(text: String) { #expect(SafeText(text).string == text) }

  @Test func `counts what it does not show`() {
    #expect(SafeText("abcdef", maximumLength: 4).string == "abcd… 2 B more")
    #expect(SafeText("abcd", maximumLength: 4).string == "abcd")
    #expect(SafeText(String(repeating: "x", count: 20_000)).string.hasSuffix("x… 3,616 B more"))
    #expect(SafeText("a\u{1b}bcd", maximumLength: 3).string == #"a\x1b… 3 B more"#)
  }

  @Test func `holds nothing but printable characters, whatever the bytes`() {
    var state: UInt64 = 7
    for _ in 0..<2000 {
      let bytes = (0..<24).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      for scalar in SafeText(bytes: bytes.span).string.unicodeScalars {
        #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value), "\(bytes)")
      }
    }
  }

  @Test func `joins`() { #expect((SafeText("a\u{1b}") + SafeText("b")).description == #"a\x1bb"#) }
}
