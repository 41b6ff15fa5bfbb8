import PlainText
import Terminal
import TerminalTesting
import Testing

@Suite struct `A screen` {
  private let screen = Screen(Size(columns: 8, rows: 3), depth: .full)

  /// A text, where it is written, the columns of row 1 it may use, and what the row shows then.
  @Test(
    "cuts text at the edges of its part",
    arguments: [
      ("abc", 0, 0..<8, "abc", 3), ("abcdefghij", 0, 0..<8, "abcdefgh", 8), ("abcdef", 2, 1..<5, "  abc", 3),
      ("abcdef", -2, 0..<8, "cdef", 6), ("abcdef", -2, 1..<3, " de", 5), ("語語語", 0, 0..<8, "語語語", 6),
      ("語語語", 0, 0..<5, "語語", 5), ("語語語", -1, 0..<8, " 語語", 6), ("語a", 6, 0..<8, "      語", 2),
      ("a語", 6, 0..<8, "      a", 2), ("é語", 5, 0..<8, "     é語", 3), ("abc", 9, 0..<8, "", 0),
      ("e\u{301}x", 0, 0..<8, "e\u{301}x", 2), ("👩‍👩‍👧x", 0, 0..<8, "👩‍👩‍👧x", 3),
      ("a\u{1B}[2J", 0, 0..<8, "a\\x1b[2J", 8),
    ])
  func cut(text: String, column: Int, columns: Range<Int>, shown: String, used: Int) {
    let part = Rect(column: columns.lowerBound, row: 0, columns: columns.count, rows: 3)
    #expect(screen.write(SafeText(text), at: Point(column: column, row: 1), within: part) == used)
    #expect(Snapshot.of(screen) == "\n\(shown)\n\n")
  }

  @Test func `writes nothing above, below and beside its part`() {
    let part = Rect(column: 2, row: 1, columns: 3, rows: 1)
    for row in [-1, 0, 2, 3, .max] { screen.write(SafeText("abc"), at: Point(column: 0, row: row), within: part) }
    screen.write(SafeText("abc"), at: Point(column: .max, row: 1), within: part)
    screen.write(SafeText("abc"), at: .origin, within: Rect(column: 9, row: 9, columns: 3, rows: 3))
    #expect(Snapshot.of(screen) == "\n\n\n")
  }

  @Test(
    "never keeps half a wide character",
    arguments: [(0, "x 語語"), (1, " x語語"), (2, "語x 語"), (3, "語 x語"), (5, "語語 x")])
  func half(column: Int, shown: String) {
    screen.write(SafeText("語語語"), at: .origin)
    screen.write(SafeText("x"), at: Point(column: column, row: 0))
    #expect(Snapshot.of(screen) == "\(shown)\n\n\n")
  }

  @Test func `covers the halves of two wide characters by a third`() {
    screen.write(SafeText("語語"), at: .origin)
    screen.write(SafeText("漢"), at: Point(column: 1, row: 0))
    #expect(Snapshot.of(screen) == " 漢\n\n\n")
  }

  @Test func `shows newlines and tabs that a text keeps as blanks`() {
    screen.write(SafeText("a\nb\tc", keepsNewlines: true, keepsTabs: true), at: .origin)
    #expect(Snapshot.of(screen) == "a b c\n\n\n")
  }

  @Test func `fills, writes in runs and changes how a part looks`() {
    screen.fill(screen.bounds.row(0), Style(.underline))
    screen.fill(Rect(column: 0, row: 1, columns: 4, rows: 1), with: "-")
    var text = StyledText("ab", Style(.bold))
    text.append("cd")
    #expect(screen.write(text, at: Point(column: 1, row: 2)) == 4)
    screen.restyle(Rect(column: 2, row: 2, columns: 9, rows: 1)) { $0.with(.reverse) }
    #expect(
      Snapshot.of(screen, styles: true) == """

        ----
         abcd

        styles:
        aaaaaaaa
        ....
         bcddddd
        a = underline
        b = bold
        c = bold reverse
        d = reverse

        """)
  }

  @Test func `shows fewer colours where the terminal has fewer`() {
    for (depth, shown) in [
      (ColorDepth.full, Color.rgb(255, 0, 0)), (.indexed, .indexed(196)), (.sixteen, .standard), (.none, .standard),
    ] {
      screen.depth = depth
      screen.write(SafeText("x"), at: .origin, Style(foreground: .rgb(255, 0, 0), .bold))
      #expect(screen.style(at: .origin) == Style(foreground: shown, .bold))
    }
  }

  @Test func `is never smaller than one cell nor larger than is good`() {
    screen.resize(to: Size(columns: 0, rows: -1))
    #expect(screen.size == Size(columns: 1, rows: 1))
    screen.write(SafeText("語"), at: .origin)
    screen.resize(to: Size(columns: .max, rows: .max))
    #expect(screen.size == Screen.largest)
  }

  @Test func `forgets clusters that are gone`() {
    let screen = Screen(Size(columns: 80, rows: 24), depth: .full)
    var terminal = VirtualTerminal(screen.size)
    var renderer = Renderer()
    // A base with two to three of 112 marks: more clusters than it keeps.
    for first in 0x300..<0x370 {
      screen.clear()
      for (place, second) in (0x300..<0x370).enumerated() {
        let cluster = "a" + [first, second].map { String(Unicode.Scalar($0)!) }.joined()
        screen.write(SafeText(cluster), at: Point(column: place % 80, row: place / 80))
      }
      renderer.show(screen, on: &terminal)
      #expect(terminal.text == Snapshot.of(screen).dropLast())
    }
  }
}
