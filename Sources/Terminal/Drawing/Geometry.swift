/// How large a screen or a part of it is, in cells.
public struct Size: Hashable, Sendable {
  public var columns: Int
  public var rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// A cell's place; (0, 0) is the first column of the first row.
public struct Point: Hashable, Sendable {
  public var column: Int
  public var row: Int

  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }

  /// The first column of the first row.
  public static let origin = Point(column: 0, row: 0)
}

/// A part of the screen.
public struct Rect: Hashable, Sendable {
  /// Its first cell.
  public var origin: Point
  public var size: Size

  public init(origin: Point, size: Size) {
    self.origin = origin
    self.size = size
  }

  /// Whether the cell at `point` lies in it.
  public func contains(_ point: Point) -> Bool {
    (0..<size.columns).contains(point.column - origin.column) && (0..<size.rows).contains(point.row - origin.row)
  }
}

extension Rect {
  /// The part of a screen of `columns` by `rows` that begins at a place.
  public init(column: Int, row: Int, columns: Int, rows: Int) {
    self.init(origin: Point(column: column, row: row), size: Size(columns: columns, rows: rows))
  }

  /// Its columns, and its rows.
  public var columns: Range<Int> { origin.column..<origin.column + max(0, size.columns) }
  public var rows: Range<Int> { origin.row..<origin.row + max(0, size.rows) }

  /// Whether no cell lies in it.
  public var isEmpty: Bool { size.columns <= 0 || size.rows <= 0 }

  /// What lies in both.
  public func intersection(_ other: Rect) -> Rect {
    let columns = columns.clamped(to: other.columns)
    let rows = rows.clamped(to: other.rows)
    return Rect(column: columns.lowerBound, row: rows.lowerBound, columns: columns.count, rows: rows.count)
  }

  /// The same without so many columns and rows at each edge.
  public func inset(columns: Int = 0, rows: Int = 0) -> Rect {
    Rect(
      column: origin.column + columns, row: origin.row + rows, columns: max(0, size.columns - 2 * columns),
      rows: max(0, size.rows - 2 * rows))
  }

  /// Its row `index`, counted from its first.
  public func row(_ index: Int) -> Rect {
    Rect(column: origin.column, row: origin.row + index, columns: size.columns, rows: 1).intersection(self)
  }
}
