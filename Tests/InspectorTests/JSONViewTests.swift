import Inspector
import PlainText
import TestSupport
import Testing

private func pretty(_ text: String, width: Int = 30, rows: Int? = nil) -> [String]? {
  JSONView.pretty(Array(text.utf8).span, width: width, maximumRows: rows)?.map(\.string)
}

private func oneLine(_ text: String, _ width: Int) -> String? {
  JSONView.oneLine(Array(text.utf8).span, width: width)?.string
}

@Suite struct `JSON for people` {
  @Test(
    "stays on one line where it is short",
    arguments: [
      ("1", "1"), ("\"a\"", "\"a\""), ("{}", "{}"), ("[ ]", "[]"), (" [1,2 , 3]\n", "[1, 2, 3]"),
      (#"{"b":1.50,"a":[true,{"x":null}]}"#, #"{"b": 1.50, "a": [true, {"x": null}]}"#),
      (#"["\u00e9\/é"]"#, #"["\u00e9\/é"]"#), (#"[[],{},[]]"#, "[[], {}, []]"),
    ])
  func short(text: String, line: String) {
    #expect(pretty(text, width: 60) == [line])
  }

  @Test(
    "has a row for each member where it is long",
    arguments: [
      (
        #"{"op":"subscribe","channel":"orders"}"#,
        ["{", #"  "op": "subscribe","#, #"  "channel": "orders""#, "}"]
      ),
      (
        #"{"z":[1,2,3],"a":{"long":"123456789012345678901234567890","b":[]}}"#,
        [
          "{", #"  "z": [1, 2, 3],"#, #"  "a": {"#, #"    "long": "123456789012345678901234567890","#, #"    "b": []"#,
          "  }", "}",
        ]
      ),
      (
        "[[1000000000,2000000000,3000000000],4]",
        ["[", "  [", "    1000000000,", "    2000000000,", "    3000000000", "  ],", "  4", "]"]
      ),
    ])
  func long(text: String, rows: [String]) {
    #expect(pretty(text) == rows)
  }

  @Test func `goes up to the width and no further`() {
    let text = #"[["123456789","123456789"],1]"#
    #expect(pretty(text, width: 31) == [#"[["123456789", "123456789"], 1]"#])
    #expect(pretty(text, width: 30) == ["[", #"  ["123456789", "123456789"],"#, "  1", "]"])
    #expect(pretty(text, width: 29)?.count == 4)
    #expect(pretty(text, width: 28)?.count == 7)
  }

  @Test(arguments: ["", "hello", "{", "[1,]", "{\"a\"}", "1 2", "\u{FEFF}{}", "[1]x", "nul", "\"\\x\""])
  func `is shown of nothing else`(text: String) {
    #expect(pretty(text) == nil)
    #expect(oneLine(text, 40) == nil)
  }

  @Test func `counts the rows that are not shown`() {
    let text = "[" + (1...1000).map(String.init).joined(separator: ",") + "]"
    #expect(pretty(text)?.count == 1002)
    #expect(pretty(text, rows: 1002)?.last == "]")
    #expect(pretty(text, rows: 4) == ["[", "  1,", "  2,", "… 999 more rows"])
    #expect(pretty(text, rows: 1) == ["… 1,002 more rows"])
    #expect(pretty(text, rows: 0) == ["… 1,002 more rows"])
    #expect(pretty("[]", rows: 0) == ["… 1 more row"])
    #expect(pretty(text, rows: 1001)?.last == "… 2 more rows")
  }

  @Test func `cuts long strings only where rows are bounded`() {
    let text = "\"" + String(repeating: "a", count: 100_000) + "\""
    #expect(pretty(text, rows: 10)?.first?.hasSuffix("a… 99,746 B more") == true)
    #expect(pretty(text)?.first?.utf8.count == 100_002)
  }

  @Test func `gives each piece its role`() {
    let row = JSONView.pretty(Array(#"{"a":["b",-1e3,null]}"#.utf8).span, width: 40)?.first
    #expect(
      row?.runs.map(\.role) == [
        .punctuation, .key, .punctuation, .string, .punctuation, .number, .punctuation, .literal, .punctuation,
      ])
    #expect(row?.runs.map(\.text.string) == ["{", "\"a\"", ": [", "\"b\"", ", ", "-1e3", ", ", "null", "]}"])
  }

  @Test func `holds nothing that harms a terminal`() {
    let rows = pretty("[\"\u{202E}\u{9B}2J\u{7F}\"]")
    #expect(rows == [#"["\u202e\u009b2J\x7f"]"#])
  }

  @Test func `nests deep without moving off the screen`() {
    let text = String(repeating: "[1,", count: 511) + "2" + String(repeating: "]", count: 511)
    let rows = pretty(text) ?? []
    #expect(rows.count > 1000)
    #expect(rows.allSatisfy { $0.utf8.count <= 100 })
    #expect(pretty(String(repeating: "[", count: 100_000)) == nil)
  }

  @Test(
    "is cut to one line",
    arguments: [
      (#"{"a":1}"#, 8, #"{"a": 1}"#), (#"{"a":1}"#, 7, #"{"a": …"#), (#"{"a":1}"#, 1, "…"), (#"{"a":1}"#, 0, ""),
      ("[1, 2,\n 3 ]", 9, "[1, 2, 3]"), ("\"long text\"", 6, "\"long…"), ("{\"a\":\"é€🐢é€🐢\"}", 10, "{\"a\": \"é€…"),
    ])
  func cut(text: String, width: Int, line: String) {
    #expect(oneLine(text, width) == line)
  }

  @Test func `is cut without looking at all of it`() {
    let long = String(repeating: "x", count: 1000)
    #expect(oneLine(#"{"n":1,"data":""# + long, 20) == #"{"n": 1, "data": "x…"#)
    #expect(oneLine("[1," + String(repeating: " ", count: 1000) + "2]", 20) == "[1, …")
    #expect(oneLine("[" + String(repeating: "1,", count: 1000) + "]x", 20) == "[1, 1, 1, 1, 1, 1, …")
  }

  @Test(arguments: UInt64(1)...8)
  func `made at random never traps, and keeps every byte of its values`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let words = ["{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "d83d", "0", "-", "true", " ", "\"a\"", "é", "\u{1}"]
      .map { Array($0.utf8) }
    for _ in 0..<500 {
      var text: [UInt8] = []
      if Bool.random(using: &random) {
        for _ in 0..<Int.random(in: 0...20, using: &random) { text += words.randomElement(using: &random) ?? [] }
      } else {
        text = Array(#"{"at":"x","n":[1.5e3,null,{"a":true,"b":"\ud83d\udc22\n"}],"z":{}}"#.utf8)
        for _ in 0...Int.random(in: 0...2, using: &random) {
          text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
      }
      let width = Int.random(in: 0...70, using: &random)
      _ = JSONView.oneLine(text.span, width: width)
      _ = JSONView.pretty(text.span, width: width, maximumRows: Int.random(in: 0...5, using: &random))
      guard let rows = JSONView.pretty(text.span, width: width) else { continue }
      let shown = rows.map(\.string).joined().filter { $0 != " " }
      let given = String(decoding: text, as: UTF8.self).filter { $0.isASCII && $0 != " " && $0 >= " " }
      #expect(shown.filter(\.isASCII).count >= given.count, "seed \(seed): \(text)")
    }
  }
}
