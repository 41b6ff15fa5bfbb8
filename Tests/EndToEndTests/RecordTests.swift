import Glibc
import TestSupport
import Testing

@Suite struct `A recorded session` {
  @Test func `is a script of what was sent and what came`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("session.wsx")
    let outcome = try Wscope.run(
      "--record", path, "-H", "Authorization: Bearer hidden", "-u", "alice:hidden", "-s", "chat", "--cacert", "ca.pem",
      "--max-message-size", "1M", "loopback:?token=hidden&x=${x}", input: "hello\n{\"a\": 1}\n")
    expect(outcome, 0)
    let folderName = String(cString: try #require(getcwd(nil, 0)))
    #expect(
      try Files.lines(path)
        == [
          "# a secret that is not written here: give secret-1 its value",
          "connect loopback:?token=${secret-1}&x=$%7Bx%7D", "  header Authorization: Bearer ${secret-1}",
          "  user alice:${secret-1}", "  subprotocol chat", "  cacert \(folderName)/ca.pem", "  max-message-size 1M",
          "> hello",
          ">json {\"a\": 1}", "< hello", "<json {\"a\": 1}", ">close 1000", "<close 1000",
        ])
    var facts = stat()
    #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
  }

  @Test(
    "says how it ended",
    arguments: [
      ("loopback:status?code=403", ["connect loopback:status?code=403", "  assert status == 403"]),
      (
        "loopback:close?code=4001&reason=no%20more",
        ["connect loopback:close?code=4001&reason=no%20more", "<close 4001 no more"]
      ),
      ("loopback:drop", ["connect loopback:drop", "<reset"]),
    ])
  func ends(url: String, lines: [String]) throws {
    let folder = try ScratchFolder()
    let path = folder.path("session.wsx")
    _ = try Wscope.run("--record", path, url, input: "")
    #expect(try Files.lines(path) == lines)
  }

  @Test func `is the same where somebody typed it`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("session.wsx")
    let program = try TerminalProgram(
      Repository.wscope, ["--record", path, "loopback:"], environment: ["TERM": "xterm-256color"])
    #expect(program.wait(for: "connected in"), "\(program.screen.text)")
    program.type("hello there\r")
    #expect(program.wait(for: "  11 B\u{1B}[m  hello there"), "\(program.screen.text)")
    program.type("\u{4}")
    #expect(program.wait(limit: .seconds(10)).status == .exited(0))
    #expect(
      try Files.lines(path) == ["connect loopback:", "> hello there", "< hello there", ">close 1000", "<close 1000"])
  }

  @Test func `that cannot be written ends with its status`() throws {
    expect(
      try Wscope.run("--record", "/dev/full", "loopback:", input: "a\n"), 23,
      says: "cannot write /dev/full: no space left on device")
    expect(
      try Wscope.run("--record", "/nonexistent/a.wsx", "loopback:", input: "a\n"), 23,
      says: "cannot write /nonexistent/a.wsx: no such file or directory")
  }
}
