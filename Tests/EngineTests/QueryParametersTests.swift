import Testing

@testable import Engine

@Suite struct `A query's parameters` {
  @Test(
    "are decoded",
    arguments: [
      ("a=b", "a", "b"), ("a=b&a=c", "a", "c"), ("a", "a", ""), ("a=", "a", ""), ("", "a", nil), ("&&a=b&", "a", "b"),
      ("a=b=c", "a", "b=c"), ("a=b+c%20d%2B", "a", "b c d+"), ("%61=b", "a", "b"), ("a=%C3%A9", "a", "é"),
      ("a=%", "a", "%"), ("a=%4", "a", "%4"), ("a=%4g", "a", "%4g"), ("a=%+5", "a", "% 5"), ("a=%é", "a", "%é"),
      ("a=%FF", "a", "\u{FFFD}"), ("a=%00", "a", "\0"),
    ] as [(String, String, String?)])
  func decoding(query: String, name: String, value: String?) {
    #expect(QueryParameters(query[...]).text(name) == value)
  }

  @Test(
    "that are numbers lie in a range",
    arguments: [
      ("5", 5), ("1", 1), ("10", 10), ("0", nil), ("11", nil), ("", nil), ("five", nil), ("5.0", nil), (" 5", nil),
      ("99999999999999999999", nil), ("-5", nil), ("٥", nil),
    ] as [(String, Int?)])
  func numbers(text: String, value: Int?) {
    var query = QueryParameters("n=\(text)")
    #expect(query.integer("n", default: 7, in: 1...10) == value ?? 7)
    #expect(query.mistake == (value == nil ? "n must be a whole number from 1 to 10" : nil))
    #expect(query.integer("other", default: 3, in: 1...10) == 3)
  }

  @Test(
    "that are times have a unit",
    arguments: [
      ("2", .seconds(2)), ("0.5", .milliseconds(500)), ("500ms", .milliseconds(500)), ("2s", .seconds(2)),
      ("1.5m", .seconds(90)), ("1h", .seconds(3600)), ("0", .zero), (".5s", .milliseconds(500)), ("", nil), ("s", nil),
      (".", nil), ("-1", nil), ("1d", nil), ("1e3", nil), ("99999999999h", nil), ("1.2.3", nil), ("²s", nil),
      ("nan", nil),
    ] as [(String, Duration?)])
  func times(text: String, value: Duration?) {
    var query = QueryParameters("t=\(text)")
    #expect(query.time("t", default: .seconds(9)) == value ?? .seconds(9))
    #expect(query.mistake == (value == nil ? "t must be a time such as 500ms or 2s" : nil))
  }

  @Test func `a bare time has the unit that the name says`() {
    var query = QueryParameters("ms=20&jitter=1s")
    #expect(query.time("ms", default: .zero, bare: .milliseconds(1)) == .milliseconds(20))
    #expect(query.time("jitter", default: .zero, bare: .milliseconds(1)) == .seconds(1))
  }

  @Test func `the first mistake is told`() {
    var query = QueryParameters("a=x&b=y&c=z")
    #expect(query.word("c", of: ["keep", "join"]) == nil)
    #expect(query.integer("a", default: nil, in: 0...1) == nil)
    #expect(query.mistake == "c must be keep or join")
  }
}
