import Inspector
import WebSocketCore

/// The rows of one store that a filter lets through, found bit by bit: those that come, then the old ones, the newest
/// first, so that what one looks at is there at once.
struct RowFilter {
  let filter: Filter
  private let connection: Int
  private let name: String?
  /// Found among the rows there were at the start, descending.
  private var older: [UInt64] = []
  /// Found among those that came since, ascending.
  private var newer: [UInt64] = []
  /// The next of those that came since the start.
  private var next: UInt64
  /// The old rows below it have not been looked at.
  private var oldest: UInt64
  /// Rows that hold as far as anybody can say without matching expressions, in the order they were asked about.
  private var asked: [(id: UInt64, isNew: Bool)] = []

  /// Answers awaited at the same time.
  private static let maximumAsked = 256
  /// Bytes of payload looked at in one step.
  private static let bytesInAStep = 4 << 20

  init(_ filter: Filter, connection: Int, name: String?, store: MessageStore) {
    self.filter = filter
    self.connection = connection
    self.name = name
    next = store.nextID
    oldest = store.nextID
  }

  /// How many of the rows looked at so far are shown.
  var count: Int { older.count + newer.count }

  /// Bytes of memory that the rows found take.
  var memory: Int { (older.capacity + newer.capacity) * MemoryLayout<UInt64>.stride }

  /// The rows found, by their place from the oldest.
  func id(at index: Int) -> UInt64 {
    index < older.count ? older[older.count - 1 - index] : newer[index - older.count]
  }

  /// Whether everything has been looked at.
  func isComplete(_ store: MessageStore) -> Bool {
    next == store.nextID && oldest <= store.firstID && asked.isEmpty
  }

  /// Whether rows can be looked at now.
  func needsStep(_ store: MessageStore) -> Bool {
    (next < store.nextID || oldest > store.firstID) && asked.count < Self.maximumAsked
  }

  /// How much of the old rows has been looked at, 0 to 1.
  func progress(_ store: MessageStore) -> Double {
    guard oldest > store.firstID, store.count > 0 else { return 1 }
    return 1 - Double(oldest - store.firstID) / Double(store.count)
  }

  /// Looks at some more rows.
  /// - Returns: the payloads that the filter's expressions are to be asked about, in order.
  mutating func advance(_ store: MessageStore, now: Int64, rows: Int = 20_000) -> [[UInt8]] {
    forget(before: store.firstID)
    var questions: [[UInt8]] = []
    var (rowsLeft, bytesLeft) = (rows, Self.bytesInAStep)
    next = max(next, store.firstID)
    while rowsLeft > 0, bytesLeft > 0, asked.count < Self.maximumAsked {
      let isNew = next < store.nextID
      guard isNew || oldest > store.firstID else { break }
      if !isNew { oldest -= 1 }
      let id = isNew ? next : oldest
      if isNew { next += 1 }
      bytesLeft -= look(at: id, isNew: isNew, store, now, &questions)
      rowsLeft -= 1
    }
    return questions
  }

  private mutating func look(
    at id: UInt64, isNew: Bool, _ store: MessageStore, _ now: Int64, _ questions: inout [[UInt8]]
  ) -> Int {
    let needsAsking = !filter.expressions.isEmpty
    let outcome = store.withPayload(id) { row, payload -> (holds: Bool, isAsked: Bool) in
      if row.flags.contains(.problem), !filter.mentions(.error) { return (true, false) }
      return (filter.matches(subject(row, now), payload: payload), needsAsking)
    }
    guard let outcome, outcome.holds else { return Int(store.row(id)?.keptSize ?? 0) }
    if outcome.isAsked {
      asked.append((id, isNew))
      questions.append(store.payload(id))
    } else {
      found(id, isNew)
    }
    return Int(store.row(id)?.keptSize ?? 0)
  }

  private func subject(_ row: MessageRow, _ now: Int64) -> FilterSubject {
    var marks: Set<FilterMark> = []
    if row.flags.contains(.problem) { marks.insert(.error) }
    if row.flags.contains(.compressed) { marks.insert(.compressed) }
    if row.frameCount > 1 { marks.insert(.fragments) }
    if row.reply > 0 || row.flags.contains(.answered) { marks.insert(.reply) }
    return FilterSubject(
      isReceived: row.isReceived, opcode: row.frameOpcode, age: .nanoseconds(now - row.time), connection: connection,
      connectionName: name, marks: marks)
  }

  /// The answer to the oldest question.
  mutating func answered(_ matches: Bool) {
    guard !asked.isEmpty else { return }
    let (id, isNew) = asked.removeFirst()
    if matches { found(id, isNew) }
  }

  private mutating func found(_ id: UInt64, _ isNew: Bool) {
    if isNew { newer.append(id) } else { older.append(id) }
  }

  /// Rows that have left the store leave here too.
  private mutating func forget(before firstID: UInt64) {
    while let id = older.last, id < firstID { older.removeLast() }
    // In blocks, so that not every call moves what stays.
    guard older.isEmpty, newer.count > 1024, newer[1023] < firstID else { return }
    newer.removeFirst(newer.firstIndex { $0 >= firstID } ?? newer.count)
  }
}
