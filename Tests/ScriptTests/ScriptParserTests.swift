import Testing

@testable import Script

/// Reads scripts for tests: a few options, a few files.
enum Reading {
  static let files = [
    "login.wsx": "> login ${user}\n< welcome\n", "loop.wsx": "include loop.wsx\n", "bad.wsx": "> a\n<jsn {}\n",
    "cased.wsx": "case \"a\"\n  > b\n",
  ]

  static func parse(_ text: String, variables: Set<String> = []) throws(ScriptErrors) -> ExchangeScript {
    try ScriptParser.parse(
      text, file: "a.wsx",
      surroundings: ScriptParser.Surroundings(
        connectOptions: ["header": true, "subprotocol": true, "insecure": false], variables: variables,
        read: { path in
          files[path].map(Result.success) ?? .failure(ScriptParser.Unreadable("No such file or directory"))
        }))
  }

  static func errors(_ text: String) -> [ScriptError] {
    do throws(ScriptErrors) {
      _ = try parse(text)
      return []
    } catch { return error.errors }
  }

  /// The one step behind `connect`.
  static func action(_ text: String) throws -> Step.Action? {
    try parse("connect ws://h/\nconnect bob ws://h/\nset x = 1\n" + text).cases[0].steps.last?.action
  }
}

private let x = ValueSource.variable("x")

@Suite struct `A script's messages` {
  @Test(
    "are sent as they are written",
    arguments: [
      ("> hello", .text(Template(text: "hello"))),
      (">  two blanks ", .text(Template(text: " two blanks "))),
      (">", .text(Template(text: ""))),
      ("> ", .text(Template(text: ""))),
      ("> # no comment", .text(Template(text: "# no comment"))),
      ("> a\n  | b\n  |c", .text(Template(text: "a\nb\nc"))),
      (">\n  | b", .text(Template(text: "\nb"))),
      ("> ${x} $${x} $x", .text(Template([.value(x), .text(" ${x} $x")]))),
      ("> ${env.HOME}${uuid}${now}", .text(Template([.value(.environment("HOME")), .value(.uuid), .value(.now)]))),
      ("> ${random 1 100}", .text(Template([.value(.random(1, 100))]))),
      ("> ${file a b.txt}", .text(Template([.value(.file("a b.txt"))]))),
      (">text \" a\\n\"", .quoted(JSONTemplate(pieces: [.text("\" a\\n\"")]))),
      (">json {\"a\": 1}", .json(JSONTemplate(pieces: [.text("{\"a\": 1}")]))),
      (">json\n  | {\"a\":\n  |  1}", .json(JSONTemplate(pieces: [.text("{\"a\":\n 1}")]))),
      (
        ">json {\"a\": \"${x}-${x}\", \"b\": ${x}}",
        .json(
          JSONTemplate(pieces: [
            .text("{\"a\": \""), .value(x, inString: true, startsString: true), .text("-"),
            .value(x, inString: true, startsString: false), .text("\", \"b\": "),
            .value(x, inString: false, startsString: false), .text("}"),
          ]))
      ),
      (">hex 00 ff", .hex(Template(text: "00 ff"))),
      (">hex", .hex(Template(text: ""))),
      (">base64 aGk=", .base64(Template(text: "aGk="))),
      (">file picture.png", .file(Template(text: "picture.png"))),
      (">ping", .ping(nil)),
      (">ping \"a\"", .ping(JSONTemplate(pieces: [.text("\"a\"")]))),
      (">pong hex 01", .pong(JSONTemplate(pieces: [.text("hex 01")]))),
      (">close", .close(nil, reason: Template(text: ""))),
      (">close 1000", .close(1000, reason: Template(text: ""))),
      (">close 4000 see you ", .close(4000, reason: Template(text: "see you "))),
      (
        ">frame fin=0 opcode=text mask=off \"broken\"",
        .frame(JSONTemplate(pieces: [.text("fin=0 opcode=text mask=off \"broken\"")]))
      ),
      (">bytes hex 81 00", .bytes(JSONTemplate(pieces: [.text("hex 81 00")]))),
      (">fragments 3 hello", .fragments(3, Template(text: "hello"))),
      (">fragments 1k\n  | hello", .fragments(1024, Template(text: "hello"))),
    ] as [(String, Outgoing)])
  func sent(text: String, expected: Outgoing) throws {
    guard case .send(nil, let outgoing)? = try Reading.action(text) else {
      Issue.record("nothing is sent")
      return
    }
    #expect(outgoing == expected)
  }

