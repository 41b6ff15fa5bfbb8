import Bytes

/// One direction of a TCP connection, put together from its segments: lost, repeated, out of order, overlapping.
struct TCPStream {
  /// What comes out.
  enum Piece {
    /// The next bytes.
    case bytes([UInt8])
    /// That many bytes were on the wire and are not in the file.
    case gap(UInt64)
    /// The sender has no more to say.
    case end
  }

  private struct Waiting {
    var offset: UInt64
    var bytes: [UInt8]
  }

  /// The byte that comes next, counted from the first one; nil before the first segment.
  private var next: UInt64?
  /// The sequence number of `next`.
  private var nextSequence: UInt32 = 0
  /// Segments that came too early, in the order of their offsets.
  private var waiting: [Waiting] = []
  private var waitingSize = 0
  private var finOffset: UInt64?
  private var hasEnded = false
  /// Bytes that the other side has confirmed: those will not come again.
  private var confirmed: UInt64 = 0
  /// Packets since a confirmed byte was found missing.
  private var patience = 0

  /// The sequence number of the SYN; nil where it was not captured.
  private(set) var synSequence: UInt32?

  /// What waits for a missing segment at the most.
  private static let waitingLimit = 4 << 20
  private static let waitingCountLimit = 4096
  /// So many packets may lie between a confirmation and what it confirms: captures put packets a little out of order.
  private static let patienceLimit = 32

  /// Bytes of memory that it holds, about.
  var heldBytes: Int { waitingSize + waiting.count * 64 }

  /// Whether nothing has come.
  var isNew: Bool { next == nil }

  /// The first sequence number, of a SYN.
  mutating func begin(sequence: UInt32) {
    guard isNew else { return }
    next = 0
    nextSequence = sequence &+ 1
    synSequence = sequence
  }

  /// Takes a segment.
  /// - Parameter size: its bytes on the wire, of which `bytes` are the captured first ones.
  mutating func receive(sequence: UInt32, _ bytes: Span<UInt8>, size: Int, isFin: Bool, _ piece: (Piece) -> Void) {
    guard size > 0 || isFin else { return }
    if next == nil {
      next = 0
      nextSequence = sequence
    }
    guard let next else { return }
    // Sequence numbers turn round; what is near counts.
    let distance = Int64(Int32(bitPattern: sequence &- nextSequence))
    let start = Int64(clamping: next) + distance
    let end = start + Int64(size)
    guard end >= 0, !hasEnded else { return }
    if isFin, finOffset == nil { finOffset = UInt64(end) }
    if start <= Int64(clamping: next) {
      take(bytes, from: start, to: UInt64(end), piece)
    } else if size > 0 {
      wait(Waiting(offset: UInt64(start), bytes: Array(copying: bytes)), piece)
    }
    drain(piece)
  }

  /// The other side has confirmed everything before this sequence number.
  mutating func confirm(_ sequence: UInt32, _ piece: (Piece) -> Void) {
    guard let next, !hasEnded else { return }
    let distance = Int32(bitPattern: sequence &- nextSequence)
    if distance > 0 { confirmed = max(confirmed, next + UInt64(distance)) }
    guard confirmed > next else {
      patience = 0
      return
    }
    patience += 1
    // The FIN counts as one byte of the sequence.
    if patience > Self.patienceLimit { giveUp(upTo: min(confirmed, finOffset ?? .max), piece) }
  }

  /// Nothing more comes: gives out what waits.
  mutating func finish(_ piece: (Piece) -> Void) {
    while let first = waiting.first, !hasEnded { giveUp(upTo: first.offset, piece) }
    if let next, let finOffset, finOffset > next { giveUp(upTo: finOffset, piece) }
    if let next, confirmed > next, finOffset == nil { giveUp(upTo: confirmed, piece) }
  }

  /// The bytes before `offset` are lost.
  private mutating func giveUp(upTo offset: UInt64, _ piece: (Piece) -> Void) {
    patience = 0
    let offset = min(offset, waiting.first?.offset ?? offset)
    if let next, offset > next {
      piece(.gap(offset - next))
      advance(to: offset)
    }
    drain(piece)
  }

  private mutating func advance(to offset: UInt64) {
    guard let next else { return }
    nextSequence &+= UInt32(truncatingIfNeeded: offset - next)
    self.next = offset
  }

  /// Takes bytes that begin at the next one or before, which then came already.
  private mutating func take(_ bytes: Span<UInt8>, from start: Int64, to end: UInt64, _ piece: (Piece) -> Void) {
    guard let next, end > next else { return }
    let skipped = Int(clamping: Int64(clamping: next) - start)
    if skipped < bytes.count {
      let fresh = bytes.extracting(skipped...)
      advance(to: next + UInt64(fresh.count))
      piece(.bytes(Array(copying: fresh)))
    }
    // A capture may keep only the first bytes of each packet.
    if let next = self.next, end > next {
      piece(.gap(end - next))
      advance(to: end)
    }
  }

  private mutating func wait(_ segment: Waiting, _ piece: (Piece) -> Void) {
    let index = waiting.firstIndex { $0.offset > segment.offset } ?? waiting.count
    waiting.insert(segment, at: index)
    waitingSize += segment.bytes.count
    if waitingSize > Self.waitingLimit || waiting.count > Self.waitingCountLimit {
      giveUp(upTo: waiting[0].offset, piece)
    }
  }

  private mutating func drain(_ piece: (Piece) -> Void) {
    while let first = waiting.first, let next, first.offset <= next {
      waiting.removeFirst()
      waitingSize -= first.bytes.count
      take(first.bytes.span, from: Int64(clamping: first.offset), to: first.offset + UInt64(first.bytes.count), piece)
    }
    if let finOffset, let next, next >= finOffset, !hasEnded {
      hasEnded = true
      waiting = []
      waitingSize = 0
      piece(.end)
    }
  }
}
