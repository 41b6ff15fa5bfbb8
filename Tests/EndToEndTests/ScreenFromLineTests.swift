import Glibc
import TestSupport
import Testing

/// F2 in a line session, on a pseudo-terminal: the whole screen and back.
@Suite struct `A line session on the whole screen` {
  private static let f2 = "\u{1b}OQ"

  private func start(_ words: String...) throws -> TerminalProgram {
    try TerminalProgram(
      Repository.wscope, words,
      environment: ["TERM": "xterm-256color", "SWIFT_BACKTRACE": "enable=no", "HOME": "/dev/null"])
  }

  /// Whether something was written since `mark`.
  private func wait(_ program: TerminalProgram, for text: String, since mark: Int) -> Bool {
    program.wait { $0.screen[mark...].text.contains(text) }
  }

  /// Presses F2 and waits until `text` is shown.
  private func change(_ program: TerminalProgram, with key: String = f2, until text: String) {
    let mark = program.screen.count
    program.type(key)
    #expect(wait(program, for: text, since: mark), "\(program.screen[mark...].text)")
  }

  private func expectLeft(_ program: TerminalProgram, _ status: ProgramStatus) {
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.status == status, "\(outcome)")
    #expect(program.hasSettingsAsBefore)
    #expect(ModesLeft(outcome.output.text).isEmpty, "\(ModesLeft(outcome.output.text))")
  }

  @Test func `keeps connection, messages and what is being written, both ways`() throws {
    let program = try start("loopback:?fragments=keep")
    #expect(program.wait(for: "connected in"))
    program.type("said before\r")
    #expect(program.wait(for: "11 B"))
    program.type("half a th")
    #expect(program.wait(for: "half a th"))
    change(program, until: "said before")
    #expect(program.wait(for: "FOLLOW"))
    let mark = program.screen.count
    program.type("ought\r")
    #expect(wait(program, for: "half a thought", since: mark), "\(program.screen[mark...].text)")
    program.type("the rest")
    #expect(wait(program, for: "the rest", since: mark))
    // What was sent and came meanwhile stands above the line that is gone on with.
    change(program, until: "half a thought")
    #expect(wait(program, for: "the rest", since: mark))
    program.type(" of it\r")
    #expect(program.wait(for: "the rest of it"))
    program.type("/stats\r")
    #expect(program.wait(for: "received"), "\(program.screen.text)")
    program.type("\u{4}")
    expectLeft(program, .exited(0))
    #expect(program.screen.text.ranges(of: "connected in").count == 1)
  }

  @Test func `comes back by q, and shows the screen as it was the next time`() throws {
    let program = try start("loopback:")
    #expect(program.wait(for: "connected in"))
    change(program, until: "open, after")
    change(program, with: "t", until: "delta")
    change(program, with: "q", until: "F2 full screen")
    change(program, until: "delta")
    change(program, with: "q", until: "F2 full screen")
    program.type("\u{4}")
    expectLeft(program, .exited(0))
  }

  @Test("gives the terminal back when a signal ends it", arguments: [SIGINT, SIGTERM, SIGHUP])
  func signal(number: Int32) throws {
    let program = try start("loopback:")
    #expect(program.wait(for: "connected in"))
    change(program, until: "open, after")
    program.signal(number)
    expectLeft(program, .exited(128 + number))
  }

  @Test func `gives the terminal back when what it waited for has come`() throws {
    let program = try start("--until", "tick 9", "loopback:tick?every=100ms")
    #expect(program.wait(for: "connected in"))
    change(program, until: "FOLLOW")
    expectLeft(program, .exited(0))
  }

  @Test func `ends when its terminal goes away`() throws {
    let program = try start("loopback:")
    #expect(program.wait(for: "connected in"))
    change(program, until: "open, after")
    program.hangUp()
    #expect(program.wait(limit: .seconds(5)).status == .exited(129))
  }

  @Test func `keeps what is written when the connection ends under it, for another`() throws {
    let program = try start("loopback:drop?after=700ms")
    #expect(program.wait(for: "connected in"))
    change(program, until: "FOLLOW")
    program.type("iunsent draft")
    #expect(program.wait(for: "reset by the peer"), "\(program.screen.text)")
    change(program, until: "unsent draft")
    #expect(program.wait(for: "/reconnect"), "\(program.screen.text)")
    program.signal(SIGTERM)
    expectLeft(program, .exited(143))
  }
}
