import Inspector
import PlainText
import Testing

@testable import FullScreen

@Suite struct `A text in rows` {
  private func make(_ text: [UInt8]) -> TextRows { TextRows(text, width: 8, widths: Widths()) }

  @Test func `is laid out as far as anybody looks`() {
    var rows = make(Array("one\ntwo three four\n".utf8))
    #expect(rows.count == 0)
    rows.layOut(1)
    #expect(rows.count == 1)
    #expect(rows[0].string == "one")
    #expect(rows[1].string == "")
    rows.layOut(.max)
    #expect((0..<rows.count).map { rows[$0].string } == ["one", "two thre", "e four", ""])
    #expect(rows.first(2).map(\.string) == ["one", "two thre"])
  }

  @Test func `ends with a word about what is not shown`() {
    var rows = make([UInt8](repeating: 0x0A, count: 60_000))
    rows.layOut(.max)
    #expect(rows.count == 50_001)
    #expect(rows[49_999].string == "")
    #expect(rows[50_000].string == "… more")
  }

  @Test func `takes no longer for ten megabytes than for ten bytes`() {
    let clock = ContinuousClock()
    let text = Array(repeatElement(Array("漢字".utf8), count: 2_000_000).joined())
    let time = clock.measure { #expect(make(text).first(50).last?.string == "漢字漢字") }
    #expect(time < .milliseconds(500))
  }

  @Test func `has none where there is no room`() {
    var rows = TextRows([0x61], width: 0, widths: Widths())
    rows.layOut(.max)
    #expect(rows.count == 0)
  }
}
