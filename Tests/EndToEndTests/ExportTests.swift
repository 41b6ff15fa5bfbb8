import Glibc
import JSONSyntax
import TestSupport
import Testing

/// A capture of a session with messages of all sizes, compressed and not, in pieces, with pings and a Close.
private func session(_ folder: borrowing ScratchFolder, url: String = "loopback:fragment?size=1000") throws -> String {
  let path = folder.path("session.jsonl")
  let long = String(repeating: "long text, ", count: 400)
  let input = """
    {"type":"text","text":"hello"}
    {"type":"ping","text":"p"}
    {"type":"binary","base64":"AP8="}
    {"type":"text","text":"\(long)"}
    {"type":"text","text":"\(long)"}
    {"type":"text","text":""}

    """
  expect(
    try Wscope.run(
      "--capture", path, "--jsonl", "-H", "Authorization: Bearer hidden", "--deflate-threshold", "256", url,
      input: input), 0)
  return path
}

/// The frames of a file as `wscope inspect` finds them.
private func framesSeenByUs(_ path: String) throws -> [FrameFacts] {
  let outcome = try Wscope.run("inspect", "--jsonl", path)
  expect(outcome, 0)
  return try outcome.output.text.split(separator: "\n").compactMap { line in
    let bytes = Array(line.utf8)
    let value = try JSONParser.parse(bytes.span)
    guard let frame = value["frame"], case .number(let opcode) = frame["opcode"],
      case .number(let length) = frame["length"]
    else { return nil }
    let isMasked = if case .string = frame["mask"] { true } else { false }
    return FrameFacts(
      opcode: Int(opcode) ?? -1, isFinal: frame["fin"] == .bool(true), isMasked: isMasked, length: Int(length) ?? -1)
  }
}

/// The messages of a file, in order.
private func messages(_ path: String) throws -> [String] {
  let outcome = try Wscope.run("inspect", "--jsonl", path)
  expect(outcome, 0)
  return try outcome.output.text.split(separator: "\n").compactMap { line in
    let bytes = Array(line.utf8)
    let value = try JSONParser.parse(bytes.span)
    guard case .string(let direction) = value["dir"], case .string(let type) = value["type"], type != "frame",
      case .string(let text) = value["text"] ?? value["base64"]
    else { return nil }
    return "\(direction) \(type) \(text)"
  }
}

@Suite struct `wscope export` {
  @Test func `writes every kind of file, and each is read again`() throws {
    let folder = try ScratchFolder()
    let path = try session(folder)
    let original = try messages(path)
    #expect(original.count == 12)
    for format in ["har", "pcapng", "jsonl"] {
      let other = folder.path("other.\(format)")
      expect(try Wscope.run("export", "--to", format, "--output", other, path), 0)
      #expect(try messages(other) == original, "\(format)")
      #expect(!String(decoding: try Files.read(other), as: UTF8.self).contains("hidden"))
      var facts = stat()
      #expect(stat(other, &facts) == 0)
      #expect(facts.st_mode & 0o777 == 0o600)
    }
    let text = try Wscope.run("export", "--to", "text", path)
    expect(text, 0)
    #expect(text.output.text == (try Wscope.run("inspect", "-v", path)).output.text)
  }

  @Test func `writes a script that passes`() throws {
    let folder = try ScratchFolder()
    let script = folder.path("again.wsx")
    expect(try Wscope.run("export", "--to", "script", "--output", script, try session(folder, url: "loopback:")), 0)
    let text = String(decoding: try Files.read(script), as: UTF8.self)
    #expect(text.contains("\nconnect loopback:\n  header Authorization: Bearer ${authorization}\n"), "\(text)")
    expect(try Wscope.run("run", "--variable", "authorization=x", script), 0)
  }

