import Bytes
import JSONSyntax
import TestSupport
import Testing

/// Sessions that are recorded, then run as the scripts that came of them.
@Suite struct `A recording that is run` {
  private let folder: ScratchFolder
  private var path: String { folder.path("session.wsx") }

  init() throws { folder = try ScratchFolder() }

  /// Runs the recording twice, as what differs each time must differ from itself, too.
  private func expectPass(_ words: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    for _ in 0..<2 {
      let outcome = try TestSupport.run(Repository.wscope, ["run", "--strict"] + words + [path])
      let script = try Files.read(path).text.prefix(4000)
      #expect(outcome.status == .exited(0), "\(outcome)\n\(script)", sourceLocation: sourceLocation)
    }
  }

  @Test(
    "passes, whatever a piped session was about",
    arguments: [
      (["loopback:"], "hello\n\n  blanks  \n> looks like a step\n<json {}\n# a comment\n  | a bar\ncase \"x\"\n"),
      (
        ["loopback:"],
        "${env.HOME} $${x} ${ $ $$\n\"<any>\"\n{\"a\": \"<any>\", \"b\": [\"<rest>\"], \"c\": \"${x}\"}\n"
      ),
      (["loopback:"], "{\"a\":1,\"a\":2}\n{broken\n[]\nnull\n12\n[1.50,1E2,-0,123456789012345678901]\n {\"a\":1}\n"),
      (["loopback:"], "\u{1B}[31m\u{7}\u{0}\u{85}\u{202E}\u{2028}\nd\u{65}\u{301} 👩‍👩‍👧 \u{FEFF}\t\n\u{A0}x\u{A0}\n\r\n"),
      (["-0", "loopback:"], "two\nlines\u{0}{\n\"a\": 1}\n\u{0}\r\n\u{0}"),
      (["--hex", "loopback:"], "00ff\n\n7a\n"),
      (["-b", "--whole", "loopback:"], String(repeating: "large ", count: 30_000)),
      (
        ["loopback:"],
        String(repeating: "large ", count: 30_000) + "\n{\"a\":\"" + String(repeating: "b", count: 200) + "\"}\n"
      ),
      (
        ["--jsonl", "-x", "a", "loopback:"],
        "{\"type\":\"ping\",\"text\":\"p\"}\n{\"type\":\"ping\",\"base64\":\"/w==\"}\n"
      ),
      (
        ["--jsonl", "loopback:"],
        "{\"type\":\"pong\"}\n{\"type\":\"text\",\"text\":\"a\"}\n{\"type\":\"close\",\"code\":4000,\"reason\":\"b\"}\n"
      ),
      (["loopback:?fragments=keep"], "6ba7b810-9dad-11d1-80b4-00c04fd430c8 2025-01-31T12:04:31Z\n{\"id\":7}\n"),
      (["loopback:fragment?size=2"], "hello\n"), (["--no-deflate", "loopback:"], "hello hello\n"),
      (["-s", "a", "-s", "b", "loopback:subprotocol"], "hello\n"), (["-w", "100ms", "loopback:sink"], "a\nb\n"),
      (["--count", "3", "loopback:blast?count=3&size=5"], ""), (["loopback:close?code=4001&reason=no%20more"], ""),
      (["loopback:close?code=1005"], ""), (["loopback:drop?after=10ms"], ""), (["loopback:status?code=403"], ""),
      (["--count", "2", "loopback:tick?every=10ms"], ""), (["-w", "100ms", "loopback:ping?every=10ms"], "a\n"),
      (["-x", "first", "-1", "loopback:"], ""),
    ])
  func piped(words: [String], input: String) throws {
    _ = try TestSupport.run(Repository.wscope, ["-q", "--record", path] + words, input: Array(input.utf8))
    try expectPass()
  }

  @Test func `passes, whatever the messages were`() throws {
    var random = SeededRandom()
    let pieces = [
      "a", "b7", " ", "  ", "\n", "\r", "\t", "\0", "\u{1B}", "$", "{", "}", "${", "$${", "${x}", "\"", "'", "\\", "/",
      "<", ">", "<any>", "<rest>", "|", "#", ":", ",", "[", "]", "é", "👩‍👧", "\u{202E}", "id", "token", "null", "1.0",
      "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "2025-01-31T12:04:31Z", "{\"id\":\"x17\"}", ".", "-",
    ]
    let input = ByteBuffer()
    for _ in 0..<300 {
      var text = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }.joined()
      if Bool.random(using: &random) {
        let object = ByteBuffer()
        object.append("{\"id\": ")
        JSONText.append(text, to: object)
        object.append("}")
        text = [UInt8](object.bytes).text
      }
      input.append("{\"type\":\"text\",\"text\":")
      JSONText.append(text, to: input)
      input.append("}\n")
    }
    let outcome = try TestSupport.run(
      Repository.wscope, ["--record", path, "--jsonl", "loopback:"], input: [UInt8](input.bytes))
    #expect(outcome.status == .exited(0), "seed \(random.seed): \(outcome.errors.text)")
    let run = try Wscope.run("run", "--strict", path)
    #expect(run.status == .exited(0), "seed \(random.seed): \(run.output.text)")
  }

