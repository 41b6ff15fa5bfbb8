import WebSocketCore

/// Rows that follow each other, and their bytes: what leaves the memory at once.
@safe final class MessageChunk {
  /// The number of its first row.
  let firstID: UInt64
  private(set) var rows: [MessageRow] = []
  /// The rules that are broken: by the row's place here, and the frame's in the row. Few rows have any.
  private(set) var violations: [Int: [Int: [Violation]]] = [:]
  private var violationCount = 0
  private let bytes: UnsafeMutableRawBufferPointer
  private var used = 0

  init(firstID: UInt64, capacity: Int) {
    self.firstID = firstID
    unsafe bytes = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { unsafe bytes.deallocate() }

  /// The number behind its last row.
  var endID: UInt64 { firstID + UInt64(rows.count) }

  /// Bytes of memory it takes.
  var memory: Int {
    unsafe bytes.count + rows.capacity * MemoryLayout<MessageRow>.stride + violationCount * Self.violationMemory
  }

  /// What a violation takes with the tables it stands in, about.
  private static let violationMemory = 256

  /// Whether `size` more bytes fit.
  func hasRoom(for size: Int) -> Bool { unsafe bytes.count - used >= size }

  /// Adds a row whose bytes are `parts`, one behind the other, for which there is room.
  func append(
    _ row: MessageRow, _ frames: Span<UInt8>, _ payload: Span<UInt8>, _ wire: Span<UInt8>,
    _ violations: [Int: [Violation]]
  ) {
    var row = row
    row.offset = UInt32(used)
    copy(frames)
    copy(payload)
    copy(wire)
    if !violations.isEmpty {
      self.violations[rows.count] = violations
      violationCount += violations.reduce(0) { $0 + $1.value.count }
    }
    rows.append(row)
  }

  private func copy(_ part: Span<UInt8>) {
    precondition(hasRoom(for: part.count))
    unsafe part.withUnsafeBytes { source in
      guard let address = source.baseAddress else { return }
      unsafe bytes.baseAddress.unsafelyUnwrapped.advanced(by: used).copyMemory(from: address, byteCount: source.count)
    }
    used += part.count
  }

  /// Changes what is known of a row.
  func change(_ index: Int, _ body: (inout MessageRow) -> Void) { body(&rows[index]) }

  /// Calls `body` with `size` bytes from `offset`.
  func withBytes<Value>(_ offset: Int, _ size: Int, _ body: (Span<UInt8>) -> Value) -> Value {
    precondition(offset >= 0 && size >= 0 && offset + size <= used)
    let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + size])
    return unsafe body(part.bindMemory(to: UInt8.self).span)
  }

  /// Bytes behind its last row's.
  var end: Int { used }
}
