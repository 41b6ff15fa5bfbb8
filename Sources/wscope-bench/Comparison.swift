/// Figures of two contenders, taken in turns.
struct Comparison {
  private var ours: [Double] = []
  private var raw: [Double] = []

  /// Measures both `rounds` times, after one round that does not count. Whoever was last is first in the next round.
  init(
    rounds: Int, ours: () throws -> Double, raw: () throws -> Double
  ) throws {
    for round in 0...rounds {
      let first = round.isMultiple(of: 2) ? try ours() : try raw()
      let second = round.isMultiple(of: 2) ? try raw() : try ours()
      if round == 0 { continue }
      self.ours.append(round.isMultiple(of: 2) ? first : second)
      self.raw.append(round.isMultiple(of: 2) ? second : first)
    }
  }

  /// Our median.
  var oursMedian: Double { Comparison.median(ours) }
  /// The other's median.
  var rawMedian: Double { Comparison.median(raw) }
  /// The median of ours by the other's of the same round: what disturbs both at once falls out.
  var ratio: Double { Comparison.median(zip(ours, raw).map { $0 / $1 }) }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
