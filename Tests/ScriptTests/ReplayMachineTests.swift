import Testing
import WebSocketCore

@testable import Script

/// Plays a replay: a row is what happens, and what the machine then wants done, in words.
private struct ReplayPlay {
  private var machine: ReplayMachine
  private var now = ContinuousClock.now

  init(_ steps: [(ReplayPlan.Action, Int, Duration)], pace: ReplayMachine.Pace = .turns) {
    var last = Duration.zero
    let plan = ReplayPlan(
      steps.map { action, connection, time in
        defer { last = time }
        return ReplayPlan.Step(connection: connection, action: action, time: time, waited: time - last)
      })
    machine = ReplayMachine(plan, pace: pace, limit: .seconds(5))
  }

  mutating func happen(_ event: ReplayMachine.Event? = nil, on connection: Int = 1, after time: Duration = .zero)
    -> [String]
  {
    now += time
    if let event { machine.handle(event, on: connection, at: now) }
    var words: [String] = []
    while let action = machine.next(at: now) {
      switch action {
      case .connect(let number): words.append("connect \(number)")
      case .send(let number, .message(_, let bytes)):
        words.append("\(number)> \(String(decoding: bytes, as: UTF8.self))")
      case .send(let number, .close): words.append("\(number)>close")
      case .send(let number, _): words.append("\(number)>other")
      case .drop(let number): words.append("drop \(number)")
      case .close(let number): words.append("close \(number)")
      }
    }
    return words
  }

  var failure: String? { machine.failure?.description }
  var isOver: Bool { machine.isOver }
  var tally: ReplayMachine.Tally { machine.tally }
  var wait: Duration? { machine.deadline.map { now.duration(to: $0) } }
}

private func text(_ text: String) -> ReplayPlan.Action { .send(.message(.text, Array(text.utf8))) }

@Suite struct `A replay` {
  private static let dialogue: [(ReplayPlan.Action, Int, Duration)] = [
    (.connect, 1, .zero), (text("a"), 1, .seconds(1)), (text("b"), 1, .seconds(2)),
    (.awaitMessage, 1, .seconds(3)), (.awaitMessage, 1, .seconds(3)), (text("c"), 1, .seconds(4)),
    (.awaitMessage, 1, .seconds(24)),
  ]

  @Test func `by turns sends when what came before has come`() {
    var play = ReplayPlay(Self.dialogue)
    #expect(play.happen() == ["connect 1"])
    #expect(play.happen(after: .seconds(60)) == [])
    #expect(play.happen(.opened) == ["1> a", "1> b"])
    #expect(play.wait == .seconds(5))
    #expect(play.happen(.message) == [])
    #expect(play.happen(.message) == ["1> c"])
    // It took 20 seconds in the capture.
    #expect(play.wait == .seconds(40))
    #expect(play.happen(.message, after: .seconds(39)) == ["close 1"])
    #expect(!play.isOver)
    #expect(play.happen(.ended("closed")) == [])
    #expect(play.isOver && play.failure == nil)
    #expect(play.tally == ReplayMachine.Tally(sent: 3, received: 3))
  }

  @Test func `takes messages that came too early for what they are`() {
    var play = ReplayPlay(Self.dialogue)
    _ = play.happen()
    _ = play.happen(.opened)
    _ = play.happen(.message)
    #expect(play.happen(.message) == ["1> c"])
    #expect(play.happen(.message) == ["close 1"])
  }

  @Test func `by time sends at its time, whatever has come`() {
    var play = ReplayPlay(Self.dialogue, pace: .times(speed: 2))
    #expect(play.happen() == ["connect 1"])
    #expect(play.happen(.opened, after: .milliseconds(100)) == [])
    #expect(play.wait == .milliseconds(400))
    #expect(play.happen(after: .milliseconds(400)) == ["1> a"])
    #expect(play.happen(after: .milliseconds(500)) == ["1> b"])
    #expect(play.happen(after: .seconds(2)) == ["1> c"])
    #expect(play.happen(.message) == [])
    #expect(play.happen(.message) == [])
    #expect(play.wait == .seconds(5))
    #expect(play.happen(.message) == ["close 1"])
  }

