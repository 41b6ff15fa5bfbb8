import Testing

@testable import LineMode

@Suite struct `What a view has still to show` {
  private func queue(behind waiting: Int) -> ViewQueue {
    var queue = ViewQueue()
    for number in 0..<waiting { queue.append(.note(["\(number)"])) }
    return queue
  }

  @Test func `keeps an answer in its place while all is shown`() {
    var queue = queue(behind: 3)
    queue.append(.note(["answer"]))
    #expect(queue.takeUrgent().isEmpty)
    var shown: [String] = []
    while case .item(.note(let lines))? = queue.next() { shown += lines }
    #expect(shown == ["0", "1", "2", "answer"])
    #expect(queue.isEmpty)
  }

  @Test func `hands an answer out first where the next may be left out`() {
    var queue = queue(behind: WaitingItems<LineItem>.limit / 2)
    queue.append(.note(["answer"]))
    #expect(queue.takeUrgent().count == 1)
    #expect(queue.takeUrgent().isEmpty)
    #expect(!queue.isEmpty)
  }
}
