import Inspector
import JSONSyntax
import Trace
import WebSocketCore

/// How a step that waits gets on.
extension ScriptMachine {
  /// What came of a look at a mailbox.
  private enum Look {
    /// Nothing to look at, or a question is not answered.
    case nothing
    /// This one of the expectations has what it wanted, or is given up; or something was passed over.
    case moved
    /// The step has failed.
    case failed
  }

  /// Something happened on an open connection.
  mutating func saw(_ event: TraceEvent, on number: ConnectionNumber, _ now: Instant) {
    transcript.add(event, number: number, name: peers[number].name, isServer: peers[number].request == nil)
    switch event {
    case .frame(let frame):
      let count = peers[number].mailbox.count
      peers[number].add(frame)
      if peers[number].mailbox.count > count, let item = peers[number].mailbox.last { noteLate(item, number, now) }
    case .ended(let verdict):
      peers[number].end(verdict)
      if let item = peers[number].mailbox.last { noteLate(item, number, now) }
    default: return
    }
    judge(number, now)
    settlePause(number)
  }

  private mutating func settlePause(_ number: ConnectionNumber) {
    if let pauses = peers[number].pauseChange() { act(.pause(number, pauses)) }
  }

  /// Lets the step that waits take what has come.
  mutating func look(_ now: Instant) {
    while case .waiting(let wait) = state {
      var look = Look.nothing
      switch wait.kind {
      case .time, .listen: return
      case .connect(let step, let number, let found?): look = checkHandshake(step.conditions, found, number, wait, now)
      case .connect: return
      case .accept(let step): look = self.look(forClient: step, wait, now)
      case .room(let number): look = self.look(forRoom: number, wait, now)
      case .expect(let expected): look = self.look(for: expected, wait, now)
      }
      if case .moved = look { continue }
      return
    }
  }

  /// What has its time limit reached is given up.
  mutating func expireWait(_ now: Instant) {
    // The matcher has a limit of its own, and what it says counts.
    guard case .waiting(let wait) = state, let deadline = wait.deadline, now >= deadline, !isAsking else { return }
    switch wait.kind {
    case .time: done(wait.step, since: wait.since, now)
    case .connect(_, let number, _):
      act(.drop(number))
      peers[number].isGone = true
      fail(.timeout, "the connection was not there in time", in: wait, number: number, now)
    case .listen: fail(.connect, "the server does not listen yet", in: wait, now)
    case .accept(let step):
      fail(.timeout, "no client connected" + (step.server.map { " to \($0)" } ?? ""), in: wait, now)
    case .room(let number):
      fail(.timeout, "the peer does not read: what was sent before still waits", in: wait, number: number, now)
    case .expect(var expected):
      for index in expected.indices where !expected[index].isDone && expected[index].deadline <= now {
        if case .nothing = expected[index].matcher {
          expected[index].isDone = true
        } else if expected[index].isOptional {
          expected[index].isDone = true
        } else {
          let words = wait.skippedCount == 0 ? "nothing came" : "nothing of what came matched"
          return fail(.timeout, words, in: wait, expected[index], now)
        }
      }
      update(expected, wait, now)
    }
  }

  private mutating func update(_ expected: [Expected], _ wait: Wait, _ now: Instant) {
    if expected.allSatisfy(\.isDone) { return done(wait.step, since: wait.since, now) }
    var wait = wait
    wait.kind = .expect(expected)
    state = .waiting(wait)
  }

  // MARK: Connections

  private mutating func checkHandshake(
    _ conditions: [Condition], _ found: Found, _ number: ConnectionNumber, _ wait: Wait, _ now: Instant
  ) -> Look {
    guard let captures = checked(conditions, found, number, wait, now) else { return .nothing }
    for (name, value) in captures { values.set(name, value) }
    done(wait.step, since: wait.since, now)
    return .moved
  }

  private mutating func look(forClient step: AcceptStep, _ wait: Wait, _ now: Instant) -> Look {
    let waiting = peers.first { peer in
      peer.waitingServer != nil && (step.server == nil || peer.waitingServer == step.server)
    }
    guard let peer = waiting else {
      if case .ended(let words) = command {
        fail(.command, words ?? "the command ended and did not connect", in: wait, now)
      }
      return .nothing
    }
    let found = Found(headers: peer.acceptedHead?.headers, target: peer.acceptedHead?.target)
    guard let captures = checked(step.conditions, found, peer.number, wait, now) else { return .nothing }
    for (name, value) in captures { values.set(name, value) }
    rename(peer.number, step.connection)
    peers[peer.number].waitingServer = nil
    peers[peer.number].judgedCount = 0
    judge(peer.number, now)
    done(wait.step, since: wait.since, now)
    return .moved
  }

  private mutating func look(forRoom number: ConnectionNumber, _ wait: Wait, _ now: Instant) -> Look {
    guard !peers[number].isFull || peers[number].hasEnded else { return .nothing }
    state = .running
    do throws(ValueFailure) { try begin(wait.step, now) } catch {
      fail(error, at: wait.step.place, step: wait.step, now)
    }
    return .moved
  }