  @Test(
    "are expected as they are written",
    arguments: [
      ("< hello", .text(Template(text: "hello"))),
      ("<", .text(Template(text: ""))),
      ("<text \"a\"", .quoted(JSONTemplate(pieces: [.text("\"a\"")]))),
      ("<json {}", .json(JSONTemplate(pieces: [.text("{}")]), isExact: false)),
      ("<json= {}", .json(JSONTemplate(pieces: [.text("{}")]), isExact: true)),
      ("<hex 00", .hex(Template(text: "00"))),
      ("<base64 AA==", .base64(Template(text: "AA=="))),
      ("<file a.bin", .file(Template(text: "a.bin"))),
      (
        "<match /^a\\/b$/is",
        .expression(Expression(pattern: Template(text: "^a\\/b$"), ignoresCase: true, dotMatchesNewlines: true))
      ),
      ("<contains  a ", .contains(Template(text: "a "))),
      ("<any", .any), ("<binary", .binary), ("<ping", .ping(nil)),
      ("<pong \"a\"", .pong(JSONTemplate(pieces: [.text("\"a\"")]))),
      ("<close", .close(nil, reason: nil)), ("<close 1005", .close(1005, reason: nil)),
      ("<close 1001 bye", .close(1001, reason: Template(text: "bye"))),
      ("<frame fin=0", .frame(JSONTemplate(pieces: [.text("fin=0")]))),
      ("<fragments 2 abc", .fragments(2, Template(text: "abc"))),
      ("<nothing for 500ms", .nothing(.milliseconds(500))), ("<end", .end), ("<reset", .reset),
    ] as [(String, Matcher)])
  func expected(text: String, expected: Matcher) throws {
    guard case .expect(let expectation)? = try Reading.action(text) else {
      Issue.record("nothing is expected")
      return
    }
    #expect(expectation.matcher == expected)
  }

  @Test(
    "say where and how hard to look",
    arguments: [
      ("< a", nil, .next), ("bob< a", "bob", .next), ("<* a", nil, .skipping), ("bob<*json {}", "bob", .skipping),
      ("<?any", nil, .optional),
    ] as [(String, String?, Script.Expectation.Sign)])
  func signs(text: String, connection: String?, sign: Script.Expectation.Sign) throws {
    guard case .expect(let expectation)? = try Reading.action(text) else {
      Issue.record("nothing is expected")
      return
    }
    #expect(expectation.connection == connection)
    #expect(expectation.sign == sign)
  }
}

@Suite struct `A script` {
  @Test(
    "may hold every kind of step",
    arguments: [
      "connect ws://h/", "connect bob wss://h:1/a?b", "connect ${env.URL}", "connect bob ${env.URL}",
      "connect loopback:",
      "connect ws+unix:/tmp/a.sock", "connect ws://h/\n  header A: b\n  insecure\n  within 2s\n  assert status == 404",
      "connect ws://h/\n  capture id = header X-Id\n  assert header Server exists",
      "server s\naccept a\na> b", "server s on localhost:0\n  subprotocol a\naccept a from s\n  assert target == \"/\"",
      "server s\nconnect ${s.url}", "server s\naccept\n> b",
      "server s\n  no-deflate\n  tls-cert a.pem\n  tls-key b.pem",
      "connect ws://h/\nreconnect\ndrop\nstall\nresume", "connect b ws://h/\nreconnect b\ndrop b\nstall b\nresume b",
      "set a = 1\nset b = ${a}\nset c = {\"d\": \"${b}\"}\nset d = \"\"", "wait 200ms", "within 1.5s",
      "connect ws://h/\nignore <json {\"type\": \"heartbeat\"}\nwhen <json {}\n  capture a = $.a\n  > ${a}",
      "connect ws://h/\nany order\n  < a\n  <*json {}\n    within 1s\n    capture b = $.b\n> ${b}",
      "connect ws://h/\nrepeat 10\n  > a\n  < a", "connect ws://h/\nset user = u\ninclude login.wsx",
      "connect ws://h/\ncase \"one\"\n  > a\ncase \"two\"\n  < b",
      "connect ws://h/\n<json {\"a\": [1, \"<rest>\"], \"b\": \"<re:^a>\"}\n  within 1s\n  assert $.a[0] == 1\n"
        + "  assert not count $.a > 2\n  assert $['a b'] exists\n  assert $..x is string\n  assert latency < 50ms\n"
        + "  assert size <= 1k\n  assert opcode == text\n  assert fragments == 1\n  assert not compressed\n"
        + "  assert text contains \"a\"\n  assert text matches /a/\n  assert $.b == ${env.B}\n  capture c = /b(.)/",
      "connect ws://h/\n<close\n  assert code == 1000\n  assert reason != \"x\"\n<pong\n  assert rtt < 1s",
    ])
  func steps(text: String) {
    #expect(Reading.errors(text).map(\.summary) == [])
    #expect(Reading.errors(ScriptFormatter.format(text)).map(\.summary) == [])
  }

