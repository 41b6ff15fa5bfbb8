import Glibc
import TestSupport
import Testing

@Suite struct `A session on a terminal` {
  private func start(_ words: [String], _ environment: [String: String] = [:]) throws -> TerminalProgram {
    let environment = ["TERM": "xterm-256color"].merging(environment) { $1 }
    let program = try TerminalProgram(Repository.wscope, words, environment: environment)
    #expect(program.wait(for: "connected in"), "\(program.screen.text)")
    return program
  }

  @Test func `sends what is typed and pasted, and shows what comes`() throws {
    let program = try start(["loopback:"])
    program.type("hello there\r")
    #expect(program.wait(for: "  11 B\u{1B}[m  hello there"), "\(program.screen.text)")
    // One message, not sent before Enter.
    program.type("\u{1B}[200~{\r  \"a\": [1,\r  2]\r}\u{1B}[201~")
    #expect(program.wait(for: "JSON: valid"))
    program.type("\r")
    #expect(program.wait(for: "  19 B"), "\(program.screen.text)")
    program.type("/stats\r")
    #expect(program.wait(for: "sent     2 messages"), "\(program.screen.text)")
    program.type("\u{4}")
    #expect(program.wait(limit: .seconds(10)).status == .exited(0))
  }

  @Test func `never gives control bytes of a peer to the terminal`() throws {
    let nasty = "a\u{1B}[31mb\u{7}c\u{9B}1md\u{202E}e\u{0}f\rg"
    for words in [["-vv", "-P"], ["--plain", "-vv", "-P"]] {
      let server = try RawServer(
        RawStep.handshake() + [
          .send(RawFrame.text(nasty).bytes), .send(RawFrame.binary(Array(nasty.utf8)).bytes),
          .send(RawFrame.ping(Array(nasty.utf8)).bytes),
          .send(RawFrame.close(4000, "g\u{1B}]0;title\u{7}h").bytes), .receiveClose, .finish,
        ])
      let program = try TerminalProgram(Repository.wscope, words + ["--max-time", "20", server.url])
      let outcome = program.wait(limit: .seconds(10))
      #expect(outcome.status == .exited(111), "\(outcome)")
      for bytes in ["\u{1B}[31m", "\u{7}", "\u{9B}", "\u{202E}", "\u{0}", "\u{1B}]0"] {
        #expect(contains(outcome.output, Array(bytes.utf8)) == nil, "\(bytes.utf8.hex): \(outcome.output.text)")
      }
      #expect(outcome.output.text.contains("4000"))
      expectRestored(program)
    }
  }

  @Test(
    "writes no escape sequence where none is wanted",
    arguments: [
      (["--plain"], [:]), ([], ["TERM": "dumb"]), ([], ["WSCOPE_PLAIN": "1"]), (["--color", "always", "--plain"], [:]),
    ] as [([String], [String: String])])
  func plain(words: [String], environment: [String: String]) throws {
    let program = try start(words + ["loopback:"], environment)
    program.type("{\"a\":1}\n")
    #expect(program.wait(for: "received text, 7 bytes"), "\(program.screen.text)")
    program.type("/hex 00ff\n/stats\n/nope\n")
    #expect(program.wait(for: "received binary, 2 bytes"))
    #expect(program.wait(for: "/nope is no command"), "\(program.screen.text)")
    #expect(program.screen.text.contains("sent     2 messages"))
    program.type("\u{4}")
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.status == .exited(0), "\(outcome)")
    #expect(!outcome.output.contains(0x1B), "\(outcome.output.text)")
    #expect(program.isInOrdinaryMode)
  }

  @Test func `keeps what was sent, but no secrets`() throws {
    let folder = try ScratchFolder()
    let program = try start(["loopback:"], ["XDG_STATE_HOME": folder.path])
    for (line, answer) in [
      ("first", "first"), (#"{"password":"x"}"#, "{"), (" blank", " blank"), ("last", "last"),
    ] {
      program.type("\(line)\r")
      #expect(program.wait(for: "B\u{1B}[m  \(answer)"), "\(line)")
    }
    // The last but one that was kept.
    program.type("\u{1B}[A\u{1B}[A\r")
    #expect(program.wait { $0.screen.text.ranges(of: "B\u{1B}[m  first").count >= 2 }, "\(program.screen.text)")
    program.type("\u{4}")
    _ = program.wait(limit: .seconds(10))
    let path = folder.path("wscope/history")
    #expect(try Files.lines(path) == [#""first""#, #""last""#, #""first""#])
    var facts = stat()
    #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
  }

  @Test(
    "ends by itself where something is awaited",
    arguments: [
      (["--count", "3", "loopback:blast?size=10"], 0, "closed by us"),
      (["--until", "tick 2", "loopback:tick?every=5ms"], 0, "tick 2"),
      (["--until", "/tick [3]/", "loopback:tick?every=5ms"], 0, "tick 3"),
      (["--count", "3", "loopback:close?code=1000"], 1, "0 of the 3 messages"),
      (["--max-time", "300ms", "loopback:"], 28, "time limit"),
      (["-x", "now", "--count", "1", "loopback:"], 0, "  now"),
    ] as [([String], Int32, String)])
  func awaits(words: [String], status: Int32, says: String) throws {
    let program = try TerminalProgram(Repository.wscope, words)
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.status == .exited(status), "\(outcome)")
    #expect(outcome.output.text.contains(says), "\(outcome)")
    expectRestored(program)
  }

  @Test func `says why there is no connection as ever`() throws {
    let program = try TerminalProgram(Repository.wscope, ["loopback:status?code=403"])
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.status == .exited(22), "\(outcome)")
    #expect(outcome.output.text.contains("refused the handshake: 403"), "\(outcome)")
    expectRestored(program)
  }

  /// A flood is drawn as far as one can see it, what is left out is said, and keys are answered meanwhile.
  @Test func `stays usable in a flood, and keeps all of it in a capture`() throws {
    let folder = try ScratchFolder()
    let capture = folder.path("capture.jsonl")
    let program = try start(["--capture", capture, "loopback:blast?count=30000&size=100"])
    #expect(program.wait(for: "messages not shown (in the capture)"), "\(program.screen.text.suffix(500))")
    let start = ContinuousClock.now
    program.type("/stats\r")
    #expect(program.wait(for: "output queue"), "\(program.screen.text.suffix(500))")
    #expect(start.duration(to: .now) < .seconds(5))
    program.wait(limit: .seconds(60)) { _ in (try? Files.read(capture))?.text.contains(#""type":"end""#) == true }
    program.type("\u{4}")
    _ = program.wait(limit: .seconds(10))
    let messages = try Files.lines(capture).count { $0.contains(#""type":"binary""#) || $0.contains(#""type":"text""#) }
    #expect(messages == 30_000)
    expectRestored(program)
  }
}
