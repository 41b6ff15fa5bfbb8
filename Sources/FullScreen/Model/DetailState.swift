import Inspector
import PlainText
import Terminal
import WebSocketCore

/// What of the selected message is looked at, and where in it.
struct DetailState {
  enum Tab: String, CaseIterable {
    case all = "All", text = "Text", hex = "Hex", frames = "Frames", timing = "Timing"

    /// Whether it is rows that are only looked through.
    var isRows: Bool { self == .all || self == .frames || self == .timing }
  }

  var tab = Tab.text
  /// The row that is shown.
  private(set) var row: RowReference?
  /// The row of the tab that the cursor is in, and the first one on the screen.
  var cursor = 0
  var top = 0
  /// The byte of the hexadecimal tab that is looked at, and those that go with it, such as a JSON value's.
  private(set) var byte = 0
  private(set) var selection = 0..<1
  /// The frame of the message that is looked at.
  var frame = 0
  /// Whether bytes are shown as they were on the wire.
  var isWire = false
  /// The payload as JSON; nil where it is none.
  var tree: JSONTree?
  private(set) var payload: [UInt8] = []
  private(set) var frames = StoredFrames()
  /// The payload's text in rows.
  private(set) var text = TextRows()
  private var width = 0
  /// The rows of a tab that is only looked through, and what they were made for.
  private(set) var rows: [RoleText] = []
  private var rowsKey: RowsKey?

  /// What rows depend on; timing also depends on what stands around the row, and is made anew each time.
  struct RowsKey: Equatable {
    var tab: Tab
    var reference: RowReference
    var row: MessageRow
    var frame: Int
    var width: Int
    var usesASCII: Bool
  }

  /// JSON is looked at up to this size.
  private static let maximumJSON = 4 << 20

  /// Looks at a row, in so many columns and rows. Another row begins at its start; the tab stays.
  mutating func show(_ row: RowReference?, _ store: MessageStore?, in size: Size, widths: Widths) {
    if row != self.row {
      self.row = row
      (cursor, top, frame, width) = (0, 0, 0, -1)
      select(0..<1)
      payload = row.flatMap { store?.payload($0.id) } ?? []
      frames = row.flatMap { store?.frames($0.id) } ?? StoredFrames()
      let isText = row.flatMap { store?.row($0.id) }?.frameOpcode == .text
      tree = isText && payload.count <= Self.maximumJSON ? JSONTree(payload.span) : nil
    }
    if size.columns != width {
      width = size.columns
      text = TextRows(payload, width: width, widths: widths)
    }
    if tab == .text, tree == nil { text.layOut(top + size.rows) }
  }

  /// Lays out rows of the text as far as moving by `distance` may go.
  mutating func layOut(toward distance: Int) {
    guard tree == nil else { return }
    let (count, overflow) = (cursor + 1).addingReportingOverflow(max(0, distance))
    text.layOut(overflow ? .max : count)
  }

  /// Makes the rows of a tab ready.
  mutating func show(_ key: RowsKey?, _ make: () -> [RoleText]) {
    guard let key else {
      (rows, rowsKey) = ([], nil)
      return
    }
    if key != rowsKey || key.tab == .timing { rows = make() }
    rowsKey = key
  }

  /// Looks at these bytes, of which the first is the one that moves.
  mutating func select(_ bytes: Range<Int>) { (byte, selection) = (bytes.lowerBound, bytes) }

  /// Looks at another byte, and moves the window of so many rows with it.
  mutating func moveByte(by distance: Int, width: Int, height: Int) {
    let place = Self.place(byte, movedBy: distance, of: bytes.count)
    select(place..<place + 1)
    showByte(width: width, height: height)
  }

  /// Moves the window of so many rows to the byte.
  mutating func showByte(width: Int, height: Int) {
    let row = byte / max(1, width)
    top = max(min(top, row), row - max(1, height) + 1, 0)
  }

  /// The bytes that the hexadecimal tab shows.
  var bytes: [UInt8] { isWire && !frames.wire.isEmpty ? frames.wire : payload }

  /// The node of the tree that the cursor is at; nil where no tree is looked at.
  var node: Int? {
    guard tab == .text, let visible = tree?.visible, visible.indices.contains(cursor) else { return nil }
    return visible[cursor]
  }

  /// Bytes in a row of the hexadecimal tab.
  static func hexWidth(_ columns: Int) -> Int { columns >= 78 ? 16 : columns >= 44 ? 8 : 4 }

  /// Moves the cursor, and the window of so many rows with it.
  mutating func move(by distance: Int, of count: Int, height: Int) {
    cursor = Self.place(cursor, movedBy: distance, of: count)
    top = max(min(top, cursor), cursor - height + 1, 0)
  }

  /// The place that is so far from `place`; the first or the last one where that lies beyond them.
  private static func place(_ place: Int, movedBy distance: Int, of count: Int) -> Int {
    let (moved, overflow) = place.addingReportingOverflow(distance)
    return max(0, min(overflow ? (distance < 0 ? 0 : count - 1) : moved, count - 1))
  }
}
