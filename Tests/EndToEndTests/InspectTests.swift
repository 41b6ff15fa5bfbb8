import Glibc
import JSONSyntax
import TestSupport
import Testing

/// The text messages that went one way.
private func messages(_ lines: [JSONValue], _ direction: String) -> [String] {
  lines.compactMap { line in
    guard line["type"] == .string("text"), line["dir"] == .string(direction), case .string(let text) = line["text"]
    else { return nil }
    return text
  }
}

/// Short ones and long ones, some of which compress.
private let words =
  ["hello", "", "ünïcode ☕", String(repeating: "compress ", count: 300), String(repeating: "compress ", count: 301)]
  + [(0..<20_000).map { String($0 &* 2_654_435_761 % 997) }.joined(separator: " ")]

@Suite(.enabled(if: Sniffer.isMet, "\(Sniffer.reason)"), .serialized)
struct `A capture of tcpdump` {
  private func inspectsSession(of server: ListeningServer) throws {
    let folder = try ScratchFolder()
    let capture = folder.path("lo.pcap")
    let sniffer = try Sniffer(port: server.port, into: capture)
    let session = try run(
      Repository.wscope, [server.url], input: Array(words.map { $0 + "\n" }.joined().utf8))
    #expect(session.status == .exited(0), "\(session)")
    #expect(session.output.text == words.map { $0 + "\n" }.joined())
    try sniffer.finish()
    try agrees(capture)
    let lines = try Wscope.inspect(capture)
    #expect(lines.contains { $0["compressed"] == .bool(true) })
    #expect(lines.last?["cause"] == .string("closed-by-us"))
  }

  /// tshark and we see the same frames, and the messages are those that were exchanged.
  private func agrees(_ capture: String) throws {
    let lines = try Wscope.inspect(capture)
    // Of what is long its length tells enough.
    #expect(messages(lines, "out").map(\.utf8.count) == words.map(\.utf8.count))
    #expect((messages(lines, "out") == words) as Bool)
    #expect((messages(lines, "in") == words) as Bool)
    let (ours, theirs) = (FrameFacts.ours(lines), try FrameFacts.seenByTshark(capture))
    #expect(ours.count == theirs.count)
    for (our, their) in zip(ours, theirs) where our != their {
      Issue.record("we see \(our), tshark sees \(their)")
      break
    }
    expect(try Wscope.run("inspect", "--verify", capture), 0)
  }

  @Test(arguments: [[], ["--no-deflate"], ["--deflate-threshold", "0"]])
  func `of a session with our server shows what was exchanged`(options: [String]) throws {
    let folder = try ScratchFolder()
    for (path, serverOptions) in [("", []), ("/fragment?size=1000", ["--deflate-takeover"])] {
      let server = try ListeningServer(
        Program(Repository.wscope, ["echo", "--listen", "127.0.0.1:0"] + serverOptions))
      let capture = folder.path("lo.pcap")
      let sniffer = try Sniffer(port: server.port, into: capture)
      let session = try run(
        Repository.wscope, options + [server.url(path)], input: Array(words.map { $0 + "\n" }.joined().utf8))
      #expect(session.status == .exited(0), "\(session)")
      try sniffer.finish()
      try agrees(capture)
    }
  }

  @Test(arguments: [["any", "-y", "LINUX_SLL"], ["any", "-y", "LINUX_SLL2"]])
  func `of any device, over IPv6, shows what was exchanged`(device: [String]) throws {
    let folder = try ScratchFolder()
    let server = try ListeningServer(Program(Repository.wscope, ["echo", "--listen", "[::1]:0"]))
    let capture = folder.path("any.pcap")
    let sniffer = try Sniffer(port: server.port, into: capture, device: device)
    let session = try run(Repository.wscope, [server.url], input: Array(words.map { $0 + "\n" }.joined().utf8))
    #expect(session.status == .exited(0), "\(session)")
    try sniffer.finish()
    try agrees(capture)
  }

