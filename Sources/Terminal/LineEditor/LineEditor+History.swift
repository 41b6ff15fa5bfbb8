/// A way through the history, and what was written when it began.
struct HistoryWalk {
  /// What every line on the way begins with.
  var prefix: String
  /// The entry shown; the number of entries stands for the draft.
  var position: Int
  var draft: Draft
}

/// A text that was being written.
struct Draft {
  var text: String
  var folds: [Range<Int>]
  var cursor: Int
}

/// Walking through the history, and its suggestion.
extension LineEditor {
  /// A longer text gets no suggestion.
  private static let maximumSuggested = 1024

  var draft: Draft { Draft(text: buffer.text, folds: buffer.folds, cursor: buffer.cursor) }

  /// Shows an older or newer line of the history that begins with what stood before the cursor; after the newest, the
  /// draft.
  mutating func recall(older: Bool) {
    guard let history else { return }
    if walk == nil {
      guard older else { return }
      let prefix = String(buffer.text(in: 0..<buffer.cursor))
      walk = HistoryWalk(prefix: prefix, position: history.entries.count, draft: draft)
    }
    guard var walk else { return }
    last = .recall
    if older {
      guard
        let found = history.entries[..<walk.position].lastIndex(where: {
          $0.utf8.starts(with: walk.prefix.utf8) && $0 != buffer.text
        })
      else { return }
      walk.position = found
      change(0..<buffer.count, to: history.entries[found], .recalling)
    } else {
      guard walk.position < history.entries.count else { return }
      let newer = history.entries[(walk.position + 1)...]
      if let found = newer.firstIndex(where: { $0.utf8.starts(with: walk.prefix.utf8) && $0 != walk.draft.text }) {
        walk.position = found
        change(0..<buffer.count, to: history.entries[found], .recalling)
      } else {
        walk.position = history.entries.count
        restore(walk.draft)
      }
    }
    self.walk = walk
  }

  /// Shows `draft` again, as it was.
  mutating func restore(_ draft: Draft) {
    change(0..<buffer.count, to: draft.text, .recalling)
    buffer.restore(folds: draft.folds, cursor: draft.cursor)
  }

  /// Finds the newest line that continues the text.
  mutating func updateSuggestion() {
    suggestion = nil
    guard case .editing = mode, let history, walk == nil, !buffer.isEmpty, buffer.cursor == buffer.count,
      buffer.count <= Self.maximumSuggested, buffer.folds.isEmpty
    else { return }
    suggestion = history.newest(beginningWith: buffer.text).map { String($0.utf8.dropFirst(buffer.count)) } ?? nil
  }

  /// Writes what is suggested.
  /// - Returns: whether there was a suggestion.
  mutating func takeSuggestion() -> Bool {
    guard let suggestion, buffer.cursor == buffer.count else { return false }
    change(buffer.cursor..<buffer.cursor, to: suggestion, .other)
    return true
  }
}