  private mutating func checked(
    _ conditions: [Condition], _ found: Found, _ number: ConnectionNumber, _ wait: Wait, _ now: Instant
  ) -> [(String, JSONValue)]? {
    do throws(ValueFailure) { return try captures(conditions, of: found, number, wait, now) } catch {
      fail(error, at: wait.step.place, step: wait.step, now)
      return nil
    }
  }

  /// What is kept of what was found; nil where a condition does not hold, which fails the step, or waits for an answer.
  mutating func captures(
    _ conditions: [Condition], of found: Found, _ number: ConnectionNumber, _ wait: Wait?, _ now: Instant
  ) throws(ValueFailure) -> [(String, JSONValue)]? {
    var captures: [(String, JSONValue)] = []
    var unknown: [PatternQuestion] = []
    let before = values
    for condition in conditions {
      switch try values.check(condition, of: found, memory) {
      case .holds: break
      case .captured(let name, let value):
        captures.append((name, value))
        // The conditions below may use it.
        values.set(name, value)
      case .unknown(let question): unknown.append(question)
      case .failed(let kind, let words, let expected, let received):
        fail(
          kind, words, at: condition.place, step: wait?.step, number: number, since: wait?.since, expected: expected,
          received: received, message: found.message.map(ReceivedWords.words), skipped: wait?.skipped ?? [], now)
        return nil
      }
    }
    guard unknown.isEmpty else {
      values.forgetChanges(since: before)
      ask(unknown)
      return nil
    }
    return captures
  }

  // MARK: Messages

  private mutating func look(for expected: [Expected], _ wait: Wait, _ now: Instant) -> Look {
    var seen: Set<ConnectionNumber> = []
    for (index, one) in expected.enumerated() where !one.isDone {
      let look: Look
      switch one.matcher {
      case .ping(let payload): look = lookAtControls(index, "Ping", payload, expected, wait, now)
      case .pong(let payload): look = lookAtControls(index, "Pong", payload, expected, wait, now)
      case .frame(let pattern, _): look = lookAtFrames(index, pattern, expected, wait, now)
      case .nothing: look = lookForNothing(index, expected, wait, now)
      default:
        guard seen.insert(one.number).inserted else { continue }
        look = lookAtMailbox(of: one.number, expected, wait, now)
      }
      if case .nothing = look { continue }
      return look
    }
    return .nothing
  }

  private mutating func give(up indices: [Int], _ expected: [Expected], _ wait: Wait, _ now: Instant) -> Look {
    var expected = expected
    for index in indices { expected[index].isDone = true }
    update(expected, wait, now)
    return .moved
  }

  /// Takes what was found, if its conditions hold.
  private mutating func take(
    _ found: Found, for index: Int, _ expected: [Expected], _ wait: Wait, _ now: Instant,
    from take: (inout ScriptPeer) -> Void
  ) -> Look {
    let one = expected[index]
    guard let captures = checked(one.expectation.conditions, found, one.number, wait, now) else {
      if case .waiting = state { return .nothing }
      return .failed
    }
    for (name, value) in captures { values.set(name, value) }
    take(&peers[one.number])
    settlePause(one.number)
    return give(up: [index], expected, wait, now)
  }

  private mutating func pass(over words: String, _ wait: Wait, from take: (inout ScriptPeer) -> Void, _ number: Int)
    -> Look
  {
    var wait = wait
    wait.skippedCount += 1
    if wait.skipped.count < 10 { wait.skipped.append(words) }
    state = .waiting(wait)
    take(&peers[number])
    settlePause(number)
    return .moved
  }

  private mutating func lookAtMailbox(
    of number: ConnectionNumber, _ expected: [Expected], _ wait: Wait, _ now: Instant
  ) -> Look {
    let candidates = expected.indices.filter {
      !expected[$0].isDone && expected[$0].number == number && expected[$0].matcher.looksAtMailbox
    }
    let areOptional = candidates.allSatisfy { expected[$0].isOptional }
    guard let item = peers[number].mailbox.first else {
      guard peers[number].hasEnded else { return .nothing }
      if areOptional { return give(up: candidates, expected, wait, now) }
      return failEnded(expected[candidates[0]], wait, now)
    }
    // Unless the rules have looked at it.
    guard peers[number].judgedCount > 0 else { return .nothing }
    var unknown: [PatternQuestion] = []
    var mismatch: (index: Int, Mismatch)?
    for index in candidates {
      let fit: Fit
      var found = Found()
      switch item {
      case .message(let message):
        fit = expected[index].matcher.fit(message, memory)
        found = Found(message: message, latency: message.latency)
      case .close(let close, _, let latency):
        fit = expected[index].matcher.fit(close)
        found = Found(close: close, latency: latency)
      case .ended(let verdict): fit = expected[index].matcher.fit(verdict)
      }
      switch fit {
      case .yes: return take(found, for: index, expected, wait, now) { $0.take() }
      case .unknown(let questions): unknown += questions
      case .late(let expression):
        fail(.pattern, ScriptValues.late(expression), in: wait, expected[index], now)
        return .failed
      case .no(let why): if mismatch == nil { mismatch = (index, why) }
      }
    }
    guard unknown.isEmpty else {
      ask(unknown)
      return .nothing
    }
    switch item {
    case .message:
      if candidates.contains(where: { expected[$0].expectation.sign == .skipping }) {
        return pass(over: ReceivedWords.words(item), wait, from: { $0.take() }, number)
      }
    case .ended where peers[number].mailbox.count == 1 && hasClosedCleanly(number):
      // Its Close was taken already, and this is how a connection ends behind it.
      if areOptional { return give(up: candidates, expected, wait, now) }
      return failEnded(expected[candidates[0]], wait, now)
    case .close, .ended: break
    }
    if areOptional { return give(up: candidates, expected, wait, now) }
    guard let (index, why) = mismatch else { return .nothing }
    failMismatch(expected[index], of: candidates.map { expected[$0] }, item, why, wait, now)
    return .failed
  }

