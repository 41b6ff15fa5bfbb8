import PlainText
import Testing

@Suite struct `Safe text in rows` {
  /// Rows of 8 columns.
  @Test(
    "ends rows at newlines and where they are full",
    arguments: [
      ("", [""]), ("abc", ["abc"]), ("abcdefgh", ["abcdefgh"]), ("abcdefghi", ["abcdefgh", "i"]),
      ("a\nb\n", ["a", "b", ""]), ("\n\n", ["", "", ""]), ("12345678\nx", ["12345678", "x"]),
      ("1234567e\u{301}x", ["1234567e\u{301}", "x"]), ("漢字漢字漢字", ["漢字漢字", "漢字"]), ("a漢字漢字", ["a漢字漢", "字"]),
      ("\u{1B}[2J", [#"\x1b[2J"#]), ("abcdef\0g", ["abcdef", #"\x00g"#]), ("\u{E0041}a", [#"\u{e0041"#, "a"]),
      ("e" + String(repeating: "\u{301}", count: 9), ["e" + String(repeating: "\u{301}", count: 8) + #"\u0301"#]),
    ])
  func rows(text: String, expected: [String]) {
    var rows: [String] = []
    var next: Int? = 0
    while let start = next {
      let row = SafeText.row(of: Array(text.utf8).span, from: start, columns: 8, widths: Widths())
      rows.append(row.text.string)
      next = row.next
    }
    #expect(rows == expected)
  }
}
