import Inspector
import TestSupport
import Testing
import WebSocketCore

private let subject = FilterSubject(
  isReceived: true, opcode: .text, age: .seconds(10), connection: 2, connectionName: "orders", marks: [.compressed])

@Suite struct `A filter` {
  @Test(
    "holds or does not",
    arguments: [
      ("", true), ("  ", true), ("dir:in", true), ("dir:out", false), ("-dir:out", true),
      ("op:text", true), ("op:binary", false), ("op:binary,text", true), ("op:data", true), ("op:control", false),
      ("op:1", true), ("op:reserved", false), ("-op:control", true), ("op:ping,9,reserved,close,pong", false),
      ("size=11", true), ("size>10", true), ("size>11", false), ("size>=11", true), ("size<=11", true),
      ("size<11", false), ("size<1k", true), ("size<1M", true), ("size>1G", false),
      ("age<5m", true), ("age<10s", false), ("age<=10", true), ("age>9.5s", true), ("age>1h", false),
      ("age>9999ms", true), ("conn:2", true), ("conn:1", false), ("conn:1,2", true), ("conn:orders", true),
      ("conn:order", false), ("has:compressed", true), ("has:error", false), ("-has:error", true),
      ("has:fragments", false), ("has:reply", false), ("hello", true), ("Hello", false), ("o w", true),
      ("\"o w\"", true), ("\"o  w\"", false), ("-heartbeat", true), ("-hello", false), ("-\"hello\"", false),
      ("hex:6f20", true), ("hex:00", false), ("0x6f", false), ("dir:in op:text size>1 hello -bye", true),
      ("dir:in op:text size>1 hello bye", false), ("hello world!", false), ("{", false), ("\"\"", true),
      ("/never/", true),
    ])
  func matches(text: String, result: Bool) throws {
    let payload = Array("hello world".utf8)
    #expect(try Filter(text).matches(subject, payload: payload.span) == result)
  }

  @Test(
    "carries its expressions",
    arguments: [
      ("/w.rld/", true), ("/W.RLD/", false), ("/W.RLD/i", true), ("-/w.rld/", false), ("-/x/", true),
      ("/^b/", false), ("/^b/m", true), ("/world.b/", false), ("/world.b/s", true), ("/o/ /x/", false),
      ("/a\\/b/", true), ("/\\d/", true), ("/[/]/", nil), ("hello", true), ("dir:in /1$/ -/2/ op:text", true),
    ] as [(String, Bool?)])
  func expressions(text: String, result: Bool?) throws {
    guard let result else {
      _ = #expect(throws: FilterFailure.self) { try Filter(text) }
      return
    }
    let matcher = try Filter(text).makeMatcher()
    #expect(matcher("hello world\nb a/b 1") == result)
  }

  @Test func `takes the words that are offered for it`() throws {
    for word in Filter.words {
      let rest = word.last?.isLetter == true ? "" : word.hasPrefix("age") ? "5s" : "10"
      #expect(throws: Never.self) { try Filter(word + rest) }
    }
  }

  @Test func `is empty without terms`() throws {
    #expect(try Filter(" ").isEmpty)
    #expect(try !Filter("a").isEmpty)
    #expect(try !Filter("/a/").isEmpty)
    #expect(try Filter("/a/i -/b/").expressions.map(\.isNegated) == [false, true])
  }

  @Test(
    "fails with the column and what would be right",
    arguments: [
      ("foo:bar", 1, .unknownField("foo")), ("hello http://x", 7, .unknownField("http")),
      ("sze>1", 1, .unknownField("sze")), ("a=b", 1, .unknownField("a")), ("Dir:in", 1, .unknownField("Dir")),
      ("dir=in", 1, .sign(.dir)), ("size:1k", 1, .sign(.size)), ("-age:5m", 2, .sign(.age)),
      ("dir:", 5, .missingValue(.dir)), ("op: text", 4, .missingValue(.op)), ("size>", 6, .missingValue(.size)),
      ("dir:inn", 5, .value(.dir, "inn")), ("op:txt", 4, .value(.op, "txt")), ("op:text,", 4, .value(.op, "text,")),
      ("op:16", 4, .value(.op, "16")), ("size>1x", 6, .value(.size, "1x")), ("size>-1", 6, .value(.size, "-1")),
      ("size>1.5k", 6, .value(.size, "1.5k")), ("size=>1", 6, .value(.size, ">1")),
      ("size>9999999999G", 6, .value(.size, "9999999999G")), ("age<5d", 5, .value(.age, "5d")),
      ("age<99999999999h", 5, .value(.age, "99999999999h")), ("age<1.", 5, .value(.age, "1.")),
      ("conn:1,,2", 6, .value(.conn, "1,,2")), ("has:err", 5, .value(.has, "err")), ("hex:0", 5, .value(.hex, "0")),
      ("hex:0g", 5, .value(.hex, "0g")), ("a -", 3, .nothingToTurn), ("- a", 1, .nothingToTurn),
      ("\"a", 3, .string("the JSON ends too early")), ("é \"\\q\"", 4, .string("no JSON escape begins like this")),
      ("\"a\"b", 4, .trailing("b")), ("/a/ \"b\"c", 8, .trailing("c")), ("/a/i/", 5, .trailing("/")),
      ("/abc", 1, .expressionEndsEarly), ("x /a\\/", 3, .expressionEndsEarly), ("/", 1, .expressionEndsEarly),
      ("//", 1, .emptyExpression), ("/a/ix", 5, .flag("x")),
    ] as [(String, Int, FilterFailure.Reason)])
  func failures(text: String, column: Int, reason: FilterFailure.Reason) {
    let failure = #expect(throws: FilterFailure.self) { try Filter(text) }
    #expect(failure?.reason == reason)
    #expect(failure?.column == column)
    #expect(failure?.hint.isEmpty == false)
    #expect("\(failure!)".hasSuffix("(column \(column))"))
  }

  @Test func `fails where an expression is none`() {
    for text in ["/(/", "x /[a/", "/*/"] {
      let failure = #expect(throws: FilterFailure.self) { try Filter(text) }
      guard case .expression = failure?.reason else {
        Issue.record("\(text): \(String(describing: failure))")
        continue
      }
      #expect(failure?.column == (text.hasPrefix("x") ? 3 : 1))
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `finds bytes as a plain search does`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<300 {
      let payload = (0..<Int.random(in: 0...100, using: &random)).map { _ in UInt8.random(in: 97...99, using: &random) }
      let needle = (0..<Int.random(in: 1...5, using: &random)).map { _ in UInt8.random(in: 97...99, using: &random) }
      let text = String(decoding: needle, as: UTF8.self)
      let found = payload.indices.contains { payload[$0...].starts(with: needle) }
      #expect(try Filter(text).matches(subject, payload: payload.span) == found, "seed \(seed): \(payload) \(text)")
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `of random text never traps`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let words = [
      "dir", ":", "in", " ", "size", ">", "=", "1k", "age", "5m", "-", "/", "a+", "(", "\"", "\\", "hex:", "é",
    ]
    for _ in 0..<1000 {
      let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in words.randomElement(using: &random)! }.joined()
      do { _ = try Filter(text) } catch {
        #expect(error.column >= 1 && error.column <= text.count + 1, "seed \(seed): \(text)")
      }
    }
  }
}