  private func hasClosedCleanly(_ number: ConnectionNumber) -> Bool {
    switch peers[number].verdict?.cause {
    case .closedByUs, .closedByPeer: true
    default: false
    }
  }

  private mutating func lookForNothing(
    _ index: Int, _ expected: [Expected], _ wait: Wait, _ now: Instant
  ) -> Look {
    let number = expected[index].number
    guard let item = peers[number].mailbox.first, peers[number].judgedCount > 0 else { return .nothing }
    switch item {
    case .message:
      fail(.unexpected, "a message came", in: wait, expected[index], received: ReceivedWords.words(item), now)
    case .close, .ended:
      fail(.ended, "the connection ended", in: wait, expected[index], received: ReceivedWords.words(item), now)
    }
    return .failed
  }

  private mutating func lookAtControls(
    _ index: Int, _ name: String, _ payload: [UInt8]?, _ expected: [Expected], _ wait: Wait, _ now: Instant
  ) -> Look {
    let one = expected[index]
    let isPing = name == "Ping"
    let controls = isPing ? peers[one.number].pings : peers[one.number].pongs
    let take: (inout ScriptPeer) -> Void = { if isPing { $0.takePing() } else { $0.takePong() } }
    guard let control = controls.first else { return lookAtClosed(index, expected, wait, now) }
    if payload == nil || payload == control.payload {
      return self.take(Found(control: control, latency: control.latency), for: index, expected, wait, now, from: take)
    }
    let words = ReceivedWords.words(control, name)
    switch one.expectation.sign {
    case .skipping: return pass(over: words, wait, from: take, one.number)
    case .optional: return give(up: [index], expected, wait, now)
    case .next:
      fail(.mismatch, "its payload is another", in: wait, one, received: words, now)
      return .failed
    }
  }

  private mutating func lookAtFrames(
    _ index: Int, _ pattern: HandmadeFramePattern, _ expected: [Expected], _ wait: Wait, _ now: Instant
  ) -> Look {
    let one = expected[index]
    guard let frame = peers[one.number].frames.first?.frame else { return lookAtClosed(index, expected, wait, now) }
    let differences = pattern.differences(from: frame.header, frame.payload)
    if differences.isEmpty {
      var message = frame.message.map {
        ReceivedMessage(
          opcode: $0.opcode, payload: $0.payload, time: frame.time, isCompressed: $0.isCompressed,
          fragments: [frame.payload.count])
      }
      message = message ?? ReceivedMessage(opcode: frame.header.opcode, payload: frame.payload, time: frame.time)
      return take(Found(message: message), for: index, expected, wait, now) { $0.takeFrame() }
    }
    switch one.expectation.sign {
    case .skipping: return pass(over: ReceivedWords.words(frame), wait, from: { $0.takeFrame() }, one.number)
    case .optional: return give(up: [index], expected, wait, now)
    case .next:
      fail(
        .mismatch, "the frame differs: expected \(differences.joined(separator: ", "))", in: wait, one,
        received: ReceivedWords.words(frame), now)
      return .failed
    }
  }

  /// Nothing is there: once the peer has closed, nothing will be.
  private mutating func lookAtClosed(
    _ index: Int, _ expected: [Expected], _ wait: Wait, _ now: Instant
  ) -> Look {
    guard peers[expected[index].number].hasClosed else { return .nothing }
    if expected[index].isOptional { return give(up: [index], expected, wait, now) }
    return failEnded(expected[index], wait, now)
  }

  private mutating func failEnded(_ expected: Expected, _ wait: Wait, _ now: Instant) -> Look {
    fail(.ended, "the connection has ended", in: wait, expected, now)
    return .failed
  }
}

extension ResolvedMatcher {
  /// Whether it looks at messages and the end, not at controls or frames.
  fileprivate var looksAtMailbox: Bool {
    switch self {
    case .ping, .pong, .frame, .nothing: false
    default: true
    }
  }
}
