import PlainText
import Terminal

/// How lines and blocks are drawn: with box drawing, or in ASCII where that is asked for.
struct Strokes {
  let isASCII: Bool

  var horizontal: Character { isASCII ? "-" : "─" }
  var vertical: Character { isASCII ? "|" : "│" }
  /// Before what is selected.
  var selected: String { isASCII ? "=" : "▌" }
  var unfolded: String { isASCII ? "v" : "▾" }
  var folded: String { isASCII ? ">" : "▸" }

  /// A graph of values, the newest at the right, scaled to the largest.
  func sparkline(_ values: [Int], width: Int) -> String {
    let shown = values.suffix(width)
    let blocks: [Character] = isASCII ? Array("_.-=+*%#") : Array("▁▂▃▄▅▆▇█")
    let largest = max(1, shown.max() ?? 1)
    return String(shown.map { blocks[min(7, ($0 * 7 + largest / 2) / largest)] })
  }

  /// A bar that is full to `fraction`.
  func gauge(_ fraction: Double, width: Int) -> String {
    let filled = max(0, min(width, Int((fraction * Double(width)).rounded())))
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: " ", count: width - filled) + "]"
  }
}

/// A part of the screen that is written row by row.
struct Area {
  let screen: Screen
  let rect: Rect
  let theme: Theme
  let strokes: Strokes

  var width: Int { rect.size.columns }
  var height: Int { rect.size.rows }

  /// Writes at a column of a row.
  /// - Returns: the columns it took.
  @discardableResult
  func write(_ text: StyledText, row: Int, column: Int = 0) -> Int {
    screen.write(
      text, at: Point(column: rect.origin.column + column, row: rect.origin.row + row), within: rect
    )
  }

  @discardableResult
  func write(_ text: String, _ style: Style = .plain, row: Int, column: Int = 0) -> Int {
    write(StyledText(text, style), row: row, column: column)
  }

  /// Writes so that it ends at the right edge, if it fits behind `taken` columns.
  func writeAtRight(_ text: StyledText, row: Int, taken: Int) {
    let width = text.width(screen.widths)
    guard taken + 1 + width <= self.width else { return }
    write(text, row: row, column: self.width - width)
  }

  /// Writes a row of `left` and, at the right end, `parts` that are worth more the earlier they stand: those that do
  /// not fit beside a third of the row are left out, and `left` is cut.
  func write(_ left: StyledText, _ parts: [StyledText]) {
    let widths = screen.widths
    let leftWidth = left.width(widths)
    var right = StyledText()
    for part in parts {
      let taken = right.width(widths) + part.width(widths) + 2
      guard taken + min(leftWidth, width / 3) <= width else { break }
      right = part + StyledText(right.isEmpty ? "" : "  ") + right
    }
    let space = width - right.width(widths) - (right.isEmpty ? 0 : 2)
    write(left, row: 0)
    if leftWidth > space {
      let rest = Rect(
        origin: Point(column: rect.origin.column + max(0, space - 1), row: rect.origin.row),
        size: Size(columns: width - max(0, space - 1), rows: 1))
      screen.fill(rest)
      write(strokes.isASCII ? "~" : "…", theme.style(.quiet), row: 0, column: max(0, space - 1))
    }
    if !right.isEmpty { write(right, row: 0, column: width - right.width(widths)) }
  }

  /// A title in a line: `── left ─────── right ──`.
  func title(
    _ left: StyledText, _ right: StyledText = StyledText(), row: Int = 0, isFocused: Bool = false
  ) {
    let line = Rect(
      origin: Point(column: rect.origin.column, row: rect.origin.row + row),
      size: Size(columns: width, rows: 1))
    screen.fill(line, theme.style(isFocused ? .title : .quiet), with: strokes.horizontal)
    let used = write(StyledText(" ") + left + StyledText(" "), row: row, column: 2)
    guard !right.isEmpty else { return }
    let rightWidth = right.width(screen.widths)
    guard 2 + used + rightWidth + 4 <= width else { return }
    write(StyledText(" ") + right + StyledText(" "), row: row, column: width - rightWidth - 4)
  }

  /// A title in a line with tabs at its end; where they do not fit, the one that is looked at, and which it is.
  func title(_ left: StyledText, tabs: [String], current: Int, isFocused: Bool) {
    let quiet = theme.style(.quiet)
    var all = StyledText()
    for (place, tab) in tabs.enumerated() {
      if place > 0 { all.append(" ") }
      all.append(place == current ? "[\(tab)]" : " \(tab) ", place == current ? theme.style(.title) : quiet)
    }
    let isShort = left.width(screen.widths) + all.width(screen.widths) + 8 > width
    let one =
      StyledText("[\(tabs[current])]", theme.style(.title)) + StyledText(" \(current + 1) of \(tabs.count)", quiet)
    title(left, isShort ? one : all, isFocused: isFocused)
  }

  /// Rows of it.
  func part(_ rows: Range<Int>) -> Area {
    let rows = rows.clamped(to: 0..<max(0, height))
    return Area(
      screen: screen,
      rect: Rect(
        origin: Point(column: rect.origin.column, row: rect.origin.row + rows.lowerBound),
        size: Size(columns: width, rows: rows.count)), theme: theme, strokes: strokes)
  }
}

extension String {
  /// With blanks before it, up to `width` ASCII characters.
  func leading(_ width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
  /// With blanks behind it.
  func trailing(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

extension Screen {
  /// Puts the cursor at a place, if that is on the screen.
  func showCursor(_ place: Point) {
    if bounds.contains(place) { cursor = Cursor(place) }
  }
}
