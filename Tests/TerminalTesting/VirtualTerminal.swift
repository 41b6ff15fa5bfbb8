import PlainText
public import Terminal

/// A terminal in memory: takes the bytes a program writes and shows what a real one would.
///
/// Terminals disagree about clusters, so it plays one or the other kind.
public struct VirtualTerminal: Sendable {
  /// How a terminal makes cells of characters.
  public enum WidthRule: Sendable, CaseIterable {
    /// A cluster is one character, as wide as Unicode says.
    case clusters
    /// Each scalar is as wide as it is alone; what has no width goes to the character before it.
    case scalars
  }

  /// What stands at a place.
  public struct Cell: Hashable, Sendable {
    /// Empty for the right half of a wide character.
    public var text: String = " "
    public var style: Style = .plain
    public var isRightHalf: Bool { text.isEmpty }
  }

  public let rule: WidthRule
  public private(set) var size: Size
  public internal(set) var cursor = Point.origin
  public internal(set) var cursorShape = CursorShape.standard
  /// Modes of DECSET that are on.
  public internal(set) var modes: Set<Int> = [PrivateMode.autowrap.rawValue, PrivateMode.cursorVisible.rawValue]
  /// Rows that left the main screen at its top.
  public internal(set) var scrollback: [[Cell]] = []
  /// Bytes and sequences that it knows nothing of, as text.
  public internal(set) var unknown: [String] = []

  var cells: [[Cell]]
  /// The other screen of two.
  var otherCells: [[Cell]]
  var savedCursor = Point.origin
  var style = Style.plain
  /// Rows that scroll.
  var region: Range<Int>
  /// Whether a character in the last column has just been written: the next one wraps first.
  var wrapsNext = false
  /// Where the last character stands, for what belongs to it.
  var last: Point?
  var parser = EscapeParser()
  let widths: Widths

  public init(_ size: Size, rule: WidthRule = .clusters, ambiguousIsWide: Bool = false) {
    self.size = size
    self.rule = rule
    widths = Widths(trustsClusters: rule == .clusters, ambiguousIsWide: ambiguousIsWide)
    cells = Self.blank(size)
    otherCells = cells
    region = 0..<size.rows
  }

