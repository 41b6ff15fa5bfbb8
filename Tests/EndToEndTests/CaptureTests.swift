import Glibc
import JSONSyntax
import TestSupport
import Testing

/// The lines of a capture.
private func capture(_ path: String) throws -> [JSONValue] {
  try Files.lines(path).filter { !$0.isEmpty }.map { try JSONParser.parse(Array($0.utf8).span) }
}

/// `out text a`.
private func words(_ line: JSONValue) -> String {
  ["dir", "type", "phase", "state", "text", "code", "cause"].compactMap { name in
    switch line[name] {
    case .string(let text), .number(let text): line["type"] == .string("end") && name == "text" ? nil : text
    default: nil
    }
  }.joined(separator: " ")
}

@Suite struct `A capture file` {
  @Test func `has all that happened, in order`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("capture.jsonl")
    let outcome = try Wscope.run(
      "--capture", path, "-H", "Authorization: Bearer hidden", "loopback:", input: "a\n")
    expect(outcome, 0)
    #expect(outcome.output.text == "a\n")
    let lines = try capture(path)
    #expect(
      lines.map(words) == [
        "start", "phase handshake began loopback:", "out request", "phase handshake done", "in response", "open",
        "out text a", "in text a", "out close 1000", "in close 1000", "end closed-by-us",
      ])
    let text = try Files.lines(path).joined()
    #expect(!text.contains("hidden"))
    #expect(text.contains("Bearer [secret 1]"))
    #expect(lines.allSatisfy { $0["connection"] == .number("1") })
    var facts = stat()
    #expect(stat(path, &facts) == 0)
    #expect(facts.st_mode & 0o777 == 0o600)
  }

  @Test func `has messages whole, however they were cut and packed`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("capture.jsonl")
    let text = String(repeating: "é", count: 50)
    expect(
      try Wscope.run(
        "--capture", path, "--deflate-threshold", "0", "loopback:fragment?size=33", input: text + "\n"), 0)
    let lines = try capture(path).filter { $0["frame"]?["opcode"].map { $0 != .number("8") } ?? false }
    #expect(lines.map { $0["type"] } == ["text", "frame", "frame", "frame", "text"].map { .string($0) })
    for line in [lines.first, lines.last] { #expect(line?["text"] == .string(text)) }
    #expect(lines.first?["compressed"] == .bool(true))
    #expect(lines.first?["frame"]?["rsv"] == .number("4"))
    #expect(lines.last?["frames"] == .number("4"))
    #expect(lines.map { $0["frame"]?["fin"] } == [true, false, false, false, true].map { .bool($0) })
  }

  @Test func `is appended to, behind a line that was cut`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("capture.jsonl")
    try Files.write(Array("{\"at\":\"20".utf8), to: path)
    expect(try Wscope.run("--capture", path, "loopback:", input: "a\n"), 0)
    expect(try Wscope.run("--capture", path, "loopback:", input: "b\n"), 0)
    let lines = try Files.lines(path).filter { !$0.isEmpty }
    #expect(lines.first == "{\"at\":\"20")
    #expect(lines.dropFirst().filter { $0.contains("\"type\":\"start\"") }.count == 2)
    #expect(lines.count == 23)
  }

  @Test func `says why there is no connection`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("capture.jsonl")
    expect(try Wscope.run("--capture", path, "loopback:status?code=503"), 22)
    #expect(try capture(path).map(words).last?.hasPrefix("failed loopback:status") == true)
  }

  @Test func `that cannot be written ends the session`() throws {
    expect(
      try Wscope.run("--capture", "/dev/full", "-w", "forever", "loopback:", input: "a\n"), 23,
      says: "cannot write /dev/full: no space left on device")
    expect(
      try Wscope.run("--capture", "/nonexistent/capture", "loopback:", input: "a\n"), 23,
      says: "cannot write /nonexistent/capture: no such file or directory")
  }

  @Test func `that cannot be written ends a server`() throws {
    let server = try ListeningServer.echo("--capture", "/dev/full")
    _ = try Wscope.run(server.url, input: "a\n")
    let outcome = server.program.wait()
    expect(outcome, 23, says: "cannot write /dev/full: no space left on device")
  }

  @Test func `of a server has each connection by its number`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("capture.jsonl")
    let server = try ListeningServer.echo("--capture", path)
    for text in ["a\n", "b\n"] { expect(try Wscope.run(server.url, input: text), 0) }
    server.program.signal(SIGTERM)
    _ = server.program.wait()
    let lines = try capture(path)
    for (number, text) in [("1", "a"), ("2", "b")] {
      #expect(
        lines.filter { $0["connection"] == .number(number) }.map(words) == [
          "start", "in request", "out response", "in text \(text)", "out text \(text)", "in close 1000",
          "out close 1000", "end closed-by-peer",
        ])
    }
  }

  @Test func `begins new files where it would grow too large, each readable by itself`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("capture.jsonl")
    let outcome = try Wscope.run(
      "--capture", path, "--capture-size", "20k", "--capture-files", "3", "loopback:blast?count=300&size=100", input: ""
    )
    expect(outcome, 0)
    let names = try Files.names(in: folder.path).sorted()
    #expect(names == ["capture.jsonl", "capture.jsonl.1", "capture.jsonl.2"])
    var texts: [String] = []
    for name in names.reversed() {
      let file = folder.path(name)
      var facts = stat()
      #expect(stat(file, &facts) == 0)
      #expect(facts.st_size <= 20 << 10)
      #expect(facts.st_mode & 0o777 == 0o600)
      let lines = try capture(file)
      #expect(lines.first?["continued"] == .bool(true))
      #expect(lines.prefix(4).map { $0["type"] } == ["start", "request", "response", "open"].map { .string($0) })
      texts += lines.compactMap {
        if case .string(let text) = $0["text"], $0["type"] == .string("text") { text } else { nil }
      }
    }
    // Of the files, the oldest are gone; what is there follows without a gap, up to the end.
    let numbers = texts.map { Int($0.prefix { $0.isNumber }) ?? 0 }
    #expect(numbers.count > 50)
    #expect(numbers == Array((301 - numbers.count)...300))
    #expect(try capture(path).last?["type"] == .string("end"))
  }

  @Test func `of one file begins it anew`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("capture.jsonl")
    let outcome = try Wscope.run(
      "--capture", path, "--capture-size", "20k", "--capture-files", "1", "loopback:blast?count=300&size=100", input: ""
    )
    expect(outcome, 0)
    #expect(try Files.names(in: folder.path) == ["capture.jsonl"])
  }

  @Test func `that has limits and is none is refused`() throws {
    expect(try Wscope.run("--capture-size", "20k", "loopback:"), 2, says: "--capture-size needs --capture")
    expect(
      try Wscope.run("--capture", "a", "--capture-files", "2", "loopback:"), 2,
      says: "--capture-files needs --capture-size")
    expect(
      try Wscope.run("--capture", "/dev/null", "--capture-size", "20k", "loopback:"), 2, says: "/dev/null is no file")
  }

  @Test func `of a flood loses nothing`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("capture.jsonl")
    let outcome = try Wscope.run("--capture", path, "loopback:blast?count=5000&size=500", input: "")
    #expect(outcome.output.count == 5000 * 501)
    #expect(try capture(path).filter { $0["type"] == .string("text") }.count == 5000)
  }
}
