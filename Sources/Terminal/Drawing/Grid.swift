import Glibc

/// Cells, and what their numbers mean.
struct Picture {
  var grid: Grid
  var styles: StylePool
  var glyphs = GlyphPool()
}

/// Rows of cells in which no wide cell is ever cut in half.
struct Grid {
  let size: Size
  private(set) var cells: [Cell]

  /// Blank rows.
  init(_ size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.columns * size.rows)
  }

  subscript(column: Int, row: Int) -> Cell { cells[row * size.columns + column] }

  /// The cells of `row`, as indices into `cells`.
  func indices(ofRow row: Int) -> Range<Int> { row * size.columns..<(row + 1) * size.columns }

  /// Makes every cell blank.
  mutating func clear() {
    for index in cells.indices { cells[index] = .blank }
  }

  /// Puts a cell with all its columns; the other half of a wide cell it covers becomes blank.
  mutating func put(_ cell: Cell, column: Int, row: Int) {
    let index = row * size.columns + column
    if cells[index].width != 1 { open(index) }
    cells[index] = cell
    guard cell.width == 2 else { return }
    open(index + 1)
    cells[index + 1] = .rightHalf(cell.style)
  }

  /// Puts the characters before the first one that is not ASCII or that a mark may follow, from `column` on, as far as
  /// they lie within `columns`.
  /// - Returns: how many bytes that was.
  mutating func put(
    ascii bytes: UnsafeBufferPointer<UInt8>, at column: inout Int, row: Int, _ ink: Ink, within columns: Range<Int>
  ) -> Int {
    var count = 0
    while count < bytes.count, bytes[count] < 0x80, column < columns.upperBound {
      if count + 1 < bytes.count, bytes[count + 1] >= 0x80 { break }
      if column >= columns.lowerBound { put(Cell(ascii: bytes[count], ink), column: column, row: row) }
      column += 1
      count += 1
    }
    return count
  }

  /// Changes how the cell at a place looks, with all its columns.
  mutating func restyle(_ style: StyleID, column: Int, row: Int) {
    cells[row * size.columns + column].style = style
  }

  /// Makes `row` the same as `source` of `other`, which has the same size.
  mutating func copy(row: Int, from other: Grid, row source: Int) {
    cells.replaceSubrange(indices(ofRow: row), with: other.cells[other.indices(ofRow: source)])
  }

  /// Makes every cell of `row` blank.
  mutating func clear(row: Int) {
    for index in indices(ofRow: row) { cells[index] = .blank }
  }

  /// Whether `row` is the same as `source` of `other`, which has the same size.
  func isSame(row: Int, as other: Grid, row source: Int) -> Bool {
    let size = size.columns * MemoryLayout<Cell>.stride
    return cells.withUnsafeBytes { mine in
      other.cells.withUnsafeBytes { theirs in
        guard size > 0, let mine = mine.baseAddress, let theirs = theirs.baseAddress else { return true }
        return memcmp(mine + row * size, theirs + source * size, size) == 0
      }
    }
  }

  /// The column after the last one of `row` that is not blank.
  func contentEnd(ofRow row: Int) -> Int {
    let indices = indices(ofRow: row)
    guard let last = cells[indices].lastIndex(where: { $0 != .blank }) else { return 0 }
    return last - indices.lowerBound + 1
  }

  /// Whether terminals disagree about the width of a cell of `row`.
  func isDisputed(row: Int) -> Bool { cells[indices(ofRow: row)].contains(where: \.isDisputed) }

  /// Blanks the other half of the cell that stands at `index`.
  private mutating func open(_ index: Int) {
    switch cells[index].width {
    case 0: cells[index - 1] = Cell(.space, cells[index - 1].style)
    case 2: cells[index + 1] = Cell(.space, cells[index + 1].style)
    default: break
    }
  }
}
