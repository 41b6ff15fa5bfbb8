import JSONSyntax
import Script
import Testing

@Suite struct `A JSON path` {
  private static let store = #"""
    {"store": {"book": [
      {"category": "reference", "author": "Rees", "price": 8.95},
      {"category": "fiction", "author": "Waugh", "price": 12.99},
      {"category": "fiction", "author": "Melville", "isbn": "0-553", "price": 8.99}],
      "bicycle": {"color": "red", "price": 399}},
     "k.k": {"'": {"@": 2}}, "é": 1, "dup": 1, "dup": 2, "empty": [], "null": null}
    """#

  @Test(
    "selects values in the standard's order",
    arguments: [
      ("$.store.bicycle.color", #"["red"]"#),
      ("$.store.book[*].author", #"["Rees", "Waugh", "Melville"]"#),
      ("$..author", #"["Rees", "Waugh", "Melville"]"#),
      ("$.store..price", "[8.95, 12.99, 8.99, 399]"),
      ("$..book[2].author", #"["Melville"]"#), ("$..book[-1].author", #"["Melville"]"#), ("$..book[-4]", "[]"),
      ("$..book[3]", "[]"),
      ("$..book[0,1].price", "[8.95, 12.99]"), ("$..book[:2].price", "[8.95, 12.99]"),
      ("$.store.book[1:].price", "[12.99, 8.99]"), ("$.store.book[::2].price", "[8.95, 8.99]"),
      ("$.store.book[::-1].price", "[8.99, 12.99, 8.95]"), ("$.store.book[-2:].price", "[12.99, 8.99]"),
      ("$.store.book[5:0:-2].price", "[8.99]"), ("$.store.book[0:3:0]", "[]"),
      ("$.store.book[-100:100].price", "[8.95, 12.99, 8.99]"), ("$.store.book[1:1]", "[]"),
      ("$.store.bicycle.*", #"["red", 399]"#), ("$.store.bicycle[*]", #"["red", 399]"#),
      ("$['k.k']['\\'']['@']", "[2]"), (#"$["k.k"]["'"]["@"]"#, "[2]"), (#"$['\u00e9']"#, "[1]"), ("$.é", "[1]"),
      ("$.dup", "[2]"), ("$.null", "[null]"), ("$.none", "[]"), ("$.empty", "[[]]"), ("$.empty[*]", "[]"),
      ("$ .store ['bicycle'] [ 'color' , 'price' ]", #"["red", 399]"#), ("$.store.book.price", "[]"),
      ("$.store[0]", "[]"),
    ])
  func selection(path: String, expected: String) throws {
    let value = try JSONParser.parse(Array(Self.store.utf8).span)
    let values = try JSONPath(path).values(in: value)
    #expect(JSONValue.array(values).text == expected)
  }

  @Test func `looks at itself before what is inside`() throws {
    let value = try JSONParser.parse(Array(#"{"o": {"j": 1, "k": 2}, "a": [5, 3, [{"j": 4}]]}"#.utf8).span)
    #expect(JSONValue.array(try JSONPath("$..j").values(in: value)).text == "[1, 4]")
    #expect(
      JSONValue.array(try JSONPath("$..[0]").values(in: value)).text == #"[5, {"j": 4}]"#)
    #expect(
      JSONValue.array(try JSONPath("$..*").values(in: value)).text
        == #"[{"j": 1, "k": 2}, [5, 3, [{"j": 4}]], 1, 2, 5, 3, [{"j": 4}], {"j": 4}, 4]"#)
    #expect(try JSONPath("$").values(in: value) == [value])
  }

  @Test(
    "counts what it stands for",
    arguments: [
      ("$.store.book", 3), ("$.store", 2), ("$.empty", 0), ("$.store.book[*]", 3), ("$..price", 4), ("$.none", 0),
      ("$.dup", 1), ("$.store.book[0:2]", 2),
    ])
  func counts(path: String, count: Int) throws {
    let value = try JSONParser.parse(Array(Self.store.utf8).span)
    #expect(try JSONPath(path).count(in: value) == count)
  }

  @Test(
    "is refused with the place",
    arguments: [
      ("", 0), ("store", 0), ("@.a", 0), (" $", 0), ("$ ", 1), ("$.", 2), ("$..", 3), ("$.a.", 4), ("$.1", 2),
      ("$. a", 2),
      ("$a", 1), ("$.a b", 4), ("$[", 2), ("$[]", 2), ("$[a]", 2), ("$[1", 3), ("$[1,", 4), ("$[1,]", 4), ("$[01]", 2),
      ("$[-0]", 2), ("$[-]", 3), ("$[9007199254740992]", 2), ("$[1:2:3:4]", 7), ("$['a]", 5), ("$['a\\x']", 4),
      ("$['\\ud800']", 3), ("$[\"\\'\"]", 3), ("$['\u{1}']", 3), ("$[?@.a]", 2), ("$...a", 3), ("$.a-b", 3),
      ("$['a'b]", 5),
    ])
  func refusals(path: String, offset: Int) throws {
    let failure = #expect(throws: JSONPathFailure.self) { try JSONPath(path) }
    #expect(failure?.offset == offset, "\(path): \(failure.map(String.init(describing:)) ?? "")")
  }

  @Test func `gives up on a query that multiplies`() throws {
    let text = "[" + Array(repeating: "[1,2,3,4,5,6,7,8,9,0]", count: 500).joined(separator: ",") + "]"
    let value = try JSONParser.parse(Array(text.utf8).span)
    let stars = Array(repeating: "*", count: 100).joined(separator: ",")
    let path = try JSONPath("$[\(stars)][\(stars)]")
    #expect(throws: JSONPath.Overflow.self) { try path.values(in: value) }
  }
}
