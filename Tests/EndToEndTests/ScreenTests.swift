import Glibc
import TestSupport
import Testing

/// `wscope tui` as a person would use it, on a pseudo-terminal.
@Suite struct `The full screen` {
  private func start(
    _ words: [String], rows: UInt16 = 24, columns: UInt16 = 80, folder: ScratchFolder? = nil
  ) throws -> TerminalProgram {
    var environment = ["TERM": "xterm-256color", "SWIFT_BACKTRACE": "enable=no", "HOME": "/dev/null"]
    environment["XDG_CONFIG_HOME"] = folder?.path
    return try TerminalProgram(
      Repository.wscope, ["tui"] + words, environment: environment, rows: rows, columns: columns)
  }

  private func expectLeft(_ program: TerminalProgram, _ status: ProgramStatus) {
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.status == status, "\(outcome)")
    expectRestored(program)
  }

  @Test func `sends what is written, shows the answer, and is left by q`() throws {
    let program = try start(["loopback:"])
    #expect(program.wait(for: "open, after"), "\(program.screen.text)")
    program.type("ihello there\r")
    #expect(program.wait { $0.screen.text.contains("11 B") })
    program.type("\u{1b}")
    usleep(200_000)
    program.type("q")
    #expect(program.wait(for: "q again quits"))
    program.type("q")
    expectLeft(program, .exited(0))
  }

  @Test func `gives the terminal back when the capture cannot be written`() throws {
    let program = try start(["--capture", "/dev/full", "loopback:"])
    expectLeft(program, .exited(23))
    #expect(program.screen.text.contains("cannot write /dev/full"))
  }

  @Test func `gives the terminal back after an editor that fails`() throws {
    let program = try TerminalProgram(
      Repository.wscope, ["tui", "loopback:"],
      environment: ["TERM": "xterm-256color", "HOME": "/dev/null", "EDITOR": "exit 3;"])
    #expect(program.wait(for: "open, after"))
    program.type("ikept\u{18}\u{5}")
    #expect(program.wait(for: "ended with status 3"), "\(program.screen.text)")
    program.signal(SIGTERM)
    expectLeft(program, .exited(143))
  }

  @Test func `moves the list by the wheel while a message is written`() throws {
    let program = try start(["loopback:tick?every=10ms"])
    #expect(program.wait(for: "tick 30"), "\(program.screen.text)")
    program.type("idraft")
    #expect(program.wait(for: "draft"))
    program.type("\u{1b}OA\u{1b}OA\u{1b}OA")
    #expect(program.wait(for: "above"), "\(program.screen.text)")
    program.type("\u{1b}")
    usleep(200_000)
    program.type("qq")
    expectLeft(program, .exited(0))
  }

  @Test func `shows why there is no connection, and goes on`() throws {
    let program = try start(["ws://localhost:1/", "loopback:status?code=503", "loopback:close?code=4000&reason=enough"])
    #expect(program.wait(for: "connection refused"), "\(program.screen.text)")
    program.type("2")
    #expect(program.wait(for: "503"), "\(program.screen.text)")
    program.type("3")
    #expect(program.wait(for: "4000"), "\(program.screen.text)")
    program.type("q")
    expectLeft(program, .exited(0))
  }

  @Test func `keeps what is written when the connection ends under it`() throws {
    let program = try start(["loopback:drop?after=1s"])
    program.type("iunsent draft")
    #expect(program.wait(for: "unsent draft"))
    #expect(program.wait(for: "reset by the peer"), "\(program.screen.text)")
    program.type("\r")
    #expect(program.wait(for: "the draft stays"), "\(program.screen.text)")
    program.signal(SIGTERM)
    expectLeft(program, .exited(143))
  }

  @Test func `follows the size of the terminal`() throws {
    let program = try start(["loopback:"])
    #expect(program.wait(for: "open, after"))
    for (rows, columns) in [(10, 40), (40, 140), (24, 80)] as [(UInt16, UInt16)] {
      let drawn = program.screen.text.ranges(of: "FOLLOW").count
      program.resize(rows: rows, columns: columns)
      #expect(program.wait { $0.screen.text.ranges(of: "FOLLOW").count > drawn }, "\(rows) x \(columns)")
    }
    program.type("qq")
    expectLeft(program, .exited(0))
  }

  @Test func `opens captures`() throws {
    let folder = try ScratchFolder()
    let capture = folder.path("capture.jsonl")
    let recorded = try Wscope.run("--capture", capture, "-1", "-x", "recorded before", "loopback:")
    #expect(recorded.status == .exited(0), "\(recorded)")
    let program = try start(["--open", capture])
    #expect(program.wait(for: "recorded before"), "\(program.screen.text)")
    #expect(program.wait(for: "file"))
    program.type("q")
    expectLeft(program, .exited(0))
  }

  @Test func `keeps settings, snippets and what is saved in files`() throws {
    let folder = try ScratchFolder()
    let program = try start(["loopback:"], folder: folder)
    #expect(program.wait(for: "open, after"))
    program.type("t")
    program.type("ihello\u{18}sgreeting\r")
    #expect(program.wait(for: "kept as greeting"), "\(program.screen.text)")
    program.signal(SIGTERM)
    expectLeft(program, .exited(143))
    #expect(try Files.lines(folder.path("wscope/config")).first == "time = delta")
    #expect(
      try Files.lines(folder.path("wscope/snippets")).first == #"{"name":"greeting","type":"text","text":"hello"}"#)
  }

  @Test(
    "says what it needs", arguments: [(["--plain"], "plain"), (["--memory", "1"], "--memory"), (["nonsense"], "URL")])
  func refusal(words: [String], expected: String) throws {
    let outcome = try TestSupport.run(Repository.wscope, ["tui"] + words)
    #expect(outcome.status == .exited(2), "\(outcome)")
    #expect(outcome.errors.text.contains(expected), "\(outcome)")
  }
}
