import Glibc
import TestSupport
import Testing

/// A program that holds the terminal as our sessions do (`Tests/TerminalProbe`).
private let probe = Repository.built("TerminalProbe")

/// A way in which a program can end.
struct WayOfLeaving: Sendable, CustomTestStringConvertible {
  /// What the probe is told to do.
  var word: String
  /// What is sent to it.
  var signal: Int32?
  var expected: ProgramStatus

  var testDescription: String { word == "wait" ? "signal \(signal ?? 0)" : word }

  static let all: [WayOfLeaving] =
    [
      WayOfLeaving(word: "return", expected: .exited(0)),
      WayOfLeaving(word: "error", expected: .exited(3)),
      WayOfLeaving(word: "exit", expected: .exited(4)),
      WayOfLeaving(word: "trap", expected: .signaled(SIGILL)),
      WayOfLeaving(word: "overflow", expected: .signaled(SIGSEGV)),
      WayOfLeaving(word: "abort", expected: .signaled(SIGABRT)),
    ]
    + [SIGINT, SIGTERM, SIGHUP].map { WayOfLeaving(word: "wait", signal: $0, expected: .exited(128 + $0)) }
    + [
      SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ,
      SIGPIPE, SIGVTALRM, SIGPROF, SIGPOLL, SIGPWR,
    ].map { WayOfLeaving(word: "wait", signal: $0, expected: .signaled($0)) }
}

