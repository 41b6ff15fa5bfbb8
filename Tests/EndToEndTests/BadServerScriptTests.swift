import Glibc
import JSONSyntax
import TestSupport
import Testing

/// What bad servers can do to a script: a failed step with a reason within its limit, never a hang.
@Suite struct `A script and a bad server` {
  private struct Row: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var steps: [RawStep]
    var script: String
    /// The line, and what is said about it.
    var failure: String
    /// The whole run ends by then, the last handshake with the peer included.
    var limit = Duration.seconds(8)

    init(_ description: String, _ steps: [RawStep], _ script: String, _ failure: String) {
      (testDescription, self.steps, self.script, self.failure) = (description, steps, script, failure)
    }
  }

  private static let flood = RawStep.flood(
    Array(repeating: RawFrame.text("noise").bytes, count: 4096).flatMap { $0 }, times: 1_000_000)

  private static let rows = [
    Row(
      "never answers the handshake", [.head, .receiveEnd], "  within 300ms", "1: the connection was not there in time"),
    Row("closes before it answers", [.head, .finish, .receiveEnd], "", "1: "),
    Row("resets before it answers", [.head, .reset], "", "1: "),
    Row("answers with what is no HTTP", [.head, .send(Array("SSH-2.0-x\r\n\r\n".utf8)), .receiveEnd], "", "1: "),
    Row(
      "answers with another key",
      [
        .head,
        .answer(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n"), .receiveEnd,
      ], "", "1: "),
    Row("never says anything", RawStep.handshake() + [.receiveEnd], "<any\n  within 300ms", "2: nothing came"),
    Row(
      "floods with what nobody asked for", RawStep.handshake() + [flood], "<* never\n  within 500ms",
      "2: nothing of what came matched"),
    Row(
      "floods with Pings",
      RawStep.handshake() + [.flood(RawFrame.ping([UInt8](repeating: 1, count: 125)).bytes, times: 10_000_000)],
      "< never\n  within 500ms", "2: nothing came"),
    Row(
      "never ends a message", RawStep.handshake() + [.send(hex("01 01 61")), .receiveEnd], "<any\n  within 300ms",
      "2: nothing came"),
    Row(
      "stops in the middle of a frame", RawStep.handshake() + [.send(hex("81 7e ff ff 61")), .receiveEnd],
      "<any\n  within 300ms", "2: nothing came"),
    Row(
      "ends in the middle of a frame", RawStep.handshake() + [.send(hex("81 05 61")), .finish, .receiveEnd], "<any",
      "2: the connection ended"),
    Row(
      "closes early", RawStep.handshake() + [.send(RawFrame.close(1001).bytes), .receiveEnd], "<any",
      "2: the peer closed"),
    Row("resets", RawStep.handshake() + [.pause(.milliseconds(50)), .reset], "<any", "2: the connection ended"),
    Row("sends a broken frame", RawStep.handshake() + [.send(hex("f1 00")), .receiveEnd], "<any", "2: the peer broke"),
    Row(
      "announces an immense frame", RawStep.handshake() + [.send(hex("82 7f 4000000000000000")), .receiveEnd], "<any",
      "2: the peer exceeded a limit"),
    Row(
      "reads nothing", RawStep.handshake() + [.pause(.seconds(20))],
      "within 500ms\nrepeat 1000000\n  >json [\"0123456789012345678901234567890123456789\"]",
      "4: the peer does not read"),
  ]

  @Test("that does its worst fails a step in time", arguments: rows)
  private func fails(row: Row) throws {
    let server = try RawServer(row.steps, hasSmallBuffer: true)
    let outcome = try Wscope.run("run", "-", input: "connect \(server.url)\n\(row.script)\n")
    #expect(outcome.status == .exited(1), "\(outcome)")
    #expect(outcome.output.text.contains("\n  -:\(row.failure)"), "\(outcome)")
    #expect(outcome.lasted < row.limit, "\(outcome)")
    #expect(outcome.peakMemory < 200)
  }

  @Test func `that floods while nothing is expected is not read without end`() throws {
    let server = try RawServer(RawStep.handshake() + [Self.flood])
    let script = "connect \(server.url)\nwait 2s\n< noise\n  within 1s\n"
    let outcome = try Wscope.run("run", "-", input: script)
    #expect(outcome.status == .exited(0), "\(outcome.status) \(outcome.errors.text)")
    // 64 MiB, with what each message of 5 bytes costs besides.
    #expect(outcome.peakMemory < 250, "\(outcome.peakMemory) MiB")
  }

  @Test func `sees nothing of a run in which one script has a mistake`() throws {
    let server = try RawServer([.head], limit: .milliseconds(500))
    let folder = try ScratchFolder()
    try folder.write("good.wsx", Array("\u{FEFF}connect \(server.url)\n".utf8))
    try folder.write("wrong.wsx", Array("connect \(server.url)\n<jsno {}\n".utf8))
    let outcome = try Wscope.run("run", folder.path("good.wsx"), folder.path("wrong.wsx"))
    expect(outcome, 2, says: "wrong.wsx:2:2: no arrow word is called \"jsno\"", "\n  <jsno {}\n   ^\n")
    #expect(!server.finish().wasAccepted)
  }

  @Test func `that does not answer the Close at the end is not waited for`() throws {
    let server = try RawServer(RawStep.handshake() + [.pause(.seconds(10))])
    let outcome = try Wscope.run("run", "-", input: "connect \(server.url)\n> hello\n")
    #expect(outcome.status == .exited(0) && outcome.lasted < .seconds(4), "\(outcome)")
  }
}