  @Test(.enabled(if: Need.nodeWS.isMet, "\(Need.nodeWS.reason)"))
  func `of a session with node-ws shows what was exchanged`() throws {
    let script = Repository.root + "/Tests/EndToEndTests/Peers/echo_server.js"
    try inspectsSession(
      of: ListeningServer(Program("node", [script], environment: ["NODE_PATH": Need.nodeModules])))
  }

  @Test(.enabled(if: Need.websockets.isMet, "\(Need.websockets.reason)"))
  func `of a session with PyPI's websockets shows what was exchanged`() throws {
    let script = Repository.root + "/Tests/EndToEndTests/Peers/echo_server.py"
    try inspectsSession(of: ListeningServer(Program(Need.python, [script])))
  }

  @Test(
    .enabled(if: Need.websockets.isMet && Need.nodeWS.isMet, "\(Need.websockets.reason), or \(Need.nodeWS.reason)"))
  func `of node-ws with PyPI's websockets shows what they exchanged`() throws {
    let peers = Repository.root + "/Tests/EndToEndTests/Peers/"
    let server = try ListeningServer(Program(Need.python, [peers + "echo_server.py"]))
    let folder = try ScratchFolder()
    let capture = folder.path("lo.pcap")
    let sniffer = try Sniffer(port: server.port, into: capture)
    let session = try run(
      "node", [peers + "echo_client.js", server.url] + words, environment: ["NODE_PATH": Need.nodeModules])
    #expect(session.status == .exited(0), "\(session)")
    try sniffer.finish()
    try agrees(capture)
  }
}

@Suite struct `wscope inspect` {
  @Test func `reads a capture of ours, and writes it again`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("capture.jsonl")
    expect(try Wscope.run("--capture", path, "loopback:", input: words.map { $0 + "\n" }.joined()), 0)
    let lines = try Wscope.inspect(path)
    let written = try Files.lines(path).filter { !$0.isEmpty }.map { try JSONParser.parse(Array($0.utf8).span) }
    #expect(lines.count == written.count)
    // Times are kept to the microsecond from the start, which is another moment.
    for (line, original) in zip(lines, written) { #expect(line == original) }
    #expect(messages(lines, "in") == words)
    let text = try Wscope.run("inspect", path)
    expect(text, 0)
    #expect(text.output.text.contains("[1] * connection 1 to loopback:, 20"))
    #expect(text.output.text.contains(" < text 5 B fin \"hello\"\n"))
    #expect(text.output.text.contains("closed by us: 1000 (normal closure)"))
    let filtered = try Wscope.run("inspect", "--stream", "1", "--filter", "dir:out op:text -/compress|[0-9]{3}/", path)
    #expect(filtered.output.text.split(separator: "\n").count { $0.contains(" > text ") } == 3, "\(filtered)")
    #expect(!filtered.output.text.contains(" < text"))
  }

