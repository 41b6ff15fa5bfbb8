import PlainText
import Terminal
import TestSupport
import Testing

@testable import FullScreen

@Suite struct `The selected message` {
  private static let json = #"{"name":"x","list":[1,2]}"#

  @Test(
    "shows the byte that keys lead to",
    arguments: [
      ("] ", 0..<1), ("] l l l", 3..<4), ("] l l h", 1..<2), ("] h", 0..<1), ("] j", 16..<17), ("] G", 24..<25),
      ("] G g g", 0..<1), ("j ]", 1..<11), ("j j j ]", 20..<21),
    ])
  func byte(keys: String, expected: Range<Int>) throws {
    var screening = Screening.open(140, 40)
    screening.receive(Self.json)
    // Where hexadecimal has 16 bytes a row.
    screening.model.settings.layout = .below
    try screening.type("l \(keys)")
    #expect(screening.model.detail.tab == .hex)
    #expect(screening.model.detail.selection == expected)
  }

  @Test func `leaves the bytes at the first one`() throws {
    var screening = Screening.open()
    screening.receive(Self.json)
    try screening.type("l ] l h h")
    #expect(screening.model.focus == .list)
  }

  @Test func `is not looked through beyond its end`() throws {
    var screening = Screening.open()
    screening.receive(Self.json)
    try screening.type("l [ G j j j j j j j j j j")
    #expect(screening.model.detail.tab == .all)
    #expect(screening.model.detail.top == screening.model.detail.rows.count - screening.model.detailHeight)
    try screening.type("g g")
    #expect(screening.model.detail.top == 0)
  }

  @Test(
    "is copied as a command",
    arguments: [
      ("it's", "wscope -x 'it'\\''s' 'wss://api.test/orders'"),
      ("a\u{0}", "echo 6100 | wscope --hex 'wss://api.test/orders'"),
    ])
  func command(text: String, expected: String) throws {
    var screening = Screening.open()
    screening.receive(text)
    try screening.type("y c")
    #expect(screening.effects == [.copy(Array(expected.utf8))])
  }

  @Test func `counts times from the mark`() throws {
    var screening = Screening.open()
    for text in ["a", "b", "c"] { screening.receive(text) }
    #expect(screening.model.list.state.markTime == nil)
    try screening.type("k m")
    let marked = screening.model.selected.flatMap(screening.model.row)
    #expect(screening.model.list.state.markTime == marked?.time)
    try screening.type("m")
    #expect(screening.model.list.state.markTime == nil)
  }
}
