import Engine

/// What a connection did in each of the last seconds.
struct RateHistory: Equatable {
  struct Second: Equatable {
    var received = 0
    var receivedBytes = 0
    var sent = 0
    var sentBytes = 0
    /// The longest round trip that was measured in it, in microseconds; 0 for none.
    var roundTrip = 0
  }

  /// The oldest first.
  private(set) var seconds: [Second] = []
  private var last = Statistics()

  static let length = 120

  /// Ends a second.
  mutating func add(_ statistics: Statistics) {
    var second = Second()
    second.received = statistics.received.messages - last.received.messages
    second.receivedBytes = statistics.received.wireBytes - last.received.wireBytes
    second.sent = statistics.sent.messages - last.sent.messages
    second.sentBytes = statistics.sent.wireBytes - last.sent.wireBytes
    if statistics.roundTrips.count > last.roundTrips.count, let trip = statistics.roundTrips.last {
      second.roundTrip = Int(trip.nanoseconds / 1000)
    }
    last = statistics
    if seconds.count == Self.length { seconds.removeFirst() }
    seconds.append(second)
  }

  /// What comes is counted from here on; a new connection's from nothing.
  mutating func restart(at statistics: Statistics = Statistics()) { last = statistics }

  /// The last whole second.
  var current: Second { seconds.last ?? Second() }
}
