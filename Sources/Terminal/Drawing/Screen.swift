public import PlainText

/// What the next frame shows. It takes safe text only, cuts it at the edges of the part it is for, and never shows half
/// of a wide character.
///
/// One screen lives as long as the program draws; each frame begins with `clear()`.
public final class Screen {
  /// Columns and rows beyond these stay unused: a size is what a terminal says, and a frame is memory.
  public static let largest = Size(columns: 2000, rows: 1000)

  /// How wide characters are.
  public var widths: Widths
  /// Where the cursor is shown; nil for nowhere.
  public var cursor: Cursor?

  private(set) var picture: Picture
  /// Changes when numbers of styles and glyphs mean others than before.
  private(set) var generation = 0

  /// The cursor of the terminal.
  public struct Cursor: Hashable, Sendable {
    public var place: Point
    public var shape: CursorShape

    public init(_ place: Point, _ shape: CursorShape = .standard) {
      self.place = place
      self.shape = shape
    }
  }

  /// A blank screen of at least one cell.
  public init(_ size: Size, depth: ColorDepth, widths: Widths = Widths()) {
    picture = Picture(grid: Grid(Self.limited(size)), styles: StylePool(depth: depth))
    self.widths = widths
  }

  public var size: Size { picture.grid.size }
  /// All of it.
  public var bounds: Rect { Rect(origin: .origin, size: size) }
  /// How many colours are shown.
  public var depth: ColorDepth {
    get { picture.styles.depth }
    set { if newValue != picture.styles.depth { forget(depth: newValue) } }
  }

  /// Begins a frame: blank, without a cursor.
  public func clear() {
    // Peers may send a new cluster in each message.
    if picture.glyphs.count > Self.mostGlyphs || picture.styles.count > Self.mostStyles {
      forget(depth: picture.styles.depth)
    } else {
      picture.grid.clear()
    }
    cursor = nil
  }

  /// Becomes a blank screen of another size, at least one cell.
  public func resize(to size: Size) {
    picture.grid = Grid(Self.limited(size))
    cursor = nil
  }

  private static let mostGlyphs = 8192
  private static let mostStyles = 4096

  private func forget(depth: ColorDepth) {
    picture = Picture(grid: Grid(size), styles: StylePool(depth: depth))
    generation += 1
  }

  private static func limited(_ size: Size) -> Size {
    Size(columns: max(1, min(size.columns, largest.columns)), rows: max(1, min(size.rows, largest.rows)))
  }

  // MARK: Drawing

  /// Writes `text` in one row, from `point` to the end of `area` at most.
  /// - Returns: the columns from `point` to where the next text would stand.
  @discardableResult
  public func write(_ text: SafeText, at point: Point, _ style: Style = .plain, within area: Rect? = nil) -> Int {
    let area = area?.intersection(bounds) ?? bounds
    guard area.rows.contains(point.row), point.column < area.columns.upperBound else { return 0 }
    let ink = picture.styles.ink(of: style)
    var column = point.column
    let string = text.string
    let start = writeASCII(string, at: &column, row: point.row, ink, within: area.columns)
    for character in string[start...] {
      guard column < area.columns.upperBound else { break }
      let cell = cell(character, ink)
      guard cell.width > 0 else { continue }
      let columns = column..<column + Int(cell.width)
      if columns.lowerBound >= area.columns.lowerBound, columns.upperBound <= area.columns.upperBound {
        let isBare = columns == size.columns - 1..<size.columns && !cell.isDisputed
        picture.grid.put(isBare ? bare(cell, character) : cell, column: column, row: point.row)
      } else {
        for column in columns.clamped(to: area.columns) {
          picture.grid.put(Cell(.space, ink.blank), column: column, row: point.row)
        }
      }
      column += Int(cell.width)
    }
    return min(column, area.columns.upperBound) - point.column
  }

  /// Writes `text` in one row, from `point` to the end of `area` at most.
  /// - Returns: the columns from `point` to where the next text would stand.
  @discardableResult
  public func write(_ text: StyledText, at point: Point, within area: Rect? = nil) -> Int {
    var next = point
    for run in text.runs { next.column += write(run.text, at: next, run.style, within: area) }
    return next.column - point.column
  }

  /// Fills `area` with blanks of `style`, or with another character of one column.
  public func fill(_ area: Rect, _ style: Style = .plain, with character: Character = " ") {
    let area = area.intersection(bounds)
    let cell = cell(character, picture.styles.ink(of: style))
    guard cell.width == 1 else { return }
    for row in area.rows {
      for column in area.columns { picture.grid.put(cell, column: column, row: row) }
    }
  }

  /// Changes how the text in `area` looks.
  public func restyle(_ area: Rect, _ change: (Style) -> Style) {
    let area = area.intersection(bounds)
    var changed: [StyleID: StyleID] = [:]
    for row in area.rows {
      for column in area.columns {
        let id = picture.grid[column, row].style
        let new = changed[id] ?? picture.styles.id(of: change(picture.styles.style(of: id)))
        changed[id] = new
        picture.grid.restyle(new, column: column, row: row)
      }
    }
  }

  /// Writes the characters before the first one that is not ASCII or that a mark may follow.
  /// - Returns: where the rest begins.
  private func writeASCII(
    _ string: String, at column: inout Int, row: Int, _ ink: Ink, within columns: Range<Int>
  ) -> String.Index {
    var string = string
    let count = string.withUTF8 { picture.grid.put(ascii: $0, at: &column, row: row, ink, within: columns) }
    return string.utf8.index(string.startIndex, offsetBy: count)
  }

  private func cell(_ character: Character, _ ink: Ink) -> Cell {
    if let byte = character.asciiValue { return Cell(ascii: byte, ink) }
    let width = UInt8(widths.width(of: character))
    let flags: Cell.Flags = widths.isDisputed(character) ? .disputed : []
    return Cell(picture.glyphs.id(of: character), ink.style, width: width, flags: flags)
  }

  /// A character of one column without its marks, for the last column: where nothing wraps, tmux 3.3a puts a mark that
  /// is written behind that one on the character before it.
  private func bare(_ cell: Cell, _ character: Character) -> Cell {
    var cell = cell
    let base = character.unicodeScalars.first { widths.width(of: Character($0)) > 0 }
    if cell.glyph.cluster != nil, let base { cell.glyph = GlyphID(base) }
    return cell
  }

  // MARK: Reading

  /// The text of the cell at `point`; empty for the right half of a wide one.
  public func text(at point: Point) -> String {
    bounds.contains(point) ? picture.glyphs.text(of: picture.grid[point.column, point.row].glyph) : ""
  }

  /// How the cell at `point` looks.
  public func style(at point: Point) -> Style {
    bounds.contains(point) ? picture.styles.style(of: picture.grid[point.column, point.row].style) : .plain
  }
}
