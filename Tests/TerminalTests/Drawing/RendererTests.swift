import Bytes
import PlainText
import Terminal
import TerminalTesting
import Testing

@Suite struct `A renderer` {
  private let screen = Screen(Size(columns: 20, rows: 3), depth: .full)

  private func write(_ text: String, _ column: Int, _ row: Int, _ style: Style = .plain) {
    screen.write(SafeText(text), at: Point(column: column, row: row), style)
  }

  /// What is drawn over `before`, each from the first column of its row, and the bytes that come of it.
  @Test(
    "writes what differs",
    arguments: [
      (["abc"], ["abd"], "␛[Dd"), (["abc"], ["ab"], "␛[D "), (["abcdef"], ["ab"], "␛[4D␛[K"),
      (["abcdef"], [""], "\r␛[K"), (["abc"], ["abc", "", "x"], "␛[3Hx"),
      // A short way is written again, a long one skipped.
      (["a....b"], ["A....B"], "\rA....B"), (["a.....b"], ["A.....B"], "\rA␛[5CB"),
      (["a    b"], ["A    B"], "\rA    B"), (["aéééb"], ["Aééébc"], "\rA␛[4Cc"),
      // The next row, and one further down.
      (["a", "b"], ["A", "B"], "␛[HA⏎B"), (["a", "b", "c"], ["A", "b", "C"], "␛[HA␛[3HC"),
      (["語b"], ["a b"], "\ra "), (["a b"], ["語b"], "\r語"), (["語b"], ["漢b"], "\r漢"),
    ])
  func difference(before: [String], after: [String], bytes: String) {
    var renderer = Renderer()
    for (row, text) in before.enumerated() { write(text, 0, row) }
    _ = renderer.frame(screen)
    screen.clear()
    for (row, text) in after.enumerated() { write(text, 0, row) }
    #expect(renderer.shownFrame(screen) == bytes)
    #expect(renderer.shownFrame(screen) == "")
  }

  @Test func `clears the terminal first`() {
    write("ab", 0, 0)
    write("c", 5, 1, Style(foreground: .indexed(2)))
    var renderer = Renderer()
    #expect(renderer.shownFrame(screen) == "␛[?25l␛[m␛[H␛[2Jab⏎␛[5C␛[32mc␛[m")
    #expect(renderer.shownFrame(screen) == "")
    renderer.forget()
    #expect(renderer.shownFrame(screen) == "␛[?25l␛[m␛[H␛[2Jab⏎␛[5C␛[32mc␛[m")
  }

  @Test func `changes styles by the fewest parameters`() {
    var renderer = Renderer()
    _ = renderer.frame(screen)
    write("a", 0, 0, Style(foreground: .indexed(2), .bold))
    write("b", 1, 0, Style(foreground: .indexed(2), [.bold, .underline]))
    write(" ", 2, 0)
    write("c", 3, 0, Style(foreground: .indexed(4)))
    #expect(renderer.shownFrame(screen) == "␛[1;32ma␛[4mb␛[C␛[;34mc␛[m")
    screen.clear()
    // A blank needs no style of its own.
    write("a b", 0, 0, Style(foreground: .indexed(2)))
    #expect(renderer.shownFrame(screen) == "\r␛[32ma b ␛[m")
  }

  @Test func `hides the cursor while it draws, or tells where a frame begins and ends`() {
    var renderer = Renderer()
    screen.cursor = Screen.Cursor(Point(column: 2, row: 1), .bar)
    #expect(renderer.shownFrame(screen) == "␛[?25l␛[m␛[H␛[2J␛[6 q⏎␛[2C␛[?25h")
    write("a", 0, 0)
    #expect(renderer.shownFrame(screen) == "␛[?25l␛[Ha⏎␛[2C␛[?25h")
    screen.cursor?.place.column = 1
    #expect(renderer.shownFrame(screen) == "␛[D")
    renderer.synchronizedOutput = true
    write("b", 0, 0)
    #expect(renderer.shownFrame(screen) == "␛[?2026h␛[Hb⏎␛[C␛[?2026l")
    #expect(renderer.shownFrame(screen) == "")
    screen.cursor = nil
    #expect(renderer.shownFrame(screen) == "␛[?25l")
  }