  @Test(
    "fails where what came in the capture does not",
    arguments: [
      (ReplayMachine.Pace.turns, "message 1 of 3 did not come within 5.0 s"),
      (.times(speed: 10), "0 of 3 messages came"),
    ])
  func silence(pace: ReplayMachine.Pace, words: String) {
    var play = ReplayPlay(Self.dialogue, pace: pace)
    _ = play.happen()
    _ = play.happen(.opened)
    _ = play.happen(after: .seconds(1))
    #expect(play.failure == nil)
    #expect(play.happen(after: .seconds(6)) == ["close 1"])
    #expect(play.failure == words)
    #expect(play.happen(.ended("x")) == [] && play.isOver)
  }

  @Test func `fails where the connection ends too early`() {
    var play = ReplayPlay(Self.dialogue)
    _ = play.happen()
    _ = play.happen(.opened)
    #expect(play.happen(.ended("gone")) == [])
    #expect(play.failure == "it ended before message 1 of 3: gone")
    #expect(play.isOver)
    var other = ReplayPlay(
      [(.connect, 1, .zero), (text("a"), 1, .zero), (text("b"), 1, .seconds(1))], pace: .times(speed: 1))
    _ = other.happen()
    #expect(other.happen(.opened) == ["1> a"])
    #expect(other.happen(.ended("gone")) == [])
    #expect(other.happen(after: .seconds(1)) == [])
    #expect(other.failure == "it ended with 1 message not sent: gone")
  }

  @Test func `waits for a server that does not read, up to the limit`() {
    var play = ReplayPlay([(.connect, 1, .zero), (text("a"), 1, .zero), (text("b"), 1, .zero), (text("c"), 1, .zero)])
    _ = play.happen()
    _ = play.happen(.full(true))
    #expect(play.happen(.opened) == [])
    #expect(play.happen(.full(false), after: .seconds(4)) == ["1> a", "1> b", "1> c", "close 1"])
    var stuck = ReplayPlay([(.connect, 1, .zero), (text("a"), 1, .zero)])
    _ = stuck.happen()
    _ = stuck.happen(.full(true))
    _ = stuck.happen(.opened)
    #expect(stuck.happen(after: .seconds(5)) == ["close 1"])
    #expect(stuck.failure == "the server does not read: what was sent before still waits after 5.0 s")
  }

  @Test func `ends as the capture did`() {
    var closed = ReplayPlay([
      (.connect, 1, .zero), (.send(.close(.normal, reason: "")), 1, .zero), (.awaitMessage, 1, .zero),
      (.awaitEnd, 1, .zero),
    ])
    _ = closed.happen()
    #expect(closed.happen(.opened) == ["1>close"])
    #expect(closed.happen(.ended("closed")) == [])
    #expect(closed.isOver && closed.failure == nil)
    var dropped = ReplayPlay([(.connect, 1, .zero), (.drop, 1, .zero)])
    _ = dropped.happen()
    #expect(dropped.happen(.opened) == ["drop 1", "close 1"])
    var open = ReplayPlay([(.connect, 1, .zero), (.awaitEnd, 1, .zero)])
    _ = open.happen()
    #expect(open.happen(.opened) == [])
    #expect(open.happen(after: .seconds(5)) == ["close 1"])
    #expect(open.failure == "the server did not close within 5.0 s")
  }

  @Test func `keeps the order of what several connections sent`() {
    var play = ReplayPlay([
      (.connect, 1, .zero), (.connect, 2, .zero), (text("a"), 2, .zero), (.awaitMessage, 1, .zero),
      (text("b"), 1, .zero),
      (.awaitPong, 2, .zero), (text("c"), 2, .zero),
    ])
    #expect(play.happen() == ["connect 1", "connect 2"])
    #expect(play.happen(.opened, on: 1) == [])
    #expect(play.happen(.opened, on: 2) == ["2> a"])
    #expect(play.happen(.pong, on: 2) == [])
    #expect(play.happen(.message, on: 1) == ["1> b", "2> c", "close 1", "close 2"])
    var failing = ReplayPlay([(.connect, 1, .zero), (.connect, 2, .zero), (.awaitPong, 2, .zero)])
    _ = failing.happen()
    _ = failing.happen(.opened, on: 2)
    #expect(failing.happen(.ended("no"), on: 1) == [])
    #expect(failing.happen(after: .seconds(5)) == ["close 2"])
    #expect(failing.failure == "connection 2: the pong did not come within 5.0 s")
  }
}
