import JSONSyntax
import Script
import Testing

private func json(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8).span) }

@Suite struct `An expected JSON message` {
  @Test(
    "is met",
    arguments: [
      ("1", "1.0"), ("null", "null"), (#""a""#, #""\u0061""#), ("{}", #"{"a":1}"#), ("[]", "[]"),
      (#"{"a":1,"b":2}"#, #"{"b":2,"c":3,"a":1}"#), (#"{"a":{"b":[1,{}]}}"#, #"{"a":{"b":[1e0,{"c":1}],"d":1}}"#),
      (#"[1,"<rest>"]"#, "[1]"), (#"[1,"<rest>"]"#, "[1,2,3]"), (#"["<rest>"]"#, "[]"),
      (#""<any>""#, "null"), (#"{"a":"<any>"}"#, #"{"a":[1]}"#), (#""<number>""#, "-1e5"),
      (#""<string>""#, #""<any>""#),
      (#""<uuid>""#, #""6ba7b810-9DAD-11d1-80b4-00c04fd430c8""#), (#""<time>""#, #""2025-01-31T12:04:31.219Z""#),
      (#""<time>""#, #""2025-01-31 12:04:31+01:30""#), (#""\\<any>""#, #""<any>""#), (#""\\\\<any>""#, #""\\<any>""#),
      (#""\\<""#, #""<""#), (#""\\""#, #""\\""#), (#""<b>""#, #""<b>""#), (#"{"a":1}"#, #"{"a":2,"a":1}"#),
    ])
  func met(expected: String, received: String) throws {
    let expectation = try JSONExpectation(json(expected), isExact: false)
    let match = expectation.match(try json(received))
    #expect(match.isMatch, "\(match)")
  }

  @Test(
    "is not met, and says where",
    arguments: [
      ("1", "2", ["$: expected 1, came 2"]), ("1", #""1""#, [#"$: expected 1, came "1""#]),
      (#"{"a":1}"#, "{}", ["$.a: expected 1, is missing"]), (#"{"a":null}"#, "{}", ["$.a: expected null, is missing"]),
      (#"{"a":{"b c":[1,2]}}"#, #"{"a":{"b c":[1,3]}}"#, ["$.a['b c'][1]: expected 2, came 3"]),
      ("[1,2]", "[1]", ["$: expected 2 elements, came 1"]),
      ("[1]", "[2,3]", ["$: expected 1 element, came 2", "$[0]: expected 1, came 2"]),
      (#"[1,2,"<rest>"]"#, "[1]", ["$: expected at least 2 elements, came 1"]),
      (#""<number>""#, #""1""#, [#"$: expected "<number>", came "1""#]),
      (#""<string>""#, "1", [#"$: expected "<string>", came 1"#]),
      (
        #""<uuid>""#, #""6ba7b810-9dad-11d1-80b4-00c04fd430cg""#,
        [
          #"$: expected "<uuid>", came "6ba7b810-9dad-11d1-80b4-00c04fd430cg""#
        ]
      ),
      (#""<time>""#, #""2025-13-31T12:04:31Z""#, [#"$: expected "<time>", came "2025-13-31T12:04:31Z""#]),
      (#""<time>""#, #""2025-01-31T12:04:31""#, [#"$: expected "<time>", came "2025-01-31T12:04:31""#]),
      ("{}", "[]", ["$: expected {}, came []"]), (#""é""#, #""e\u0301""#, [#"$: expected "é", came "e\#u{301}""#]),
    ])
  func unmet(expected: String, received: String, sentences: [String]) throws {
    let expectation = try JSONExpectation(json(expected), isExact: false)
    let match = expectation.match(try json(received))
    #expect(!match.isMatch && match.mismatches.map(\.description) == sentences, "\(match)")
  }

  @Test func `may be exact`() throws {
    let expectation = try JSONExpectation(json(#"{"a":1,"b":[{"c":"<any>"}]}"#), isExact: true)
    #expect(expectation.match(try json(#"{"b":[{"c":5}],"a":1.0}"#)).isMatch)
    let match = expectation.match(try json(#"{"b":[{"c":5,"d":6}],"a":1,"e":true}"#))
    #expect(
      match.mismatches.map(\.description) == [
        "$.b[0].d: not expected, came 6", "$.e: not expected, came true",
      ])
  }

  @Test func `leaves expressions to somebody else`() throws {
    let expectation = try JSONExpectation(json(#"{"id":"<re:^[0-9]+$>","n":"<re:x>"}"#), isExact: false)
    let match = expectation.match(try json(#"{"id":"12","n":"y"}"#))
    #expect(match.mismatchCount == 0 && !match.isMatch)
    #expect(match.questions.map(\.expression) == ["^[0-9]+$", "x"] && match.questions.map(\.text) == ["12", "y"])
    #expect(match.refuted([]).isMatch)
    #expect(
      match.refuted([match.questions[1]]).mismatches.map(\.description) == [#"$.n: expected "<re:x>", came "y""#])
    #expect(!expectation.match(try json(#"{"id":12,"n":"x"}"#)).mismatches.isEmpty)
  }

  @Test(
    "is refused",
    arguments: [
      (#"["<rest>",1]"#, JSONExpectation.Mistake.misplacedRest(path: "$[0]")),
      (#"{"a":"<rest>"}"#, .misplacedRest(path: "$.a")), (#"{"a":1,"a":2}"#, .repeatedName("a", path: "$")),
    ])
  func refusals(text: String, mistake: JSONExpectation.Mistake) throws {
    let value = try json(text)
    #expect(throws: mistake) { try JSONExpectation(value, isExact: false) }
  }

  @Test func `is refused where an expression is none`() throws {
    let value = try json(#"["<re:(>"]"#)
    let mistake = #expect(throws: JSONExpectation.Mistake.self) { try JSONExpectation(value, isExact: false) }
    guard case .noExpression("(", "$[0]", _)? = mistake else {
      Issue.record("\(String(describing: mistake))")
      return
    }
  }

  @Test(
    "takes an escaped text as it is",
    arguments: ["<any>", "<rest>", #"\<any>"#, "<re:x>", "<", "", "a", #"\\<"#, #"\\"#])
  func escapes(text: String) throws {
    let written = JSONValue.string(JSONPlaceholder.escaping(text))
    #expect(try JSONExpectation(written, isExact: false).match(.string(text)).isMatch)
  }

  @Test func `counts what it does not keep`() throws {
    let many = JSONValue.array((0..<1000).map { .number("\($0)") })
    let others = JSONValue.array((0..<1000).map { .number("\($0 + 1)") })
    let match = try JSONExpectation(many, isExact: false).match(others)
    #expect(match.mismatches.count == 100 && match.mismatchCount == 1000)
  }
}

@Suite struct `A JSON value as text` {
  @Test func `is one line, cut between characters`() throws {
    let value = try json(#"{"a" :[1, 2.50,true,null],"é\n":"x"}"#)
    #expect(value.text == #"{"a": [1, 2.50, true, null], "é\n": "x"}"#)
    #expect(JSONValue.string("éééé").text(limit: 4) == "\"é…")
    #expect(value.text(limit: 6) == #"{"a": …"#)
    #expect(value.text(limit: 1000) == value.text)
  }
}
