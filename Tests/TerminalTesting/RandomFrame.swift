import PlainText
public import Terminal

/// Frames at random, and whether a terminal shows them.
public enum RandomFrame {
  /// Words that terminals draw in different ways among those they agree about.
  private static let words = [
    "a", "abc", "status", " ", "   ", "é", "語", "漢字", "한글", "│", "…", "e\u{301}", "👩‍👩‍👧", "🇩🇪", "🇩", "❤️", "⌚︎",
    "👍🏽", "ﾊﾟ", "क्षि", "😀",
  ]
  private static let styles = [
    Style.plain, Style(.bold), Style(.reverse), Style([.underline, .dim]), Style(foreground: .indexed(2)),
    Style(foreground: .rgb(1, 2, 3), background: .indexed(4)), Style(foreground: .indexed(200), .italic),
  ]

  /// A terminal as a full screen has it.
  public static func terminal(_ size: Size, _ rule: VirtualTerminal.WidthRule) -> VirtualTerminal {
    var terminal = VirtualTerminal(size, rule: rule)
    terminal.feed(ControlSequence.set(.alternateScreen).string + ControlSequence.reset(.autowrap).string)
    return terminal
  }

  /// Changes some or all of `screen`; at times it only shows the same list some rows further.
  public static func draw(on screen: Screen, _ random: inout some RandomNumberGenerator) {
    if Int.random(in: 0..<4, using: &random) == 0 { return drawList(on: screen, &random) }
    if Int.random(in: 0..<3, using: &random) == 0 { screen.clear() }
    let size = screen.size
    func point() -> Point {
      Point(
        column: .random(in: -2..<size.columns, using: &random), row: .random(in: 0..<size.rows, using: &random))
    }
    for _ in 0..<Int.random(in: 0..<8, using: &random) {
      let style = styles.randomElement(using: &random) ?? .plain
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        let part = Rect(origin: point(), size: Size(columns: .random(in: 0..<9, using: &random), rows: 2))
        screen.fill(part, style, with: ["x", " "].randomElement(using: &random) ?? " ")
      case 1:
        screen.restyle(Rect(origin: point(), size: Size(columns: 9, rows: 2))) { $0.with(style.attributes) }
      default:
        let text = (0..<Int.random(in: 1..<8, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
        screen.write(SafeText(text.joined()), at: point(), style)
      }
    }
    screen.cursor = Bool.random(using: &random) ? Screen.Cursor(point()) : nil
  }

  private static func drawList(on screen: Screen, _ random: inout some RandomNumberGenerator) {
    screen.clear()
    let first = Int.random(in: 0..<20, using: &random)
    let part = screen.bounds.inset(rows: Int.random(in: 0..<2, using: &random))
    for row in part.rows {
      let number = first + row
      let text = "\(number) " + String(repeating: words[number % words.count], count: number % 5)
      screen.write(SafeText(text), at: Point(column: 0, row: row), styles[number % styles.count])
    }
    screen.write(SafeText("status"), at: .origin)
  }

  /// Where two terminals show something else; nil for nowhere.
  public static func difference(_ first: VirtualTerminal, _ second: VirtualTerminal) -> String? {
    firstPlace(on: first.size) { look(first[$0].text, first[$0].style) != look(second[$0].text, second[$0].style) }
      .map { "terminals differ at \($0.column), \($0.row)" }
  }

  /// Where a terminal does not show what `screen` says, clusters of disputed width aside; nil for nowhere.
  public static func difference(_ terminal: VirtualTerminal, _ screen: Screen) -> String? {
    let cursor = screen.cursor.flatMap { screen.bounds.contains($0.place) ? $0.place : nil }
    if terminal.isOn(.cursorVisible) != (cursor != nil) || cursor != nil && cursor != terminal.cursor {
      return "the cursor is at \(terminal.cursor), not at \(cursor.map { "\($0)" } ?? "no place")"
    }
    let place = firstPlace(on: screen.size) { point in
      let text = screen.text(at: point)
      // A disputed cluster is right where it begins; what is drawn of it is the terminal's business.
      let base = text.isEmpty ? Point(column: point.column - 1, row: point.row) : point
      if let character = screen.text(at: base).first, screen.widths.isDisputed(character) { return false }
      return look(text, screen.style(at: point)) != look(terminal[point].text, terminal[point].style)
    }
    return place.map { "the screen is not shown at \($0.column), \($0.row)" }
  }

  private static func firstPlace(on size: Size, where isWrong: (Point) -> Bool) -> Point? {
    for row in 0..<size.rows {
      for column in 0..<size.columns where isWrong(Point(column: column, row: row)) {
        return Point(column: column, row: row)
      }
    }
    return nil
  }

  /// A blank that leaves no ink looks the same in each style; a right half looks as its left one does.
  private static func look(_ text: String, _ style: Style) -> [String] {
    let leavesInk =
      style.background != .standard || !style.attributes.isDisjoint(with: [.underline, .reverse, .strikethrough])
    return text == " " && !leavesInk ? [] : text.isEmpty ? ["half"] : [text, "\(style)"]
  }
}
