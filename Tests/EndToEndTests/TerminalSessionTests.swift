import Glibc
import TestSupport
import Testing

/// What people see a session in.
enum Screen: String, CaseIterable, CustomTestStringConvertible {
  case line, full

  var testDescription: String { rawValue }

  /// The words that start it.
  func words(_ words: String...) -> [String] { (self == .line ? [] : ["tui"]) + words }

  /// What shows that it is there; each frame that draws all of it has it.
  var sign: String { self == .line ? "Ctrl-D closes" : "writes a message" }

  /// The keys that leave it.
  var leave: String { self == .line ? "\u{4}" : "qq" }

  /// Starts it on a terminal, and waits until it is there.
  func start(_ url: String) throws -> TerminalProgram {
    let program = try TerminalProgram(Repository.wscope, words(url), environment: Self.environment)
    #expect(program.wait(for: sign), "\(program.screen.text)")
    return program
  }

  /// Of terminals that do not answer; Swift's own handler of crashes would take its time.
  static let environment = ["TERM": "xterm-256color", "SWIFT_BACKTRACE": "enable=no"]
}

@Suite struct `The terminal of a session` {
  @Test(
    arguments: [
      (.line, "\u{4}"), (.line, "/quit\r"), (.line, "/close\r\u{4}"), (.line, "\u{3}\u{3}"), (.line, "\u{3}\u{4}"),
      (.line, "draft\u{3}\u{4}"), (.full, "qq"), (.full, "\u{3}\u{3}"),
    ] as [(Screen, String)])
  func `is as before when keys end it`(screen: Screen, keys: String) throws {
    let program = try screen.start("loopback:")
    program.type(keys)
    let outcome = program.wait(limit: .seconds(5))
    #expect(outcome.status == .exited(0), "\(outcome)")
    expectRestored(program)
    if screen == .line { #expect(outcome.output.text.contains("closed by us"), "\(outcome)") }
  }

  @Test(
    arguments: Screen.allCases,
    [SIGINT, SIGTERM, SIGHUP].map { ($0, ProgramStatus.exited(128 + $0)) }
      + [
        SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU,
      ].map { ($0, ProgramStatus.signaled($0)) })
  func `is as before when a signal ends it`(screen: Screen, end: (number: Int32, status: ProgramStatus)) throws {
    let program = try screen.start("loopback:")
    program.type("x")
    program.signal(end.number)
    let outcome = program.wait(limit: .seconds(5))
    #expect(outcome.status == end.status, "\(outcome)")
    expectRestored(program)
    guard screen == .line else { return }
    let text = outcome.output.text
    if case .exited = end.status {
      #expect(text.contains("closed by us"), "\(outcome)")
    } else {
      // What a shell says then begins a row of its own, and nothing of the prompt is below it.
      #expect(text.contains("\r\n\u{1b}[J"), "\(outcome)")
    }
  }

  @Test(
    arguments: [
      (["ws://127.0.0.1:1/"], 7), (["tui", "ws://"], 3), (["tui", "--no-such"], 2),
      (["tui", "--open", "/no/such"], 26),
    ] as [([String], Int32)])
  func `is as before when it ends by an error`(words: [String], status: Int32) throws {
    let program = try TerminalProgram(Repository.wscope, words, environment: Screen.environment)
    let outcome = program.wait(limit: .seconds(5))
    #expect(outcome.status == .exited(status), "\(outcome)")
    #expect(outcome.output.text.contains("wscope: "), "\(outcome)")
    expectRestored(program)
  }

  @Test(arguments: Screen.allCases) func `ends it by going away`(screen: Screen) throws {
    let program = try screen.start("loopback:blast")
    program.hangUp()
    #expect(program.wait(limit: .seconds(5)).status == .exited(129))
  }

  @Test(arguments: Screen.allCases, ["fg", "TERM"]) func `is the shell's while it is stopped`(
    screen: Screen, end: String
  ) throws {
    let script =
      #""$WSCOPE" $WORDS & echo "pid $!"; fg >/dev/null; echo "stopped $?"; read line; fg >/dev/null; echo "ended $?""#
    var environment = Screen.environment
    (environment["WSCOPE"], environment["WORDS"]) = (
      Repository.wscope, screen.words("loopback:").joined(separator: " ")
    )
    let program = try TerminalProgram("/bin/sh", ["-mc", script], environment: environment)
    #expect(program.wait(for: screen.sign), "\(program.screen.text)")
    let digits = program.screen.text.firstRange(of: "pid ").map { program.screen.text[$0.upperBound...] }
    let process = try #require(pid_t(digits?.prefix { $0.isNumber } ?? ""))
    program.type("\u{1a}")
    #expect(program.wait(for: "stopped"), "\(program.screen.text)")
    expectRestored(program)
    if end == "TERM" {
      kill(process, SIGTERM)
      kill(process, SIGCONT)
      program.wait(limit: .milliseconds(300)) { _ in false }
      expectRestored(program)
      program.type("\n")
    } else {
      let drawn = program.screen.text.ranges(of: screen.sign).count
      program.resize(rows: 30, columns: 100)
      program.type("\n")
      #expect(program.wait { $0.screen.text.ranges(of: screen.sign).count > drawn }, "\(program.screen.text)")
      #expect(!program.isInOrdinaryMode)
      program.type(screen.leave)
    }
    #expect(program.wait(for: "ended"), "\(program.screen.text)")
    expectRestored(program)
  }

  @Test(arguments: Screen.allCases, [(1, 1), (1, 24), (20, 2), (500, 500)] as [(UInt16, UInt16)])
  func `may have any size`(screen: Screen, size: (columns: UInt16, rows: UInt16)) throws {
    let folder = try ScratchFolder()
    let capture = folder.path("capture.jsonl")
    let program = try TerminalProgram(
      Repository.wscope, screen.words("--capture", capture, "loopback:"), environment: Screen.environment,
      rows: size.rows, columns: size.columns)
    /// What is too small to be read is known from the capture.
    func wait(for event: String, _ count: Int = 1) {
      #expect(
        program.wait { _ in (try? Files.lines(capture))?.count { $0.contains(event) } == count },
        "\(event): \(program.screen.text)")
    }
    wait(for: #""type":"open""#)
    let message = "世界 \u{1F468}\u{200D}\u{1F469} hello"
    program.type(screen == .line ? message + "\r/help\r/he\t\t" : "i" + message + "\r\u{1b}")
    wait(for: "hello", 2)
    program.resize(rows: size.columns, columns: size.rows)
    program.wait(limit: .milliseconds(80)) { _ in false }
    // Of a line session: the list, the line, and then the session.
    program.type(screen == .line ? "\u{3}\u{3}\u{4}" : screen.leave)
    let outcome = program.wait(limit: .seconds(5))
    #expect(outcome.status == .exited(0), "\(outcome)")
    expectRestored(program)
    #expect(try Files.lines(capture).count { $0.contains(message) } == 2)
  }
}

@Suite struct `A session in lines` {
  @Test func `keeps what was being typed when it is stopped and goes on`() throws {
    let script = #""$WSCOPE" loopback:; echo "stopped $?"; read line; fg >/dev/null; echo "ended $?""#
    var environment = Screen.environment
    environment["WSCOPE"] = Repository.wscope
    let program = try TerminalProgram("/bin/sh", ["-mc", script], environment: environment)
    #expect(program.wait(for: Screen.line.sign), "\(program.screen.text)")
    program.type("half a line\u{1a}")
    #expect(program.wait(for: "stopped"), "\(program.screen.text)")
    expectRestored(program)
    program.type("\n")
    #expect(program.wait { !$0.isInOrdinaryMode })
    program.type(" and its rest\r")
    #expect(
      program.wait { $0.screen.text.split(separator: "half a line and its rest").count >= 3 }, "\(program.screen.text)")
    program.type("\u{4}")
    #expect(program.wait(for: "ended 0"), "\(program.screen.text)")
    expectRestored(program)
  }