  @Test func `writes a server's part as a script`() throws {
    let folder = try ScratchFolder()
    let (path, script) = (folder.path("server.jsonl"), folder.path("server.wsx"))
    let server = try ListeningServer.echo("--capture", path)
    expect(try Wscope.run(server.url, input: "a\n"), 0)
    server.program.signal(SIGTERM)
    _ = server.program.wait()
    expect(try Wscope.run("export", "--to", "script", "--output", script, path), 0)
    expect(try Wscope.run("run", "--check", script), 0)
    let text = String(decoding: try Files.read(script), as: UTF8.self)
    let steps = text.split(separator: "\n", omittingEmptySubsequences: true)
    #expect(steps.prefix(4) == ["server s", "accept c1 from s", "c1< a", "c1> a"], "\(text)")
  }

  @Test("writes packets that tshark and we read alike", .enabled(if: Need.tshark.isMet, "tshark is not installed"))
  func tshark() throws {
    let folder = try ScratchFolder()
    let path = try session(folder)
    let packets = folder.path("session.pcapng")
    expect(try Wscope.run("export", "--to", "pcapng", "--output", packets, path), 0)
    let original = try framesSeenByUs(path)
    #expect(original.count > 12)
    #expect(try framesSeenByUs(packets) == original)
    let seen = try FrameFacts.seenByTshark(packets)
    #expect(seen == original)
    // Both directions, at their times, with checksums that are right.
    let outcome = try run(
      "tshark",
      [
        "-r", packets, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-T", "fields",
        "-e", "ip.src",
        "-e", "frame.time_relative", "-e", "tcp.checksum.status", "-e", "ip.checksum.status", "-e",
        "tcp.analysis.flags",
      ])
    #expect(outcome.status == .exited(0))
    let rows = outcome.output.text.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(Set(rows.map { $0[0] }) == ["192.0.2.1", "198.51.100.1"])
    #expect(rows.allSatisfy { $0[2] == "1" && $0[3] == "1" }, "\(rows)")
    #expect(rows.allSatisfy { $0[4].isEmpty }, "\(rows)")
    // tshark inflates what was compressed.
    let texts = try run("tshark", ["-r", packets, "-Y", "websocket", "-T", "fields", "-e", "websocket.payload.text"])
    #expect(texts.output.text.contains("long text, long text"))
  }

  @Test func `writes what can be read of a damaged file, and says so`() throws {
    let folder = try ScratchFolder()
    let path = try session(folder)
    let whole = try Files.read(path)
    let cut = folder.path("cut.jsonl")
    try Files.write(Array(whole.dropLast(300)), to: cut)
    let outcome = try Wscope.run("export", "--to", "har", cut)
    expect(outcome, 26, says: "cut.jsonl, line ", "the file ends inside this line")
    let archive = Array(outcome.output)
    _ = try JSONParser.parse(archive.span)
  }

  @Test func `takes one connection, or frames that match`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("two.jsonl")
    for text in ["one\n", "two\n"] { expect(try Wscope.run("--capture", path, "loopback:", input: text), 0) }
    let second = try Wscope.run("export", "--to", "text", "--stream", "2", "--filter", "op:text dir:in", path)
    expect(second, 0)
    #expect(second.output.text.contains("< text 3 B fin \"two\""))
    #expect(!second.output.text.contains("\"one\""))
    #expect(!second.output.text.contains("> text"))
    expect(try Wscope.run("export", "--stream", "3", path), 26, says: "has no connection 3, it has 2 connections")
  }

  @Test func `never writes over what it reads`() throws {
    let folder = try ScratchFolder()
    let path = try session(folder)
    let before = try Files.read(path)
    expect(try Wscope.run("export", "--output", path, path), 2, says: "session.jsonl is the file that is read")
    #expect(try Files.read(path) == before)
  }

  @Test func `tells what cannot be`() throws {
    expect(try Wscope.run("export", "--to", "xml", "x"), 2, says: "xml")
    expect(
      try Wscope.run("export", "/nonexistent/x"), 26, says: "cannot read /nonexistent/x: no such file or directory")
    expect(try Wscope.run("export", "-", input: ""), 26, says: "the file is empty")
    let folder = try ScratchFolder()
    let path = try session(folder)
    expect(try Wscope.run("export", "--output", "/dev/null/x", path), 23, says: "cannot write /dev/null/x")
    expect(try Wscope.run("export", "--output", "/dev/full", path), 23, says: "cannot write /dev/full: no space left")
  }
}
