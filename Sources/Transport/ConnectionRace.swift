/// Which address to try when, and who wins: Happy Eyeballs (RFC 8305) as a pure machine.
///
/// After each input, ask `next(at:)` until its answer is no `.attempt`.
struct ConnectionRace {
  /// What to do now.
  enum Action: Equatable {
    /// Start to connect to `addresses[index]`.
    case attempt(Int)
    /// Wait for an attempt's result, but no longer than this.
    case wait(until: Instant?)
    /// The attempt at this index has won; end the others.
    case won(Int)
    /// Every address has failed.
    case lost
  }

  /// The addresses in the order they are tried (RFC 8305, section 4): families in turn, IPv6 first.
  let addresses: [SocketAddress]
  private let attemptDelay: Duration
  private var started = 0
  private var running = 0
  private var winner: Int?
  /// When the next attempt starts though the others have not failed; nil for at once.
  private var nextStart: Instant?

  /// A race to `addresses`, each family in the order given. Section 8 recommends 250 ms between attempts.
  init(to addresses: [SocketAddress], attemptDelay: Duration = .milliseconds(250)) {
    self.addresses = Self.interleaved(addresses)
    self.attemptDelay = attemptDelay
  }

  static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
    let first = addresses.filter { $0.family == .ipv6 }
    let second = addresses.filter { $0.family != .ipv6 }
    let both = min(first.count, second.count)
    return zip(first, second).flatMap { [$0, $1] } + first.dropFirst(both) + second.dropFirst(both)
  }

  mutating func next(at now: Instant) -> Action {
    if let winner { return .won(winner) }
    if started < addresses.count {
      if running > 0, let nextStart, now < nextStart { return .wait(until: nextStart) }
      started += 1
      running += 1
      nextStart = now + attemptDelay
      return .attempt(started - 1)
    }
    return running > 0 ? .wait(until: nil) : .lost
  }

  /// An attempt failed: the next one need not wait (section 5).
  mutating func failed(_ index: Int) {
    running -= 1
    nextStart = nil
  }

  /// An attempt succeeded; the first one counts.
  mutating func connected(_ index: Int) {
    if winner == nil { winner = index }
  }
}