  @Test func `does not take the right half of a character for a beginning`() {
    var renderer = Renderer()
    write("語漢x", 0, 0)
    screen.cursor = Screen.Cursor(Point(column: 1, row: 0))
    _ = renderer.frame(screen)
    write("y", 4, 0)
    #expect(renderer.shownFrame(screen) == "␛[?25l␛[3Cy␛[4D␛[?25h")
  }

  @Test func `paints a row of disputed widths whole, each cluster's neighbour where it belongs`() {
    var renderer = Renderer()
    _ = renderer.frame(screen)
    write("a❤️bc", 0, 0)
    #expect(renderer.shownFrame(screen) == "␛[H␛[Ka❤️␛[;4Hbc␛[K")
    screen.clear()
    write("a❤️bd", 0, 0)
    #expect(renderer.shownFrame(screen) == "␛[H␛[Ka❤️␛[;4Hbd␛[K")
    screen.clear()
    write("abcd", 0, 0)
    #expect(renderer.shownFrame(screen) == "␛[H␛[Kabcd")
  }

  /// How far a list of 10 rows in the middle of 14 moves, and the bytes before its new rows.
  @Test(
    "moves rows that stand elsewhere",
    arguments: [
      (1, "␛[3;12r␛[12H⏎␛[r␛[12H"), (3, "␛[3;12r␛[12H⏎⏎⏎␛[r␛[10H"), (-1, "␛[3;12r␛[3H␛M␛[r␛[3H"),
      (-2, "␛[3;12r␛[3H␛M␛M␛[r␛[3H"),
    ])
  func scroll(distance: Int, bytes: String) {
    let screen = Screen(Size(columns: 20, rows: 14), depth: .none)
    var renderer = Renderer(synchronizedOutput: true)
    var terminal = RandomFrame.terminal(screen.size, .clusters)
    func draw(from first: Int) {
      screen.clear()
      for row in [0, 1, 12, 13] { screen.write(SafeText("fixed \(row)"), at: Point(column: 0, row: row)) }
      for row in 0..<10 { screen.write(SafeText("row \(first + row)"), at: Point(column: 0, row: row + 2)) }
    }
    draw(from: 20)
    renderer.show(screen, on: &terminal)
    draw(from: 20 + distance)
    let output = ByteBuffer()
    renderer.render(screen, into: output)
    let frame = String(decoding: output.bytes, as: UTF8.self).readable
    #expect(frame.hasPrefix("␛[?2026h" + bytes + "row"))
    terminal.feed(Array(output.bytes))
    #expect(RandomFrame.difference(terminal, screen) == nil)
    #expect(terminal.unknown == [])
  }

  @Test func `shows no mark in the last column, which tmux would put on the character before`() {
    var renderer = Renderer()
    _ = renderer.frame(screen)
    write("e\u{301}e\u{301}", 18, 0)
    #expect(renderer.shownFrame(screen) == "␛[18Ce\u{301}e")
    write("か\u{3099}", 18, 0)
    #expect(renderer.shownFrame(screen) == "␛[;19Hか\u{3099}")
  }

  @Test func `paints all on a screen of another size or another screen`() {
    var renderer = Renderer()
    write("a", 0, 0)
    _ = renderer.frame(screen)
    screen.resize(to: Size(columns: 10, rows: 2))
    write("b", 0, 0)
    #expect(renderer.shownFrame(screen) == "␛[?25l␛[m␛[H␛[2Jb")
    let other = Screen(screen.size, depth: .none)
    other.write(SafeText("b"), at: .origin)
    #expect(renderer.shownFrame(other) == "␛[?25l␛[m␛[H␛[2Jb")
    other.depth = .full
    other.write(SafeText("b"), at: .origin)
    #expect(renderer.shownFrame(other) == "␛[?25l␛[m␛[H␛[2Jb")
  }
}