@Suite struct `A run that is interrupted` {
  @Test(
    "says what is known, in every report",
    arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func reports(signal: Int32, status: Int32) throws {
    let folder = try ScratchFolder()
    try folder.write("1.wsx", Array("connect loopback:\n> a\n< a\n".utf8))
    try folder.write("2.wsx", Array("connect loopback:\n> a\n< b\n".utf8))
    try folder.write("3.wsx", Array("connect loopback:sink\n> under way\n<any\n  within 60s\n".utf8))
    try folder.write("4.wsx", Array("connect loopback:\n> never\n< never\n".utf8))
    let forms = ["people", "tap", "junit", "jsonl", "github"]
    let program = try Program(
      Repository.wscope, ["run", "--jobs", "1"] + forms.flatMap { ["--report", "\($0)=\($0)"] } + ["."],
      folder: folder.path("."))
    // The second has ended when its failure is in the report.
    let hasTold = program.wait(limit: .seconds(10)) { _ in
      (try? Files.read(folder.path("tap")).text.contains("not ok 2")) == true
    }
    #expect(hasTold)
    program.wait(limit: .milliseconds(300)) { _ in false }
    program.signal(signal)
    let outcome = program.wait(limit: .seconds(10))
    #expect(outcome.status == .exited(status), "\(outcome)")
    #expect(outcome.lasted < .seconds(15))
    func text(_ form: String) throws -> String { try Files.read(folder.path(form)).text }
    let reason = "interrupted by \(signal == SIGINT ? "SIGINT" : signal == SIGTERM ? "SIGTERM" : "SIGHUP")"

    let tap = try TAPReader(text("tap"))
    #expect(tap.points.map(\.isPassed) == [true, false, true, true])
    #expect(tap.points.map(\.directive) == [nil, nil, "SKIP \(reason)", "SKIP \(reason)"])
    #expect(tap.bailOut == reason)

    let events = try text("jsonl").split(separator: "\n").map { try JSONParser.parse(Array($0.utf8).span) }
    #expect(
      events.filter { $0["type"] == .string("case") }.map { $0["outcome"] } == [
        .string("passed"), .string("failed"), .string("notRun"), .string("notRun"),
      ])
    #expect(events.last?["interruption"] == .string(reason))

    #expect(try text("people").contains("\(reason): 1 failed, 2 not run, 1 passed"))
    #expect(try text("github").contains("::error title=wscope run::\(reason)"))
    if Need.xmllint.isMet {
      let schema = "\(Repository.root)/Tests/ScriptTests/Reports/junit.xsd"
      let result = try run("/usr/bin/xmllint", ["--noout", "--schema", schema, folder.path("junit")])
      #expect(result.status == .exited(0), "\(result.errors.text)")
    }
    #expect(try text("junit").contains("under way"), "what was under way has its transcript")
  }

  @Test func `ends at once when it is asked twice`() throws {
    // A client under test that does not go, and a server that answers no Close.
    let server = try RawServer(RawStep.handshake() + [.pause(.seconds(20))])
    let program = try Wscope.start("run", "-")
    program.write("connect \(server.url)\n<any\n  within 60s\n")
    program.endInput()
    program.wait(limit: .milliseconds(500)) { _ in false }
    program.signal(SIGINT)
    program.wait(limit: .milliseconds(200)) { _ in false }
    program.signal(SIGINT)
    let outcome = program.wait(limit: .seconds(5))
    #expect(outcome.status == .exited(130) && outcome.output.text.contains("interrupted by SIGINT"), "\(outcome)")
  }
}
