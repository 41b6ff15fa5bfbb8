import JSONSyntax
import WebSocketCore

/// What the steps do when their turn comes.
extension ScriptMachine {
  /// What a step waits for.
  struct Wait {
    let step: Step
    let since: Instant
    var kind: Kind
    /// For all but expectations, which have their own.
    var ownDeadline: Instant?
    /// Messages that were passed over.
    var skipped: [String] = []
    var skippedCount = 0

    enum Kind {
      case time
      /// Where the answer has come, what its conditions look at.
      case connect(ConnectStep, ConnectionNumber, Found?)
      case listen
      case accept(AcceptStep)
      /// Before something is sent: until less waits to be sent.
      case room(ConnectionNumber)
      case expect([Expected])
    }

    var deadline: Instant? {
      guard case .expect(let expected) = kind else { return ownDeadline }
      return expected.lazy.filter { !$0.isDone }.map(\.deadline).min()
    }
  }

  /// An expectation that is waited for.
  struct Expected {
    let expectation: Expectation
    let matcher: ResolvedMatcher
    let number: ConnectionNumber
    let deadline: Instant
    let limit: Duration
    var isDone = false
    var isOptional: Bool { expectation.sign == .optional }
  }

  /// A step's turn has come: it is done at once, or waits.
  mutating func begin(_ step: Step, _ now: Instant) throws(ValueFailure) {
    let place = step.place
    switch step.action {
    case .connect(let connect): try begin(connect, step, now)
    case .server(let server): try begin(server, step, now)
    case .accept(let accept):
      startCommand()
      wait(.accept(accept), step, now, limit: accept.limit ?? limit)
      look(now)
    case .send(let name, let outgoing): try begin(step, name, outgoing, now)
    case .expect(let expectation): wait(.expect([try expect(expectation, now)]), step, now, limit: nil); look(now)
    case .anyOrder(let expectations):
      var expected: [Expected] = []
      for expectation in expectations { expected.append(try expect(expectation, now)) }
      wait(.expect(expected), step, now, limit: nil)
      look(now)
    case .reconnect(let name): try reconnect(name, step, now)
    case .drop(let name):
      act(.drop(try number(name)))
      done(step, since: now, now)
    case .stall(let name):
      act(.stall(try number(name), true))
      done(step, since: now, now)
    case .resume(let name):
      act(.stall(try number(name), false))
      done(step, since: now, now)
    case .set(let name, let value):
      values.set(name, try values.value(value, at: place))
      done(step, since: now, now)
    case .wait(let time): wait(.time, step, now, limit: time)
    case .within(let time):
      limit = time
      done(step, since: now, now)
    case .ignore(let expectation): try add(expectation, answers: nil, step, now)
    case .when(let expectation, let answers): try add(expectation, answers: answers, step, now)
    case .repeat(let count, let steps): push(steps, times: count)
    }
  }

  private mutating func wait(_ kind: Wait.Kind, _ step: Step, _ now: Instant, limit: Duration?) {
    state = .waiting(Wait(step: step, since: now, kind: kind, ownDeadline: limit.map { now + $0 }))
  }

  private mutating func expect(_ expectation: Expectation, _ now: Instant) throws(ValueFailure) -> Expected {
    let matcher: ResolvedMatcher
    let number: ConnectionNumber
    do throws(ValueFailure) {
      matcher = try values.resolve(expectation.matcher, at: expectation.place)
      number = try self.number(expectation.connection)
    } catch {
      var failure = error
      failure.place = expectation.place
      throw failure
    }
    var limit = expectation.limit ?? (expectation.sign == .optional ? Self.optionalTime : self.limit)
    if case .nothing(let time) = matcher { limit = time }
    return Expected(
      expectation: expectation, matcher: matcher, number: number, deadline: now + limit,
      limit: limit)
  }

  // MARK: Connections

  private mutating func begin(_ connect: ConnectStep, _ step: Step, _ now: Instant) throws(ValueFailure) {
    var options: [(place: SourcePlace, name: String, value: String?)] = []
    for option in connect.options {
      var value: String?
      if let template = option.value { value = try values.text(template, at: option.place) }
      options.append((option.place, option.name, value))
    }
    let request = ConnectRequest(url: try values.text(connect.url, at: step.place), options: options)
    try leave(connect.connection)
    let number = addPeer(connect.connection, request)
    act(.connect(number, request))
    wait(.connect(connect, number, nil), step, now, limit: connect.limit)
  }

  private mutating func reconnect(_ name: String?, _ step: Step, _ now: Instant) throws(ValueFailure) {
    guard let request = peers[try number(name)].request else {
      throw ValueFailure(
        kind: .connect, sentence: "only what was connected can be connected again",
        hint: "this connection was accepted; its client must come again")
    }
    try leave(name)
    let number = addPeer(name, request)
    act(.connect(number, request))
    wait(
      .connect(ConnectStep(connection: name, url: Template(text: request.url)), number, nil), step, now, limit: nil)
  }

  /// The name goes to another connection: one that is open is closed.
  private mutating func leave(_ name: String?) throws(ValueFailure) {
    guard let old = try? number(name), !peers[old].hasEnded else { return }
    act(.stall(old, false))
    act(.pause(old, false))
    act(.close(old))
  }

  private mutating func begin(_ server: ServerStep, _ step: Step, _ now: Instant) throws(ValueFailure) {
    func text(_ template: Template?) throws(ValueFailure) -> String? {
      guard let template else { return nil }
      var values = values
      return try values.text(template, at: step.place)
    }
    var subprotocols: [String] = []
    for template in server.subprotocols { subprotocols.append(try values.text(template, at: step.place)) }
    let folder = { (path: String) in ScriptParser.beside(step.place.file, path) }
    act(
      .listen(
        ServerRequest(
          name: server.name, address: try text(server.address), subprotocols: subprotocols,
          certificateFile: try text(server.certificateFile).map(folder), keyFile: try text(server.keyFile).map(folder),
          deflates: server.deflates)))
    wait(.listen, step, now, limit: limit)
  }

