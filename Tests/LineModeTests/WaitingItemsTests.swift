import TestSupport
import Testing

@testable import LineMode

@Suite struct `What waits to be shown` {
  private func drain(_ items: inout WaitingItems<Int>) -> [String] {
    var shown: [String] = []
    while let next = items.next() {
      switch next {
      case .item(let item): shown.append("\(item)")
      case .skipped(let count): shown.append("skipped \(count)")
      }
    }
    return shown
  }

  @Test(arguments: [0, 1, 999, 1000, 1001, 2000])
  func `is shown whole up to the limit`(count: Int) {
    var items = WaitingItems<Int>()
    for item in 0..<count { items.append(item) }
    #expect(items.count == count)
    #expect(drain(&items) == (0..<count).map(String.init))
    #expect(items.isEmpty)
  }

  @Test func `loses its middle beyond`() {
    var items = WaitingItems<Int>()
    for item in 0..<20_000 { items.append(item) }
    #expect(items.count == 2000)
    let expected = (0..<1000).map(String.init) + ["skipped 18000"] + (19_000..<20_000).map(String.init)
    #expect(drain(&items) == expected)
  }

  /// In any order of coming and going nothing is lost silently, twice or out of order, and what is promised is shown.
  @Test(arguments: UInt64(1)...20)
  func `accounts for everything`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var items = WaitingItems<Int>()
    var next = 0
    var expected = 0
    var promised: Set<Int> = []
    func take(_ shown: WaitingItems<Int>.Next) {
      switch shown {
      case .skipped(let count): expected += count
      case .item(let item):
        #expect(item == expected)
        expected = item + 1
        promised.remove(item)
      }
    }
    for _ in 0..<200 {
      for _ in 0..<Int.random(in: 0...1500, using: &random) {
        if items.neverLeavesOutTheNext { promised.insert(next) }
        items.append(next)
        next += 1
      }
      for _ in 0..<Int.random(in: 0...1000, using: &random) {
        guard let shown = items.next() else { break }
        take(shown)
      }
      #expect(items.count <= WaitingItems<Int>.limit)
    }
    while let shown = items.next() { take(shown) }
    #expect(expected == next)
    #expect(promised.isEmpty)
  }
}
