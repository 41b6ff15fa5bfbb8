/// A wish for a part of a row or a column of panes.
public struct Pane: Hashable, Sendable {
  /// How much of the whole it takes.
  public enum Length: Hashable, Sendable {
    /// That many cells.
    case fixed(Int)
    /// A share of the whole, such as 1 of 3.
    case fraction(Int, of: Int)
    /// A part of what the others leave, by weight.
    case fill(weight: Int)
  }

  public var length: Length
  /// With fewer cells it is not shown at all.
  public var minimum: Int
  /// Where not all have room, the pane with the lowest goes first; among equals the last one.
  public var priority: Int

  public init(_ length: Length, minimum: Int = 1, priority: Int = 0) {
    self.length = length
    self.minimum = minimum
    self.priority = priority
  }

  /// Exactly `cells`.
  public static func fixed(_ cells: Int, priority: Int = 0) -> Pane { Pane(.fixed(cells), priority: priority) }

  /// What the others leave.
  public static func fill(weight: Int = 1, minimum: Int = 1, priority: Int = 0) -> Pane {
    Pane(.fill(weight: weight), minimum: minimum, priority: priority)
  }

  /// The cells without which it is not shown.
  var need: Int {
    if case .fixed(let cells) = length { return max(0, cells) }
    return max(0, minimum)
  }
}

/// The way in which panes stand beside each other.
public enum Axis: Hashable, Sendable {
  /// From left to right.
  case horizontal
  /// From top to bottom.
  case vertical
}

extension Rect {
  /// The parts that `panes` get, in their order and with `gap` cells between those shown; a pane without room gets an
  /// empty one. Shown ones and gaps fill the whole.
  public func split(_ axis: Axis, _ panes: [Pane], gap: Int = 0) -> [Rect] {
    let whole = axis == .horizontal ? size.columns : size.rows
    var place = axis == .horizontal ? origin.column : origin.row
    return Pane.lengths(of: panes, in: max(0, whole), gap: max(0, gap)).map { length in
      var part = self
      switch axis {
      case .horizontal: (part.origin.column, part.size.columns) = (place, length)
      case .vertical: (part.origin.row, part.size.rows) = (place, length)
      }
      if length > 0 { place += length + max(0, gap) }
      return part
    }
  }
}

extension Pane {
  /// The cells that each gets; 0 for one that is not shown.
  static func lengths(of panes: [Pane], in whole: Int, gap: Int) -> [Int] {
    let shown = shown(of: panes, in: whole, gap: gap)
    var lengths = Array(repeating: 0, count: panes.count)
    guard let last = shown.last else { return lengths }
    var rest = whole - gap * (shown.count - 1)
    for index in shown {
      lengths[index] = min(panes[index].need, rest)
      rest -= lengths[index]
    }
    for index in shown {
      guard case .fraction(let share, let all) = panes[index].length, all > 0 else { continue }
      let more = min(rest, max(0, whole * share / all - lengths[index]))
      lengths[index] += more
      rest -= more
    }
    fill(&lengths, panes, shown, rest: rest)
    if !shown.contains(where: { panes[$0].weight > 0 }) { lengths[last] += rest }
    return lengths
  }

  /// The panes with room for what they need, in order; of one alone as much as there is.
  private static func shown(of panes: [Pane], in whole: Int, gap: Int) -> [Int] {
    var shown = panes.indices.filter { panes[$0].need > 0 || panes[$0].weight > 0 }
    while shown.count > 1 {
      let need = shown.reduce(0) { $0 + panes[$1].need } + gap * (shown.count - 1)
      if need <= whole { break }
      let lowest = shown.map { panes[$0].priority }.min()
      guard let index = shown.lastIndex(where: { panes[$0].priority == lowest }) else { break }
      shown.remove(at: index)
    }
    return whole > 0 ? shown : []
  }

  /// Shares `rest` out so that the lengths stand to each other as the weights do, as far as the minimums allow.
  private static func fill(_ lengths: inout [Int], _ panes: [Pane], _ shown: [Int], rest: Int) {
    var filled = shown.filter { panes[$0].weight > 0 }
    var whole = rest + filled.reduce(0) { $0 + lengths[$1] }
    // Those whose share is below their minimum keep it; the others share what is left then.
    while true {
      let weights = filled.reduce(0) { $0 + panes[$1].weight }
      let small = filled.filter { whole * panes[$0].weight < lengths[$0] * weights }
      if small.isEmpty || small.count == filled.count { break }
      filled.removeAll { small.contains($0) }
      whole -= small.reduce(0) { $0 + lengths[$1] }
    }
    let weights = filled.reduce(0) { $0 + panes[$1].weight }
    guard weights > 0 else { return }
    for index in filled { lengths[index] = whole * panes[index].weight / weights }
    // What the division left goes to the largest remainders, one cell each.
    let byRemainder = filled.sorted { first, second in
      let (one, two) = (whole * panes[first].weight % weights, whole * panes[second].weight % weights)
      return one != two ? one > two : first < second
    }
    for index in byRemainder.prefix(whole - filled.reduce(0) { $0 + lengths[$1] }) { lengths[index] += 1 }
  }

  private var weight: Int {
    if case .fill(let weight) = length { return max(0, weight) }
    return 0
  }
}
