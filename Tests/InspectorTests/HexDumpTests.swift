import Inspector
import PlainText
import TestSupport
import Testing

private func rows(_ bytes: [UInt8], width: Int = 16, limit: Int? = nil) -> [String] {
  HexDump.rows(bytes.span, width: width, limit: limit).map(\.string)
}

@Suite struct `A hex dump` {
  @Test func `has offset, digits and text`() {
    #expect(rows([]) == [])
    #expect(
      rows(Array("\u{1B}[2J and a tail, é".utf8)) == [
        "00000000  1b 5b 32 4a 20 61 6e 64  20 61 20 74 61 69 6c 2c  |.[2J and a tail,|",
        "00000010  20 c3 a9                                          | ..|",
      ])
    #expect(
      rows([1, 2, 3, 4, 5], width: 4) == ["00000000  01 02 03 04  |....|", "00000004  05           |.|"])
    #expect(rows([1], width: 0) == ["00000000  01  |.|"])
  }

  @Test func `counts the rows that are not shown`() {
    let bytes = [UInt8](repeating: 0, count: 100)
    #expect(rows(bytes).count == 7)
    #expect(rows(bytes, limit: 7).count == 7)
    #expect(rows(bytes, limit: 3).last == "… 5 more rows")
    #expect(rows(bytes, limit: 0) == ["… 7 more rows"])
  }

  @Test func `gives marked bytes their roles`() {
    let bytes: [UInt8] = [0x81, 0x85, 1, 2, 3, 4, 0x68, 0x69]
    let marks = [HexDump.Mark(0..<2, .header), .init(2..<6, .mask)]
    let row = HexDump.rows(bytes.span, marks: marks, firstOffset: 0x1_0000)[0]
    #expect(row.string.hasPrefix("00010000  81 85 01 02 03 04 68 69   "))
    #expect(
      row.runs.map(\.role) == [
        .offset, .header, .mask, .payload, .dimmed, .header, .mask, .payload, .dimmed,
      ])
    let cut = HexDump.rows(bytes.span, width: 4, marks: marks)
    #expect(cut[1].runs.map(\.role) == [.offset, .mask, .payload, .dimmed, .mask, .payload, .dimmed])
  }

  @Test(
    "is cut to one line",
    arguments: [
      ([] as [UInt8], 10, ""), ([1, 2, 3], 8, "01 02 03"), ([1, 2, 3], 7, "01 02 …"), ([1, 2, 3], 3, "…"),
      ([1, 2, 3], 0, ""), ([1], 2, "01"),
    ])
  func line(bytes: [UInt8], width: Int, text: String) {
    #expect(HexDump.oneLine(bytes.span, width: width).string == text)
  }

  @Test(arguments: UInt64(1)...4)
  func `of random bytes, width and marks never traps`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<100 {
      let bytes = random.bytes(Int.random(in: 0...80, using: &random))
      let marks = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        let start = Int.random(in: -10...90, using: &random)
        return HexDump.Mark(start..<start + Int.random(in: 0...20, using: &random), .mask)
      }
      let width = Int.random(in: -1...40, using: &random)
      let rows = HexDump.rows(bytes.span, width: width, limit: Int.random(in: 0...9, using: &random), marks: marks)
      #expect(rows.count <= 9)
      let line = HexDump.oneLine(bytes.span, width: width).string
      #expect(line.count <= max(0, width), "seed \(seed)")
    }
  }
}
