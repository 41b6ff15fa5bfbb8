public import WebSocketCore

/// How many frames of each opcode there were. A table, for it is kept of every frame.
public struct FrameCounts: Equatable, Sendable, ExpressibleByDictionaryLiteral {
  private var counts = [Int](repeating: 0, count: 16)

  /// These counts, and 0 for every other opcode.
  public init(dictionaryLiteral elements: (Opcode, Int)...) {
    for (opcode, count) in elements { self[opcode] = count }
  }

  /// How many there were of `opcode`.
  public internal(set) subscript(opcode: Opcode) -> Int {
    get { counts[Int(opcode.rawValue & 0xF)] }
    set { counts[Int(opcode.rawValue & 0xF)] = newValue }
  }
}

/// Frames, messages and bytes of one direction.
public struct Traffic: Equatable, Sendable {
  /// Frames by opcode.
  public internal(set) var frames: FrameCounts = [:]
  /// Text and binary messages completed.
  public internal(set) var messages = 0
  /// Payload bytes of text and binary messages, after inflating.
  public internal(set) var payloadBytes = 0
  /// Payload bytes of every frame on the wire.
  public internal(set) var wireBytes = 0
  /// Of those, the ones of text and binary messages, as they were compressed.
  public internal(set) var messageWireBytes = 0
  /// Messages that were compressed.
  public internal(set) var compressedMessages = 0
  /// When the last frame came or went.
  public internal(set) var lastFrame: ContinuousClock.Instant?

  /// What compression made of the messages: their bytes on the wire per byte of them; nil while there are none.
  public var compressionRatio: Double? {
    compressedMessages == 0 || payloadBytes == 0 ? nil : Double(messageWireBytes) / Double(payloadBytes)
  }

  /// Counts a frame whose payload takes `size` bytes on the wire.
  mutating func count(_ header: FrameHeader, size: Int, at time: ContinuousClock.Instant) {
    frames[header.opcode] += 1
    wireBytes += size
    lastFrame = time
    guard !header.opcode.isControl else { return }
    messageWireBytes += size
    if header.reservedBits.contains(.rsv1) { compressedMessages += 1 }
  }
}

/// Round trips of our pings: the last, the least, and percentiles of the newest 512.
public struct RoundTrips: Equatable, Sendable {
  private static let kept = 512
  private var newest: [Duration] = []
  public private(set) var count = 0
  public private(set) var last: Duration?
  public private(set) var least: Duration?

  mutating func add(_ trip: Duration) {
    if newest.count < Self.kept { newest.append(trip) } else { newest[count % Self.kept] = trip }
    count += 1
    last = trip
    least = min(least ?? trip, trip)
  }

  /// The round trip that `fraction` (0 to 1) of the newest do not exceed; nil while there is none.
  public func percentile(_ fraction: Double) -> Duration? {
    guard !newest.isEmpty else { return nil }
    let sorted = newest.sorted()
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * fraction))]
  }
}

/// What one connection did, both ways.
public struct Statistics: Equatable, Sendable {
  public internal(set) var sent = Traffic()
  public internal(set) var received = Traffic()
  public internal(set) var roundTrips = RoundTrips()
  /// The most output that ever waited, in bytes.
  public internal(set) var queueHighWater = 0

  public init() {}
}