  @Test(
    "ends with a status that says how it went",
    arguments: [
      (["-"], "81 05 48 65 6c 6c 6f", 0, ""),
      (["--verify"], "81 05 48 65 6c 6c 6f", 0, ""),
      (
        ["--verify", "--role", "client"], "81 05 48 65 6c 6c 6f", 110,
        "standard input: 1 violation in 1 frame of 1 connection"
      ),
      (["--role", "client"], "81 05 48 65 6c 6c 6f", 0, ""),
      (["--verify", "--jsonl"], "8b 00", 110, "1 violation"),
      ([], "", 26, "standard input, byte 0: the file is empty"),
      ([], "\u{1B}]0;title\u{7}", 26, "standard input, byte 0: no format begins like this that is known here"),
      (["--raw"], "", 26, "byte 0: no bytes"),
      ([], "81 05 48", 26, "standard input, byte 3: the bytes end inside a frame"),
      (["/nonexistent"], "", 26, "cannot read /nonexistent: no such file or directory"),
      (["/"], "", 26, "cannot read /: is a directory"),
      (["--stream", "2"], "8100", 26, "standard input has no connection 2, it has 1 connection"),
      (["--filter", "size>x"], "8100", 2, "--filter"),
      (["--filter", "/^(a+)+$/"], "81 1e" + String(repeating: "61", count: 29) + "62", 100, "did not finish"),
    ] as [([String], String, Int32, String)])
  func status(options: [String], input: String, status: Int32, words: String) throws {
    let outcome = try run(Repository.wscope, ["inspect"] + options, input: Array(input.utf8))
    expect(outcome, status, says: words)
    if status == 26, options.isEmpty, input.hasPrefix("81") { #expect(outcome.output.text.contains("of it are here")) }
  }

  @Test func `takes frames apart, for people and for programs`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("capture.jsonl")
    expect(
      try Wscope.run(
        "--capture", path, "--deflate-threshold", "0", "loopback:",
        input: "{\"a\":\"\(String(repeating: "b", count: 40))\"}\n"), 0)
    let text = try Wscope.run("inspect", "--view", "payload", "--view", "hex", path)
    expect(text, 0)
    for words in [
      #" {"a": "bbbb"#, "FIN RSV1 text, length ", "Its window has 15 bits", " 1000 normal closure", " problems: none",
    ] { #expect(text.output.text.contains(words), "\(words)") }
    #expect(!text.output.text.contains("|F|R|R|R|"))
    // What was sent is masked, also in a capture of a server, where that was received.
    #expect(!text.output.text.contains(" ! "))
    let all = try Wscope.run("inspect", "--view", "all", "--color", "always", path)
    #expect(all.output.text.contains("\u{1B}[2mF\u{1B}[m"), "\(all)")
    let message = try #require(try Wscope.inspect(path, "--view", "all").first { $0["type"] == .string("text") })
    guard case .array(let fields)? = message["dissection"]?["fields"] else {
      Issue.record("\(message)")
      return
    }
    #expect(fields.count == 9 || fields.count == 10)
    #expect(fields[1]["value"] == .number("1"))
    #expect(message["dissection"]?["inflated"]?["size"] == .number("48"))
    #expect(message["dissection"]?["inflated"]?["windowBits"] == .number("15"))
    let limited = try run(
      Repository.wscope, ["inspect", "--view", "hex", "--rows", "2"],
      input: Array(("8264" + String(repeating: "00", count: 100)).utf8))
    #expect(limited.output.text.contains(" … 6 more rows\n"), "\(limited)")
  }

  @Test func `judges a server's capture as the server's`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("capture.jsonl")
    let server = try ListeningServer.echo("--capture", path)
    let text = String(repeating: "compress ", count: 20)
    expect(try Wscope.run("--deflate-threshold", "0", server.url, input: text), 0)
    server.program.signal(SIGTERM)
    _ = server.program.wait()
    expect(try Wscope.run("inspect", "--verify", path), 0)
    let shown = try Wscope.run("inspect", "--view", "bits", path).output.text
    #expect(shown.contains("(the client's) and 15 (ours)"), "\(shown)")
    #expect(shown.contains(" < text ") && shown.contains("Masked, as a client must."))
    #expect(shown.contains(" > text ") && shown.contains("Not masked, as from a server."))
    #expect(!shown.contains("must not") && !shown.contains("is taken for permessage-deflate"), "\(shown)")
  }

  @Test func `shows what a peer sent safely`() throws {
    // A title, colours, and a turned direction of writing.
    let outcome = try Wscope.run("inspect", input: "81 0d 1b 5d 30 3b 78 07 1b 5b 33 31 6d e2 80 ae")
    #expect(outcome.output.text.contains(#"\x1b]0;x\x07\x1b[31m\u202e"#) || outcome.output.text.contains("\\x1b"))
    #expect(outcome.output.allSatisfy { $0 >= 0x20 || $0 == 0x0A }, "\(outcome.output.hex)")
  }

  @Test func `shows frames as they come by a pipe`() throws {
    let program = try Wscope.start("inspect", "--raw")
    program.write([0x81, 1, 0x61])
    #expect(program.line(beginning: "[1] 0 ns < text") != nil, "\(program.output.text) \(program.errors.text)")
    program.endInput()
    #expect(program.wait().status == .exited(0))
  }
}
