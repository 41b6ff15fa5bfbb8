import Terminal
import Testing

@testable import LineMode

@Suite struct `Completion in a line` {
  private let completer = LineCompleter(
    seen: ["channel", "orders", "op"],
    names: { ["": ["data/", "a b.json", ".hidden"], "data/": ["x.json"]][$0] ?? [] })

  @Test(
    "offers what may stand at the cursor, marked by a bar",
    arguments: [
      ("/re|", ["repeat", "reconnect", "resume"]), ("/st|", ["stats", "stall"]), ("//p|", nil),
      ("/help cl|", ["close"]), ("/reconnect |", ["auto", "off"]), ("/pretty o|", ["on", "off"]),
      ("/file |", ["a b.json", "data/"]), ("/file data/|", ["x.json"]), ("/file .|", [".hidden"]),
      ("/file a b|", ["a b.json"]), ("/save 3 d|", ["data/"]), ("/ping x|", nil),
      (#"{"o|"#, ["op", "orders"]), (#"{"op": "or|"}"#, ["orders"]), (#"{"op"|"#, nil), (#"{o|"#, nil),
      (#"/json {"ch|"#, ["channel"]), (#"{"a\"o|"#, []), ("/close 101|", ["1010", "1011", "1012", "1013", "1014"]),
      ("/close 1000 x|", []), ("/frame f|", ["fin=", "form="]), ("/frame fin=0 op|", ["opcode="]),
      ("/frame fin=0 opcode=p|", ["opcode=ping", "opcode=pong"]), (#"/frame "o|"#, ["op", "orders"]),
      ("/filter -o|", ["op:"]), ("/filter op:text s|", ["size>", "size<"]), ("/filter dir:|", ["dir:in", "dir:out"]),
    ] as [(String, [String]?)])
  func offers(line: String, expected: [String]?) throws {
    let bar = try #require(line.firstIndex(of: "|"))
    let text = line[..<bar] + line[line.index(after: bar)...]
    let cursor = text.utf8.index(text.startIndex, offsetBy: line[..<bar].utf8.count)
    let found = completer.completion(
      of: String(text), at: String.Index(utf16Offset: cursor.utf16Offset(in: text), in: String(text)))
    #expect(found?.candidates.map(\.text).sorted() == expected?.sorted())
  }

  @Test func `closes a string, unless a quote stands there`() throws {
    for (text, ending) in [(#"{"ch"#, "\""), (#"{"ch"}"#, "")] {
      let cursor = text.index(text.startIndex, offsetBy: 4)
      #expect(completer.completion(of: text, at: cursor)?.candidates.first?.ending == ending)
    }
  }

  @Test func `looks at no text of megabytes`() {
    let text = "{\"" + String(repeating: "a", count: 1 << 20)
    #expect(completer.completion(of: text, at: text.endIndex) == nil)
  }
}

@Suite struct `Words of JSON that were seen` {
  private func words(_ texts: String...) -> [String] {
    var seen = SeenWords()
    for text in texts { seen.take(Array(text.utf8).span) }
    return seen.words
  }

  @Test func `are names and texts, each once, up to where the JSON ends`() {
    #expect(words(#"{"op":"ack","id":7,"op":"nack"}"#, #"["ack","new"]"#) == ["op", "ack", "id", "nack", "new"])
    #expect(words(#"{"a":"b" "c"}"#, "plain", "", "[") == ["a", "b"])
    #expect(words(#"{"":"\#(String(repeating: "x", count: 65))"}"#) == [])
  }

  @Test func `are the newest of them`() {
    var seen = SeenWords()
    for number in 0..<5000 {
      seen.take(Array(#"["w\#(number)"]"#.utf8).span)
      seen.readEnded()
    }
    #expect(seen.words.count <= SeenWords.limit * 11 / 10)
    #expect(seen.words.last == "w4999")
    #expect(Set(seen.words).count == seen.words.count)
  }

  @Test func `are taken from few messages of a flood`() {
    var seen = SeenWords()
    for number in 0..<1000 { seen.take(Array(#"["w\#(number)"]"#.utf8).span) }
    #expect(seen.words.count == 20)
    seen.readEnded()
    seen.take(Array(#"["again"]"#.utf8).span)
    #expect(seen.words.last == "again")
  }
}
