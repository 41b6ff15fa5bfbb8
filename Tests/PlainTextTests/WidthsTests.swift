import PlainText
import Testing

@Suite struct `The widths` {
  /// Cells where the terminal adds up, where it knows clusters, and whether the two may differ.
  struct Row: Sendable, CustomTestStringConvertible {
    var text: String
    var adding: Int
    var trusting: Int
    var isDisputed: Bool
    var testDescription: String { text.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " ") }

    init(_ text: String, _ adding: Int, _ trusting: Int, disputed: Bool = false) {
      (self.text, self.adding, self.trusting, isDisputed) = (text, adding, trusting, disputed)
    }
  }

  @Test(
    "of one cluster",
    arguments: [
      Row("a", 1, 1), Row("~", 1, 1), Row("é", 1, 1), Row("e\u{301}", 1, 1), Row("ß", 1, 1), Row("\u{ad}", 1, 1),
      Row("日", 2, 2), Row("한", 2, 2), Row("\u{1112}", 2, 2, disputed: true), Row("\u{1112}\u{1161}\u{11ab}", 2, 2),
      Row("あ", 2, 2), Row("ｱ", 1, 1),
      Row("Ａ", 2, 2), Row("\u{3000}", 2, 2), Row("\u{2fffd}", 2, 2), Row("ｶ\u{ff9e}", 2, 2, disputed: true),
      Row("か\u{3099}", 2, 2), Row("क", 1, 1), Row("कि", 2, 1, disputed: true), Row("ก\u{e33}", 2, 1, disputed: true),
      Row("│", 1, 1), Row("█", 1, 1), Row("▁", 1, 1), Row("●", 1, 1), Row("…", 1, 1), Row("▌", 1, 1), Row("▾", 1, 1),
      Row("🙂", 2, 2), Row("⌚", 2, 2), Row("❤", 1, 1), Row("❤\u{fe0f}", 2, 2, disputed: true),
      Row("❤\u{fe0e}", 1, 1), Row("⌚\u{fe0e}", 2, 2, disputed: true), Row("1\u{fe0f}\u{20e3}", 2, 2, disputed: true),
      Row("👍🏽", 2, 2, disputed: true), Row("👨\u{200d}👩\u{200d}👧\u{200d}👦", 2, 2, disputed: true),
      Row("🏳\u{fe0f}\u{200d}🌈", 2, 2, disputed: true), Row("🇩🇪", 2, 2, disputed: true),
      Row("\u{301}", 0, 0), Row("\u{200b}", 0, 0), Row("\u{200d}", 0, 0), Row("\u{fe0f}", 0, 0), Row("\u{1160}", 0, 0),
    ])
  func cluster(row: Row) throws {
    let cluster = try #require(row.text.first)
    #expect(row.text.count == 1)
    #expect(Widths().width(of: cluster) == row.adding)
    #expect(Widths(trustsClusters: true).width(of: cluster) == row.trusting)
    #expect(Widths().isDisputed(cluster) == row.isDisputed)
  }

  @Test func `Some clusters stay disputed where clusters are known`() {
    let widths = Widths(trustsClusters: true)
    for text in ["ｶ\u{ff9e}", "⌚\u{fe0e}", "🇩"] as [Character] { #expect(widths.isDisputed(text)) }
    for text in ["🇩🇪", "👍🏽", "❤\u{fe0f}", "कि", "a", "日"] as [Character] { #expect(!widths.isDisputed(text)) }
  }

  @Test func `Ambiguous characters are wide where the terminal says so`() {
    let widths = Widths(ambiguousIsWide: true)
    #expect(widths.width(of: "│●…") == 6)
    #expect(widths.width(of: "a日🙂") == 5)
  }

  @Test(
    "of text",
    arguments: [
      ("", 0), ("hello, world", 12), ("日本語 한국어", 13), ("nai\u{308}ve", 5), ("a👨\u{200d}👩\u{200d}👧b", 4),
      ("🇩🇪🇫🇷", 4), ("🇩🇪🇫", 4), ("price: 10 €", 11), (#"{"op":"日"}"#, 11),
    ])
  func text(text: String, width: Int) { #expect(Widths().width(of: text) == width) }

  @Test(
    "say how much fits",
    arguments: [
      ("abc", 2, "ab", 2), ("abc", 3, "abc", 3), ("a日本", 2, "a", 1), ("a日本", 3, "a日", 3), ("", 5, "", 0),
      ("abc", 0, "", 0), ("e\u{301}x", 1, "e\u{301}", 1), ("abc", -1, "", 0),
    ])
  func fit(text: String, columns: Int, head: String, width: Int) {
    let (end, taken) = Widths().fit(text[...], columns: columns)
    #expect(text[..<end] == head)
    #expect(taken == width)
  }
}
