import Testing
import Trace
import WebSocketCore

@testable import Script

private let c = "connect ws://h/\n"
private let unfinished = FrameHeader(opcode: .text, payloadLength: 1, isFinal: false)

@Suite struct `A script that runs` {
  @Test(arguments: [
    PlayRow(c + "< a", [.text("a")]),
    PlayRow(c + "< a\n< b", [.text("a"), .text("b")]),
    PlayRow(c + "< a", [.text("b")], "mismatch 2: another text came"),
    PlayRow(c + "< a", [.binary([0x61])], "mismatch 2: a binary message came"),
    PlayRow(c + "< a", [], "timeout 2: nothing came"),
    PlayRow(c + "<", [.text("")]),
    PlayRow(c + "<text \"a\\n\"", [.text("a\n")]),
    PlayRow(c + "<* b", [.text("a"), .text("b")]),
    PlayRow(c + "<* b\n< a", [.text("a"), .text("b")], "timeout 3: nothing came"),
    PlayRow(c + "<* b", [.text("a")], "timeout 2: nothing of what came matched"),
    PlayRow(c + "<? a\n< b", [.text("b")]),
    PlayRow(c + "<? a\n< b", [.text("a"), .text("b")]),
    PlayRow(c + "<? a\n> x", []),
    PlayRow(c + "<json {\"a\": 1}", [.text("{\"b\": 2, \"a\": 1.0}")]),
    PlayRow(c + "<json= {\"a\": 1}", [.text("{\"b\": 2, \"a\": 1}")], "mismatch 2: $.b: not expected, came 2"),
    PlayRow(
      c + "<json {\"a\": 1}", [.text("no")], "mismatch 2: what came is no JSON: \"o\" in place of null (at byte 2)"),
    PlayRow(c + "<json {\"a\": \"<re:^x+$>\"}", [.text("{\"a\": \"xxx\"}")]),
    PlayRow(
      c + "<json {\"a\": \"<re:^x+$>\"}", [.text("{\"a\": \"y\"}")],
      "mismatch 2: $.a: expected \"<re:^x+$>\", came \"y\""),
    PlayRow(c + "<hex 00 ff", [.binary([0, 255])]),
    PlayRow(c + "<hex 00 ff", [.binary([0, 254])], "mismatch 2: other bytes came"),
    PlayRow(c + "<base64 AP8=", [.binary([0, 255])]),
    PlayRow(c + "<match /^go+d$/i", [.text("GOOOD")]),
    PlayRow(c + "<match /^go+d$/", [.text("bad")], "mismatch 2: the text does not match"),
    PlayRow(c + "<contains oo", [.text("foobar")]),
    PlayRow(c + "<contains oo", [.text("bar")], "mismatch 2: the text does not hold it"),
    PlayRow(c + "<any\n<any", [.text("a"), .binary([1])]),
    PlayRow(c + "<binary", [.binary([1])]),
    PlayRow(c + "<binary", [.text("a")], "mismatch 2: a text came"),
    PlayRow(c + "<ping\n<ping \"b\"", [.ping("a"), .text("x"), .ping("b")]),
    PlayRow(c + "<ping \"b\"", [.ping("a")], "mismatch 2: its payload is another"),
    PlayRow(c + "<*ping \"b\"", [.ping("a"), .ping("b")]),
    PlayRow(c + ">ping \"a\"\n<pong \"a\"\n  assert rtt < 1s", [.ping("x"), .pong("a")]),
    PlayRow(c + "<pong", [.close(1000)], "ended 2: the connection has ended"),
    PlayRow(c + "<close 1000", [.close(1000)]),
    PlayRow(c + "<close 1000", [.close(1001)], "close 2: it closed with another code"),
    PlayRow(c + "<close 1000 bye", [.close(1000, "hi")], "close 2: the reason is another"),
    PlayRow(c + "<close 1005", [.close(nil)]),
    PlayRow(
      c + "<close", [.text("a"), .close(1000)], "unexpected 2: a message came first; <*close passes over messages"),
    PlayRow(c + "<*close", [.text("a"), .close(1000)]),
    PlayRow(c + "<close", [.end(.endedByPeer)], "close 2: the connection ended"),
    PlayRow(c + "< a", [.close(1001, "bye")], "ended 2: the peer closed the connection"),
    PlayRow(c + "< a", [.end(.resetByPeer)], "ended 2: the connection ended"),
    PlayRow(c + "< a", [.end(.violation(.maskedByServer))], "violation 2: the peer broke the protocol"),
    PlayRow(c + "<close\n< a", [.close(1000), .end(.closedByPeer)], "ended 3: the connection has ended"),
    PlayRow(c + "<end", [.end(.endedByPeer)]),
    PlayRow(c + "<end", [.close(1000)], "close 2: the peer closed"),
    PlayRow(c + "<end", [.end(.resetByPeer)], "close 2: the connection ended"),
    PlayRow(c + "<reset", [.end(.resetByPeer)]),
    PlayRow(c + "<nothing for 1s\n< a", [.pass(.milliseconds(1001)), .text("a")]),
    PlayRow(c + "<nothing for 1s", [.pass(.milliseconds(500)), .text("a")], "unexpected 2: a message came"),
    PlayRow(c + "<nothing for 1s", [.close(1000)], "ended 2: the connection ended"),
    PlayRow(
      c + "<frame fin=0 opcode=text \"a\"", [.frame(unfinished, "a")]),
    PlayRow(c + "<frame fin=0", [.text("a")], "mismatch 2: the frame differs: expected fin=0"),
    PlayRow(c + "<frame opcode=text\n< b", [.text("a"), .text("b")]),
    PlayRow(c + "< a\n<frame \"b\"", [.text("a"), .text("b")]),
    PlayRow(c + "wait 1s\n< a", [.text("a"), .pass(.seconds(1))]),
  ])
  func `expects what it says`(row: PlayRow) throws { try row.check() }

