import JSONSyntax
import TestSupport
import Testing

@Suite struct `JSON text` {
  @Test(
    "is read with nothing lost",
    arguments: [
      ("null", JSONValue.null), (" true\n", .bool(true)), ("\t\r\nfalse", .bool(false)),
      ("0", .number("0")), ("-0", .number("-0")), ("-1.50E+10", .number("-1.50E+10")), ("1e400", .number("1e400")),
      ("123456789012345678901234567890", .number("123456789012345678901234567890")), ("0.0e-0", .number("0.0e-0")),
      (#""""#, .string("")), (#""é\u00e9\"\\\/\b\f\n\r\t""#, .string("éé\"\\/\u{8}\u{C}\n\r\t")),
      (#""\ud83d\udC22\u0000\uFFFF""#, .string("🐢\0\u{FFFF}")), ("\"\u{7F}\u{2028}\"", .string("\u{7F}\u{2028}")),
      ("[]", .array([])), ("[ ]", .array([])), ("[1 , [ ] ,\"\"]", .array([.number("1"), .array([]), .string("")])),
      ("{}", .object([])), ("{ }", .object([])),
      (
        #"{"b":1,"a" : {"":null} ,"b":2}"#,
        .object([
          JSONMember("b", .number("1")), JSONMember("a", .object([JSONMember("", .null)])),
          JSONMember("b", .number("2")),
        ])
      ),
    ])
  func values(text: String, value: JSONValue) throws {
    #expect(try JSONParser.parse(Array(text.utf8).span) == value)
  }

  @Test(
    "is refused with the place",
    arguments: [
      ("", JSONFailure(.endsEarly, offset: 0)), ("  ", JSONFailure(.endsEarly, offset: 2)),
      ("[", JSONFailure(.endsEarly, offset: 1)), ("[1", JSONFailure(.endsEarly, offset: 2)),
      ("[1,", JSONFailure(.endsEarly, offset: 3)), ("{\"a\"", JSONFailure(.endsEarly, offset: 4)),
      ("\"a", JSONFailure(.endsEarly, offset: 2)), ("\"\\", JSONFailure(.endsEarly, offset: 2)),
      ("\"\\u00", JSONFailure(.endsEarly, offset: 5)), ("-", JSONFailure(.endsEarly, offset: 1)),
      ("tru", JSONFailure(.endsEarly, offset: 3)),
      ("[1,]", JSONFailure(.unexpected(0x5D, expected: "a JSON value"), offset: 3)),
      ("{,}", JSONFailure(.unexpected(0x2C, expected: "a name in quotes"), offset: 1)),
      ("{\"a\":1,}", JSONFailure(.unexpected(0x7D, expected: "a name in quotes"), offset: 7)),
      ("{\"a\"=1}", JSONFailure(.unexpected(0x3D, expected: "\":\""), offset: 4)),
      ("[1 2]", JSONFailure(.unexpected(0x32, expected: "\",\" or \"]\""), offset: 3)),
      ("{\"a\":1]", JSONFailure(.unexpected(0x5D, expected: "\",\" or \"}\""), offset: 6)),
      ("trux", JSONFailure(.unexpected(0x78, expected: "true"), offset: 3)),
      ("NaN", JSONFailure(.unexpected(0x4E, expected: "a JSON value"), offset: 0)),
      ("'a'", JSONFailure(.unexpected(0x27, expected: "a JSON value"), offset: 0)),
      ("\u{FEFF}1", JSONFailure(.unexpected(0xEF, expected: "a JSON value"), offset: 0)),
      ("1 1", JSONFailure(.trailing(0x31), offset: 2)), ("nullx", JSONFailure(.trailing(0x78), offset: 4)),
      ("01", JSONFailure(.number, offset: 1)), ("1.x", JSONFailure(.number, offset: 2)),
      ("-a", JSONFailure(.number, offset: 1)), ("1e+]", JSONFailure(.number, offset: 3)),
      ("+1", JSONFailure(.unexpected(0x2B, expected: "a JSON value"), offset: 0)),
      (".5", JSONFailure(.unexpected(0x2E, expected: "a JSON value"), offset: 0)),
      ("\"a\u{1}\"", JSONFailure(.controlCharacter(1), offset: 2)),
      ("\"\n\"", JSONFailure(.controlCharacter(0x0A), offset: 1)),
      (#""a\x""#, JSONFailure(.escape, offset: 2)), (#""\u12g4""#, JSONFailure(.escape, offset: 1)),
      (#""a\ud800""#, JSONFailure(.loneSurrogate, offset: 2)),
      (#""\udc00\ud800""#, JSONFailure(.loneSurrogate, offset: 1)),
      (#""\ud800\u0041""#, JSONFailure(.loneSurrogate, offset: 1)),
      (#""\ud800\n""#, JSONFailure(.loneSurrogate, offset: 1)),
    ])
  func refusals(text: String, failure: JSONFailure) {
    #expect(throws: failure) { try JSONParser.parse(Array(text.utf8).span) }
  }

  @Test func `nests as deep as the limit and no deeper`() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    _ = try JSONParser.parse(nested(JSONParser.maximumDepth).span)
    #expect(throws: JSONFailure(.tooDeep(limit: 512), offset: 512)) {
      try JSONParser.parse(nested(JSONParser.maximumDepth + 1).span)
    }
    #expect(throws: JSONFailure(.tooDeep(limit: 512), offset: 512 * 5)) {
      try JSONParser.parse(Array(String(repeating: "{\"a\":", count: 100_000).utf8).span)
    }
    let siblings = "[" + Array(repeating: "[]", count: 1000).joined(separator: ",") + "]"
    _ = try JSONParser.parse(Array(siblings.utf8).span)
  }

  @Test func `tells composed letters from decomposed ones`() {
    #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    #expect(JSONValue.object([JSONMember("e\u{301}", .null)])["\u{E9}"] == nil)
  }

  @Test(arguments: UInt64(1)...8)
  func `made at random never traps`(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    let words = [
      "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "d83d", "\\udc22", "0", "1", "-", ".", "e", "true", "nul", " ",
      "\"type\":", "\"text\"", "\"base64\"", "é", "\u{1}", "\"code\":", "1000",
    ].map { Array($0.utf8) }
    let sample = Array(
      #"{"at":"x","dir":"in","type":"text","text":"a\n\ud83d\udc22","n":[1.5e3,null,{"a":true}]}"#.utf8)
    for _ in 0..<400 {
      var text: [UInt8] = []
      if Bool.random(using: &generator) {
        for _ in 0..<Int.random(in: 0...20, using: &generator) { text += words.randomElement(using: &generator) ?? [] }
      } else {
        text = sample
        for _ in 0...Int.random(in: 0...3, using: &generator) {
          text[Int.random(in: 0..<text.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        text.removeLast(Int.random(in: 0...5, using: &generator))
      }
      do {
        _ = try JSONParser.parse(text.span)
      } catch {
        #expect(error.offset >= 0 && error.offset <= text.count, "seed \(seed): \(text)")
      }
    }
  }
}
