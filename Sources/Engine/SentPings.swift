/// Our pings that are not answered, the newest hundred.
public struct SentPings {
  /// The oldest first.
  private var pings: [(payload: [UInt8], time: ContinuousClock.Instant)] = []

  private static let limit = 100

  public init() {}

  /// Whether no Pong is awaited.
  public var isEmpty: Bool { pings.isEmpty }

  /// Remembers a ping that was sent.
  public mutating func append(_ payload: [UInt8], at time: ContinuousClock.Instant) {
    pings.append((payload, time))
    if pings.count > Self.limit { pings.removeFirst() }
  }

  /// A Pong came. It answers the oldest ping of its payload, and those before it that were passed over.
  /// - Returns: how long the ping and it were under way; nil where it answers none.
  public mutating func answer(_ payload: [UInt8], at time: ContinuousClock.Instant) -> Duration? {
    guard let place = pings.firstIndex(where: { $0.payload == payload }) else { return nil }
    defer { pings.removeSubrange(...place) }
    return pings[place].time.duration(to: time)
  }
}
