import Glibc
import TestSupport
import Testing

@Suite struct `A capture that is replayed` {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// A capture of a session with these words, fed with `input`.
  private func capture(_ words: String..., input: String = "") throws -> String {
    let path = folder.path("session.jsonl")
    _ = try TestSupport.run(Repository.wscope, ["-q", "--capture", path] + words, input: Array(input.utf8))
    return path
  }

  /// What a server heard in a capture, in a line each.
  private func sent(_ path: String) throws -> [String] {
    try Wscope.run("inspect", "--filter", "dir:out", path).output.text.split(separator: "\n")
      .compactMap { $0.split(separator: " > ").dropFirst().first.map(String.init) }
      .map { $0.replacing(try Regex(" mask [0-9a-f]{8}"), with: "") }
  }

  @Test(
    "sends the same again",
    arguments: [
      (["loopback:"], "one\ntwo\n"), (["-b", "--whole", "loopback:"], "binary"),
      (["--jsonl", "-x", "a", "loopback:"], "{\"type\":\"ping\",\"text\":\"p\"}\n{\"type\":\"pong\"}\n"),
      (
        ["--jsonl", "loopback:"],
        "{\"type\":\"text\",\"text\":\"a\"}\n{\"type\":\"close\",\"code\":4000,\"reason\":\"b\"}\n"
      ),
      (["-x", "a", "--count", "3", "loopback:tick?every=10ms"], ""),
      (["-w", "50ms", "-x", "a", "loopback:ping?every=5ms"], ""),
      (["loopback:close?code=4001&after=20ms"], ""), (["loopback:drop?after=20ms"], ""),
    ])
  func same(words: [String], input: String) throws {
    let first = folder.path("first.jsonl")
    let second = folder.path("second.jsonl")
    let url = try #require(words.last)
    let before = try TestSupport.run(
      Repository.wscope, ["-q", "--capture", first] + words, input: Array(input.utf8))
    for pace in [[], ["--speed", "1"]] {
      _ = try TestSupport.run("rm", ["-f", second])
      let outcome = try TestSupport.run(Repository.wscope, ["replay", "--capture", second] + pace + [first, url])
      #expect(outcome.status == .exited(0), "\(outcome)")
      // The answers to pings are as many as came in time.
      let isPinged = url.contains("ping?")
      if !isPinged { #expect(try sent(second) == sent(first)) }
      if before.output.text == input, words[0] != "-b" { #expect(outcome.output.text == before.output.text) }
    }
  }

  @Test func `sends frames by hand and fragments as they were`() throws {
    let path = folder.path("typed.jsonl")
    let program = try TerminalProgram(Repository.wscope, ["--capture", path, "loopback:?fragments=keep"])
    #expect(program.wait(for: "connected in"))
    for (keys, answer) in [("/fragment 2 abcde\r", "abcde"), ("/frame rsv2=1 \"x\"\r", "1002")] {
      program.type(keys)
      #expect(program.wait(for: answer))
    }
    program.type("\u{4}")
    _ = program.wait(limit: .seconds(10))
    let again = folder.path("again.jsonl")
    let outcome = try Wscope.run("replay", "--capture", again, path, "loopback:?fragments=keep")
    #expect(outcome.output.text == "abcde\n" && outcome.status == .exited(0), "\(outcome)")
    #expect(try sent(again).prefix(4) == sent(path).prefix(4))
  }

  @Test func `waits for what had come, and no longer than it may`() throws {
    let path = try capture("loopback:", input: "a\nb\n")
    // It does not answer, too late, or goes.
    expect(
      try Wscope.run("replay", "--within", "200ms", path, "loopback:sink"), 1,
      says: "session.jsonl: message 1 of 2 did not come within 200 ms", "2 messages sent, 0 of 2 received")
    expect(
      try Wscope.run("replay", "--speed", "9", "--within", "200ms", path, "loopback:sink"), 1,
      says: "0 of 2 messages came")
    expect(
      try Wscope.run("replay", path, "loopback:close?code=1011"), 111, says: "closed by the peer: 1011")
    expect(try Wscope.run("replay", path, "loopback:drop"), 56, says: "it ended")
    expect(try Wscope.run("replay", path, "loopback:status?code=403"), 22, says: "403")
    expect(try Wscope.run("replay", path, "ws://127.0.0.1:1/"), 7, says: "connection refused")
    expect(try Wscope.run("replay", "--max-time", "200ms", path, "loopback:sink"), 28, says: "time limit")
    let outcome = try Wscope.run("replay", "-v", path, "loopback:delay?ms=100")
    expect(outcome, 0, says: "2 messages sent, 2 of 2 received")
    #expect(outcome.output.text == "a\nb\n")
  }

  @Test func `sends nothing of a file that cannot be read`() throws {
    let path = try capture("loopback:", input: "a\n")
    let lines = try Files.lines(path)
    let cut = try folder.write("cut.jsonl", Array(lines.joined(separator: "\n").utf8.dropLast(20)))
    expect(try Wscope.run("replay", cut, "loopback:"), 0, says: "cut.jsonl, line", "what stands before is sent")
    let damaged = try folder.write(
      "bad.jsonl", Array((lines.prefix(2) + ["{no"] + lines.dropFirst(2)).joined(separator: "\n").utf8))
    expect(try Wscope.run("replay", damaged, "loopback:"), 26, says: "bad.jsonl, line 3")
    let other = try folder.write("other.txt", Array("this is no capture\n".utf8))
    expect(try Wscope.run("replay", other, "loopback:"), 26, says: "no format begins like this")
    expect(try Wscope.run("replay", try folder.write("empty", []), "loopback:"), 26, says: "empty")
    expect(try Wscope.run("replay", folder.path("nowhere"), "loopback:"), 26, says: "no such file")
    expect(
      try Wscope.run("replay", "--stream", "2", path, "loopback:"), 26,
      says: "it has no connection 2, it has 1 connection")
    let refused = folder.path("refused.jsonl")
    _ = try Wscope.run("--capture", refused, "loopback:status?code=403")
    expect(try Wscope.run("replay", refused, "loopback:"), 26, says: "no connection in it was open")
    expect(try Wscope.run("replay", "--speed", "fast", path, "loopback:"), 2, says: "--speed fast: not a number")
    expect(try Wscope.run("replay", path), 2, says: "URL")
  }

  @Test func `may be a server's, or a browser's`() throws {
    let path = folder.path("server.jsonl")
    let server = try ListeningServer(
      Program(Repository.wscope, ["echo", "--listen", "127.0.0.1:0", "--capture", path]))
    _ = try Wscope.run("-s", "chat", server.url("/subprotocol"), input: "one\n")
    _ = try Wscope.run(server.url("/"), input: "two\n")
    server.program.signal(15)
    _ = server.program.wait(limit: .seconds(10))
    let outcome = try Wscope.run("replay", "-v", path, "loopback:subprotocol")
    expect(outcome, 0, says: "[1]", "[2]", "Sec-WebSocket-Protocol: chat", "2 messages sent, 2 of 2 received")
    #expect(try Wscope.run("replay", "--stream", "2", "--format", "hex", path, "loopback:").output.text == "74776f\n")
    let har = """
      {"log":{"entries":[{"startedDateTime":"2025-01-31T12:00:00Z","request":
      {"method":"GET","url":"wss://e.org/","headers":[]},"response":{"status":101,"headers":[]},"_webSocketMessages":[
      {"type":"send","time":1738324800.5,"opcode":1,"data":"hello"},
      {"type":"receive","time":1738324800.6,"opcode":1,"data":"HELLO"}]}]}}
      """
    let file = try folder.write("page.har", Array(har.utf8))
    #expect(try Wscope.run("replay", file, "loopback:").output.text == "hello\n")
  }

  @Test func `ends when it is told to`() throws {
    let path = try capture("loopback:", input: "a\n")
    for (number, status) in [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)] {
      let program = try Wscope.start("replay", "-vv", "--within", "1m", path, "loopback:sink")
      #expect(program.wait { $0.errors.text.contains("> text") }, "\(program.errors.text)")
      program.signal(number)
      #expect(program.wait(limit: .seconds(5)).status == .exited(status))
    }
  }
}
