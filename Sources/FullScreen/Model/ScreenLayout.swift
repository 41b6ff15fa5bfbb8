import Terminal

/// Where everything stands on a screen of some size.
struct ScreenLayout: Equatable {
  var tabs: Rect?
  var status: Rect?
  var filter: Rect?
  /// The names of the list's columns.
  var header: Rect?
  var list: Rect?
  /// The other connection's list.
  var secondTitle: Rect?
  var second: Rect?
  var detailTitle: Rect?
  var detail: Rect?
  var composerTitle: Rect?
  var composer: Rect?
  var connection: Rect?
  var hints: Rect

  /// What is to be shown.
  struct Wish: Equatable {
    var focus: Place
    var layout: Settings.Layout
    var isZoomed: Bool
    var isSecondShown: Bool
    /// Rows that what is written takes.
    var composerRows: Int
  }

  /// Below this, one pane at a time.
  static func isCompact(_ size: Size) -> Bool { size.columns < 60 || size.rows < 16 }

  init(_ size: Size, _ wish: Wish) {
    let (columns, rows) = (size.columns, size.rows)
    func rect(_ row: Int, _ height: Int, from column: Int = 0, width: Int? = nil) -> Rect {
      Rect(
        origin: Point(column: column, row: row),
        size: Size(columns: max(0, width ?? columns - column), rows: max(0, height)))
    }
    hints = rect(max(0, rows - 1), rows > 1 ? 1 : 0)
    let isCompact = Self.isCompact(size)
    var top = 0
    if rows >= 4 {
      tabs = rect(0, 1)
      top = 1
    }
    let bottom = max(top, rows > 1 ? rows - 1 : rows)
    if wish.focus == .connection {
      connection = rect(top, bottom - top)
      return
    }
    if isCompact || wish.isZoomed {
      switch wish.focus {
      case .list, .connection:
        if bottom - top >= 3 {
          filter = rect(top, 1)
          top += 1
        }
        list = rect(top, bottom - top)
      case .detail:
        detailTitle = rect(top, 1)
        detail = rect(top + 1, bottom - top - 1)
      case .composer:
        composerTitle = rect(top, 1)
        composer = rect(top + 1, bottom - top - 1)
      }
      return
    }
    status = rect(top, 1)
    filter = rect(top + 1, 1)
    top += 2
    let composerHeight = min(max(1, wish.composerRows), max(1, (bottom - top) / 3))
    let composerTop = bottom - composerHeight - 1
    composerTitle = rect(composerTop, 1)
    composer = rect(composerTop + 1, composerHeight)
    let area = composerTop - top
    let isBeside = wish.layout == .beside && columns >= 80 || wish.layout == .automatic && columns >= 120
    let isSecondBeside = wish.isSecondShown && columns >= 100
    if isSecondBeside {
      let left = columns / 2
      header = rect(top, 1, width: left)
      list = rect(top + 1, area - 1, width: left)
      secondTitle = rect(top, 1, from: left + 1)
      second = rect(top + 1, area - 1, from: left + 1)
    } else if wish.layout == .none {
      header = rect(top, 1)
      list = rect(top + 1, area - 1)
    } else if isBeside {
      // The bit diagram takes 67 columns.
      let left = columns >= 136 ? columns - 70 : columns / 2
      header = rect(top, 1, width: left)
      list = rect(top + 1, area - 1, width: left)
      detailTitle = rect(top, 1, from: left + 1)
      detail = rect(top + 1, area - 1, from: left + 1)
    } else {
      let detailHeight = max(4, area * 2 / 5)
      header = rect(top, 1)
      list = rect(top + 1, area - detailHeight - 1)
      detailTitle = rect(top + area - detailHeight, 1)
      detail = rect(top + area - detailHeight + 1, detailHeight - 1)
    }
  }
}
