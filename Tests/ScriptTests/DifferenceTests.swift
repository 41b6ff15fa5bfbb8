import JSONSyntax
import Script
import Testing

private func json(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8).span) }

@Suite struct `A difference` {
  private func lines(_ expected: String, _ received: String, isExact: Bool = false) throws -> [String] {
    let expectation = try JSONExpectation(json(expected), isExact: isExact)
    return Difference.json(expected: expectation, received: try json(received)).map(\.line)
  }

  @Test func `of JSON shows what differs where it stands`() throws {
    #expect(
      try lines(
        #"{"op":"ack","id":"<uuid>","list":[1,2],"gone":null}"#, #"{"id":5,"op":"ack","list":[1,3,4],"x":1,"y":2}"#)
        == [
          "  {", #"    "op": "ack","#, #"-   "id": "<uuid>","#, #"+   "id": 5,"#, #"    "list": ["#, "      1,",
          "-     2,", "+     3,", "+     4,", "    ],", #"-   "gone": null,"#, "    … 2 other members", "  }",
        ])
    #expect(try lines("1", "2") == ["- 1", "+ 2"])
    #expect(
      try lines(#"{"a":{"b":1}}"#, #"{"a":{"b":1,"c":[]},"d":0}"#, isExact: true) == [
        "  {", #"    "a": {"#, #"      "b": 1,"#, #"+     "c": []"#, "    },", #"+   "d": 0"#, "  }",
      ])
    #expect(try lines(#"[1,"<rest>"]"#, "[2,3]") == ["  [", "-   1,", "+   2,", "    … 1 other element", "  ]"])
  }

  @Test func `of JSON shows an expression that found nothing`() throws {
    let expectation = try JSONExpectation(json(#"{"a":"<re:x>","b":"<re:y>"}"#), isExact: false)
    let value = try json(#"{"a":"x","b":"z"}"#)
    let refuted = expectation.match(value).questions.filter { $0.expression == "y" }
    #expect(
      Difference.json(expected: expectation, received: value, refuted: refuted).map(\.line) == [
        "  {", #"    "a": "x","#, #"-   "b": "<re:y>""#, #"+   "b": "z""#, "  }",
      ])
  }

  @Test func `of JSON is bounded`() throws {
    let many = "[" + (0..<5000).map(String.init).joined(separator: ",") + "]"
    let others = "[" + (0..<5000).map { String($0 + 1) }.joined(separator: ",") + "]"
    let rows = try lines(many, others)
    #expect(rows.count == 41 && rows.last?.hasSuffix("more rows") == true)
    let deep = String(repeating: "[", count: 500) + "1" + String(repeating: "]", count: 500)
    #expect(try lines(deep, deep.replacingOne()).count <= 41)
  }

  @Test func `of text shows the lines and the place`() {
    #expect(Difference.text(expected: "a", received: "a").isEmpty)
    #expect(
      Difference.text(expected: "hello world", received: "hello word").map(\.line) == [
        "- hello world", "+ hello word", "           ^ character 10",
      ])
    #expect(
      Difference.text(expected: "1\n2\n3\n4\nx\n6\n7\n8\n9", received: "1\n2\n3\n4\ny\n6\n7\n8\n9").map(\.line) == [
        "  … 2 lines the same", "  3", "  4", "- x", "+ y", "  ^ character 1", "  6", "  7", "  … 2 lines the same",
      ])
    #expect(
      Difference.text(expected: "a\nb", received: "a\nb\nc").map(\.line) == ["  a", "  b", "+ c"])
    #expect(Difference.text(expected: "", received: "x").map(\.line) == ["- ", "+ x", "  ^ character 1"])
    #expect(Difference.text(expected: "a\r\nb", received: "a\nb").first?.line == "- a\r")
  }

  @Test func `of a long text begins near the place`() {
    let start = String(repeating: "a", count: 100_000)
    let rows = Difference.text(expected: start + "x" + start, received: start + "y" + start)
    #expect(rows.count == 3)
    #expect(rows[0].text.hasPrefix("…aaaaaaaaaaaaaaaaaaaax") && rows[0].text.hasSuffix("a…"))
    #expect(rows[0].text.count == Int(162) && rows[2].text == String(repeating: " ", count: 21) + "^ character 100,001")
    let lines = Difference.text(
      expected: (0..<10_000).map(String.init).joined(separator: "\n"),
      received: (0..<10_000).map { "x\($0)" }.joined(separator: "\n"))
    #expect(lines.count <= 40)
  }

  @Test func `of bytes shows the dump around the place`() {
    var bytes = [UInt8](0..<100)
    bytes[40] = 0xFF
    let lines = Difference.bytes(expected: [UInt8](0..<100), received: bytes).map(\.line)
    #expect(lines[0] == "  the first difference is at byte 40" && lines[1] == "  …")
    #expect(lines[2].hasPrefix("  00000010  10 11"))
    #expect(lines[3].hasPrefix("- 00000020  20") && lines[4].hasPrefix("+ 00000020  20"))
    #expect(lines.last == "  … 20 B more")
    #expect(Difference.bytes(expected: [1], received: [1]).isEmpty)
    #expect(
      Difference.bytes(expected: [1], received: []).map(\.line).first
        == "  the first difference is at byte 0; expected 1 B, came 0 B")
  }
}

extension String {
  fileprivate func replacingOne() -> String { String(map { $0 == "1" ? "2" : $0 }) }
}
