import Glibc
import Testing

@testable import Transport

@Suite struct `The loop` {
  @Test func `runs timers in the order they are due, and those of one instant in the order they were set`() throws {
    let loop = try Loop()
    var ran: [Int] = []
    loop.schedule(after: .milliseconds(20)) { ran.append(3) }
    loop.schedule(after: .milliseconds(5)) { ran.append(1) }
    loop.schedule(after: .milliseconds(10)) { ran.append(2) }
    loop.schedule(after: .milliseconds(30)) { loop.stop() }
    let begin = Instant.now
    loop.run()
    #expect(ran == [1, 2, 3])
    #expect(Instant.now - begin >= .milliseconds(30))
  }

  @Test func `forgets a cancelled timer, and takes a token twice`() throws {
    let loop = try Loop()
    var ran = false
    let token = loop.schedule(after: .zero) { ran = true }
    loop.cancel(token)
    loop.cancel(token)
    loop.schedule(after: .milliseconds(5)) { loop.stop() }
    loop.cancel(token)
    loop.run()
    #expect(!ran)
  }

  @Test func `lets others run between timers of no length`() throws {
    let loop = try Loop()
    var count = 0
    func again() {
      count += 1
      if count < 3 { loop.schedule(after: .zero, again) }
    }
    again()
    loop.turn(waitAtMost: .zero)
    #expect(count == 2)
    loop.turn(waitAtMost: .zero)
    #expect(count == 3)
  }

  @Test func `runs the end of a turn once, and does not sleep before it`() throws {
    let loop = try Loop()
    var calls: [String] = []
    loop.atEndOfTurn {
      calls.append("first")
      loop.atEndOfTurn { calls.append("second") }
    }
    loop.turn(waitAtMost: nil)
    #expect(calls == ["first"])
    loop.turn(waitAtMost: nil)
    #expect(calls == ["first", "second"])
  }

  @Test func `returns at once from a run that was stopped before`() throws {
    let loop = try Loop()
    loop.stop()
    loop.run()
  }

  @Test func `has one time for a whole turn`() throws {
    let loop = try Loop()
    var times: [Instant] = []
    loop.schedule(after: .zero) {
      times.append(loop.now)
      usleep(2000)
      times.append(loop.now)
    }
    loop.turn(waitAtMost: nil)
    #expect(times[0] == times[1])
    #expect(loop.now > times[0])
  }

  @Test func `hears signals`() async throws {
    await #expect(processExitsWith: .success) {
      let loop = try Loop()
      var heard: [Int32] = []
      try loop.onSignals([SIGUSR1, SIGTERM]) { number in
        heard.append(number)
        if heard.count == 2 { loop.stop() }
      }
      raise(SIGUSR1)
      loop.schedule(after: .milliseconds(1)) { raise(SIGTERM) }
      loop.run()
      exit(heard == [SIGUSR1, SIGTERM] ? 0 : 1)
    }
  }

  @Test func `tells a signal to all who hear it, and lets it act when nobody does`() async throws {
    await #expect(processExitsWith: .signal(SIGUSR1)) {
      let loop = try Loop()
      var heard: [String] = []
      let first = try loop.onSignals([SIGUSR1, SIGUSR2]) { heard.append("first \($0)") }
      let second = try loop.onSignals([SIGUSR1]) { heard.append("second \($0)") }
      raise(SIGUSR1)
      loop.turn(waitAtMost: .zero)
      first.cancel()
      raise(SIGUSR1)
      loop.turn(waitAtMost: .zero)
      second.cancel()
      guard heard == ["first \(SIGUSR1)", "second \(SIGUSR1)", "second \(SIGUSR1)"] else { exit(1) }
      raise(SIGUSR1)
      exit(2)
    }
  }

  @Test func `can let the process die by a signal it heard or ignored`() async throws {
    await #expect(processExitsWith: .signal(SIGINT)) {
      let loop = try Loop()
      try loop.onSignals([SIGINT]) { Signals.raiseDefault($0) }
      raise(SIGINT)
      loop.run()
    }
    await #expect(processExitsWith: .signal(SIGPIPE)) {
      _ = try Loop()
      Signals.raiseDefault(SIGPIPE)
    }
  }
}

@Suite struct `The timer queue` {
  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `agrees with a sorted list under random use`(seed: UInt64) {
    var state = seed
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let origin = Instant.now
    var queue = TimerQueue()
    var model: [(due: Int, name: Int, token: TimerToken)] = []
    var fired: [Int] = []
    for step in 0..<3000 {
      switch random(5) {
      case 0, 1, 2:
        let due = step + random(200)
        let token = queue.schedule(at: origin + .seconds(due)) { fired.append(step) }
        model.append((due, step, token))
      case 3 where !model.isEmpty:
        queue.cancel(model.remove(at: random(model.count)).token)
      default:
        fired = []
        while let action = queue.popDue(at: origin + .seconds(step), before: .max) { action() }
        let due = model.filter { $0.due <= step }.sorted { ($0.due, $0.name) < ($1.due, $1.name) }
        #expect(fired == due.map(\.name), "seed \(seed), step \(step)")
        model.removeAll { $0.due <= step }
      }
      #expect(queue.isEmpty == model.isEmpty, "seed \(seed), step \(step)")
    }
  }
}
