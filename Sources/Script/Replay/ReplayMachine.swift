import PlainText
import Trace

/// Goes through a plan: says what to do next, and hears what comes of it. It does no I/O, and knows no time but what it
/// is told.
public struct ReplayMachine: Sendable {
  /// When something is sent.
  public enum Pace: Equatable, Sendable {
    /// When what came before it in the capture has come.
    case turns
    /// At its time in the capture, so many times as fast, whatever has come; but a Close when all has.
    case times(speed: Double)
  }

  /// What is to be done.
  public enum Action: Equatable, Sendable {
    case connect(Int)
    case send(Int, SentPayload)
    case drop(Int)
    case close(Int)
  }

  /// What happened on a connection.
  public enum Event: Equatable, Sendable {
    case opened
    case message
    case pong
    /// Whether so much waits to be sent that nothing more should be.
    case full(Bool)
    /// It could not be sent, and why.
    case unsent(String)
    /// It is over, or never was; how, in words.
    case ended(String)
  }

  private struct Peer {
    var isOpen = false
    var isFull = false
    var isClosing = false
    var end: String?
    var messages = 0
    var awaitedMessages = 0
    var pongs = 0
    var awaitedPongs = 0

    var isReady: Bool { isOpen || end != nil }
  }

  /// Messages that were counted.
  public struct Tally: Equatable, Sendable {
    public var sent = 0
    public var received = 0
  }

  private let steps: [ReplayPlan.Step]
  private let pace: Pace
  private let limit: Duration
  private let connections: [Int]
  /// How many messages each connection got in the capture.
  private let expected: [Int: Int]
  private var peers: [Int: Peer] = [:]
  private var cursor = 0
  private var start: ContinuousClock.Instant?
  /// When the step at the cursor could be done or waited for.
  private var stepBegan: ContinuousClock.Instant?
  private var lastNews: ContinuousClock.Instant?
  private var isStopped = false

  /// When to call `next` again, if nothing happens before.
  public private(set) var deadline: ContinuousClock.Instant?
  public private(set) var failure: ReplayFailure?
  public private(set) var tally = Tally()

  /// - Parameter limit: how long what is awaited may take; longer where it took longer in the capture.
  public init(_ plan: ReplayPlan, pace: Pace, limit: Duration) {
    steps = plan.steps
    self.pace = pace
    self.limit = limit
    connections = plan.connections
    var expected: [Int: Int] = [:]
    for step in plan.steps where step.action == .awaitMessage { expected[step.connection, default: 0] += 1 }
    self.expected = expected
  }

  /// Messages that came in the capture.
  public var expectedCount: Int { expected.values.reduce(0, +) }

  /// Whether nothing more will be done.
  public var isOver: Bool { hasEnded && peers.values.allSatisfy { $0.end != nil } }

  private var hasEnded: Bool { isStopped || failure != nil || cursor == steps.count }

  /// Does no more than to close what is open.
  public mutating func stop() { isStopped = true }

  public mutating func handle(_ event: Event, on connection: Int, at now: ContinuousClock.Instant) {
    lastNews = now
    switch event {
    case .opened: peers[connection]?.isOpen = true
    case .message:
      tally.received += 1
      peers[connection]?.messages += 1
    case .pong: peers[connection]?.pongs += 1
    case .full(let isFull): peers[connection]?.isFull = isFull
    case .unsent(let words): fail(.unsent(words), connection)
    case .ended(let words): peers[connection]?.end = words
    }
  }

  // MARK: What is next

  private enum Judgement {
    /// Nothing to do before that; nil where another limit holds.
    case wait(until: ContinuousClock.Instant?)
    case skip
    case act(Action)
    case fail(ReplayFailure.Reason)
  }

  /// What to do now; nil: wait for an event or the deadline.
  public mutating func next(at now: ContinuousClock.Instant) -> Action? {
    let start = start ?? now
    self.start = start
    deadline = nil
    while !hasEnded {
      let step = steps[cursor]
      switch judge(step, start: start, now: now) {
      case .wait(let time):
        deadline = time
        return nil
      case .fail(let reason): fail(reason, step.connection)
      case .skip: pass()
      case .act(let action):
        pass()
        return action
      }
    }
    return finish(at: now)
  }

  private mutating func pass() {
    cursor += 1
    stepBegan = nil
  }

  private mutating func fail(_ reason: ReplayFailure.Reason, _ connection: Int) {
    failure = failure ?? ReplayFailure(reason, connection: connections.count == 1 ? nil : connection)
  }

