import Engine
import Inspector
import PlainText
import Terminal
import Testing
import Trace
import WebSocketCore

@testable import LineMode

@Suite struct `A message in the session` {
  private static let time = UTCTime(seconds: 43_471, nanoseconds: 219_000_000)

  private func message(
    _ payload: [UInt8], _ opcode: Opcode = .text, latency: Duration? = nil, direction: Direction = .received
  ) -> Message {
    Message(
      number: 3, direction: direction, opcode: opcode, payload: payload, time: Self.time, latency: latency)
  }

  private func rows(_ message: Message, columns: Int = 80, pretty: Bool = true) -> [String] {
    let rows = MessageRows(theme: Theme(depth: .none), columns: columns, isPretty: pretty)
    return rows.rows(message).map(\.string)
  }

  @Test(
    "has a sign, a time, a size and its text",
    arguments: [
      ("hello", ["< 12:04:31.219  5 B  hello"]), ("", ["< 12:04:31.219  0 B"]),
      ("a\nb\n", ["< 12:04:31.219  4 B  a", "  b"]),
      (#"{"n":1.50,"a":[true]}"#, [#"< 12:04:31.219  21 B  {"n": 1.50, "a": [true]}"#]),
      ("\u{1b}[2J\u{202e}\u{7}", [#"< 12:04:31.219  8 B  \x1b[2J\u202e\x07"#]),
    ])
  func text(payload: String, expected: [String]) {
    #expect(rows(message(Array(payload.utf8))) == expected)
  }

  @Test func `says how long the answer took`() {
    #expect(rows(message([0x61], latency: .microseconds(12_400))) == ["< 12:04:31.219  +12.4 ms  1 B  a"])
  }

  @Test func `is JSON in rows where one is not enough, and on one line where that is asked for`() {
    let text = #"{"op":"subscribe","channel":"orders","items":[1,2,3],"text":"more than fits here"}"#
    #expect(
      rows(message(Array(text.utf8))) == [
        "< 12:04:31.219  82 B", "  {", #"    "op": "subscribe","#, #"    "channel": "orders","#,
        #"    "items": [1, 2, 3],"#, #"    "text": "more than fits here""#, "  }",
      ])
    #expect(rows(message(Array(text.utf8)), pretty: false) == ["< 12:04:31.219  82 B  \(text)"])
  }

  @Test func `is folded where it is long`() {
    let json = "[" + (0..<200).map { #"{"number": \#($0), "name": "a name"}"# }.joined(separator: ",") + "]"
    let laidOut = rows(message(Array(json.utf8)))
    #expect(laidOut.count == 21)
    #expect(laidOut[0].hasSuffix("/show 3 for all of it"))
    #expect(laidOut.last?.contains("more rows") == true)
    let string = rows(message(Array("{\"a\": \"\(String(repeating: "x", count: 3000))\"}".utf8)))
    #expect(string[0].hasSuffix("/show 3 for all of it"))
    #expect(string.joined().contains("B more"))
    let escapes = rows(message([UInt8](repeating: 0, count: 5000)))
    #expect(escapes[0].count < 1700)
    let line = rows(message([UInt8](repeating: 0x61, count: 10 << 20)))
    #expect(line.count == 2)
    #expect(line[1] == "  /show 3 for all of it")
    #expect(line[0].count < 2000)
    let lines = rows(message(Array(String(repeating: "a\n", count: 100).utf8)))
    #expect(lines.count == 21)
    #expect(lines.last == "  /show 3 for all of it")
    let character = rows(message(Array(String(repeating: "ä", count: 5000).utf8)))
    #expect(!character[0].contains("\\x"))
  }

  /// Whatever megabytes come, not all of them are looked at.
  @Test func `takes no time for what it does not show`() {
    let start = ContinuousClock.now
    for first in ["{\"a\":\"", "[1,", "x"] {
      _ = rows(message(Array(first.utf8) + [UInt8](repeating: 0x31, count: 100 << 20)))
    }
    #expect(start.duration(to: .now) < .seconds(5))
  }

  @Test func `is a dump where it is binary`() {
    let bytes = [UInt8](0..<20)
    #expect(
      rows(message(bytes, .binary)) == [
        "< 12:04:31.219  20 B  binary",
        "  00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  |................|",
        "  00000010  10 11 12 13                                       |....|",
      ])
    #expect(rows(message(bytes, .binary), columns: 50)[1].count <= 50)
    #expect(
      rows(message(bytes, .binary), columns: 60, pretty: false) == [
        "< 12:04:31.219  20 B  binary  00 01 02 03 04 05 06 07 08 …  /show 3 for all of it"
      ])
    #expect(rows(message([UInt8](repeating: 1, count: 300), .binary)).count == 5)
  }

  @Test func `is a word where it is a control frame`() {
    #expect(rows(message(Array("hb".utf8), .ping)) == [#"< 12:04:31.219  2 B  ping  "hb""#])
    #expect(rows(message([], .pong, direction: .sent)) == ["> 12:04:31.219  0 B  pong"])
    #expect(rows(message([3, 232, 0x78], .close)) == [#"< 12:04:31.219  3 B  close  1000 normal closure "x""#])
  }

  @Test(arguments: [1, 2, 3, 10, 39])
  func `fits on a screen as narrow as that`(columns: Int) {
    for payload in ["{\"a\":[1,2,{\"b\":null}]}", "text", ""] {
      #expect(!rows(message(Array(payload.utf8)), columns: columns).isEmpty)
      #expect(!rows(message(Array(payload.utf8), .binary), columns: columns).isEmpty)
      #expect(!rows(message(Array(payload.utf8), .ping), columns: columns).isEmpty)
    }
  }

  @Test func `is shown whole when that is asked for`() {
    let rows = MessageRows(theme: Theme(depth: .none), columns: 80)
    let text = message(Array(String(repeating: "line\n", count: 100).utf8))
    #expect(rows.whole(text).count == 101)
    #expect(rows.whole(text)[0].string == "  message 3, text, 500 B")
    #expect(rows.whole(message([UInt8](repeating: 0, count: 1600), .binary)).count == 101)
    #expect(
      rows.whole(message([UInt8](repeating: 0, count: 1 << 20), .binary)).last?.string
        == "  /save 3 FILE keeps all of it")
    let string = message(Array("{\"a\": \"\(String(repeating: "x", count: 3000))\"}".utf8))
    #expect(rows.whole(string).map(\.string)[2].count > 3000)
    let long = rows.whole(message([UInt8](repeating: 0x61, count: 10 << 20))).map(\.string)
    #expect(long.last == "  /save 3 FILE keeps all of it")
    #expect(long[1].count == 800_000)
  }

