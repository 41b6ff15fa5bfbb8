import Engine
import Inspector
import PlainText
import Terminal
import Trace
import WebSocketCore

extension Model {
  /// Takes in what happened. Messages change data, never what is looked at, written or focused.
  /// - Parameter now: the time, in the screen's.
  mutating func update(_ event: ScreenEvent, now: Int64) -> [Effect] {
    self.now = now
    switch event {
    case .input(let input): return take(input)
    case .resized(let size):
      self.size = size
      return []
    case .wheel(let distance): return move(distance)
    case .trace(let number, let event):
      guard let place = place(of: number) else { return [] }
      take(event, at: place)
    case .captured(let number, let event):
      guard let place = place(of: number) else { return [] }
      take(event, at: place)
    case .opened(let number): change(number) { $0.phase = .open(since: now) }
    case .failed(let number, let reason):
      change(number) {
        $0.phase = .closed(reason)
        $0.closeCode = nil
        $0.note("not connected: \(reason)", isProblem: true, time: now)
      }
    case .waiting(let number, let delay):
      change(number) { connection in
        let reason = if case .closed(let reason) = connection.phase { reason } else { "" }
        connection.attempts += 1
        connection.phase = .waiting(until: now + delay.nanoseconds, reason)
      }
    case .connecting(let number):
      change(number) { $0.began(nil) }
    case .second(let snapshots): endSecond(snapshots)
    case .matched(let key, let answer): matched(key, answer)
    case .edited(let text):
      guard let text, connections.indices.contains(current) else { return [] }
      connections[current].composer.editor.replaceText(text)
      judge()
    case .written(let draft): goOn(with: draft)
    case .told(let text): message = text
    }
    return []
  }

  /// What the matcher of `key` looks for.
  func filter(_ key: MatchKey) -> Filter? {
    let list = key.isMerged ? merged : place(of: key.connection).map { connections[$0].list }
    return key.part == .filter ? list?.filters[key.connection]?.filter : list?.hits[key.connection]?.filter
  }

  mutating func change(_ number: Int, _ body: (inout ConnectionState) -> Void) {
    guard let place = place(of: number) else { return }
    body(&connections[place])
  }

  private mutating func take(_ event: TraceEvent, at place: Int) {
    switch event {
    case .frame(let frame):
      let before = connections[place].store.memory
      connections[place].take(frame, start: start)
      if connections[place].store.memory != before { enforceLimits() }
      if frame.header.opcode == .close, connections[place].isOpen { connections[place].phase = .closing }
    case .began(let phase, _):
      connections[place].began(phase)
    case .attemptFailed(let phase, let reason):
      connections[place].note("\(phase.gerund): \(reason)", isProblem: true, time: now)
    case .finished(let phase, let what, let duration):
      connections[place].facts.phases.append((phase, duration))
      if phase == .connect { connections[place].facts.address = what }
    case .secured(let security): connections[place].facts.security = security
    case .request(let bytes): connections[place].facts.request = ConnectionFacts.lines(bytes, mask)
    case .response(let head): connections[place].facts.response = ConnectionFacts.lines(head.bytes, mask)
    case .opened(let answer): opened(answer, at: place)
    case .refused(let failure):
      connections[place].note("\(failure) (\(failure.section))", isProblem: true, time: now)
    case .tolerated(let violation):
      connections[place].note("\(violation) (\(violation.section))", isProblem: true, time: now)
    case .sentBytes(let bytes, _):
      connections[place].note("raw bytes sent: \(Quantity.bytes(bytes.count))", isProblem: false, time: now)
    case .ended(let verdict):
      connections[place].phase = .closed("\(verdict)")
      connections[place].closeCode =
        (verdict.receivedClose ?? verdict.sentClose).map { $0.code?.rawValue ?? 1005 } ?? 1006
      connections[place].isStalled = false
      connections[place].queuedBytes = 0
      connections[place].note("\(verdict)", isProblem: !verdict.isNormal, time: now)
    }
  }

  private func enforceLimits() {
    let found = connections.reduce(merged?.memory ?? 0) { $0 + $1.list.memory }
    limits.enforce(on: connections.map(\.store), found: found)
  }

  /// What a file says that happened.
  private mutating func take(_ event: CapturedEvent, at place: Int) {
    switch event.content {
    case .start(let role, _): connections[place].role = role
    case .trace(let event): take(event, at: place)
    case .refused(let reason), .failed(let reason): connections[place].note(reason, isProblem: true, time: now)
    case .frame(let frame, let remarks):
      take(.frame(frame), at: place)
      for remark in remarks where remark.isViolation {
        connections[place].note("\(remark.text) (\(remark.section ?? ""))", isProblem: true, time: now)
      }
    case .remark(let remark): connections[place].note(remark.text, isProblem: remark.isViolation, time: now)
    case .end(let end): connections[place].note(end.text, isProblem: end.violation != nil, time: now)
    }
  }

  private mutating func opened(_ answer: HandshakeAnswer, at place: Int) {
    connections[place].facts.answer = answer
    connections[place].attempts = 0
    connections[place].history.restart()
    if connections[place].phase != .file { connections[place].phase = .open(since: now) }
    for note in answer.notes { connections[place].note(note, isProblem: true, time: now) }
    let time = connections[place].facts.phases.reduce(Duration.zero) { $0 + $1.duration }
    connections[place].note("open, after \(Quantity.duration(time))", isProblem: false, time: now)
  }

  private mutating func endSecond(_ snapshots: [Int: ScreenEvent.Snapshot]) {
    for (number, snapshot) in snapshots {
      change(number) {
        $0.statistics = snapshot.statistics
        $0.history.add(snapshot.statistics)
        $0.queuedBytes = snapshot.queuedBytes
        $0.isStalled = snapshot.isStalled
      }
    }
    // What is old changes with time.
    for place in connections.indices where connections[place].list.state.filterText.contains("age") {
      let connection = connections[place]
      _ = connections[place].list.applyFilter([connection.number: connection.store], names)
    }
  }

  private mutating func matched(_ key: MatchKey, _ answer: Bool?) {
    func tell(_ list: inout MessageList) {
      if let answer {
        list.answered(key.part, connection: key.connection, answer)
      } else {
        list.giveUp(key.part)
      }
    }
    if key.isMerged {
      if var list = merged {
        tell(&list)
        merged = list
      }
    } else {
      change(key.connection) { tell(&$0.list) }
    }
    if answer == nil { message = list.complaint }
  }

  /// Looks at what is written in the composer.
  mutating func judge() {
    guard connections.indices.contains(current) else { return }
    connections[current].composer.judge(variables, now: utcNow)
  }
}
