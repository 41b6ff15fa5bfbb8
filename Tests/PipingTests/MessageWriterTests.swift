import Bytes
import Piping
import Testing
import Trace
import WebSocketCore

@Suite struct `Standard output` {
  private static let time = UTCTime(seconds: 1_767_323_045, nanoseconds: 678_000_000)

  private static func written(
    _ writer: MessageWriter, _ opcode: Opcode, _ payload: [UInt8], _ direction: Direction = .received
  ) -> String {
    let output = ByteBuffer()
    writer.write(opcode, payload.span, direction: direction, at: time, into: output)
    return String(decoding: output.bytes, as: UTF8.self)
  }

  private static let at = #"{"at":"2026-01-02T03:04:05.678Z","dir":"in","type":"#

  @Test(
    "has a record for each message",
    arguments: [
      (OutputForm.text, RecordEnd.newline, Opcode.text, "hé\nx", "hé\nx\n"), (.text, .newline, .text, "", "\n"),
      (.text, .null, .text, "a", "a\0"), (.text, .newline, .binary, "Az\u{7F}", "417a7f\n"),
      (.text, .null, .binary, "", "\0"), (.text, .newline, .ping, "a", ""), (.text, .newline, .pong, "a", ""),
      (.hex, .newline, .text, "\u{1}é", "01c3a9\n"), (.hex, .null, .binary, "a", "61\0"),
      (.base64, .newline, .text, "foob", "Zm9vYg==\n"), (.base64, .null, .binary, "", "\0"),
      (.raw, .newline, .text, "a", "a"), (.raw, .newline, .binary, "\0b", "\0b"), (.raw, .newline, .binary, "", ""),
      (.raw, .null, .binary, "b", "b\0"), (.raw, .newline, .ping, "a", ""),
      (
        .jsonLines, .newline, .text, "a\"\\/\u{8}\u{C}\n\r\t\0\u{1B}\u{7F}é\u{2028}\u{9B}",
        at + "\"text\",\"text\":\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001b\u{7F}é\u{2028}\u{9B}\"}\n"
      ),
      (.jsonLines, .null, .text, "", at + #""text","text":""}"# + "\0"),
      (.jsonLines, .newline, .binary, "foo", at + #""binary","base64":"Zm9v"}"# + "\n"),
      (.jsonLines, .newline, .ping, "", at + #""ping","text":""}"# + "\n"),
      (.jsonLines, .newline, .pong, "é", at + #""pong","text":"é"}"# + "\n"),
    ])
  func records(form: OutputForm, end: RecordEnd, opcode: Opcode, payload: String, expected: String) {
    #expect(Self.written(MessageWriter(form, recordEnd: end), opcode, Array(payload.utf8)) == expected)
  }

  @Test func `has bytes that are no text in base64`() {
    let writer = MessageWriter(.jsonLines)
    #expect(Self.written(writer, .ping, [0xFF]) == Self.at + #""ping","base64":"/w=="}"# + "\n")
    #expect(Self.written(writer, .text, [0xC3]) == Self.at + #""text","base64":"ww=="}"# + "\n")
  }

  @Test func `tells what was sent from what was received`() {
    let line = Self.written(MessageWriter(.jsonLines), .text, [0x61], .sent)
    #expect(line == #"{"at":"2026-01-02T03:04:05.678Z","dir":"out","type":"text","text":"a"}"# + "\n")
  }

  @Test(
    "has a Close in JSON only",
    arguments: [
      (OutputForm.jsonLines, CloseCode.normal as CloseCode?, "", at + #""close","code":1000,"reason":""}"# + "\n"),
      (.jsonLines, .goingAway, "a\"b", at + #""close","code":1001,"reason":"a\"b"}"# + "\n"),
      (.jsonLines, nil, "", at + #""close","reason":""}"# + "\n"), (.text, .normal, "x", ""), (.raw, .normal, "x", ""),
    ])
  func close(form: OutputForm, code: CloseCode?, reason: String, expected: String) {
    let output = ByteBuffer()
    MessageWriter(form).writeClose(code, reason: reason, at: Self.time, into: output)
    #expect(String(decoding: output.bytes, as: UTF8.self) == expected)
  }

  @Test(
    "is safe on a terminal",
    arguments: [
      (OutputForm.text, Opcode.text, "a\nb\tc\u{1B}[2J\u{202E}é🐢", "a\nb\tc\\x1b[2J\\u202eé🐢\n"),
      (.text, .binary, "\u{1B}", "1b\n"), (.hex, .text, "\u{1B}", "1b\n"), (.base64, .text, "\u{1B}", "Gw==\n"),
      (.raw, .binary, "a\u{1B}\n", "a\\x1b\n"),
      (
        .jsonLines, .text, "a\u{1B}\u{7F}\u{9B}\u{202E}\u{2028}\u{E0041}e\u{301}é🐢\"",
        at + #""text","text":"a\u001b\u007f\u009b\u202e\u2028\udb40\udc41e\u0301é🐢\""}"# + "\n"
      ),
    ])
  func terminal(form: OutputForm, opcode: Opcode, payload: String, expected: String) {
    for end in [RecordEnd.newline, .null] where form != .raw || end == .newline {
      let writer = MessageWriter(form, recordEnd: end, isTerminal: true)
      #expect(Self.written(writer, opcode, Array(payload.utf8)) == expected)
    }
  }

  @Test func `is cut on a terminal where a message is long`() {
    let payload = [UInt8](repeating: 0x61, count: 20_000)
    let text = Self.written(MessageWriter(.text, isTerminal: true), .text, payload)
    #expect(text == String(repeating: "a", count: 16_384) + "… 3,616 B more\n")
    let hex = Self.written(MessageWriter(.text, isTerminal: true), .binary, payload)
    #expect(hex == String(repeating: "61", count: 8192) + "… 11,808 B more\n")
  }

  @Test(arguments: UInt64(1)...8)
  func `in JSON reads back as what it was`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let pool: [Unicode.Scalar] = [
      "a", "\"", "\\", "\0", "\n", "\r", "\u{1B}", "\u{7F}", "\u{9B}", "é", "\u{301}", "\u{2028}", "\u{FFFF}", "🐢",
      "\u{1F3FB}", "\u{200D}", "\u{10FFFF}", "\u{E0041}",
    ]
    for isTerminal in [false, true] {
      let writer = MessageWriter(.jsonLines, isTerminal: isTerminal)
      let output = ByteBuffer()
      var items: [Item] = []
      for _ in 0..<100 {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...20, using: &generator) {
          text.append(pool.randomElement(using: &generator) ?? "a")
        }
        let bytes = (0..<Int.random(in: 0...125, using: &generator)).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        }
        let item: Item =
          switch Int.random(in: 0...4, using: &generator) {
          case 0: .message(.text, Array(String(text).utf8))
          case 1: .message(.binary, bytes)
          case 2: .ping(bytes)
          case 3: .pong(Array(String(text).utf8))
          default: .close(.normal, String(text))
          }
        items.append(item)
        switch item {
        case .message(let opcode, let payload): writer.write(opcode, payload.span, at: Self.time, into: output)
        case .ping(let payload): writer.write(.ping, payload.span, at: Self.time, into: output)
        case .pong(let payload): writer.write(.pong, payload.span, at: Self.time, into: output)
        case .close(let code, let reason): writer.writeClose(code, reason: reason, at: Self.time, into: output)
        }
      }
      let result = read(cut(Array(output.bytes), using: &generator), InputFormat(.jsonLines, skipsReceived: false))
      #expect(result.failure == nil, "seed \(seed)")
      #expect(result.items == items, "seed \(seed)")
    }
  }
}