  /// Takes what a program writes.
  public mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      switch parser.take(byte) {
      case nil: break
      case .scalar(let scalar): write(scalar)
      case .control(let byte): control(byte)
      case .sequence(let sequence): perform(sequence)
      case .reverseIndex: reverseIndex()
      case .unknown(let text): unknown.append(text)
      }
    }
  }

  /// Takes what a program writes.
  public mutating func feed(_ text: String) { feed(Array(text.utf8)) }

  /// Becomes another size, as xterm does: rows are cut or get blanks, none is wrapped anew.
  public mutating func resize(to size: Size) {
    cells = Self.resized(cells, to: size)
    otherCells = Self.resized(otherCells, to: size)
    self.size = size
    region = 0..<size.rows
    cursor = Point(column: min(cursor.column, size.columns - 1), row: min(cursor.row, size.rows - 1))
    wrapsNext = false
    last = nil
  }

  public func isOn(_ mode: PrivateMode) -> Bool { modes.contains(mode.rawValue) }

  /// The cell at `point`, which is on the screen.
  public subscript(point: Point) -> Cell { cells[point.row][point.column] }

  /// The text of `row` without the blanks at its end.
  public func text(ofRow row: Int) -> String { Self.text(of: cells[row]) }

  /// The text of all rows.
  public var text: String { cells.map(Self.text(of:)).joined(separator: "\n") }

  /// The text of `row` without the blanks at its end.
  public static func text(of row: [Cell]) -> String {
    let text = row.map(\.text).joined()
    return String(text.prefix(text.count - text.reversed().prefix { $0 == " " }.count))
  }

  // MARK: Cells

  static func blank(_ size: Size) -> [[Cell]] {
    Array(repeating: Array(repeating: Cell(), count: size.columns), count: size.rows)
  }

  private static func resized(_ cells: [[Cell]], to size: Size) -> [[Cell]] {
    var rows = cells.prefix(size.rows).map { row in
      var row = Array(row.prefix(size.columns))
      // A wide character that is cut in half is none.
      if let last = row.indices.last, cells[0].count > row.count, cells[0][row.count].isRightHalf { row[last] = Cell() }
      row += Array(repeating: Cell(), count: size.columns - row.count)
      return row
    }
    rows += blank(Size(columns: size.columns, rows: size.rows - rows.count))
    return rows
  }

  /// What an erased place shows: the ground's colour stays.
  var erased: Cell { Cell(style: Style(background: style.background)) }

  /// Puts a cell; the other half of a wide character it covers becomes blank.
  mutating func put(_ cell: Cell, at point: Point) {
    open(point)
    cells[point.row][point.column] = cell
  }

  /// Blanks the other half of what stands at `point`.
  mutating func open(_ point: Point) {
    let (row, column) = (point.row, point.column)
    if cells[row][column].isRightHalf, column > 0 { cells[row][column - 1].text = " " }
    if column + 1 < size.columns, cells[row][column + 1].isRightHalf { cells[row][column + 1].text = " " }
  }

  // MARK: Text

  private mutating func write(_ scalar: Unicode.Scalar) {
    if rule == .clusters, extendsLast(scalar) { return }
    let width = width(of: scalar)
    guard width > 0 else {
      if let base = markedCell { cells[base.row][base.column].text.unicodeScalars.append(scalar) }
      return
    }
    place(String(scalar), width: width)
  }

  /// Where a mark goes: to the last character. Terminals that add up, tmux for one, take the cell before the cursor,
  /// which stays in the last column where nothing wraps.
  private var markedCell: Point? {
    guard rule == .scalars, wrapsNext, !isOn(.autowrap) else { return last }
    return cursor.column > 0 ? Point(column: cursor.column - 1, row: cursor.row) : nil
  }

  private func width(of scalar: Unicode.Scalar) -> Int {
    // Half a flag: one column where clusters are unknown.
    if rule == .scalars, (0x1F1E6...0x1F1FF).contains(scalar.value) { return 1 }
    return widths.width(of: Character(scalar))
  }

  /// Adds `scalar` to the last character if it is a part of it, which may become wide by it.
  private mutating func extendsLast(_ scalar: Unicode.Scalar) -> Bool {
    guard let last, let base = cells[last.row][last.column].text.first else { return false }
    var joined = String(base)
    joined.unicodeScalars.append(scalar)
    guard joined.count == 1 else { return false }
    let width = widths.width(of: Character(joined))
    if width == 2, last.column + 1 < size.columns, !cells[last.row][last.column + 1].isRightHalf {
      cursor = last
      wrapsNext = false
      place(joined, width: 2)
    } else {
      cells[last.row][last.column].text = joined
    }
    return true
  }

  private mutating func place(_ text: String, width: Int) {
    let wraps = isOn(.autowrap)
    if wrapsNext, wraps { wrap() }
    if cursor.column + width > size.columns {
      guard size.columns >= width else { return }
      if wraps { wrap() } else { cursor.column = size.columns - width }
    }
    for column in cursor.column..<cursor.column + width {
      put(Cell(text: column == cursor.column ? text : "", style: style), at: Point(column: column, row: cursor.row))
      // The first half is not what the second one covers.
      if column > cursor.column { cells[cursor.row][cursor.column].text = text }
    }
    last = cursor
    cursor.column += width
    wrapsNext = cursor.column == size.columns
    cursor.column = min(cursor.column, size.columns - 1)
  }

  private mutating func wrap() {
    cursor.column = 0
    lineFeed()
    wrapsNext = false
  }

  private mutating func control(_ byte: UInt8) {
    last = nil
    wrapsNext = false
    switch byte {
    case 0x08: cursor.column = max(0, cursor.column - 1)
    case 0x0A: lineFeed()
    case 0x0D: cursor.column = 0
    default: unknown.append("\\x" + String(byte, radix: 16))
    }
  }

  private mutating func lineFeed() {
    if cursor.row == region.upperBound - 1 {
      scrollUp(1)
    } else if cursor.row < size.rows - 1 {
      cursor.row += 1
    }
  }

  private mutating func reverseIndex() {
    last = nil
    wrapsNext = false
    if cursor.row == region.lowerBound { scrollDown(1) } else { cursor.row = max(0, cursor.row - 1) }
  }

  mutating func scrollUp(_ count: Int) {
    for _ in 0..<min(count, region.count) {
      let row = cells.remove(at: region.lowerBound)
      if region.lowerBound == 0, !isOn(.alternateScreen) { scrollback.append(row) }
      cells.insert(Array(repeating: erased, count: size.columns), at: region.upperBound - 1)
    }
  }

  mutating func scrollDown(_ count: Int) {
    for _ in 0..<min(count, region.count) {
      cells.remove(at: region.upperBound - 1)
      cells.insert(Array(repeating: erased, count: size.columns), at: region.lowerBound)
    }
  }
}