  @Test(arguments: [
    PlayRow(c + "< a\n  within 1s", [.pass(.milliseconds(1100)), .text("a")], "timeout 2: nothing came"),
    PlayRow(c + "< a\n  within 10s", [.pass(.seconds(9)), .text("a")]),
    PlayRow(c + "within 1s\n< a", [.pass(.milliseconds(1100)), .text("a")], "timeout 3: nothing came"),
    // The limit counts from the moment the step is current.
    PlayRow(c + "< a\n< b", [.pass(.seconds(4)), .text("a"), .pass(.seconds(4)), .text("b")]),
    PlayRow(c + "<? a\n< b", [.pass(.milliseconds(300)), .text("a")], "mismatch 3: another text came"),
    PlayRow(c + "<? a\n  within 1s\n< b", [.pass(.milliseconds(300)), .text("a"), .text("b")]),
  ])
  func `waits as long as it says`(row: PlayRow) throws { try row.check() }

  @Test(arguments: [
    PlayRow(c + "any order\n  < a\n  < b", [.text("b"), .text("a")]),
    PlayRow(c + "any order\n  < a\n  < b", [.text("b"), .text("c")], "mismatch 3: another text came"),
    PlayRow(c + "any order\n  < a\n  < b\n  < c", [.text("d")], "mismatch 3: what came is none of those expected"),
    PlayRow(
      c + "any order\n  < a\n  <* b", [.text("x"), .text("b"), .text("y"), .text("a")],
      "mismatch 3: another text came"),
    PlayRow(c + "any order\n  <* a\n  <* b", [.text("x"), .text("b"), .text("y"), .text("a")]),
    PlayRow(c + "any order\n  < a\n  <? b\n< c", [.text("a"), .text("c")]),
    PlayRow(c + "any order\n  < a\n  <? b\n< c", [.text("b"), .text("a"), .text("c")]),
    PlayRow(c + "any order\n  < a\n  <close 1000", [.text("a"), .close(1000)]),
    PlayRow(c + "any order\n  < a\n  <pong", [.pong(""), .text("a")]),
    PlayRow(c + "any order\n  < a\n  < b", [.text("a")], "timeout 4: nothing came"),
    PlayRow("connect a ws://h/\nconnect b ws://h/\nany order\n  a< x\n  b< y", [.text("y", on: 1), .text("x", on: 0)]),
    PlayRow(c + "ignore <json {\"type\": \"beat\"}\n< a", [.text("{\"type\":\"beat\"}"), .text("a")]),
    // What was there before the rule is looked at too.
    PlayRow(c + "wait 1s\nignore < beat\n< a", [.text("beat"), .text("a"), .pass(.seconds(2))]),
    PlayRow(c + "ignore <match /^b/\n< a\n<nothing for 1s", [.text("beat"), .text("a"), .text("boo")]),
    PlayRow(c + "repeat 3\n  < a\n  repeat 2\n    < b", "abbabbabb".map { .text(String($0)) }),
    PlayRow(c + "repeat 2\n  < a", [.text("a"), .text("b")], "mismatch 3: another text came"),
    PlayRow(c + "set user = u\ninclude login.wsx", [.text("welcome")]),
    PlayRow(c + "set user = u\ninclude login.wsx", [.text("no")], "mismatch 2: another text came"),
  ])
  func `has blocks and rules`(row: PlayRow) throws { try row.check() }