  @Test func `passes with the secrets of whoever runs it`() throws {
    let server = try ListeningServer.echo()
    let recorded = try Wscope.run(
      "--record", path, "-H", "Authorization: Bearer hidden-1", "--cookie", "sid=hidden-2",
      server.url("/?token=hidden-3"),
      input: "{\"password\": \"hidden-4\", \"auth\": \"Bearer hidden-1\"}\nhidden-2!\n")
    expect(recorded, 0, says: "session.wsx holds no secrets")
    #expect(!(try Files.read(path).text.contains("hidden")))
    expect(try Wscope.run("run", path), 2, says: "nothing gives \"token\" a value")
    try expectPass(
      "--variable", "token=a", "--variable", "authorization=b", "--variable", "sid=c", "--variable", "password=d e")
  }

  @Test func `passes when it was typed`() throws {
    try typed(
      ["loopback:"],
      [
        ("hello there\r", "hello there"), ("  blanks \r", "  blanks "), ("/ping are you there\r", "pong"),
        ("/hex 00ff\r", "00 ff"), ("/fragment 2 abcde\r", "abcde"), ("/json {\"a\": [1]}\r", "[1]"),
      ])
    try expectPass()
  }

  @Test func `passes when it went on after the connection`() throws {
    try typed(
      ["loopback:"],
      [
        ("one\r", "one"), ("/close 4000 enough\r", "closed by us"), ("/reconnect\r", "connected in"),
        ("two\r", "two"), ("/open loopback:close?code=4001&after=50ms\r", "closed by the peer"),
        ("/open loopback:status?code=503\r", "503"), ("/open loopback:\r", "connected in"), ("/drop\r", "left by us"),
      ])
    try expectPass()
  }

  @Test func `passes when it broke the protocol`() throws {
    try typed(["loopback:"], [("a\r", "a"), ("/frame rsv2=1 \"x\"\r", "1002")])
    try expectPass()
    try typed(["loopback:"], [("a\r", "a"), ("/frame fin=0 \"he\"\r", "he"), ("/bytes 8081000000006c\r", "hel")])
    try expectPass()
  }

  /// Types each text once what the one before is to bring has come.
  private func typed(_ words: [String], _ rows: [(keys: String, answer: String)]) throws {
    let program = try TerminalProgram(Repository.wscope, ["--no-pretty", "--record", path] + words)
    #expect(program.wait(for: "connected in"), "\(program.screen.text)")
    for (keys, answer) in rows {
      // What is typed is on the screen, too: what counts comes behind it.
      let before = program.screen.count
      program.type(keys)
      let count = keys.contains(answer) ? 2 : 1
      #expect(
        program.wait { $0.screen[before...].text.ranges(of: answer).count >= count },
        "no \(answer) behind \(keys): \(program.screen[before...].text)")
    }
    program.type("\u{4}")
    #expect(program.wait(limit: .seconds(10)).status != .timedOut)
  }

  @Test(.enabled(if: Need.websockets.isMet, "\(Need.websockets.reason)"))
  func `passes though every identifier is another one`() throws {
    let server = try ListeningServer.services()
    let program = try TerminalProgram(
      Repository.wscope, ["--no-pretty", "--color", "never", "--record", path, server.url("/shop")])
    func value(_ name: String, _ letters: String) throws -> String {
      let pattern = try Regex("\(name)\"?:? \"?(\(letters)+)")
      #expect(program.wait { $0.screen.text.firstMatch(of: pattern) != nil }, "no \(name): \(program.screen.text)")
      let match = try #require(program.screen.text.firstMatch(of: pattern))
      return String(try #require(match.output[1].substring))
    }
    let token = try value("token", "[0-9a-f]")
    program.type("{\"op\": \"order\", \"item\": \"tea\", \"token\": \"\(token)\"}\r")
    let (number, key) = (try value("orderId", "[0-9]"), try value("key", "[0-9a-f-]"))
    program.type("{\"op\": \"get\", \"orderId\": \(number), \"key\": \"\(key)\", \"token\": \"\(token)\"}\r")
    #expect(program.wait(for: "\"orders\""), "\(program.screen.text)")
    program.type("order\r")
    let ticket = try value("ticket is", "[T0-9-]")
    program.type("take \(ticket)\r")
    #expect(program.wait(for: "\(ticket) is served"), "\(program.screen.text)")
    program.type("\u{4}")
    #expect(program.wait(limit: .seconds(10)).status == .exited(0))
    try expectPass()
    let script = try Files.read(path).text
    for word in [token, number, key, ticket] { #expect(!script.contains(word), "\(word) stands in \(script)") }
    #expect(
      script.contains("capture token = $.session.token") && script.contains("\"orderId\": ${orderId}"), "\(script)")
  }
}
