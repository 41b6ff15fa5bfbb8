import WscopeOptions

/// When a piped session ends by itself: what was asked for has come, or nothing more is to be expected.
struct SessionPace {
  /// How long silence is taken for the end; nil is for ever.
  let wait: Duration?
  /// End after this many messages.
  let count: Int?
  /// Something particular is awaited (`--count`, `--until`), so the number of messages sent means nothing.
  let isAwaiting: Bool

  private(set) var sent = 0
  private(set) var received = 0
  private(set) var isMatched = false
  private(set) var hasInputEnded = false
  private var hasNewMessages = false
  /// The end of input, or the last message since.
  private var quietSince: ContinuousClock.Instant?

  init(wait: Duration?, count: Int?, isAwaiting: Bool) {
    self.wait = wait
    self.count = count
    self.isAwaiting = isAwaiting
  }

  /// What to do next.
  enum Step: Equatable {
    case stay
    /// Nothing to do until then, unless something happens.
    case waitUntil(ContinuousClock.Instant)
    case close
  }

  mutating func sentMessage() { sent += 1 }

  mutating func matched() { isMatched = true }

  /// A message came; `batchEnded` tells when.
  mutating func receivedMessage() {
    received += 1
    hasNewMessages = true
  }

  /// All messages of one read have been counted.
  mutating func batchEnded(at now: ContinuousClock.Instant) {
    if hasNewMessages, hasInputEnded { quietSince = now }
    hasNewMessages = false
  }

  mutating func inputEnded(at now: ContinuousClock.Instant) {
    hasInputEnded = true
    quietSince = now
  }

  /// Whether what was asked for has come.
  var isFulfilled: Bool { isMatched || count.map { received >= $0 } ?? false }

  /// Whether something was asked for and has not come.
  var isUnmet: Bool { isAwaiting && !isFulfilled }

  /// What was asked for and has not come, in words.
  var missing: String {
    count.map { "\(received) of the \($0) messages of --count came" } ?? "no message matched --until"
  }

  func step(at now: ContinuousClock.Instant) -> Step {
    if isFulfilled { return .close }
    // Input that gave nothing at all makes a listener, which stays until the peer closes.
    guard hasInputEnded, sent > 0, let quietSince else { return .stay }
    if !isAwaiting, received >= sent { return .close }
    guard let wait else { return .stay }
    let end = quietSince + wait
    return end <= now ? .close : .waitUntil(end)
  }
}
