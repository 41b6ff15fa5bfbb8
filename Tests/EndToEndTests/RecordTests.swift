import Glibc
import TestSupport
import Testing

@Suite struct `A recorded session` {
  @Test func `is a script of what was sent and what came`() throws {
    let folder = try ScratchFolder()
    let path = folder.path("session.wsx")
    let outcome = try Wscope.run(
      "--record", path, "-H", "Authorization: Bearer hidden", "-u", "alice:hidden", "-s", "chat", "--cacert", "ca.pem",
      "--max-message-size", "1M", "loopback:?token=hidden&x=${x}",
      input: "hello\n{\"a\": 1}\n{\"key\": \"hidden\"}\n")
    expect(outcome, 0, says: "holds no secrets", "wscope run --variable token=VALUE \(path)")
    let folderName = String(cString: try #require(getcwd(nil, 0)))
    #expect(
      try Files.lines(path)
        == [
          "# Secrets are not written here. Give them: wscope run --variable token=VALUE FILE",
          "connect loopback:?token=${token}&x=$%7Bx%7D", "  header Authorization: Bearer ${token}",
          "  user alice:${token}", "  subprotocol chat", "  cacert \(folderName)/ca.pem", "  max-message-size 1M",
          "", "> hello", ">json {\"a\": 1}", ">json {\"key\": \"${token}\"}", "< hello", "<json {\"a\": 1}",
          "<json {\"key\": \"${token}\"}", "", ">close 1000", "<close 1000",
        ])
    var facts = stat()
    #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
  }

  @Test(
    "says how it ended",
    arguments: [
      (
        "loopback:status?code=403",
        ["connect loopback:status?code=403", "  assert status == 403", "", "<text \"refused, as asked: 403\\n\""]
      ),
      (
        "loopback:close?code=4001&reason=no%20more",
        ["connect loopback:close?code=4001&reason=no%20more", "", "<close 4001 no more"]
      ),
      ("loopback:drop", ["connect loopback:drop", "", "<reset"]),
    ])
  func ends(url: String, lines: [String]) throws {
    let folder = try ScratchFolder()
    let path = folder.path("session.wsx")
    _ = try Wscope.run("--record", path, url, input: "")
    #expect(try Files.lines(path) == lines)
  }

  @Test func `replaces an older one only when there is something to put in its place`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("session.wsx", Array(String(repeating: "older\n", count: 100).utf8))
    let program = try Wscope.start("--record", path, "-x", "a", "loopback:")
    #expect(program.wait { $0.output.text == "a\n" }, "\(program.errors.text)")
    #expect(try Files.lines(path).count == 100)
    program.signal(SIGINT)
    _ = program.wait(limit: .seconds(10))
    #expect(try Files.lines(path) == ["connect loopback:", "", "> a", "< a", "", ">close 1000", "<close 1000"])
  }

  @Test func `that cannot be written ends with its status`() throws {
    expect(
      try Wscope.run("--record", "/dev/full", "loopback:", input: "a\n"), 23,
      says: "cannot write /dev/full: no space left on device")
    expect(
      try Wscope.run("--record", "/dev/null/a.wsx", "loopback:", input: "a\n"), 23,
      says: "cannot write /dev/null/a.wsx: not a directory")
  }
}
