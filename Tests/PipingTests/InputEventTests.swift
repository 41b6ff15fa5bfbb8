import JSONSyntax
import Piping
import Testing
import WebSocketCore

@Suite struct `JSON Lines on standard input` {
  private static let format = InputFormat(.jsonLines)

  private static func accepted(_ line: String, _ items: Item...) -> ReaderRow { ReaderRow(line, format, items) }

  private static func refused(_ line: String, _ failure: InputEventFailure) -> ReaderRow {
    ReaderRow(line, format, [], InputFailure(InputPlace(.line, 1), .event(failure)))
  }

  @Test(
    "are events",
    arguments: [
      accepted(""), accepted("\n \t\r\n\n"),
      accepted(#"{"type":"text","text":"hé\n\u0000"}"#, .text("hé\n\0")),
      accepted(#" {"text":"","type":"text"} "# + "\r\n", .text("")),
      accepted(#"{"type":"binary","base64":"AP8="}"#, .message(.binary, [0, 0xFF])),
      accepted(#"{"type":"binary","text":"é"}"#, .binary("é")),
      accepted(#"{"type":"text","base64":"Zm9v"}"#, .text("foo")),
      accepted(#"{"type":"ping"}"#, .ping([])),
      accepted(#"{"type":"ping","text":"a"}"#, .ping([0x61])),
      accepted(#"{"type":"pong","base64":"/w=="}"#, .pong([0xFF])),
      accepted(#"{"type":"close","code":1000,"reason":""}"#, .close(.normal, "")),
      accepted(#"{"type":"close","code":4999,"reason":"bye"}"#, .close(CloseCode(rawValue: 4999), "bye")),
      accepted(#"{"type":"close"}"#, .close(nil, "")),
      accepted(#"{"type":"close","code":null,"reason":null}"#, .close(nil, "")),
      accepted(#"{"type":"binary","type":"text","text":"a","text":"b","more":[{}],"at":"x"}"#, .text("b")),
      accepted(#"{"dir":"out","type":"text","text":"a"}"#, .text("a")),
      accepted(#"{"dir":"in","type":"text","text":"a"}"# + "\n" + #"{"type":"text","text":"b"}"#, .text("b")),
      ReaderRow(#"{"dir":"in","type":"text","text":"a"}"#, InputFormat(.jsonLines, skipsReceived: false), [.text("a")]),
    ])
  func events(row: ReaderRow) { row.check() }

  @Test(
    "are refused with what is wrong",
    arguments: [
      refused("[]", .notAnObject), refused("1", .notAnObject),
      refused("{}", .missing("\"type\"")),
      refused(#"{"type":7}"#, .kind("type", expected: "a string")),
      refused(#"{"type":"Text","text":""}"#, .unknownType("Text")),
      refused(#"{"type":"text"}"#, .missing("\"text\"")),
      refused(#"{"type":"text","text":null}"#, .missing("\"text\"")),
      refused(#"{"type":"text","text":1}"#, .kind("text", expected: "a string")),
      refused(#"{"type":"binary"}"#, .missing("\"base64\"")),
      refused(#"{"type":"binary","text":"","base64":""}"#, .twoPayloads),
      refused(#"{"type":"binary","base64":"A"}"#, .base64(.length(1))),
      refused(#"{"type":"text","base64":"/w=="}"#, .textIsNotUTF8),
      refused(#"{"type":"text","base64":"w6=="}"#, .base64(.trailingBits(offset: 1))),
      refused(#"{"type":"ping","text":"\#(String(repeating: "x", count: 126))"}"#, .controlPayload(126)),
      refused(#"{"type":"close","code":1005}"#, .closeCode("1005")),
      refused(#"{"type":"close","code":1000.0}"#, .closeCode("1000.0")),
      refused(#"{"type":"close","code":99999999999999999999}"#, .closeCode("99999999999999999999")),
      refused(#"{"type":"close","code":"1000"}"#, .kind("code", expected: "a number")),
      refused(#"{"type":"close","reason":"bye"}"#, .reasonWithoutCode),
      refused(#"{"type":"close","code":1000,"reason":"\#(String(repeating: "é", count: 62))"}"#, .reason(124)),
      ReaderRow(
        "\n{\"type\":\"ping\"}\n{\"type\" \"ping\"}", format, [.ping([])],
        InputFailure(InputPlace(.line, 3, column: 9), .json(.unexpected(0x22, expected: "\":\"")))),
      ReaderRow([0x22, 0xFF, 0x22], format, [], InputFailure(InputPlace(.line, 1, column: 2), .json(.invalidUTF8))),
    ])
  func refusals(row: ReaderRow) { row.check() }

  @Test(arguments: UInt64(1)...8)
  func `made at random never traps`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let words = [
      "{", "}", ":", ",", "\"type\"", "\"text\"", "\"base64\"", "\"close\"", "\"code\"", "1000", "\"AA==\"", "null",
    ].map { Array($0.utf8) }
    for _ in 0..<400 {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 0...20, using: &generator) { text += words.randomElement(using: &generator) ?? [] }
      _ = read([text], InputFormat(.jsonLines))
    }
  }
}