@Suite struct `A terminal is as it was` {
  @Test(arguments: WayOfLeaving.all, ["line", "full"])
  func `in whatever way a program ends`(way: WayOfLeaving, screen: String) throws {
    // Swift's own handler, which comes after ours, takes its time.
    let environment = ["TERM": "xterm-256color", "SWIFT_BACKTRACE": "enable=no"]
    let program = try TerminalProgram(probe, [way.word, screen], environment: environment)
    #expect(program.wait(for: "ready"), "\(program.screen.text)")
    if way.word == "wait" {
      #expect(!program.isInOrdinaryMode)
      #expect(!ModesLeft(program.screen.text).isEmpty)
    }
    if let signal = way.signal { program.signal(signal) }
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.status == way.expected, "\(outcome)")
    expectRestored(program)
  }

  @Test(arguments: ["line", "full"]) func `when it has gone away, which ends the program`(screen: String) throws {
    let program = try TerminalProgram(probe, ["wait", screen])
    #expect(program.wait(for: "ready"))
    program.hangUp()
    let outcome = program.wait(limit: .seconds(5))
    #expect(outcome.status == .exited(129), "\(outcome)")
  }

  @Test func `when the program is stopped, and is taken back when it goes on`() throws {
    let program = try shell(#""$PROBE" wait full; echo "stopped $?"; read line; fg >/dev/null; echo "ended $?""#)
    #expect(program.wait(for: "ready"), "\(program.screen.text)")
    program.type("\u{1a}")
    #expect(program.wait(for: "stopped"), "\(program.screen.text)")
    #expect(program.screen.text.contains("parting"))
    expectRestored(program)
    program.resize(rows: 30, columns: 100)
    program.type("\n")
    #expect(program.wait(for: "resumed"), "\(program.screen.text)")
    #expect(!program.isInOrdinaryMode)
    #expect(ModesLeft(program.screen.text).modes.isSuperset(of: ["?1049", "?2004", "?1002", "?7", "?25"]))
    program.type("\u{4}")
    #expect(program.wait(for: "ended 0"), "\(program.screen.text)")
    #expect(program.screen.text.split(separator: "resumed").count == 2, "\(program.screen.text)")
    expectRestored(program)
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT], ["key", "signal"])
  func `when a stopped program is ended`(number: Int32, stop: String) throws {
    let program = try shell(#""$PROBE" wait full; echo "stopped $?"; read line; wait %1; echo "ended $?""#)
    let process = try process(of: program)
    if stop == "key" { program.type("\u{1a}") } else { kill(process, SIGTSTP) }
    #expect(program.wait(for: "stopped"), "\(program.screen.text)")
    kill(process, number)
    kill(process, SIGCONT)
    #expect(program.wait(limit: .seconds(5)) { _ in state(of: process) == "Z" }, "\(state(of: process))")
    program.type("\n")
    #expect(program.wait(for: "ended \(128 + number)", limit: .seconds(5)), "\(program.screen.text)")
    #expect(!program.screen.text.contains("resumed"))
    expectRestored(program)
  }

  @Test func `when the program goes on in the background, where it stops again`() throws {
    let program = try shell(#""$PROBE" wait full; echo "stopped $?"; read line; fg >/dev/null; echo "ended $?""#)
    let process = try process(of: program)
    program.type("\u{1a}")
    #expect(program.wait(for: "stopped"))
    for _ in 0..<3 {
      kill(process, SIGCONT)
      #expect(!program.wait(limit: .milliseconds(100)) { _ in false })
      #expect(state(of: process) == "T")
    }
    #expect(program.hasSettingsAsBefore)
    program.type("\n")
    #expect(program.wait(for: "resumed"), "\(program.screen.text)")
    program.type("\u{4}")
    #expect(program.wait(for: "ended 0"), "\(program.screen.text)")
    #expect(program.hasSettingsAsBefore)
  }

  @Test func `when the program was stopped without notice`() throws {
    let program = try shell(#""$PROBE" wait line; stty sane; echo "stopped $?"; fg >/dev/null; echo "ended $?""#)
    let process = try process(of: program)
    kill(process, SIGSTOP)
    #expect(program.wait(for: "resumed"), "\(program.screen.text)")
    #expect(!program.isInOrdinaryMode)
    program.type("\u{4}")
    #expect(program.wait(for: "ended 0"), "\(program.screen.text)")
    #expect(program.isInOrdinaryMode)
    #expect(ModesLeft(program.screen.text).isEmpty, "\(ModesLeft(program.screen.text))")
  }

  @Test func `for another program, and is taken back after it`() throws {
    let program = try TerminalProgram(probe, ["wait", "full"])
    #expect(program.wait(for: "ready"))
    program.type("\u{5}")
    #expect(program.wait(for: "icanon"), "\(program.screen.text)")
    expectRestored(program)
    program.type("typed for it\n")
    #expect(program.wait(for: "ran 7"), "\(program.screen.text)")
    #expect(program.screen.text.contains("resumed"))
    #expect(!program.screen.text.contains("key t"))
    program.type("x")
    #expect(program.wait(for: "key x"))
    program.type("\u{4}")
    #expect(program.wait(limit: .seconds(5)).status == .exited(0))
    #expect(program.hasSettingsAsBefore)
  }

  @Test func `when the program ends while another one has it`() throws {
    let program = try TerminalProgram(probe, ["wait", "full"])
    #expect(program.wait(for: "ready"))
    program.type("\u{5}")
    #expect(program.wait(for: "icanon"), "\(program.screen.text)")
    program.signal(SIGTERM)
    #expect(program.wait(limit: .seconds(5)).status == .exited(143))
    expectRestored(program)
  }

  @Test(arguments: [SIGTERM, SIGSEGV]) func `when it takes nothing of what is written`(number: Int32) throws {
    let program = try TerminalProgram(
      probe, ["flood", "line"], environment: ["TERM": "xterm-256color", "SWIFT_BACKTRACE": "enable=no"])
    #expect(program.wait(for: "frame 1"))
    // The pseudo-terminal is full soon, for nobody reads it now.
    usleep(200_000)
    program.signal(number)
    let deadline = ContinuousClock.now + .seconds(5)
    while state(of: program.process) != "Z", .now < deadline { usleep(10_000) }
    #expect(state(of: program.process) == "Z")
    #expect(program.hasSettingsAsBefore)
  }

  @Test func `with no answers left over for the shell`() throws {
    let program = try shell(
      #""$PROBE" return line; stty -icanon min 0 time 5; dd bs=100 count=1 2>/dev/null | od -c; echo the end"#)
    #expect(program.wait(for: "\u{1b}[c"))
    program.type("\u{1b}]11;rgb:1e1e/1e1e/1e1e\u{1b}\\\u{1b}[?62;22c")
    #expect(program.wait(for: "the end"))
    let rest = program.screen.text
    #expect(rest.contains("0000000\r\nthe end"), "\(rest)")
  }
}

@Suite struct `A terminal in the loop` {
  @Test func `tells keys, sizes and what the terminal answers`() throws {
    let program = try TerminalProgram(probe, ["wait", "line"])
    #expect(program.wait(for: "ready \(program.process) 80x24"))
    program.type("\u{1b}")
    #expect(program.wait(for: "key Esc"), "\(program.screen.text)")
    program.type("\u{1b}[A\u{1b}[200~two\nlines\u{1b}[201~")
    #expect(program.wait(for: "key Up"), "\(program.screen.text)")
    #expect(program.wait(for: "paste("), "\(program.screen.text)")
    program.resize(rows: 1, columns: 1)
    #expect(program.wait(for: "size 1x1"), "\(program.screen.text)")
    program.type("\u{1b}P>|test terminal\u{1b}\\\u{1b}[?62c")
    #expect(program.wait(for: "learned test terminal"), "\(program.screen.text)")
    program.type("\u{1b}[?0u\u{1b}[?2048;2$y\u{1b}[c")
    #expect(program.wait(for: "\u{1b}[>1u") && program.wait(for: "\u{1b}[?2048h"), "\(program.screen.text)")
    program.type("\u{1b}[48;50;132;0;0t")
    #expect(program.wait(for: "size 132x50"), "\(program.screen.text)")
    program.type("\u{4}")
    let outcome = program.wait(limit: .seconds(5))
    #expect(outcome.status == .exited(0))
    #expect(ModesLeft(outcome.output.text).isEmpty, "\(ModesLeft(outcome.output.text))")
  }

  @Test func `gets at most 60 frames a second, and keys go before them`() throws {
    let program = try TerminalProgram(probe, ["flood", "line"])
    #expect(program.wait(for: "frame 1\r\n"))
    let first = frames(program)
    program.wait(limit: .seconds(1)) { _ in false }
    #expect((2...64).contains(frames(program) - first), "\(frames(program) - first)")
    program.type("k")
    let before = frames(program)
    #expect(program.wait(for: "key k"))
    #expect(frames(program) - before <= 10, "\(frames(program) - before)")
  }

  private func frames(_ program: TerminalProgram) -> Int {
    program.screen.text.split(separator: "frame ").count
  }

  @Test func `does nothing while nothing happens`() throws {
    let program = try TerminalProgram(probe, ["wait", "line"])
    #expect(program.wait(for: "ready"))
    program.type("\u{1b}[?62c")
    program.wait(limit: .milliseconds(300)) { _ in false }
    let before = try switches(of: program.process)
    program.wait(limit: .milliseconds(500)) { _ in false }
    #expect(try switches(of: program.process) - before <= 1)
  }

  /// How often it has waited.
  private func switches(of process: Int32) throws -> Int {
    let line = try Files.lines("/proc/\(process)/status").first { $0.hasPrefix("voluntary_ctxt_switches") }
    return Int(line?.split(separator: "\t").last ?? "") ?? 0
  }
}

/// A shell with job control that runs `script`.
private func shell(_ script: String) throws -> TerminalProgram {
  try TerminalProgram("/bin/sh", ["-mc", script], environment: ["TERM": "xterm-256color", "PROBE": probe])
}

/// The probe that `program`, a shell, has started.
private func process(of program: TerminalProgram) throws -> pid_t {
  var number: pid_t?
  program.wait { program in
    let words = program.screen.text.split(separator: "ready ").dropFirst().first?.split(separator: " ")
    number = words.flatMap { $0.count > 1 ? pid_t($0[0]) : nil }
    return number != nil
  }
  return try #require(number, "\(program.screen.text)")
}

/// Its letter in `ps`, as T for stopped and Z for ended.
private func state(of process: pid_t) -> Character {
  let line = (try? Files.lines("/proc/\(process)/status"))?.first { $0.hasPrefix("State:\t") }
  return line?.dropFirst("State:\t".count).first ?? "-"
}
