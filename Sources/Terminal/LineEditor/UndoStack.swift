/// What was changed, to be taken back a word at a time.
struct UndoStack {
  /// A change: `inserted` stands at `offset` where `removed` stood.
  struct Change {
    var offset: Int
    var removed: String
    var inserted: String
    /// The folds and the cursor before it.
    var folds: [Range<Int>]
    var cursor: Int
    var kind: Kind

    var size: Int { removed.utf8.count + inserted.utf8.count }
  }

  /// Changes of one kind may be taken back together.
  enum Kind: Equatable {
    case typing, erasing, recalling, other
  }

  /// Bytes kept; the newest change is kept whatever its size.
  static let limit = 64 << 20

  private var changes: [Change] = []
  private var size = 0
  /// A change of the same kind does not continue the last one.
  private var isSealed = false

  var isEmpty: Bool { changes.isEmpty }

  /// Keeps `change`. Letters typed one behind another are one change up to the end of their word.
  mutating func append(_ change: Change) {
    if let last = changes.last, !isSealed, last.kind == change.kind, continues(last, change) {
      merge(change)
    } else {
      changes.append(change)
      size += change.size
    }
    isSealed = false
    var dropped = 0
    while size > Self.limit, dropped < changes.count - 1 {
      size -= changes[dropped].size
      dropped += 1
    }
    changes.removeFirst(dropped)
  }

  /// Lets the next change begin a step of its own.
  mutating func seal() { isSealed = true }

  /// The newest change, which is no longer kept.
  mutating func takeLast() -> Change? {
    guard let change = changes.popLast() else { return nil }
    size -= change.size
    isSealed = true
    return change
  }

  mutating func removeAll() { self = UndoStack() }

  private func continues(_ last: Change, _ change: Change) -> Bool {
    switch change.kind {
    case .typing:
      guard change.removed.isEmpty, change.offset == last.offset + last.inserted.utf8.count else { return false }
      // A word and the blanks behind it are one step.
      return !(Self.isBlank(last.inserted.utf8.last) && !Self.isBlank(change.inserted.utf8.first))
    case .erasing:
      guard change.inserted.isEmpty else { return false }
      let isBefore = change.offset + change.removed.utf8.count == last.offset
      guard isBefore || change.offset == last.offset else { return false }
      let (inner, outer) =
        isBefore
        ? (last.removed.utf8.first, change.removed.utf8.last)
        : (last.removed.utf8.last, change.removed.utf8.first)
      return !(Self.isBlank(inner) && !Self.isBlank(outer))
    case .recalling: return change.offset == 0
    case .other: return false
    }
  }

  private mutating func merge(_ change: Change) {
    let last = changes.count - 1
    size -= changes[last].size
    switch change.kind {
    case .erasing where change.offset < changes[last].offset:
      changes[last].removed = change.removed + changes[last].removed
      changes[last].offset = change.offset
    case .erasing: changes[last].removed += change.removed
    case .recalling: changes[last].inserted = change.inserted
    case .typing, .other: changes[last].inserted += change.inserted
    }
    size += changes[last].size
  }

  private static func isBlank(_ byte: UInt8?) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A }
}
