import Terminal
import TestSupport
import Testing

@Suite struct `A layout` {
  @Test(
    "shares out what there is",
    arguments: [
      ([.fixed(2), .fill(), .fixed(1)], 10, 0, [2, 7, 1]), ([.fill(), .fill()], 5, 0, [3, 2]),
      ([.fill(), .fill(), .fill()], 8, 0, [3, 3, 2]), ([.fill(weight: 2), .fill()], 10, 0, [7, 3]),
      ([.fill(weight: 1, minimum: 6), .fill(weight: 3)], 12, 0, [6, 6]),
      ([Pane(.fraction(1, of: 3)), .fill()], 30, 0, [10, 20]), ([.fill(), .fixed(3)], 10, 1, [6, 3]),
      ([.fixed(2), .fixed(3)], 10, 1, [2, 7]), ([.fixed(0), .fill()], 10, 1, [0, 10]),
      // Without room for all, the lowest priority goes first, and among equals the last.
      ([.fill(minimum: 5), .fixed(4), .fixed(4)], 10, 0, [6, 4, 0]),
      ([.fill(minimum: 5), .fixed(4, priority: -1), .fixed(4)], 10, 0, [6, 0, 4]),
      ([.fill(minimum: 5, priority: 1), .fixed(4), .fixed(4)], 4, 1, [4, 0, 0]),
      ([.fill(minimum: 5, priority: 1), .fixed(4)], 0, 1, [0, 0]), ([], 10, 1, []),
    ] as [([Pane], Int, Int, [Int])])
  func shares(panes: [Pane], whole: Int, gap: Int, expected: [Int]) {
    let parts = Rect(column: 3, row: 4, columns: whole, rows: 9).split(.horizontal, panes, gap: gap)
    #expect(parts.map(\.size.columns) == expected)
    #expect(parts.allSatisfy { $0.origin.row == 4 && $0.size.rows == 9 })
  }

  @Test func `puts one part behind the other`() {
    let parts = Rect(column: 3, row: 4, columns: 9, rows: 10).split(
      .vertical, [.fixed(2), .fixed(5, priority: -1), .fill(minimum: 7)], gap: 1)
    #expect(parts[0] == Rect(column: 3, row: 4, columns: 9, rows: 2))
    #expect(parts[1].isEmpty)
    #expect(parts[2] == Rect(column: 3, row: 7, columns: 9, rows: 7))
  }

  @Test func `always fills the whole`() {
    var random = SeededRandom()
    for _ in 0..<2000 {
      let panes = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        let length: Pane.Length =
          switch Int.random(in: 0..<3, using: &random) {
          case 0: .fixed(.random(in: 1...20, using: &random))
          case 1: .fraction(.random(in: 1...3, using: &random), of: .random(in: 1...4, using: &random))
          default: .fill(weight: .random(in: 1...5, using: &random))
          }
        return Pane(
          length, minimum: .random(in: 1...9, using: &random), priority: .random(in: 0...3, using: &random))
      }
      let (whole, gap) = (Int.random(in: 0...60, using: &random), Int.random(in: 0...2, using: &random))
      let lengths = Rect(column: 0, row: 0, columns: whole, rows: 1).split(.horizontal, panes, gap: gap)
        .map(\.size.columns)
      let shown = lengths.filter { $0 > 0 }
      let sum = shown.reduce(0, +) + gap * max(0, shown.count - 1)
      #expect(sum == whole, "\(panes) in \(whole): \(lengths), seed \(random.seed)")
      for (pane, length) in zip(panes, lengths) where length > 0 && shown.count > 1 {
        if case .fixed(let cells) = pane.length { #expect(length >= cells, "\(panes), seed \(random.seed)") }
        if case .fill = pane.length { #expect(length >= pane.minimum, "\(panes), seed \(random.seed)") }
      }
    }
  }
}
