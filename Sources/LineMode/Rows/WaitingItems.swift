/// What waits to be shown. When more comes than can be shown, the middle is left out, and counted.
struct WaitingItems<Item> {
  /// How many wait at the most.
  static var limit: Int { 2000 }

  /// What is shown next.
  enum Next {
    case item(Item)
    /// So many are left out here.
    case skipped(Int)
  }

  /// The oldest, in order, up to half of the limit once something is left out.
  private var oldest: [Item] = []
  private var first = 0
  /// The newest, a ring once it is full.
  private var newest: [Item] = []
  private var start = 0
  private(set) var skipped = 0

  /// How many wait, the ones left out not counted.
  var count: Int { oldest.count - first + newest.count }
  var isEmpty: Bool { count == 0 && skipped == 0 }

  /// Whether what is appended next is shown in any case.
  var neverLeavesOutTheNext: Bool { newest.isEmpty && skipped == 0 && count < Self.limit / 2 }

  mutating func append(_ item: Item) {
    if neverLeavesOutTheNext { return oldest.append(item) }
    guard newest.count == Self.limit / 2 else { return newest.append(item) }
    newest[start] = item
    start = (start + 1) % newest.count
    skipped += 1
  }

  mutating func next() -> Next? {
    if first < oldest.count {
      let item = oldest[first]
      first += 1
      if first == oldest.count { (oldest, first) = ([], 0) }
      return .item(item)
    }
    let left = skipped
    oldest = Array(newest[start...] + newest[..<start])
    (newest, start, skipped, first) = ([], 0, 0, 0)
    if left > 0 { return .skipped(left) }
    return oldest.isEmpty ? nil : next()
  }

  mutating func removeAll() { self = WaitingItems() }
}