  /// The answer to a handshake, or the request of a client, has come; what it says is looked at next.
  mutating func found(_ found: Found, _ number: ConnectionNumber, _ now: Instant) {
    guard case .waiting(var wait) = state, case .connect(let step, number, nil) = wait.kind else { return }
    var found = found
    found.latency = wait.since.duration(to: now)
    wait.kind = .connect(step, number, found)
    state = .waiting(wait)
  }

  mutating func refused(_ number: ConnectionNumber, _ head: HTTPResponseHead, _ body: [UInt8], _ now: Instant) {
    peers[number].isGone = true
    guard case .waiting(let wait) = state, case .connect(let step, number, nil) = wait.kind else { return }
    guard step.takesRefusal else {
      let reason = head.reason.isEmpty ? HTTPResponseHead.registeredReason(head.status) : head.reason
      return fail(
        .handshake, "the server refused the handshake: \(head.status) \(reason)", in: wait, number: number,
        expected: "status 101",
        received: "status \(head.status)" + (body.isEmpty ? "" : " with the body \(ReceivedWords.text(body))"),
        hint: "assert status == \(head.status), indented below connect, takes it for the answer", now)
    }
    peers[number].addBody(body, at: now)
    judge(number, now)
    found(
      Found(
        message: ReceivedMessage(opcode: .text, payload: body, time: now), headers: head.headers, status: head.status),
      number, now)
  }

  // MARK: Sending

  private mutating func begin(
    _ step: Step, _ name: String?, _ outgoing: Outgoing, _ now: Instant
  ) throws(ValueFailure) {
    let number = try number(name)
    let payload = try values.resolve(outgoing, at: step.place)
    if let reason = refusal(of: payload, on: number) {
      return fail(
        .send, reason, at: step.place, step: step, number: number,
        expected: nil, received: peers[number].verdict.map { "\($0)" }, now)
    }
    guard !peers[number].isFull else {
      return wait(.room(number), step, now, limit: limit)
    }
    send(payload, on: number)
    done(step, since: now, now)
  }

  mutating func send(_ payload: SentPayload, on number: ConnectionNumber) {
    if case .close = payload { peers[number].isClosing = true }
    act(.send(number, payload))
  }

  /// Why something cannot be sent on a connection.
  func refusal(of payload: SentPayload, on number: ConnectionNumber) -> String? {
    let peer = peers[number]
    if peer.hasEnded || !peer.isOpen { return "the connection has ended" }
    switch payload {
    // What breaks rules may be sent at any time.
    case .frame, .bytes: return nil
    default: break
    }
    if peer.isClosing { return "a Close has been sent: nothing can follow it" }
    return peer.hasClosed ? "the peer has closed: nothing can follow its Close" : nil
  }

  // MARK: Rules

  private mutating func add(
    _ expectation: Expectation, answers: [Step]?, _ step: Step, _ now: Instant
  ) throws(ValueFailure) {
    let matcher = try values.resolve(expectation.matcher, at: expectation.place)
    rules.append(
      Rule(connection: expectation.connection, matcher: matcher, expectation: expectation, answers: answers))
    done(step, since: now, now)
    // What has come and was not taken is looked at anew: when it came is nothing that a script can know.
    for number in peers.indices where peers[number].name == expectation.connection {
      peers[number].judgedCount = 0
      judge(number, now)
    }
  }

  /// Lets the rules look at what they have not seen yet, in order.
  mutating func judge(_ number: ConnectionNumber, _ now: Instant) {
    let name = peers[number].name
    let isNamed = peers[number].waitingServer == nil
    let rules = isNamed ? self.rules.filter { $0.connection == name } : []
    guard !rules.isEmpty else {
      // A client that nobody has accepted has no name, and no rules yet.
      peers[number].judgedCount = peers[number].mailbox.count
      return
    }
    next: while peers[number].judgedCount < peers[number].mailbox.count {
      let index = peers[number].judgedCount
      guard case .message(let message) = peers[number].mailbox[index] else {
        peers[number].judgedCount += 1
        continue
      }
      for rule in rules {
        switch rule.matcher.fit(message, memory) {
        case .no: continue
        case .unknown(let questions): return ask(questions)
        case .late(let expression):
          return fail(.pattern, ScriptValues.late(expression), at: rule.expectation.place, number: number, now)
        case .yes:
          do throws(ValueFailure) {
            guard try apply(rule, to: message, on: number, now) else { return }
          } catch {
            return fail(error, at: rule.expectation.place, step: nil, now)
          }
          peers[number].take(at: index)
          continue next
        }
      }
      peers[number].judgedCount += 1
    }
  }

  /// Answers a message as `when` says.
  /// - Returns: false where an answer of the matcher is awaited, or a capture failed.
  private mutating func apply(
    _ rule: Rule, to message: ReceivedMessage, on number: ConnectionNumber, _ now: Instant
  ) throws(ValueFailure) -> Bool {
    guard let answers = rule.answers else { return true }
    let found = Found(message: message, latency: message.latency)
    guard let captures = try captures(rule.expectation.conditions, of: found, number, nil, now) else { return false }
    for (name, value) in captures { values.set(name, value) }
    for answer in answers {
      guard case .send(let name, let outgoing) = answer.action else { continue }
      let target = try self.number(name)
      let payload = try values.resolve(outgoing, at: answer.place)
      // A peer that has closed wants no answers.
      if refusal(of: payload, on: target) == nil { send(payload, on: target) }
    }
    return true
  }
}