  @Test(
    arguments: [
      (c + "> a\n>text \"b\"\n>json {\"c\": 1}", ["> a", "> b", "> {\"c\": 1}"]),
      (c + ">hex 00 ff\n>base64 AP8=", [">binary [0, 255]", ">binary [0, 255]"]),
      (c + ">ping \"a\"\n>pong hex 61\n>close 1000 bye", [">ping a", ">pong a", ">close 1000 bye"]),
      (
        c + ">frame opcode=3 hex 01\n>bytes \"x\"\n>fragments 2 abc",
        [">frame reserved 3 [1]", ">bytes [120]", ">fragments 2 abc"]
      ),
      (
        c + "> ${given}\n>json {\"a\": \"${given}\", \"b\": ${given}}",
        ["> a \"gift\"", "> {\"a\": \"a \\\"gift\\\"\", \"b\": \"a \\\"gift\\\"\"}"]
      ),
      (c + "set n = 1.0\nset t = yes\nset m = ${n}\n>json [${n}, ${t}, ${m}]", ["> [1.0, \"yes\", 1.0]"]),
      (
        c + "set d = {\"n\": \"${env.HOST}\"}\n> ${d}\n>json {\"d\": ${d}}",
        ["> {\"n\": \"h\"}", "> {\"d\": {\"n\": \"h\"}}"]
      ),
      (
        c + "> ${uuid} ${now} ${random 3 9} $${x}",
        ["> 00000000-0000-4000-8000-000000000000 2026-01-02T03:04:05.678Z 3 ${x}"]
      ),
      (c + "> ${file a.txt}\n>file b.bin", ["> hi", ">binary [1, 2]"]),
      (c + "stall\ndrop", ["stall", "drop"]),
      ("connect ws://${env.HOST}/\n  header A: ${given}\n  insecure", []),
    ] as [(String, [String])])
  func `sends what it says`(script: String, expected: [String]) throws {
    var play = try Play(script, files: ["a.txt": Array("hi".utf8), "b.bin": [1, 2]])
    play.run()
    #expect(PlayRow.words(play.finish()) == "passed")
    #expect(play.log.first?.hasPrefix("connect ws://h/") == true)
    #expect(Array(play.log.dropFirst()) == expected)
  }

  @Test(arguments: [
    PlayRow(c + "<json {}\n  capture id = $.id\n< ${id}!", [.text("{\"id\": 7}"), .text("7!")]),
    PlayRow(c + "<any\n  capture id = /id=(\\w+)/\n< ${id}", [.text("a id=x7;"), .text("x7")]),
    PlayRow(c + "<any\n  capture all = /\\d+/\n< ${all}", [.text("a 12"), .text("12")]),
    PlayRow(
      c + "<json {}\n  capture id = $.id", [.text("{\"x\": 7}")],
      "value 3: nothing to capture: nothing stands at $.id"),
    PlayRow(
      c + "<json {}\n  capture id = $.id\n<json {\"id\": \"${id}\"}",
      [.text("{\"id\": \"<any>\"}"), .text("{\"id\": \"x\"}")], "mismatch 4: $.id: expected \"\\\\<any>\", came \"x\""),
    PlayRow(
      c + "any order\n  < ${id}\n  <json {}\n    capture id = $.id", [.text("{\"id\": 1}")],
      "value 3: \"id\" has no value yet"),
    PlayRow(
      c + "<json {}\n  assert $.n == 3\n  assert $.n > 2\n  assert not $.n > 3\n  assert $.a[0] == \"x\"\n"
        + "  assert count $.a == 2\n  assert $.a contains \"y\"\n  assert $.n is integer\n  assert $.z exists\n"
        + "  assert not $.q exists\n  assert $.z == null\n  assert $..k == [1, 2]\n  assert $.t >= \"2026-01\"\n"
        + "  assert text contains \"zz\"\n  assert size > 10\n  assert opcode == text\n  assert fragments == 1\n"
        + "  assert not compressed\n  assert text matches /\"n\": 3/\n  assert $.q != 1",
      [
        .text(
          "{\"n\": 3, \"a\": [\"x\", \"y\"], \"z\": null, "
            + "\"b\": [{\"k\": 1}, {\"k\": 2}], \"t\": \"2026-02-01\", \"s\": \"zz\"}"
        )
      ]),
    PlayRow(c + "<json {}\n  assert $.n == 3", [.text("{\"n\": 4}")], "assertion 3: $.n is not as asserted"),
    PlayRow(c + "> q\n<any\n  assert latency < 50ms", [.pass(.milliseconds(20)), .text("a")]),
    PlayRow(
      c + "> q\n<any\n  assert latency < 50ms", [.pass(.milliseconds(60)), .text("a")],
      "assertion 4: latency is not as asserted"),
    PlayRow(c + "<close\n  assert code >= 4000\n  assert reason matches /^x/", [.close(4001, "xy")]),
    PlayRow(
      "connect ws://h/\n  assert status == 101\n  assert header X-Id == \"7\"\n  capture id = header x-id\n> ${id}"),
    PlayRow("connect ws://h/\n  assert header X-Id == \"8\"", [], "assertion 2: header X-Id is not as asserted"),
  ])
  func `keeps values and checks them`(row: PlayRow) throws { try row.check() }

