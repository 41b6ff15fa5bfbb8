import Glibc

/// What the loop calls when a descriptor is ready or the source asked for it.
protocol EventSource: AnyObject {
  func ready(_ readiness: Readiness)
}

/// One thread's wait for descriptors, timers and signals, and the order in which all of them are served.
///
/// A turn: descriptors that are ready, sources that asked to be called, timers that are due, actions for the turn's
/// end.
public final class Loop {
  /// What the loop knows of one descriptor.
  private struct Entry {
    var source: (any EventSource)?
    /// Changes whenever the descriptor is forgotten, so that events of its past are recognised.
    var generation: UInt32 = 0
    var interest: Interest = []
    /// A regular file: the poller refuses it, and it never has to be waited for.
    var isAlwaysReady = false
  }

  /// Where every stream receives; its bytes are valid until the next stream's turn.
  public let receiveBuffer: UnsafeMutableRawBufferPointer

  private let poller: Poller
  private var entries: [Entry] = []
  private var alwaysReady: [Int32] = []
  private var enqueued: [any EventSource] = []
  private var timers = TimerQueue()
  private var endOfTurn: [() -> Void] = []
  /// When this turn asked for the time first; an old one until it has.
  // Read for every frame that is told of.
  @exclusivity(unchecked) private var turnTime = Instant.now
  @exclusivity(unchecked) private var hasTurnTime = false
  private var isInTurn = false
  private var isStopping = false
  var signalSource: SignalSource?

  /// A loop with nothing to wait for. From here on the process ignores SIGPIPE: a closed pipe is an error like others.
  public init() throws(SystemError) {
    poller = try Poller()
    receiveBuffer = .allocate(byteCount: StreamLimits.receiveSize, alignment: 4096)
    _ = signal(SIGPIPE, SIG_IGN)
  }

  deinit { receiveBuffer.deallocate() }

  /// The time, read at most once a turn.
  public var now: Instant {
    if hasTurnTime { return turnTime }
    let time = Instant.now
    if isInTurn { (turnTime, hasTurnTime) = (time, true) }
    return time
  }

  /// Takes turns until `stop()`.
  public func run() {
    while !isStopping { turn(waitAtMost: nil) }
    isStopping = false
  }

  /// Ends `run()` after this turn; before it, `run()` returns at once.
  public func stop() { isStopping = true }

  /// Waits for something to do, at most `limit` (nil: without end), and does it.
  public func turn(waitAtMost limit: Duration?) {
    let count = poller.wait(milliseconds: waitTime(atMost: limit))
    isInTurn = true
    for index in 0..<count { dispatch(poller.event(index)) }
    for descriptor in alwaysReady { dispatchAlwaysReady(descriptor) }
    callEnqueued()
    if !timers.isEmpty {
      // A timer of no length that another one sets waits for the next turn.
      let (now, newest) = (self.now, timers.nextSerial)
      while let action = timers.popDue(at: now, before: newest) { action() }
    }
    if !endOfTurn.isEmpty {
      let actions = endOfTurn
      endOfTurn = []
      for action in actions { action() }
    }
    isInTurn = false
    hasTurnTime = false
  }

  /// How long the poller may wait, in its milliseconds, rounded up so that no turn finds a timer nearly due.
  private func waitTime(atMost limit: Duration?) -> Int32 {
    if !enqueued.isEmpty || !endOfTurn.isEmpty || !alwaysReady.isEmpty || isStopping { return 0 }
    var wait = limit
    if let deadline = timers.firstDeadline {
      let untilDeadline = Instant.now.duration(to: deadline)
      wait = min(untilDeadline, limit ?? untilDeadline)
    }
    guard let wait else { return -1 }
    guard wait > .zero else { return 0 }
    let (seconds, attoseconds) = wait.components
    guard seconds < 1 << 20 else { return 1 << 30 }
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  // MARK: Timers and later calls

  /// Runs `action` once, in the first turn after `delay`. What takes time between turns can make it later, never
  /// earlier.
  @discardableResult
  public func schedule(after delay: Duration, _ action: @escaping () -> Void) -> TimerToken {
    timers.schedule(at: now + max(delay, .zero), action)
  }

  /// Forgets a scheduled action; one that has run, or another loop's, is left alone.
  public func cancel(_ token: TimerToken) { timers.cancel(token) }

  /// Runs `action` when this turn has served everything else; outside a turn, at the end of the next.
  public func atEndOfTurn(_ action: @escaping () -> Void) { endOfTurn.append(action) }

  /// Calls `source` with `.enqueued` once everything that is ready now has been served.
  func enqueue(_ source: any EventSource) { enqueued.append(source) }

  private func callEnqueued() {
    guard !enqueued.isEmpty else { return }
    let sources = enqueued
    enqueued = []
    for source in sources { source.ready(.enqueued) }
  }

  // MARK: Descriptors

  /// Sets what `descriptor` is watched for on behalf of `source`; with no interest it is not watched.
  func watch(_ descriptor: Int32, for interest: Interest, _ source: any EventSource) throws(SystemError) {
    let index = Int(descriptor)
    while entries.count <= index { entries.append(Entry()) }
    let old = entries[index]
    guard old.interest != interest else { return }
    if !old.isAlwaysReady {
      let tag = UInt64(old.generation) << 32 | UInt64(index)
      let canWait = try poller.watch(descriptor, for: interest, replacing: old.interest, tag: tag)
      entries[index].isAlwaysReady = !canWait
    }
    entries[index].source = source
    entries[index].interest = interest
    if entries[index].isAlwaysReady {
      if old.interest.isEmpty { alwaysReady.append(descriptor) }
      if interest.isEmpty { alwaysReady.removeAll { $0 == descriptor } }
    }
  }

  /// Stops watching `descriptor`; to be called before it is closed.
  func forget(_ descriptor: Int32) {
    let index = Int(descriptor)
    guard entries.indices.contains(index), let source = entries[index].source else { return }
    try? watch(descriptor, for: [], source)
    entries[index] = Entry(generation: entries[index].generation &+ 1)
  }

  private func dispatch(_ event: (tag: UInt64, readiness: Readiness)) {
    let entry = entries[Int(event.tag & 0xFFFF_FFFF)]
    guard entry.generation == UInt32(event.tag >> 32) else { return }
    call(entry, event.readiness)
  }

  private func dispatchAlwaysReady(_ descriptor: Int32) {
    let entry = entries[Int(descriptor)]
    if entry.isAlwaysReady { call(entry, [.reading, .writing]) }
  }

  /// Calls the entry's source for what it still wants: an earlier call in this turn may have paused or closed it.
  private func call(_ entry: Entry, _ readiness: Readiness) {
    let wanted = readiness.intersection(Readiness(rawValue: entry.interest.rawValue))
    if !wanted.isEmpty { entry.source?.ready(wanted) }
  }
}
