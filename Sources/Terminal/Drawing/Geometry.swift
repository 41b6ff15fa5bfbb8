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