  @Test func `answers by itself`() throws {
    var play = try Play(c + "when <json {\"type\": \"ping\"}\n  capture n = $.n\n  >json {\"pong\": ${n}}\n< a\n< b")
    play.run([.text("{\"type\": \"ping\", \"n\": 1}"), .text("a"), .text("{\"type\": \"ping\", \"n\": 2}"), .text("b")])
    #expect(PlayRow.words(play.finish()) == "passed")
    #expect(play.log == ["connect ws://h/", "> {\"pong\": 1}", "> {\"pong\": 2}"])
  }

  @Test func `takes a refusal where it asserts a status`() throws {
    var play = try Play("connect ws://h/\n  assert status == 403\n  assert $.error exists\n<json {\"error\": \"no\"}")
    play.refusal = (403, "{\"error\": \"no\"}")
    play.run()
    #expect(PlayRow.words(play.finish()) == "passed")
    play = try Play("connect ws://h/")
    play.refusal = (403, "no")
    play.run()
    #expect(PlayRow.words(play.finish()) == "handshake 1: the server refused the handshake: 403 Forbidden")
  }

  @Test func `accepts clients`() throws {
    var play = try Play(
      "server s\naccept a from s\n  assert target == \"/x\"\n  capture agent = header User-Agent\na< hello\na> ${agent}"
    )
    play.run([.client(server: "s", target: "/x"), .text("hello")])
    #expect(PlayRow.words(play.finish()) == "passed")
    #expect(play.log == ["listen anywhere", "> test"])
    play = try Play("server s\naccept a")
    play.run()
    #expect(PlayRow.words(play.finish()) == "timeout 2: no client connected")
  }

  @Test func `waits until the peer reads`() throws {
    var play = try Play(c + "< go\n> a\n> b")
    play.run([.full(true), .text("go"), .pass(.seconds(1))])
    #expect(play.log == ["connect ws://h/"])
    play.happen(.full(false))
    #expect(play.log == ["connect ws://h/", "> a", "> b"])
    play = try Play(c + "< go\n> a")
    play.run([.full(true), .text("go")])
    #expect(PlayRow.words(play.finish()) == "timeout 3: the peer does not read: what was sent before still waits")
  }

  @Test func `connects again`() throws {
    var play = try Play(c + "drop\nreconnect\n< a")
    play.run([.text("a", on: 1)])
    #expect(PlayRow.words(play.finish()) == "passed")
    #expect(play.log == ["connect ws://h/", "drop", "connect ws://h/"])
  }

  @Test func `sends nothing behind a Close`() throws {
    try PlayRow(c + ">close 1000\n> a", [], "send 3: a Close has been sent: nothing can follow it").check()
    try PlayRow(c + "<close\n> a", [.close(1000)], "send 3: the peer has closed: nothing can follow its Close").check()
    try PlayRow(c + ">close 1000\n>frame \"a\"\n>bytes hex 00").check()
  }

