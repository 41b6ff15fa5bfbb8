public import Bytes

/// Makes the terminal show a screen, with the fewest bytes from what it shows already.
///
/// It writes for a terminal that does not wrap at the last column (mode 7 off), as on the alternate screen.
public struct Renderer {
  /// Whether the terminal knows mode 2026; otherwise the cursor is hidden while a frame is drawn.
  public var synchronizedOutput: Bool

  /// What the terminal shows; nil if that is unknown.
  private var shown: Shown?

  private struct Shown {
    /// Whose numbers of styles and glyphs these are.
    var screen: Screen
    var generation: Int
    var grid: Grid
    var pen: Pen
    /// Nil while it is hidden.
    var cursor: Point?
    /// Its shape, shown or not; nil if unknown.
    var shape: CursorShape?
  }

  public init(synchronizedOutput: Bool = false) { self.synchronizedOutput = synchronizedOutput }

  /// Forgets what the terminal shows: somebody else may have written there. The next frame paints all.
  public mutating func forget() { shown = nil }

  /// Appends one frame; none if the terminal shows `screen` already.
  public mutating func render(_ screen: Screen, into output: ByteBuffer) {
    if let shown, shown.screen !== screen || shown.generation != screen.generation || shown.grid.size != screen.size {
      self.shown = nil
    }
    let start = output.count
    begin(output)
    let header = output.count - start
    var shown = shown.take() ?? cleared(screen, output)
    drawRows(of: screen.picture, &shown, output)
    if output.count - start == header {
      output.removeLast(header)
      showCursor(of: screen, &shown, output)
    } else {
      shown.pen.use(.plain, screen.picture.styles, output)
      if !synchronizedOutput { shown.cursor = nil }
      showCursor(of: screen, &shown, output)
      if synchronizedOutput { output.append(.endSynchronizedUpdate) }
    }
    self.shown = shown
  }

  private func begin(_ output: ByteBuffer) {
    if synchronizedOutput {
      output.append(.beginSynchronizedUpdate)
    } else if shown?.cursor != nil {
      output.append(.reset(.cursorVisible))
    }
  }

  /// Clears the terminal's screen.
  private func cleared(_ screen: Screen, _ output: ByteBuffer) -> Shown {
    output.append(.reset(.cursorVisible))
    output.append(.plainStyle)
    var pen = Pen(size: screen.size)
    pen.move(to: .origin, output)
    output.append(.eraseScreen)
    return Shown(screen: screen, generation: screen.generation, grid: Grid(screen.size), pen: pen)
  }

  private func showCursor(of screen: Screen, _ shown: inout Shown, _ output: ByteBuffer) {
    guard let cursor = screen.cursor, screen.bounds.contains(cursor.place) else {
      if shown.cursor != nil { output.append(.reset(.cursorVisible)) }
      shown.cursor = nil
      return
    }
    if shown.shape != cursor.shape { output.append(.cursorShape(cursor.shape)) }
    shown.shape = cursor.shape
    shown.pen.move(to: cursor.place, output)
    if shown.cursor == nil { output.append(.set(.cursorVisible)) }
    shown.cursor = cursor.place
  }

  // MARK: Rows

  private func drawRows(of next: Picture, _ shown: inout Shown, _ output: ByteBuffer) {
    if let scroll = Scroll(from: shown.grid, to: next.grid) {
      shown.pen.useBlank(next.styles, output)
      scroll.append(to: output)
      shown.pen.losePlace()
      shown.grid.apply(scroll)
    }
    for row in 0..<next.grid.size.rows where !next.grid.isSame(row: row, as: shown.grid, row: row) {
      if next.grid.isDisputed(row: row) || shown.grid.isDisputed(row: row) {
        paint(row, of: next, &shown.pen, output)
      } else {
        change(row, from: shown.grid, to: next, &shown.pen, output)
      }
      shown.grid.copy(row: row, from: next.grid, row: row)
    }
  }

  /// Writes what differs.
  private func change(_ row: Int, from old: Grid, to next: Picture, _ pen: inout Pen, _ output: ByteBuffer) {
    let new = next.grid
    let end = new.contentEnd(ofRow: row)
    var column = 0
    while column < new.size.columns {
      guard new[column, row] != old[column, row] else {
        column += 1
        continue
      }
      if column >= end { return erase(row, from: column, of: old, next, &pen, output) }
      // A right half stands and falls with its left one.
      if new[column, row].width == 0 { column -= 1 }
      go(to: Point(column: column, row: row), next, &pen, output)
      let cell = new[column, row]
      pen.write(cell, of: next, output)
      column += Int(cell.width)
    }
  }

  /// Blanks what the terminal shows from `column` on, by a sequence or by blanks.
  private func erase(
    _ row: Int, from column: Int, of old: Grid, _ next: Picture, _ pen: inout Pen, _ output: ByteBuffer
  ) {
    go(to: Point(column: column, row: row), next, &pen, output)
    let blanks = old.contentEnd(ofRow: row) - column
    if blanks < ControlSequence.eraseToEndOfLine.string.utf8.count {
      for _ in 0..<blanks { pen.write(.blank, of: next, output) }
    } else {
      eraseToEnd(next, &pen, output)
    }
  }

  private func eraseToEnd(_ next: Picture, _ pen: inout Pen, _ output: ByteBuffer) {
    pen.useBlank(next.styles, output)
    output.append(.eraseToEndOfLine)
  }

  /// Moves along a row; a short way by writing again what stands there.
  private func go(to target: Point, _ next: Picture, _ pen: inout Pen, _ output: ByteBuffer) {
    if pen.place == target { return }
    if let place = pen.place, place.row == target.row, place.column < target.column {
      let columns = place.column..<target.column
      let way = columns.map { next.grid[$0, target.row] }
      let cells = way.filter { $0.width > 0 }
      let size = cells.reduce(0) { $0 + next.glyphs.size(of: $1.glyph) }
      let looksSame = cells.allSatisfy { cell in
        cell == .blank ? next.styles.leavesBlanks(pen.style) : cell.style == pen.style
      }
      // The cursor of the last frame may stand on a right half.
      if size <= Pen.skipSize(columns.count), looksSame, way.first?.width != 0 {
        for cell in cells { pen.write(cell, of: next, output) }
      }
    }
    pen.move(to: target, output)
  }

  /// Writes a whole row in which the terminal may draw a cluster wider or narrower than it is here: on an erased row,
  /// and after each such cluster from a column that is told, so that all others stand where they belong.
  private func paint(_ row: Int, of next: Picture, _ pen: inout Pen, _ output: ByteBuffer) {
    pen.jump(to: Point(column: 0, row: row), output)
    eraseToEnd(next, &pen, output)
    let end = next.grid.contentEnd(ofRow: row)
    var column = 0
    while column < end {
      let cell = next.grid[column, row]
      pen.move(to: Point(column: column, row: row), output)
      pen.write(cell, of: next, output)
      column += Int(cell.width)
    }
    // What such a cluster has put behind the last character.
    guard end < next.grid.size.columns, next.grid.isDisputed(row: row) else { return }
    pen.move(to: Point(column: end, row: row), output)
    eraseToEnd(next, &pen, output)
  }
}
