import Bytes

/// Cuts a file that comes in pieces into lines, and knows where each one stands.
struct LineSplitter {
  /// A line without its LF.
  struct Place {
    /// From 1.
    var number = 1
    /// Of its first byte.
    var offset: UInt64 = 0
  }

  private let limit: Int
  /// The start of a line whose end has not come yet.
  private let gathered = ByteBuffer()
  private(set) var place = Place()
  /// How long the line is so far, with what was too much to gather.
  private var size = 0

  /// - Parameter limit: bytes of a line; of longer ones the rest is dropped.
  init(limit: Int) { self.limit = limit }

  /// Gives out each line that is whole.
  mutating func read(_ bytes: Span<UInt8>, _ line: (Span<UInt8>, Place, _ isWhole: Bool) -> Void) {
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      let piece = bytes.extracting(start..<end)
      size += piece.count
      guard end < bytes.count else { return gather(piece) }
      if size == piece.count, size <= limit {
        line(piece, place, true)
      } else {
        gather(piece)
        line(gathered.span, place, size <= limit)
      }
      next()
      start = end + 1
    }
  }

  /// Gives out a last line without its LF.
  mutating func finish(_ line: (Span<UInt8>, Place, _ isWhole: Bool) -> Void) {
    guard size > 0 else { return }
    line(gathered.span, place, size <= limit)
    next()
  }

  private func gather(_ piece: Span<UInt8>) {
    gathered.append(piece.extracting(..<min(piece.count, max(0, limit - gathered.count))))
  }

  private mutating func next() {
    place.offset += UInt64(size) + 1
    place.number += 1
    size = 0
    if gathered.capacity > 1 << 20 { gathered.release() } else { gathered.removeAll() }
  }
}
