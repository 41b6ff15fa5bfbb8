import Inspector
import TestSupport
import Testing
import Trace
import WebSocketCore

@testable import FullScreen

@Suite struct `The list` {
  @Test(
    "shows what its filter lets through",
    arguments: [
      ("", ["sent", "one", "two", "three"]), ("dir:in", ["one", "two", "three"]), ("o", ["one", "two"]),
      ("-o", ["sent", "three"]), ("size>4", ["three"]), ("dir:out", ["sent"]), ("conn:2", []),
    ])
  func filter(text: String, expected: [String]) throws {
    var screening = Screening.open()
    screening.send("sent")
    for word in ["one", "two"] { screening.receive(word) }
    try screening.type("f")
    for character in text { try screening.type(character == " " ? "Space" : "\(character)") }
    try screening.type("Enter")
    // What comes later is judged like what was there.
    screening.receive("three")
    #expect(screening.shown == expected)
  }

  @Test func `filters as one types, and Esc gives the old filter back`() throws {
    var screening = Screening.open()
    for word in ["apple", "bread", "apricot"] { screening.receive(word) }
    try screening.type("f a p")
    #expect(screening.shown == ["apple", "apricot"])
    try screening.type("p")
    #expect(screening.shown == ["apple"])
    try screening.type("Esc")
    #expect(screening.shown == ["apple", "bread", "apricot"])
  }

  @Test func `tells what is no filter, and goes on with the last that was one`() throws {
    var screening = Screening.open()
    for word in ["apple", "bread"] { screening.receive(word) }
    try screening.type("f b r Enter f Space / [ /")
    guard case .question(let question)? = screening.model.overlay else { throw Missing() }
    #expect(question.complaint != nil)
    #expect(screening.shown == ["bread"])
  }

  private struct Missing: Error {}

  @Test func `asks the matcher about expressions, and shows what it says in order`() throws {
    var screening = Screening.open()
    for word in ["a1", "b", "a2"] { screening.receive(word) }
    try screening.type("f / a . / Enter")
    let asked = screening.effects.reversed().compactMap { effect -> [[UInt8]]? in
      if case .match(_, let payloads) = effect { payloads } else { nil }
    }
    // The newest first.
    #expect(asked.first?.map { String(decoding: $0, as: UTF8.self) } == ["a2", "b", "a1"])
    let key = MatchKey(isMerged: false, part: .filter, connection: 1)
    for answer in [true, false, true] { screening.give(.matched(key, answer)) }
    #expect(screening.shown == ["a1", "a2"])
  }

  @Test func `drops an expression that does not end, and says so`() throws {
    var screening = Screening.open()
    screening.receive("aaaa")
    try screening.type("f / a / Enter")
    screening.give(.matched(MatchKey(isMerged: false, part: .filter, connection: 1), nil))
    #expect(screening.model.message?.contains("did not finish") == true)
    #expect(screening.shown == ["aaaa"])
  }

  @Test func `hides heartbeats`() throws {
    var screening = Screening.open()
    screening.receive("data")
    screening.frame(.received, .ping, [1])
    screening.frame(.sent, .pong, [1])
    try screening.type("H")
    #expect(screening.shown == ["data"])
    try screening.type("H")
    #expect(screening.shown.count == 3)
  }

  @Test func `finds with next and previous, and keeps all rows`() throws {
    var screening = Screening.open()
    for index in 0..<30 { screening.receive(index % 10 == 3 ? "hit \(index)" : "row \(index)") }
    try screening.type("/ h i t Enter")
    #expect(screening.selected == "hit 23")
    try screening.type("N")
    #expect(screening.selected == "hit 13")
    try screening.type("n n")
    #expect(screening.selected == "hit 3")
    #expect(screening.shown.count == 30)
  }

  @Test func `stays where it is while messages come, unless it follows`() throws {
    var screening = Screening.open()
    for index in 0..<100 { screening.receive("\(index)") }
    #expect(screening.selected == "99")
    try screening.type("k k")
    #expect(screening.selected == "97")
    let rows = screening.model.list.state.visibleRows(screening.model.rows, height: screening.model.listHeight)
    for index in 100..<200 { screening.receive("\(index)") }
    #expect(screening.selected == "97")
    #expect(screening.model.list.state.visibleRows(screening.model.rows, height: screening.model.listHeight) == rows)
    try screening.type("G")
    screening.receive("newest")
    #expect(screening.selected == "newest")
  }

  @Test func `stands still while paused, and counts what comes`() throws {
    var screening = Screening.open()
    for index in 0..<5 { screening.receive("\(index)") }
    try screening.type("p")
    for index in 5..<9 { screening.receive("\(index)") }
    #expect(screening.shown == ["0", "1", "2", "3", "4"])
    #expect(screening.model.newCount == 4)
    try screening.type("p")
    #expect(screening.shown.count == 9)
    #expect(screening.selected == "4")
  }

  @Test func `keeps its place when what it shows leaves the memory`() throws {
    var screening = Screening.open(budget: 1 << 20)
    let long = String(repeating: "x", count: 500)
    for index in 0..<100 { screening.receive("\(index) \(long)") }
    try screening.type("k k k")
    for index in 100..<5000 { screening.receive("\(index) \(long)") }
    // The row has left; the nearest that is there takes its place.
    let selected = try #require(screening.model.selected)
    #expect(selected.id == screening.model.connections[0].store.firstID)
  }

  @Test func `merges connections by time`() throws {
    var screening = Screening.open()
    screening.connect("billing")
    for index in 0..<20 { screening.receive("\(index)", on: index % 3 == 0 ? 1 : 2) }
    try screening.type("g m")
    #expect(screening.shown == (0..<20).map(String.init))
    try screening.type("g g j j j")
    #expect(screening.selected == "3")
    #expect(screening.model.rows.rank(of: try #require(screening.model.selected)) == 3)
    try screening.type("k k")
    #expect(screening.selected == "1")
    try screening.type("f 1 Enter")
    #expect(screening.shown == ["1"] + (10..<20).map(String.init))
  }

  @Test func `goes from mark to mark`() throws {
    var screening = Screening.open()
    for index in 0..<10 { screening.receive("\(index)") }
    try screening.type("k k m k k m G ' ")
    #expect(screening.selected == "5")
    try screening.type("'")
    #expect(screening.selected == "7")
  }

  @Test func `moves through a random list as through an array`() throws {
    var random = SeededRandom()
    var screening = Screening.open()
    screening.connect("second")
    for index in 0..<300 { screening.receive("\(index)", on: Int.random(in: 1...2, using: &random)) }
    try screening.type("g m f 7 Enter")
    let expected = (0..<300).map(String.init).filter { $0.contains("7") }
    #expect(screening.shown == expected, "\(random)")
    let rows = screening.model.rows
    var row = try #require(rows.last)
    var backwards = [row]
    while let previous = rows.previous(before: row) {
      backwards.append(previous)
      row = previous
    }
    #expect(backwards.reversed() == rows.rows(from: try #require(rows.first), count: .max), "\(random)")
  }
}
