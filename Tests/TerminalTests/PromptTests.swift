import Bytes
import PlainText
import Terminal
import TerminalTesting
import TestSupport
import Testing

@Suite struct `The prompt` {
  @Test(
    "is wrapped, and stands where the cursor is",
    arguments: [
      ("abc", 10, ["> abc"], Point(column: 5, row: 0)), ("abcdefg", 10, ["> abcdefg"], Point(column: 9, row: 0)),
      ("abcdefgh", 10, ["> abcdefg", "h"], Point(column: 1, row: 1)),
      ("日本語日本", 10, ["> 日本語", "日本"], Point(column: 4, row: 1)),
      ("a <C-j> b", 10, ["> a", "  b"], Point(column: 3, row: 1)),
      ("abcdefgh Home", 10, ["> abcdefg", "h"], Point(column: 2, row: 0)),
      ("a <C-j> b Up", 10, ["> a", "  b"], Point(column: 3, row: 0)),
      ("ab", 3, [">", "ab"], Point(column: 2, row: 1)), ("ab", 2, [">", "", "a", "b"], Point(column: 1, row: 3)),
      ("ab", 1, [""], .origin), ("日", 2, [">", "", "?"], Point(column: 1, row: 2)),
      ("<C-v> <C-[> x", 10, [#"> \x1bx"#], Point(column: 7, row: 0)),
    ] as [(String, Int, [String], Point)])
  func wraps(keys: String, columns: Int, rows: [String], cursor: Point) throws {
    var typing = Typing()
    try typing.type(keys)
    let block = typing.editor.block(columns: columns, rows: 24)
    #expect(block.rows.map { $0.string.reversed().drop { $0 == " " }.reversed().map(String.init).joined() } == rows)
    #expect(block.cursor == cursor)
  }

  @Test func `shows the part around the cursor of what is larger than the screen`() {
    var typing = Typing()
    typing.handle(.paste(PasteChunk((1...18).map { "line \($0)" }.joined(separator: "\n"))))
    let block = typing.editor.block(columns: 20, rows: 8)
    #expect(block.rows.map(\.string) == ["…"] + (13...18).map { "  line \($0)" })
    #expect(block.cursor == Point(column: 9, row: 6))
  }

  /// Whatever is printed above it and written in it, what is on the screen and in its history is what it would be if
  /// all had been drawn at once: no line is lost, none is there twice, and no prompt is left behind.
  @Test(arguments: VirtualTerminal.WidthRule.allCases)
  func `leaves no trace above, drawn again and again`(rule: VirtualTerminal.WidthRule) throws {
    var random = SeededRandom()
    let widths = Widths(trustsClusters: rule == .clusters)
    for _ in 0..<15 {
      let size = Size(columns: .random(in: 2...40, using: &random), rows: .random(in: 2...8, using: &random))
      var terminal = VirtualTerminal(size, rule: rule)
      var painter = PromptPainter(depth: .none, synchronizedOutput: .random(using: &random), widths: widths)
      var typing = Typing()
      typing.editor.widths = widths
      typing.editor.hint = StyledText("a hint")
      var printed: [StyledText] = []
      for _ in 0..<30 {
        try write(in: &typing, &random)
        let lines = (0..<Int.random(in: 0...3, using: &random)).map { _ in StyledText(Self.text(&random)) }
        printed += lines
        let block = typing.editor.block(columns: size.columns, rows: size.rows)
        terminal.draw(&painter, above: lines, block)
        var atOnce = VirtualTerminal(size, rule: rule)
        var other = PromptPainter(depth: .none, widths: widths)
        atOnce.draw(&other, above: printed, block)
        try #require(
          terminal.rows == atOnce.rows && terminal.place == atOnce.place,
          "seed \(random.seed), \(size)\n\(terminal.rows), \(terminal.place)\n\(atOnce.rows), \(atOnce.place)")
        #expect(terminal.unknown.isEmpty)
      }
      terminal.draw(&painter, above: [], nil)
      #expect(terminal.cursor.column == 0)
    }
  }

  private func write(in typing: inout Typing, _ random: inout SeededRandom) throws {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: try typing.type("<C-u>")
    case 1: try typing.type("Enter")
    case 2: try typing.type(["Left", "Home", "End", "<C-j>", "Backspace", "Up"].randomElement(using: &random) ?? "End")
    default: typing.handle(.paste(PasteChunk(Self.text(&random))))
    }
  }

  /// Characters of every width but those that terminals disagree about: what is above is left to the terminal.
  private static func text(_ random: inout SeededRandom) -> String {
    let pieces = ["a", "word ", "日本", "é", "e\u{301}", "🙂", "\u{1b}[2J", "-----------------------", "한"]
    return (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }
}

extension VirtualTerminal {
  fileprivate mutating func draw(_ painter: inout PromptPainter, above lines: [StyledText], _ block: PromptBlock?) {
    let output = ByteBuffer()
    painter.paint(above: lines, block: block, columns: size.columns, into: output)
    feed(Array(UnsafeRawBufferPointer(output.bytes)))
  }

  /// What has left the screen at its top, and what is on it, up to the last row that is not blank.
  fileprivate var rows: [String] {
    let rows = scrollback.map(Self.text(of:)) + (0..<size.rows).map { text(ofRow: $0) }
    return rows.reversed().drop { $0.isEmpty }.reversed()
  }

  /// Where the cursor stands among them.
  fileprivate var place: Point { Point(column: cursor.column, row: scrollback.count + cursor.row) }
}