  @Test func `has cases, and what runs before each`() throws {
    let script = try Reading.parse("set a = 1\ncase \"one\"\n  set b = ${a}\ncase \"two\"\n  set b = 2\n  set c = 3\n")
    #expect(script.preamble.count == 1)
    #expect(script.cases.map(\.name) == ["one", "two"])
    #expect(script.cases.map(\.steps.count) == [1, 2])
  }

  @Test func `may refer to values it is given`() throws {
    _ = try Reading.parse("connect ws://h/\n> ${token}", variables: ["token"])
  }

  @Test(
    "tells what is wrong and where",
    arguments: [
      ("", "the script has no steps"),
      ("hello", "1:1: \"hello\" begins no step"),
      ("  > a", "1:3: an indented line belongs to the line above it, and there is none"),
      ("> a", "1:1: no connection without a name is made"),
      ("connect ws://h/\nbob> a", "2:1: no connection is called \"bob\""),
      ("connect ws://h/\n>jsno {}", "2:2: no arrow word is called \"jsno\""),
      ("connect ws://h/\n>match /a/", "2:2: \"match\" cannot be sent"),
      ("connect ws://h/\n<bytes hex 00", "2:2: \"bytes\" cannot be expected"),
      ("connect ws://h/\n>*json {}", "2:2: \"*\" can only follow <"),
      ("connect ws://h/\n>json {\"a\": }", "2:13: \"}\" in place of a JSON value"),
      ("connect ws://h/\n>json\n  | {\"a\": 1,\n  |  b: 2}", "4:6: \"b\" in place of a name in quotes"),
      ("connect ws://h/\n>json {\"a\": 1", "2:14: the JSON ends too early"),
      ("connect ws://h/\n>json {\"a\": ${env.A}, }", "2:23: \"}\" in place of a name in quotes"),
      ("connect ws://h/\n>text hello", "2:7: \"text\" needs a JSON string"),
      ("connect ws://h/\n>hex 0g", "2:7: \"g\" is not a hexadecimal digit"),
      ("connect ws://h/\n>hex 000", "2:8: the last byte has one digit"),
      ("connect ws://h/\n>ping hello", "2:7: \"ping\" takes a JSON string, or hex and digits"),
      ("connect ws://h/\n>close 1005", "2:8: 1005 (no status received) is never sent"),
      ("connect ws://h/\n>close abc", "2:8: \"abc\" is no number from 0 to 65535"),
      ("connect ws://h/\n<close 1006", "2:8: no Close carries 1006 (abnormal closure)"),
      ("connect ws://h/\n>frame fin=2", "2:12: \"2\" is no value for \"fin\""),
      ("connect ws://h/\n>frame \"a\" b", "2:12: \"b\" stands behind the payload"),
      ("connect ws://h/\n>bytes", "2:7: the octets are missing"),
      ("connect ws://h/\n>fragments x hello", "2:12: \"x\" is no size from 1 byte to 1 GB"),
      ("connect ws://h/\n>file", "2:6: the path is missing"),
      ("connect ws://h/\n> a\n  within 1s", "3:3: nothing can be indented below a message that is sent"),
      ("connect ws://h/\n> ${", "2:3: \"${\" is not closed"),
      ("connect ws://h/\n> ${a b}", "2:3: \"a b\" is no name"),
      ("connect ws://h/\n> ${random 3 1}", "2:3: \"${random 3 1}\" names no range"),
      ("connect ws://h/\n> hi ${user}", "2:8: nothing gives \"user\" a value"),
      ("connect ws://h/\n<json {\"a\": \"${id}\"}", "2:16: nothing gives \"id\" a value"),
      ("case \"a\"\n  set b = 1\ncase \"c\"\n  set d = ${b}", "4:13: nothing gives \"b\" a value"),
      ("connect ws://h/\n<match ^a", "2:8: an expression stands between slashes"),
      ("connect ws://h/\n<match /a/x", "2:11: \"x\" is no flag of an expression"),
      ("connect ws://h/\n<match //", "2:9: the expression is empty"),
      ("connect ws://h/\n<contains", "2:10: the text is missing"),
      ("connect ws://h/\n<nothing", "2:9: the time is missing"),
      ("connect ws://h/\n<nothing for ever", "2:14: \"ever\" is no time"),
      ("connect ws://h/\n<*nothing for 1s", "2:3: no sign can stand before nothing"),
      ("connect ws://h/\n<nothing for 1s\n  within 1s", "3:3: nothing has its time already"),
      ("connect ws://h/\n<any thing", "2:6: nothing can follow here"),
      (
        "connect ws://h/\n<json {\"a\": [\"<rest>\", 1]}",
        "2:7: \"<rest>\" stands for the end of an array, as its last element ($.a[0])"
      ),
      ("connect ws://h/\n<any\n  assert $.a = 1", "3:14: \"=\" does not compare"),
      ("connect ws://h/\n<any\n  assert $.a ==", "3:16: the value is missing"),
      ("connect ws://h/\n<any\n  assert $.a == hello", "3:17: \"h\" in place of a JSON value"),
      (
        "connect ws://h/\n<any\n  assert $.a[ == 1",
        "3:15: \"=\" in place of a name in quotes, an index, a slice or \"*\""
      ),
      ("connect ws://h/\n<any\n  assert colour == 1", "3:10: \"colour\" is nothing to ask about"),
      ("connect ws://h/\n<any\n  assert code == 1", "3:10: a message has no code"),
      ("connect ws://h/\n<close\n  assert $.a == 1", "3:10: a Close has no $.a"),
      ("connect ws://h/\n<any\n  assert latency < soon", "3:20: \"soon\" is no time"),
      ("connect ws://h/\n<any\n  assert $.a is text", "3:17: \"text\" is no kind of value"),
      ("connect ws://h/\n<any\n  capture = $.a", "3:11: the name is missing"),
      ("connect ws://h/\n<any\n  capture a $.a", "3:13: \"=\" is missing"),
      ("connect ws://h/\n<any\n  capture uuid = $.a", "3:11: \"uuid\" means something of its own in ${…}"),
      ("connect ws://h/\n<any\n  header A: b", "3:3: \"header\" cannot stand below an expected message"),
      ("connect h", "1:9: \"h\" is no URL"),
      ("connect h:80/", "1:9: \"h:80/\" has no scheme"),
      ("connect", "1:8: the URL is missing"),
      ("connect ws://h/ now", "1:16: a URL holds no blanks"),
      ("connect ws://h/\n  color red", "2:3: a connection has no option \"color\""),
      ("connect ws://h/\n  header", "2:9: the value of \"header\" is missing"),
      ("connect ws://h/\n  insecure yes", "2:12: nothing can follow here"),
      ("server", "1:7: the server has no name"),
      ("server s at x", "1:10: the address is missing"),
      ("server s\n  color red", "2:3: a server has no option \"color\""),
      ("accept a", "1:1: there is no server to accept from"),
      ("accept a from b", "1:15: no server is called \"b\""),
      ("set a", "1:6: \"=\" is missing"),
      ("set a =", "1:8: the value is missing"),
      ("set a.b = 1", "1:5: \"a.b\" is no name"),
      ("set a = {b}", "1:10: \"b\" in place of a name in quotes"),
      ("wait", "1:5: the time is missing"),
      ("wait 5 apples", "1:8: nothing can follow here"),
      ("within 0", "1:8: \"0\" is no time"),
      ("within 1s\n  wait 1s", "2:3: nothing can be indented below line 1"),
      ("repeat", "1:7: the number is missing"),
      ("repeat 3", "1:1: nothing is repeated"),
      ("repeat 0\n  wait 1s", "1:8: \"0\" is no number from 1 to 1000000"),
      ("any", "1:1: \"any\" begins no step"),
      ("any order", "1:1: nothing is expected"),
      ("connect ws://h/\nany order\n  > a", "3:3: only what is expected stands in any order"),
      ("ignore", "1:7: what to ignore is missing"),
      ("connect ws://h/\nignore <*any", "2:8: no sign can stand in a rule"),
      ("connect ws://h/\nignore <close", "2:8: only messages can be ignored by a rule"),
      ("connect ws://h/\nwhen <any", "2:1: there is no answer"),
      ("connect ws://h/\nwhen <any\n  < b", "3:3: only what is sent, and capture, can stand below when"),
      ("include nowhere.wsx", "1:9: cannot read nowhere.wsx: No such file or directory"),
      ("include", "1:8: the file is missing"),
      ("case", "1:5: the case has no name"),
      ("case \"a\"", "1:1: the case has no steps"),
      ("case \"a\"\n  wait 1s\nwait 1s", "3:1: this step stands behind a case and belongs to none"),
      ("case \"a\"\n  wait 1s\ncase \"a\"\n  wait 1s", "3:1: there is a case \"a\" already"),
      ("repeat 2\n  case \"a\"\n    wait 1s", "2:3: a case stands at the first column of a script"),
      ("connect ws://h/\n> a\n\t| b", "3:1: a tab cannot indent a line"),
      ("connect ws://h/\n>close 1000\n  | b", "3:3: \"close\" cannot be continued"),
    ])
  func mistakes(text: String, expected: String) {
    let errors = Reading.errors(text)
    #expect(errors.map(\.summary).first == (expected.hasPrefix("the") ? "a.wsx: \(expected)" : "a.wsx:\(expected)"))
    for error in errors where error.hint == nil {
      // A hint says what would be right; only what is plain from the sentence goes without.
      #expect(
        ["is missing", "cannot read", "by a rule"].contains { error.sentence.contains($0) }, "\(error.summary)")
    }
  }

  @Test func `tells all that is wrong, also in files it includes`() {
    let errors = Reading.errors(
      "connect ws://h/\n>jsno {}\ninclude bad.wsx\n<any\n  asert text == \"a\"\nrepeat x\n  > a\n")
    #expect(
      errors.map(\.summary) == [
        "a.wsx:2:2: no arrow word is called \"jsno\"",
        "a.wsx:5:3: \"asert\" cannot stand below an expected message",
        "a.wsx:6:8: \"x\" is no number from 1 to 1000000",
        "bad.wsx:2:2: no arrow word is called \"jsn\"",
      ])
  }

  @Test(arguments: [
    ("include loop.wsx", "loop.wsx:1:9: loop.wsx includes itself"),
    ("include cased.wsx", "cased.wsx:1:1: a case stands at the first column of a script"),
  ])
  func `includes only what can be included`(text: String, expected: String) {
    #expect(Reading.errors(text).map(\.summary) == [expected])
  }

  @Test func `of noise never stops the parser`() {
    // Every prefix and every line without its neighbours is read to its end, whatever it makes of it.
    let text = """
      connect bob ws://h/${env.A}
        header A: ${x}
      bob<*json {"a": ["${x}", ${x}, "<rest>"]}
        assert not count $..a[?(@.b)] >= 1k
        capture y = /a(b)/i
      any order
        <frame fin=0 length=${x} "a"
      when bob<match /a\\/(b|c)/
        >json
          | {"é漢": "\\ud83d\\ude00${env.B}"}
      repeat 3
        >bytes hex 81 8${x}
      case "a\\n"
        > ${random -1 1}
      """
    for count in 0...text.count { _ = Reading.errors(String(text.prefix(count))) }
    for line in text.split(separator: "\n") {
      for count in 0...line.count { _ = Reading.errors(String(line.dropFirst(count))) }
    }
  }
}
