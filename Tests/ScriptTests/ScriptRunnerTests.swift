import Engine
import TestSupport
import Testing
import Transport

@testable import Script

@Suite struct `Scripts over the engine` {
  @Test(arguments: [
    "connect loopback:\n> hello\n< hello\n>hex 00 ff\n<hex 00 ff\n>close 1000\n<close 1000",
    "connect loopback:\n>ping \"p\"\n<pong \"p\"\n  assert rtt < 5s",
    "connect loopback:fragment?size=2\n> hello\n<fragments 2 hello\n  assert fragments == 3",
    "connect loopback:\n>fragments 2 hello\n< hello",
    "connect loopback:?fragments=keep\n>frame fin=0 \"he\"\n>frame opcode=continuation \"y\"\n"
      + "<frame fin=0 opcode=text \"he\"\n<frame fin=1 \"y\"",
    "connect loopback:blast?count=3&size=5\n<any\n<any\n<any\n<close",
    "connect loopback:ping?every=10ms\n<ping\n<ping",
    "connect loopback:close?code=4001&reason=no&after=10ms\n<close 4001 no\n  assert code == 4001",
    "connect loopback:drop?after=10ms\n<reset",
    "connect loopback:\n>frame rsv1=1 opcode=3 \"x\"\n<close 1002",
    "connect loopback:\n>frame mask=off \"x\"\n<close 1002",
    "connect loopback:status?code=403\n  assert status == 403\n<contains refused",
    "connect loopback:headers\n  header X-Token: secret\n<contains X-Token",
    "connect loopback:sink\n> a\n<nothing for 20ms",
    "connect loopback:\ndrop\nreconnect\n> a\n< a",
    "connect loopback:\nstall\n> a\n<nothing for 50ms\nresume\n< a",
    "connect a loopback:\nconnect b loopback:\na> 1\nb> 2\nany order\n  b< 2\n  a< 1",
    "connect loopback:\nrepeat 100\n  > a\n  < a",
    "connect loopback:\nignore <contains noise\nwhen < ping\n  > pong\n> noise\n> ping\n< pong\n> end\n< end",
    "connect loopback:\n> {\"a\": 1}\n<match /\"a\": (\\d)/\n  capture n = /: (\\d)/\n> ${n}\n< 1",
    "server s\nconnect me ${s.url}x?y=1\naccept you\n  assert target == \"/x?y=1\"\n"
      + "me> hi\nyou< hi\nyou> ho\nme< ho\nyou>close 4000\nme<close 4000",
    "server s on 127.0.0.1:0\n  subprotocol b\n  no-deflate\nconnect c ${s.url}\n"
      + "  header Sec-WebSocket-Protocol: a, b\n"
      + "  assert header Sec-WebSocket-Protocol == \"b\"\naccept d from s\nd>bytes hex 81 01 61\nc< a",
    "server s on localhost:0\nconnect c ${s.url}\naccept d\nc>close\nd<close 1005",
    "server s\nconnect c ${s.url}\naccept d\nd>frame fin=0 \"cut\"\nd>bytes hex 81 00\nd<close 1002",
  ])
  func `pass where they should`(text: String) throws {
    let result = try Running.run(text)
    #expect(PlayRow.words(result) == "passed", "\(result.transcript.joined(separator: "\n"))")
    #expect(result.leftovers == [])
  }

  @Test(arguments: [
    ("connect loopback:silent\n>ping\n<pong\n  within 50ms", "timeout 3: nothing came"),
    ("connect loopback:sink\n> a\n<any\n  within 50ms", "timeout 3: nothing came"),
    ("connect loopback:blast\n<* never\n  within 100ms", "timeout 2: nothing of what came matched"),
    ("connect loopback:drop?after=10ms\n<any", "ended 2: the connection ended"),
    ("connect loopback:close?code=1011\n<any", "ended 2: the peer closed the connection"),
    ("connect loopback:fault?kind=masked-by-server\n<any", "violation 2: the peer broke the protocol"),
    ("connect loopback:status?code=503", "handshake 1: the server refused the handshake: 503 Service Unavailable"),
    ("connect loopback:\n  assert status == 403", "assertion 2: status is not as asserted"),
    ("server s\naccept a\n  within 50ms", "timeout 2: no client connected"),
    ("connect loopback:\n> a\n<match /^(a+)+$/\n> b", "passed"),
    (
      "connect loopback:\n> \(String(repeating: "a", count: 40))!\n<match /^(a|aa)+$/",
      "pattern 3: the expression /^(a|aa)+$/ did not finish within a second"
    ),
    (
      "connect loopback:stall\nwithin 300ms\nrepeat 1000\n  >json [\"\(String(repeating: "x", count: 10_000))\"]",
      "timeout 4: the peer does not read: what was sent before still waits"
    ),
    ("connect loopback:\n> a\nconnect loopback:\n< a\n  within 20ms", "timeout 4: nothing came"),
  ])
  func `fail where they should, with a reason and in time`(text: String, expected: String) throws {
    #expect(PlayRow.words(try Running.run(text)) == expected)
  }