  private mutating func judge(
    _ step: ReplayPlan.Step, start: ContinuousClock.Instant, now: ContinuousClock.Instant
  ) -> Judgement {
    let number = step.connection
    if case .times(let speed) = pace {
      if step.action.isAwaited {
        if step.action == .awaitMessage { peers[number]?.awaitedMessages += 1 }
        return .skip
      }
      let due = start + step.time / speed
      if due > now { return .wait(until: due) }
    }
    if case .connect = step.action {
      peers[number] = Peer()
      return .act(.connect(number))
    }
    // Connecting has limits of its own.
    guard let peer = peers[number], peer.isReady else { return .wait(until: nil) }
    switch step.action {
    case .connect: return .skip
    case .drop: return peer.end == nil ? .act(.drop(number)) : .skip
    case .send(let payload):
      if let end = peer.end {
        if case .close = payload { return .skip }
        return .fail(.ended(end, unsent: unsentCount(on: number)))
      }
      if peer.isFull { return patience(step, now, .stuck(limit)) }
      // What is on its way would be lost.
      if case .close = payload, peer.messages < peer.awaitedMessages {
        return patience(step, now, .missing(came: peer.messages, of: peer.awaitedMessages))
      }
      if payload.isMessage { tally.sent += 1 }
      if case .close = payload { peers[number]?.isClosing = true }
      return .act(.send(number, payload))
    case .awaitMessage:
      if peer.messages > peer.awaitedMessages {
        peers[number]?.awaitedMessages += 1
        return .skip
      }
      let words = "message \(peer.awaitedMessages + 1) of \(expected[number] ?? 0)"
      return look(for: words, peer, step, now)
    case .awaitPong:
      if peer.pongs > peer.awaitedPongs {
        peers[number]?.awaitedPongs += 1
        return .skip
      }
      return look(for: "the pong", peer, step, now)
    case .awaitEnd: return peer.end == nil ? patience(step, now, .open(limit(of: step))) : .skip
    }
  }

  private mutating func look(
    for words: String, _ peer: Peer, _ step: ReplayPlan.Step, _ now: ContinuousClock.Instant
  ) -> Judgement {
    guard let end = peer.end else { return patience(step, now, .silent(words, limit(of: step))) }
    // Behind our Close nothing has to come.
    return peer.isClosing ? .skip : .fail(.endedBefore(end, words))
  }

  /// Waits for the step at the cursor, up to its limit.
  private mutating func patience(
    _ step: ReplayPlan.Step, _ now: ContinuousClock.Instant, _ reason: ReplayFailure.Reason
  ) -> Judgement {
    let began = stepBegan ?? now
    stepBegan = began
    let end = began + limit(of: step)
    return end <= now ? .fail(reason) : .wait(until: end)
  }

  private func limit(of step: ReplayPlan.Step) -> Duration {
    step.action.isAwaited ? max(limit, step.waited * 2) : limit
  }

  private func unsentCount(on connection: Int) -> Int {
    steps[cursor...].count { step in
      if step.connection == connection, case .send(let payload) = step.action { payload.isMessage } else { false }
    }
  }

  // MARK: The end

  private mutating func finish(at now: ContinuousClock.Instant) -> Action? {
    if failure == nil, !isStopped, let missing = missing(at: now) {
      guard missing.isFinal else {
        deadline = missing.until
        return nil
      }
      fail(.missing(came: missing.came, of: missing.count), missing.connection)
    }
    guard let open = peers.filter({ $0.value.end == nil && !$0.value.isClosing }).keys.min() else { return nil }
    peers[open]?.isClosing = true
    return .close(open)
  }

  /// A connection on which fewer messages came than in the capture, and until when they may still come.
  private func missing(
    at now: ContinuousClock.Instant
  ) -> (connection: Int, came: Int, count: Int, until: ContinuousClock.Instant, isFinal: Bool)? {
    guard case .times = pace else { return nil }
    for number in connections {
      guard let peer = peers[number], let count = expected[number], peer.messages < count, !peer.isClosing else {
        continue
      }
      let until = (lastNews ?? now) + limit
      return (number, peer.messages, count, until, peer.end != nil || until <= now)
    }
    return nil
  }
}

extension SentPayload {
  /// Whether a message, or what somebody made by hand in the place of one.
  fileprivate var isMessage: Bool {
    switch self {
    case .message, .fragments, .frame, .bytes: true
    case .ping, .pong, .close: false
    }
  }
}

/// Why a replay is not what the capture was.
public struct ReplayFailure: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// What came in the capture did not come in this time.
    case silent(String, Duration)
    /// The server did not close in this time.
    case open(Duration)
    /// The server takes nothing for this long.
    case stuck(Duration)
    /// The connection ended, and so much was not sent.
    case ended(String, unsent: Int)
    /// The connection ended before that came.
    case endedBefore(String, String)
    case missing(came: Int, of: Int)
    case unsent(String)
  }

  public var reason: Reason
  /// Its number; nil where there is only one.
  public var connection: Int?

  init(_ reason: Reason, connection: Int?) {
    self.reason = reason
    self.connection = connection
  }

  /// May hold what a peer sent, made safe.
  public var description: String { (connection.map { "connection \($0): " } ?? "") + sentence }

  private var sentence: String {
    switch reason {
    case .silent(let words, let limit): "\(words) did not come within \(Quantity.duration(limit))"
    case .open(let limit): "the server did not close within \(Quantity.duration(limit))"
    case .stuck(let limit):
      "the server does not read: what was sent before still waits after \(Quantity.duration(limit))"
    case .ended(let end, let count): "it ended with \(Quantity.count(count, "message")) not sent: \(end)"
    case .endedBefore(let end, let words): "it ended before \(words): \(end)"
    case .missing(let came, let count): "\(came) of \(Quantity.count(count, "message")) came"
    case .unsent(let words): "what was sent in the capture cannot be sent: \(words)"
    }
  }
}
