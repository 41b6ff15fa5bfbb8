import Testing

@testable import Script

@Suite struct `The lines of a script` {
  /// `1(2 3(4))`: each line's number, with what belongs to it.
  private func outline(_ lines: [SourceLine]) -> String {
    lines.map { "\($0.number)" + ($0.children.isEmpty ? "" : "(\(outline($0.children)))") }.joined(separator: " ")
  }

  @Test(
    "belong to the line above that is less deep",
    arguments: [
      ("> a\n< b\n", "1 2"),
      ("> a\n  x\n  y\n< b", "1(2 3) 4"),
      ("a\n  b\n    c\n  d\ne", "1(2(3) 4) 5"),
      ("\n# comment\n> a\n\n  # another\n  x\n", "3(6)"),
      ("a\r\n  b\r\n", "1(2)"),
      ("a\n      b\nc\n d", "1(2) 3(4)"),
      ("", ""),
    ])
  func nested(text: String, expected: String) {
    let tree = SourceTree(text, file: "a.wsx")
    #expect(outline(tree.lines) == expected)
    #expect(tree.errors == [])
  }

  @Test(
    "have one depth below a line",
    arguments: [
      (" a", "a.wsx:1:2: an indented line belongs to the line above it, and there is none"),
      ("a\n\tb", "a.wsx:2:1: a tab cannot indent a line"),
      ("a\n  \tb", "a.wsx:2:3: a tab cannot indent a line"),
      ("a\n    b\n  c", "a.wsx:3:3: this line is indented by 2, those beside it by 4"),
      ("a\n  b\n    c\n   d", "a.wsx:4:4: this line is indented by 3, those beside it by 4"),
      ("a\n  b\n  c\n   d\n     e\n    f", "a.wsx:6:5: this line is indented by 4, those beside it by 5"),
    ])
  func misplaced(text: String, expected: String) {
    #expect(SourceTree(text, file: "a.wsx").errors.map(\.summary) == [expected])
  }
}

@Suite struct `A mistake in a script` {
  @Test func `shows the line, the place and what would be right`() {
    let error = ScriptError(
      file: "a.wsx", line: 3, column: 2, source: ">jsno {\"a\": 1}", sentence: "no arrow word is called \"jsno\"",
      hint: "did you mean \"json\"?")
    #expect(
      error.description == """
        a.wsx:3:2: no arrow word is called "jsno"
          >jsno {"a": 1}
           ^
          did you mean "json"?
        """)
  }

  @Test func `puts the caret below wide and escaped characters`() {
    let error = ScriptError(file: "a", line: 1, column: 4, source: "漢\u{1b}xy", sentence: "no")
    #expect(error.description == "a:1:4: no\n  漢\\x1bxy\n         ^")
  }

  @Test func `shows the part of a long line that matters`() {
    let error = ScriptError(
      file: "a", line: 1, column: 500, source: String(repeating: "a", count: 499) + "!b", sentence: "no")
    #expect(
      error.description
        == "a:1:500: no\n  …\(String(repeating: "a", count: 60))!b\n  \(String(repeating: " ", count: 61))^")
  }
}
