import WebSocketCore

/// What happened on one connection, the newest of it: rows by number, each with the bytes of its payload and frames.
///
/// Nothing becomes text here. The oldest leaves in whole chunks; what is left keeps its numbers.
final class MessageStore {
  private var chunks: [MessageChunk] = []
  private let limits: StoreLimits
  /// The number that the next row gets.
  private(set) var nextID: UInt64 = 1
  /// Bytes of memory all of it takes.
  private(set) var memory = 0

  /// An empty store.
  init(limits: StoreLimits) {
    self.limits = limits
  }

  /// The number of the oldest row that is kept; `nextID` where there is none.
  var firstID: UInt64 { chunks.first?.firstID ?? nextID }
  /// Rows that are kept.
  var count: Int { Int(nextID - firstID) }
  /// Rows that have left.
  var evictedCount: Int { Int(firstID) - 1 }

  /// Keeps a row as the newest. Of a payload that is larger than one may be, its beginning is kept.
  /// - Parameters:
  ///   - frames: as `FrameGatherer` writes them.
  ///   - wire: what the payload was before inflating; empty where it is the same.
  ///   - violations: the rules that its frames break, by their place in the message.
  @discardableResult
  func append(
    _ row: MessageRow, frames: Span<UInt8>, payload: Span<UInt8>, wire: Span<UInt8>,
    violations: [Int: [Violation]] = [:]
  ) -> UInt64 {
    var row = row
    let kept = payload.extracting(first: limits.maximumPayload)
    let keptWire = wire.count > limits.maximumPayload ? wire.extracting(first: 0) : wire
    row.payloadSize = UInt32(clamping: payload.count)
    row.keptSize = UInt32(kept.count)
    row.framesSize = UInt16(frames.count)
    let size = frames.count + kept.count + keptWire.count
    let chunk = chunk(for: size)
    let before = chunk.memory
    chunk.append(row, frames, kept, keptWire, violations)
    memory += chunk.memory - before
    nextID += 1
    return nextID - 1
  }

  private func chunk(for size: Int) -> MessageChunk {
    if let last = chunks.last, last.hasRoom(for: size), last.rows.count < limits.chunkRows { return last }
    // An empty connection does not take a whole chunk.
    let capacity = chunks.isEmpty ? min(limits.chunkSize, 16 << 10) : limits.chunkSize
    let chunk = MessageChunk(firstID: nextID, capacity: max(size, capacity))
    chunks.append(chunk)
    memory += chunk.memory
    return chunk
  }

  /// Lets the oldest chunk go, but never the newest row.
  /// - Returns: whether anything left.
  func evictOldest() -> Bool {
    guard chunks.count > 1 else { return false }
    memory -= chunks.removeFirst().memory
    return true
  }

  /// The chunk that holds a row, by halving.
  private func chunk(of id: UInt64) -> MessageChunk? {
    guard id >= firstID, id < nextID else { return nil }
    if let last = chunks.last, id >= last.firstID { return last }
    var (low, high) = (0, chunks.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if chunks[middle].firstID <= id { low = middle } else { high = middle }
    }
    return chunks[low]
  }

  /// A row; nil where it has left, or never was.
  func row(_ id: UInt64) -> MessageRow? {
    chunk(of: id).map { $0.rows[Int(id - $0.firstID)] }
  }

  /// Changes what is known of a row that is kept.
  func change(_ id: UInt64, _ body: (inout MessageRow) -> Void) {
    guard let chunk = chunk(of: id) else { return }
    chunk.change(Int(id - chunk.firstID), body)
  }

  /// Calls `body` with a row's payload, as far as it is kept.
  func withPayload<Value>(_ id: UInt64, _ body: (MessageRow, Span<UInt8>) -> Value) -> Value? {
    guard let chunk = chunk(of: id) else { return nil }
    let row = chunk.rows[Int(id - chunk.firstID)]
    return chunk.withBytes(Int(row.offset) + Int(row.framesSize), Int(row.keptSize)) { body(row, $0) }
  }

  /// A row's payload, as far as it is kept.
  func payload(_ id: UInt64) -> [UInt8] {
    withPayload(id) { _, payload in payload.withUnsafeBytes { unsafe [UInt8]($0) } } ?? []
  }

  /// The frames a row came in, and what was on the wire where that was something else than its payload.
  func frames(_ id: UInt64) -> StoredFrames {
    guard let chunk = chunk(of: id) else { return StoredFrames() }
    let index = Int(id - chunk.firstID)
    let row = chunk.rows[index]
    let wireStart = Int(row.offset) + Int(row.framesSize) + Int(row.keptSize)
    let end = index + 1 < chunk.rows.count ? Int(chunk.rows[index + 1].offset) : chunk.end
    var frames = chunk.withBytes(Int(row.offset), Int(row.framesSize)) { StoredFrames(decoding: $0) }
    for (place, violations) in chunk.violations[index] ?? [:] where frames.frames.indices.contains(place) {
      frames.frames[place].violations = violations
    }
    let wire = chunk.withBytes(wireStart, end - wireStart) { wire in wire.withUnsafeBytes { unsafe [UInt8]($0) } }
    return StoredFrames(frames: frames.frames, wire: wire)
  }

  /// Bytes that a row's frames took on the wire, their headers too.
  func wireSize(_ id: UInt64) -> Int {
    guard let chunk = chunk(of: id) else { return 0 }
    let row = chunk.rows[Int(id - chunk.firstID)]
    return chunk.withBytes(Int(row.offset), Int(row.framesSize)) { StoredFrames.wireSize($0) }
  }
}

/// How much is kept, and in what pieces.
struct StoreLimits: Equatable {
  /// Bytes of memory for all connections together.
  let budget: Int
  /// Bytes in a chunk: small enough that a small budget has several.
  var chunkSize: Int { min(1 << 20, max(16 << 10, budget / 64)) }
  /// Rows in a chunk.
  var chunkRows: Int { 16_384 }
  /// Bytes kept of one payload.
  var maximumPayload: Int { max(16 << 10, budget / 8) }

  /// Lets the oldest of the largest store go until all fit into the budget. A sixteenth of it is left to what else the
  /// program needs.
  /// - Parameter found: bytes that lists of what filters let through take.
  func enforce(on stores: [MessageStore], found: Int = 0) {
    var total = stores.reduce(found) { $0 + $1.memory }
    while total > budget - budget / 16, let largest = stores.max(by: { $0.memory < $1.memory }) {
      let before = largest.memory
      guard largest.evictOldest() else { return }
      total -= before - largest.memory
    }
  }
}