  @Test func `is not longer than a screen where we sent it`() {
    let rows = SentStep.text(String(repeating: "x", count: 10 << 20)).rows(Theme(depth: .none)).map(\.string)
    #expect(rows.count == 1)
    #expect(rows[0].count < 1700)
    #expect(rows[0].hasSuffix("B more"))
  }

  @Test(
    "is a sentence where no escape sequences are wanted",
    arguments: [
      (Opcode.text, Array("hi\nthere".utf8), #"received text, 8 bytes, 12.4 ms after our last message: hi\nthere"#),
      (.text, [], "received text, 0 bytes, 12.4 ms after our last message"),
      (.binary, [1, 255], "received binary, 2 bytes, 12.4 ms after our last message: 01 ff"),
      (.pong, [0x61], #"received pong, 1 byte, 12.4 ms after our ping: "a""#),
    ])
  func plain(opcode: Opcode, payload: [UInt8], sentence: String) {
    #expect(PlainRows().line(message(payload, opcode, latency: .microseconds(12_400))).string == sentence)
  }

  @Test func `is no endless sentence`() {
    let line = PlainRows().line(message([UInt8](repeating: 0x61, count: 1 << 20))).string
    #expect(line.count < 2200)
    #expect(line.hasSuffix("; /show 3 for all of it"))
  }
}

@Suite struct `What was sent` {
  @Test(
    "is shown as the step of a script",
    arguments: [
      (.text("hello"), ["> hello"]), (.text(""), [">"]), (.text("a\n  b"), ["> a", "  |   b"]),
      (.text(" a"), [#">text " a""#]), (.text("a "), [#">text "a ""#]), (.text("a\tb"), [#">text "a\tb""#]),
      (.text("\u{1b}"), [#">text "\u001b""#]), (.text("${x}"), [#">text "${x}""#]),
      (.text("\u{202e}x"), [#"> \u202ex"#]), (.quoted("ping", "x"), [#">ping "x""#]), (.quoted("ping", ""), [">ping"]),
      (.bytes("hex", [0, 255]), [">hex 00ff"]), (.word("close", "1001 bye"), [">close 1001 bye"]),
    ] as [(SentStep, [String])])
  func rows(step: SentStep, expected: [String]) {
    #expect(step.rows(Theme(depth: .none)).map(\.string) == expected)
  }

  @Test func `is folded where it is long`() {
    let rows = SentStep.text(String(repeating: "a\n", count: 99) + "a").rows(Theme(depth: .none))
    #expect(rows.count == 21)
    #expect(rows.last?.string == "  … 80 more lines")
    #expect(
      SentStep.bytes("hex", [UInt8](repeating: 0, count: 100)).rows(Theme(depth: .none))[0].string.hasSuffix(
        "… 100 B in all"))
  }
}

@Suite struct `The time of day` {
  @Test(arguments: [
    (0, 0, "00:00:00.000"), (-1, 0, "23:59:59.000"), (86_399, 3600, "00:59:59.000"), (0, -5400, "22:30:00.000"),
  ])
  func `is local`(seconds: Int64, offset: Int, expected: String) {
    #expect(TimeOfDay.text(seconds: seconds, nanoseconds: 0, offset: offset) == expected)
  }
}

@Suite struct `The backlog of messages` {
  @Test func `keeps the newest that fit`() {
    var backlog = Backlog()
    for number in 1...100 {
      backlog.append(
        Message(
          number: number, direction: .received, opcode: .binary, payload: [UInt8](repeating: 0, count: 1 << 20),
          time: UTCTime(seconds: 0, nanoseconds: 0)))
    }
    #expect(backlog[100]?.number == 100)
    #expect(backlog[1] == nil)
    #expect(backlog[101] == nil)
    #expect(backlog.kept.count == 63)
    #expect(backlog[38]?.payload.count == 1 << 20)
    #expect(backlog.newest { $0.number < 50 }?.number == 49)
  }

  @Test func `keeps one that is larger than all`() {
    var backlog = Backlog()
    backlog.append(
      Message(
        number: 1, direction: .received, opcode: .binary, payload: [UInt8](repeating: 0, count: Backlog.limit + 1),
        time: UTCTime(seconds: 0, nanoseconds: 0)))
    #expect(backlog[1] != nil)
  }
}

@Suite struct `The hint below the line` {
  private func hint(_ text: String, _ hint: LineHint = LineHint(), columns: Int = 80) -> String {
    hint.row(for: text, isEmpty: text.isEmpty, columns: columns, Theme(depth: .none)).string
  }

  @Test(
    "says what is written",
    arguments: [
      ("", ""), ("hello", ""), (#"{"a":1}"#, "JSON: valid"), ("[1,", "JSON: the JSON ends too early"),
      (" {x", #"JSON: "x" in place of"#), ("/clo", ""), ("/close 1", "/close [CODE [REASON]]"),
      ("/nothing", "no such command"), ("//x", "begins with a slash"), ("{\u{1b}", "JSON: byte 0x1B"),
    ])
  func about(text: String, expected: String) {
    let row = hint(text)
    if expected.isEmpty { #expect(row.hasPrefix("          ")) } else { #expect(row.contains(expected)) }
    #expect(row.count < 80)
  }

  @Test(arguments: [1, 2, 10, 20, 39])
  func `gives its keys up where there is no room`(columns: Int) {
    #expect(hint("", columns: columns).count < max(1, columns))
  }

  @Test func `says what holds`() {
    var state = LineHint()
    (state.state, state.paused, state.isMultiline, state.resolvesEscapes) = ("not connected", 1204, true, true)
    let row = hint("", state, columns: 200)
    for words in ["not connected", "1,204", "an empty line sends", "escapes"] { #expect(row.contains(words)) }
  }
}
