/// Where one is in a list, and what of it is shown.
struct ListState {
  /// The row that is looked at; nil while there is none.
  var selection: RowReference?
  /// The first row on the screen.
  var top: RowReference?
  /// Whether the newest row is always the one that is looked at.
  var isFollowing = true
  /// While paused, what came since is not shown: the number behind the last row that is, for each connection.
  var pausedAt: [Int: UInt64]?
  /// As it was typed.
  var filterText = ""
  var searchText = ""
  var hidesHeartbeats = false
  var marks: Set<RowReference> = []
  /// The time of the row that was marked last: deltas count from it.
  var markTime: Int64?

  /// The rows on a screen of so many.
  func visibleRows(_ list: RowList, height: Int) -> [RowReference] {
    guard height > 0, let last = list.last else { return [] }
    if isFollowing { return list.rows(from: list.move(last, by: 1 - height), count: height) }
    guard let selection = selection.flatMap(list.nearest) else { return [] }
    var top = top.flatMap(list.nearest) ?? selection
    let rank = list.rank(of: selection)
    let topRank = list.rank(of: top)
    if rank < topRank {
      top = selection
    } else if rank - topRank >= height {
      top = list.move(selection, by: 1 - height)
    }
    let rows = list.rows(from: top, count: height)
    // At the end there is no empty space below while there are rows above.
    guard rows.count < height else { return rows }
    return list.rows(from: list.move(last, by: 1 - height), count: height)
  }

  /// The row that is looked at, as far as it is shown.
  func selected(_ list: RowList) -> RowReference? {
    isFollowing ? list.last : selection.flatMap(list.nearest) ?? list.last
  }

  /// Goes to a row and stays there.
  mutating func select(_ row: RowReference, _ list: RowList, height: Int) {
    // What is on the screen stays where it is as far as it can.
    top = visibleRows(list, height: height).first
    isFollowing = false
    selection = row
    top = visibleRows(list, height: height).first
  }

  /// Goes `distance` rows on; at the newest row, going on follows.
  mutating func move(by distance: Int, _ list: RowList, height: Int) {
    guard let selected = selected(list) else { return }
    let target = list.move(selected, by: distance)
    if target == selected, distance > 0 { return }
    select(target, list, height: height)
  }

  /// Goes to the newest row, and stays at the newest.
  mutating func follow() {
    isFollowing = true
    pausedAt = nil
  }
}
