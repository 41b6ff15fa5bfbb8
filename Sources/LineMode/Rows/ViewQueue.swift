/// What a view has still to show: what happened, in its order, and the answers to what was typed.
struct ViewQueue {
  private var waiting = WaitingItems<LineItem>()
  /// Answers that came while more waited than will be shown.
  private var urgent: [LineItem] = []

  var isEmpty: Bool { waiting.isEmpty && urgent.isEmpty }

  /// Takes in an item. What is behind the first half of the waiting may be left out; an answer must not be.
  mutating func append(_ item: LineItem) {
    if case .message = item { return waiting.append(item) }
    if waiting.neverLeavesOutTheNext { waiting.append(item) } else { urgent.append(item) }
  }

  /// The answers that are shown before all else.
  mutating func takeUrgent() -> [LineItem] {
    defer { urgent = [] }
    return urgent
  }

  /// What is shown next of what happened; nil for nothing.
  mutating func next() -> WaitingItems<LineItem>.Next? { waiting.next() }
}