  @Test func `sends a large paste as one message, whole`() throws {
    let server = try RawServer(
      RawStep.handshake() + [.receive(10 << 20), .receiveClose, .send(RawFrame.close(1000).bytes)])
    let program = try Screen.line.start(server.url)
    let line = "0123456789abcdefghijklmnopqrstuvwxyz {\"a\": 1} \u{e9}\u{4e16}\n"
    let text = String(repeating: line, count: (10 << 20) / line.utf8.count + 1)
    #expect(program.type("\u{1b}[200~" + text + "\u{1b}[201~"))
    program.type("\r")
    #expect(program.wait(for: "more lines"), "\(program.screen.text.suffix(500))")
    program.type("\u{4}")
    let outcome = program.wait(limit: .seconds(20))
    #expect(outcome.status == .exited(0), "\(outcome.status)")
    expectRestored(program)
    let sent = server.finish().frames.first?.payload ?? []
    #expect(sent == Array(text.utf8), "\(sent.count) bytes of \(text.utf8.count)")
    // The block that stands for it is drawn, not the text.
    #expect(outcome.output.count < 1 << 20, "\(outcome.output.count) bytes on the screen")
  }

  @Test func `is not held up by a line of 10 MB`() throws {
    let text = String(repeating: "no newline \u{1b}[2J ", count: 10 << 16)
    let server = try RawServer(
      RawStep.handshake() + [
        .send(RawFrame.text(text).bytes), .send(RawFrame.text("behind it").bytes), .receiveClose,
        .send(RawFrame.close(1000).bytes),
      ])
    let program = try Screen.line.start(server.url)
    #expect(program.wait(for: "behind it"))
    #expect(program.screen.count < 1 << 16, "\(program.screen.count)")
    #expect(!program.screen.text.contains("\u{1b}[2J"))
    program.type("\u{4}")
    #expect(program.wait(limit: .seconds(5)).status == .exited(0))
    expectRestored(program)
  }