  @Test func `show each frame once in their transcript`() throws {
    let result = try Running.run("connect loopback:\n> a\n< a\n> b\n< b\n>ping\n<pong")
    // With a Close from either side.
    let frames = result.transcript.filter { $0.contains(" B fin") }
    #expect(frames.count == 8, "\(result.transcript.joined(separator: "\n"))")
    #expect(result.leftovers == [])
  }

  @Test func `of many files run side by side`() throws {
    let running = try Running()
    for number in 0..<200 {
      running.files.append(("\(number).wsx", "connect loopback:delay?ms=100\n> \(number)\n< \(number)\n"))
    }
    running.options.jobs = 50
    let result = try running.run()
    #expect(result.isSuccess)
    #expect(result.tally.passed == 200)
    #expect(result.scripts.map(\.path) == running.files.map(\.name))
    // One after the other they would take 20 seconds.
    #expect(result.duration < .seconds(10))
  }

  private func cases() throws -> Running {
    try Running(
      ("a.wsx", "connect loopback:\ncase \"one\"\n  > a\n  < b\ncase \"two\"\n  > a\n  < a\n"),
      ("b.wsx", "connect loopback:sink\n<any\n"))
  }

  private func outcomes(_ result: RunResult) -> [String] {
    result.scripts.flatMap { script in
      script.cases.map { "\(script.path) \($0.name ?? "-") \(PlayRow.words($0)) \($0.attempts)" }
    }
  }

  @Test func `run each case by itself`() throws {
    let running = try cases()
    running.options.settings.limit = .milliseconds(50)
    #expect(
      outcomes(try running.run()) == [
        "a.wsx one mismatch 4: another text came 1", "a.wsx two passed 1", "b.wsx - timeout 2: nothing came 1",
      ])
  }

  @Test func `run nothing more after a failure where that is asked for`() throws {
    let running = try cases()
    running.options.failsFast = true
    running.options.jobs = 1
    #expect(
      outcomes(try running.run()) == [
        "a.wsx one mismatch 4: another text came 1", "a.wsx two not run: not run after the first failure 1",
        "b.wsx - not run: not run after the first failure 1",
      ])
  }

  @Test func `run only what is asked for`() throws {
    let running = try cases()
    running.options.only = ["two"]
    #expect(outcomes(try running.run()) == ["a.wsx two passed 1"])
  }

  @Test func `run again what fails`() throws {
    // What the command line would give is asked for anew each time, so that a counter tells the attempts apart.
    let running = try Running(("a.wsx", "connect loopback:\n> a\n< b\n"))
    running.options.reruns = 2
    #expect(outcomes(try running.run()) == ["a.wsx - mismatch 3: another text came 3"])
  }

  @Test func `tell what is known when they are interrupted`() throws {
    let running = try cases()
    running.options.jobs = 1
    running.meanwhile = { [loop = running.context.loop] runner in
      loop.schedule(after: .milliseconds(400)) { runner.interrupt("interrupted by SIGINT") }
    }
    let result = try running.run()
    #expect(result.interruption == "interrupted by SIGINT")
    #expect(
      outcomes(result) == [
        "a.wsx one mismatch 4: another text came 1", "a.wsx two passed 1", "b.wsx - not run: interrupted by SIGINT 1",
      ])
  }

  @Test func `end when their time is over`() throws {
    let running = try cases()
    running.options.jobs = 1
    running.meanwhile = { [loop = running.context.loop] runner in
      loop.schedule(after: .milliseconds(400)) { runner.expire("the time is over") }
    }
    #expect(outcomes(try running.run()).last == "b.wsx - time 2: the time is over 1")
  }

  @Test func `start a client under test`() throws {
    var result = try Running.run("server s\naccept a\n  within 50ms", command: ["sh", "-c", "exit 3"])
    #expect(PlayRow.words(result) == "command 2: sh ended with status 3")
    result = try Running.run("server s\naccept a\n", command: ["sh", "-c", "exit 0"])
    #expect(PlayRow.words(result) == "command 2: the command ended and did not connect")
    result = try Running.run("server s\naccept a\n", command: ["/nowhere/client"])
    #expect(PlayRow.words(result) == "command 2: cannot start /nowhere/client: no such file or directory")
    // Our own connection takes the place of the client's; the command fails while the script is done.
    result = try Running.run(
      "server s\nconnect c ${s.url}\naccept a\nwait 300ms",
      command: ["sh", "-c", "test \"$WSCOPE_URL\" = \"$WSCOPE_URL_s\" && exit 4"])
    #expect(PlayRow.words(result) == "command 1: sh ended with status 4")
  }
}
