/// A row of one of several connections.
struct RowReference: Hashable {
  /// The connection's number, from 1.
  var connection: Int
  var id: UInt64
}

/// The rows of one connection that are shown, from the oldest to the newest.
struct RowSource {
  let connection: Int
  let store: MessageStore
  /// nil shows everything.
  let filter: RowFilter?
  /// Rows from here on are not shown: the list is paused.
  let end: UInt64

  /// The filter may know rows that have left, and some behind the end.
  private var range: Range<Int> {
    guard let filter else { return 0..<max(0, Int(min(end, store.nextID)) - Int(store.firstID)) }
    let first = place(from: 0, to: filter.count) { filter.id(at: $0) < store.firstID }
    let last = place(from: first, to: filter.count) { filter.id(at: $0) < end }
    return first..<last
  }

  var count: Int { range.count }

  /// The row at a place from the oldest that is shown.
  func id(at index: Int) -> UInt64? {
    let range = range
    guard index >= 0, index < range.count else { return nil }
    return filter?.id(at: range.lowerBound + index) ?? store.firstID + UInt64(index)
  }

  /// The place of the first row that is `id` or later.
  func place(of id: UInt64) -> Int {
    guard filter != nil else { return min(max(0, Int(id) - Int(store.firstID)), count) }
    return place(from: 0, to: count) { (self.id(at: $0) ?? .max) < id }
  }

  /// The place of the first row that does not come before `time`; rows at that very time do where `isAfter`.
  func place(ofTime time: Int64, isAfter: Bool) -> Int {
    place(from: 0, to: count) { index in
      guard let id = self.id(at: index), let row = store.row(id) else { return false }
      return isAfter ? row.time <= time : row.time < time
    }
  }

  private func place(from: Int, to: Int, _ isBefore: (Int) -> Bool) -> Int {
    var (low, high) = (from, to)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The rows that are shown, of one connection or of several by their time. A place in it is a row and not a number, so
/// that what comes and what leaves moves nothing one looks at.
struct RowList {
  let sources: [RowSource]

  var count: Int { sources.reduce(0) { $0 + $1.count } }

  var first: RowReference? {
    pick {
      $0.id(at: 0)
    } isBetter: {
      $0 < $1
    }
  }
  var last: RowReference? {
    pick {
      $0.id(at: $0.count - 1)
    } isBetter: {
      $0 > $1
    }
  }

  /// The row behind `row`, also where that one is not shown itself.
  func next(after row: RowReference) -> RowReference? {
    if sources.count == 1, let source = sources.first, source.connection == row.connection {
      let place = source.place(of: row.id)
      return source.id(at: source.id(at: place) == row.id ? place + 1 : place).map { reference(source, $0) }
    }
    guard let order = order(row) else { return first }
    return pick { source in
      source.connection == row.connection
        ? source.id(at: source.place(of: row.id + 1))
        : source.id(at: source.place(ofTime: order.time, isAfter: source.connection < row.connection))
    } isBetter: {
      $0 < $1
    }
  }

  /// The row before `row`, also where that one is not shown itself.
  func previous(before row: RowReference) -> RowReference? {
    guard sources.count > 1 else {
      return sources.first.flatMap { source in
        source.id(at: source.place(of: row.id) - 1).map { reference(source, $0) }
      }
    }
    guard let order = order(row) else { return nil }
    return pick { source in
      source.connection == row.connection
        ? source.id(at: source.place(of: row.id) - 1)
        : source.id(at: source.place(ofTime: order.time, isAfter: source.connection < row.connection) - 1)
    } isBetter: {
      $0 > $1
    }
  }

  /// `row` if it is shown, else the next one that is, else the last.
  func nearest(_ row: RowReference) -> RowReference? {
    if contains(row) { return row }
    return next(after: row) ?? last
  }

  /// Whether `row` is shown.
  func contains(_ row: RowReference) -> Bool {
    guard let source = sources.first(where: { $0.connection == row.connection }) else { return false }
    return source.id(at: source.place(of: row.id)) == row.id
  }

  /// How many rows lie before `row`.
  func rank(of row: RowReference) -> Int {
    guard let order = order(row) else { return 0 }
    return sources.reduce(0) { sum, source in
      sum
        + (source.connection == row.connection
          ? source.place(of: row.id)
          : source.place(ofTime: order.time, isAfter: source.connection < row.connection))
    }
  }

  /// `row` moved by so many rows, as far as there are any.
  func move(_ row: RowReference, by distance: Int) -> RowReference {
    var row = row
    for _ in 0..<min(distance.magnitude, 10_000) {
      guard let moved = distance > 0 ? next(after: row) : previous(before: row) else { break }
      row = moved
    }
    return row
  }

  /// Rows from `top`, at most so many.
  func rows(from top: RowReference, count: Int) -> [RowReference] {
    var rows = [top]
    while rows.count < count, let next = next(after: rows[rows.count - 1]) { rows.append(next) }
    return rows
  }

  // MARK: Order

  private struct Order: Comparable {
    var time: Int64
    var connection: Int
    var id: UInt64

    static func < (first: Order, second: Order) -> Bool {
      (first.time, first.connection, first.id) < (second.time, second.connection, second.id)
    }
  }

  private func order(_ row: RowReference) -> Order? {
    guard let source = sources.first(where: { $0.connection == row.connection }) else { return nil }
    // Of a row that has left, the oldest that is there says when it was.
    let time = source.store.row(row.id)?.time ?? source.store.row(source.store.firstID)?.time ?? 0
    return Order(time: time, connection: row.connection, id: row.id)
  }

  private func reference(_ source: RowSource, _ id: UInt64) -> RowReference {
    RowReference(connection: source.connection, id: id)
  }

  /// The best of one candidate a source.
  private func pick(_ candidate: (RowSource) -> UInt64?, isBetter: (Order, Order) -> Bool) -> RowReference? {
    var best: (row: RowReference, order: Order)?
    for source in sources {
      guard let id = candidate(source) else { continue }
      let row = reference(source, id)
      guard let order = order(row) else { continue }
      if let old = best, !isBetter(order, old.order) { continue }
      best = (row, order)
    }
    return best?.row
  }
}