  @Test func `takes keys at once in a flood`() throws {
    let program = try Screen.line.start("loopback:blast?count=1000000")
    var slowest = Duration.zero
    for word in ["one", "two", "three", "four", "five"] {
      let begun = ContinuousClock.now
      program.type("marked-\(word)")
      #expect(program.wait(for: "marked-\(word)", limit: .seconds(5)))
      slowest = max(slowest, .now - begun)
      program.type("\u{15}")
    }
    #expect(slowest < .seconds(1), "\(slowest)")
    program.type("/quit\r")
    let begun = ContinuousClock.now
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.status == .exited(0), "\(outcome.status)")
    #expect(ContinuousClock.now - begun < .seconds(5))
    expectRestored(program)
  }

  @Test(.enabled(if: Need.tmux.isMet, Comment(rawValue: Need.tmux.reason)))
  func `loses no line and doubles none while its window changes`() throws {
    let messages = (1...120).map { "line-\($0)-" + String(repeating: "x", count: $0 % 97) }
    let server = try RawServer(
      RawStep.handshake()
        + messages.flatMap { [.send(RawFrame.text($0).bytes), .pause(.milliseconds(15))] } + [
          .receiveClose, .send(RawFrame.close(1000).bytes),
        ])
    let folder = try ScratchFolder()
    let terminal = try Tmux(
      #"stty -g >"$BEFORE"; "$WSCOPE" "$URL"; echo "status $?"; stty -g | cmp - "$BEFORE" && echo same"#,
      environment: ["WSCOPE": Repository.wscope, "URL": server.url, "BEFORE": folder.path("settings")])
    try terminal.type("typed while lines arrive")
    for columns in [70, 100, 41, 80, 33, 120, 60, 80] {
      usleep(150_000)
      try terminal.resize(columns: columns, rows: 24)
    }
    #expect(try terminal.wait(for: "line-120-"))
    try terminal.press("C-u", "C-d")
    #expect(try terminal.wait(for: "status 0"))
    #expect(try terminal.wait(for: "same"))
    let lines = try terminal.lines()
    let shown = lines.compactMap { line in line.firstRange(of: "line-").map { String(line[$0.lowerBound...]) } }
    #expect(shown == messages)
  }
}