  @Test func `has steps without number and does not keep them all`() throws {
    var play = try Play(c + "repeat 5000\n  set a = 1\n  > ${a}")
    play.run()
    let result = play.finish()
    #expect(PlayRow.words(result) == "passed")
    #expect(result.stepCount == 10_001)
    #expect(result.steps.count <= 2000)
  }

  @Test func `stops reading when much waits to be taken`() throws {
    var play = try Play(c + "wait 1s\n<*text \"end\"")
    play.run()
    let much = [UInt8](repeating: 1, count: 1 << 20)
    for _ in 0..<65 { play.happen(.binary(much)) }
    #expect(play.log == ["connect ws://h/", "pause"])
    play.happen(.pass(.seconds(1)))
    play.happen(.text("end"))
    #expect(PlayRow.words(play.finish()) == "passed")
  }
}

@Suite struct `A step that fails` {
  private func failure(_ script: String, _ happenings: [Happening]) throws -> Failure {
    var play = try Play(script)
    play.run(happenings)
    guard case .failed(let failure) = play.finish().outcome else {
      Issue.record("nothing failed")
      return Failure(.value, "", line: 0, source: "")
    }
    return failure
  }

  @Test func `tells what was expected, what came, and what came later`() throws {
    let failure = try failure(
      c + "> q\n<*json {\"a\": 1}\n  within 1s",
      [.text("x"), .text("y"), .pass(.milliseconds(1100)), .text("{\"a\": 1}")])
    #expect(failure.kind == .timeout)
    #expect(failure.line == 3)
    #expect(failure.source == "<*json {\"a\": 1}")
    #expect(failure.expected == "the JSON {\"a\": 1}")
    #expect(failure.skipped == ["text \"x\"", "text \"y\""])
    #expect(failure.waited == .seconds(1))
    #expect(failure.limit == .seconds(1))
    #expect(failure.frames == ["0 ns > text 1 B fin \"q\"", "0 ns < text 1 B fin \"x\"", "0 ns < text 1 B fin \"y\""])
    #expect(failure.late == ["JSON {\"a\": 1}, 1.1 s after the step began"])
  }

  @Test func `shows both texts`() throws {
    let failure = try failure(c + "< hello", [.text("hallo")])
    #expect(failure.received == "text \"hallo\"")
    #expect(failure.difference.map(\.line).contains("- hello"))
    #expect(failure.difference.map(\.line).contains("+ hallo"))
  }

  @Test func `tells how the connection ended`() throws {
    let failure = try failure(c + "< hello", [.end(.resetByPeer)])
    #expect(failure.verdict?.hasPrefix("reset by the peer (RST)") == true)
  }

  @Test func `hides secrets of the environment`() throws {
    let failure = try failure(c + "> ${env.API_TOKEN}\n< ok ${env.API_TOKEN}", [.text("s3cret")])
    #expect(failure.expected == "\"ok [secret 1]\"")
    #expect(failure.received == "text \"[secret 1]\"")
    #expect(failure.frames.first == "0 ns > text 6 B fin \"[secret 1]\"")
  }

  @Test func `may be one whose pattern does not finish`() throws {
    var play = try Play(c + "<match /^(a+)+$/")
    play.isMatcherStuck = true
    play.run([.text("aaaa!")])
    #expect(PlayRow.words(play.finish()) == "pattern 2: the expression /^(a+)+$/ did not finish within a second")
  }

  @Test func `makes what is left over a failure where that is asked for`() throws {
    var play = try Play(c + "< a", strict: true)
    play.run([.text("a")])
    #expect(PlayRow.words(play.finish()) == "passed")
    play = try Play(c + "wait 1s\n< a", strict: true)
    play.run([.text("a"), .text("b"), .pass(.seconds(2))])
    let result = play.finish()
    #expect(PlayRow.words(result) == "leftover 1: a message was taken by no step")
    #expect(result.leftovers == ["text \"b\""])
  }

  @Test func `ends the case when the whole time is over`() throws {
    var play = try Play(c + "< a")
    play.run()
    play.expire("the time of --max-time is over")
    #expect(PlayRow.words(play.finish()) == "time 2: the time of --max-time is over")
  }

  @Test func `is none when the run is interrupted`() throws {
    var play = try Play(c + "< a")
    play.run()
    play.stop("interrupted by SIGINT")
    #expect(PlayRow.words(play.finish()) == "not run: interrupted by SIGINT")
  }
}
