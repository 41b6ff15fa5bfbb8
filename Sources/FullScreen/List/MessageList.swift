import Inspector

/// A list of messages: of one connection, or of several by time, with its filter and its search.
struct MessageList {
  /// The connections whose messages it shows.
  var connections: [Int]
  var state = ListState()
  private(set) var filters: [Int: RowFilter] = [:]
  private(set) var hits: [Int: RowFilter] = [:]
  /// Why an expression is given up.
  var complaint: String?

  init(_ connections: [Int]) {
    self.connections = connections
  }

  /// The rows that are shown.
  func rows(_ stores: [Int: MessageStore]) -> RowList {
    RowList(
      sources: connections.compactMap { number in
        stores[number].map { store in
          RowSource(
            connection: number, store: store, filter: filters[number],
            end: state.pausedAt?[number] ?? .max)
        }
      })
  }

  /// The rows that the search finds among those that are shown.
  func found(_ stores: [Int: MessageStore]) -> RowList {
    RowList(
      sources: connections.compactMap { number in
        guard let store = stores[number], let hits = hits[number] else { return nil }
        return RowSource(connection: number, store: store, filter: hits, end: state.pausedAt?[number] ?? .max)
      })
  }

  /// Whether a row is among those that the search has found.
  func isFound(_ row: RowReference, _ found: RowList) -> Bool { !hits.isEmpty && found.contains(row) }

  /// Whether anything is left out.
  var isFiltered: Bool { !filters.isEmpty }

  /// Bytes of memory that what the filter and the search have found takes.
  var memory: Int { filters.values.reduce(0) { $0 + $1.memory } + hits.values.reduce(0) { $0 + $1.memory } }

  // MARK: Filter and search

  /// The filter that the state asks for.
  private func filter() throws(FilterFailure) -> Filter {
    try Filter(state.hidesHeartbeats ? "\(state.filterText) -op:ping,pong" : state.filterText)
  }

  /// Looks at all rows again.
  /// - Returns: why the filter's text is none.
  mutating func applyFilter(_ stores: [Int: MessageStore], _ names: [Int: String]) -> FilterFailure? {
    let made: Filter
    do { made = try filter() } catch { return error }
    complaint = nil
    filters = made.isEmpty ? [:] : start(made, stores, names)
    applySearch(stores, names)
    return nil
  }

  /// Looks for the search's text among the rows that are shown: `/re/` and `hex:` are as in filters, all else is text.
  mutating func applySearch(_ stores: [Int: MessageStore], _ names: [Int: String]) {
    let text = state.searchText
    guard !text.isEmpty, let base = try? filter() else {
      hits = [:]
      return
    }
    guard let made = try? Filter("\(base.text) \(Self.term(text))") else {
      hits = [:]
      return
    }
    hits = start(made, stores, names)
  }

  /// A search as a term of a filter.
  static func term(_ text: String) -> String {
    if text.hasPrefix("/"), text.dropFirst().contains("/"), (try? Filter(text)) != nil { return text }
    if text.hasPrefix("hex:"), (try? Filter(text)) != nil { return text }
    if text.hasPrefix("0x"), (try? Filter("hex:\(text.dropFirst(2))")) != nil { return "hex:\(text.dropFirst(2))" }
    return text.quotedAsJSON
  }

  private func start(_ filter: Filter, _ stores: [Int: MessageStore], _ names: [Int: String]) -> [Int: RowFilter] {
    var made: [Int: RowFilter] = [:]
    for number in connections {
      guard let store = stores[number] else { continue }
      made[number] = RowFilter(filter, connection: number, name: names[number], store: store)
    }
    return made
  }

  // MARK: Steps

  /// What is being asked of the matcher.
  enum Part: Hashable { case filter, search }

  /// Whether rows wait to be looked at.
  func needsStep(_ stores: [Int: MessageStore]) -> Bool {
    for (number, store) in stores {
      if let filter = filters[number], filter.needsStep(store) { return true }
      if let hits = hits[number], hits.needsStep(store) { return true }
    }
    return false
  }

  /// Looks at some more rows.
  /// - Returns: payloads for the matcher of a filter.
  mutating func step(_ stores: [Int: MessageStore], now: Int64) -> [(part: Part, connection: Int, payloads: [[UInt8]])]
  {
    var questions: [(part: Part, connection: Int, payloads: [[UInt8]])] = []
    for number in connections {
      guard let store = stores[number] else { continue }
      if let payloads = filters[number]?.advance(store, now: now), !payloads.isEmpty {
        questions.append((.filter, number, payloads))
      }
      if let payloads = hits[number]?.advance(store, now: now), !payloads.isEmpty {
        questions.append((.search, number, payloads))
      }
    }
    return questions
  }

  /// An answer of the matcher, in the order of the payloads.
  mutating func answered(_ part: Part, connection: Int, _ matches: Bool) {
    switch part {
    case .filter: filters[connection]?.answered(matches)
    case .search: hits[connection]?.answered(matches)
    }
  }

  /// An expression took too long: what it belongs to is dropped.
  mutating func giveUp(_ part: Part) {
    complaint = "the pattern did not finish on a message; it is dropped"
    switch part {
    case .filter:
      filters = [:]
      state.filterText = ""
    case .search:
      hits = [:]
      state.searchText = ""
    }
  }

  /// How much of the old rows has been looked at, 0 to 1.
  func progress(_ stores: [Int: MessageStore]) -> Double {
    let parts = stores.flatMap { number, store in
      [filters[number]?.progress(store), hits[number]?.progress(store)].compactMap { $0 }
    }
    return parts.min() ?? 1
  }
}
