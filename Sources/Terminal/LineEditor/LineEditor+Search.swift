/// Looking for a line of the history while its beginning, middle or end is typed.
struct HistorySearch {
  var query = ""
  /// The entry found.
  var match: Int?
  /// What was written before.
  var draft: Draft
}

/// Ctrl-R.
extension LineEditor {
  mutating func startSearch() {
    guard history != nil else { return }
    mode = .searching(HistorySearch(draft: draft))
  }

  mutating func performSearching(_ command: EditCommand, _ search: HistorySearch) -> [Action] {
    switch command {
    case .search, .up, .older: step(search, older: true)
    case .searchNewer, .down, .newer: step(search, older: false)
    case .eraseLeft: self.search(search, for: String(search.query.dropLast()))
    case .cancel, .interrupt: leaveMode()
    case .enter: take(search)
    case .redraw, .suspend: return perform(command)
    default:
      // Any other key goes on with the line that was found.
      take(search)
      return perform(command)
    }
    return [.changed]
  }

  /// Looks for `query`, from the line that is shown if it only grew, from the newest otherwise.
  mutating func search(_ search: HistorySearch, for query: String) {
    guard let history else { return }
    var search = search
    let start = query.hasPrefix(search.query) ? search.match ?? history.entries.count - 1 : history.entries.count - 1
    search.query = query
    search.match = query.isEmpty ? nil : history.newest(containing: query, upTo: start)
    mode = .searching(search)
  }

  private mutating func step(_ search: HistorySearch, older: Bool) {
    guard let history, let match = search.match else { return }
    var search = search
    let found =
      older
      ? history.newest(containing: search.query, upTo: match - 1)
      : history.oldest(containing: search.query, from: match + 1)
    // At either end the last one found stays.
    search.match = found ?? match
    mode = .searching(search)
  }

  private mutating func take(_ search: HistorySearch) {
    leaveMode()
    last = .other
    guard let match = search.match, let history else { return }
    change(0..<buffer.count, to: history.entries[match], .other)
  }
}
