/// One line of the report.
struct Figure {
  let name: String
  let ours: String
  /// The same of raw TCP, or of the program we are compared with.
  var other = ""
  var ratio = ""
  var goal = ""
  /// Whether the goal is met; nil where there is none.
  var isMet: Bool?

  /// A figure that is judged by its ratio to raw TCP's.
  init(_ name: String, _ comparison: Comparison, _ text: (Double) -> String, goal: Bound) {
    self.name = name
    ours = text(comparison.oursMedian)
    other = text(comparison.rawMedian)
    ratio = Quantity.decimal(comparison.ratio)
    self.goal = "\(goal)"
    isMet = goal.isMet(by: comparison.ratio)
  }

  /// Any other figure.
  init(
    _ name: String, _ ours: String, other: String = "", ratio: String = "", goal: String = "", isMet: Bool? = nil
  ) {
    (self.name, self.ours, self.other, self.ratio, self.goal, self.isMet) = (name, ours, other, ratio, goal, isMet)
  }

  /// What a ratio may be.
  enum Bound: CustomStringConvertible {
    case atMost(Double)
    case atLeast(Double)

    var description: String {
      switch self {
      case .atMost(let limit): "<= \(Quantity.decimal(limit))"
      case .atLeast(let limit): ">= \(Quantity.decimal(limit))"
      }
    }

    func isMet(by ratio: Double) -> Bool {
      switch self {
      case .atMost(let limit): ratio <= limit
      case .atLeast(let limit): ratio >= limit
      }
    }
  }

  /// The report's first line.
  static let heading = row(["scenario", "wscope", "raw TCP", "ratio", "goal", ""])

  var line: String { Figure.row([name, ours, other, ratio, goal, isMet.map { $0 ? "met" : "MISSED" } ?? ""]) }

  private static func row(_ cells: [String]) -> String {
    let widths = [46, 14, 18, 7, 16, 0]
    let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
    return String(padded.joined(separator: " ").reversed().drop { $0 == " " }.reversed())
  }
}

/// Numbers for people.
enum Quantity {
  /// Two decimals.
  static func decimal(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let fraction = abs(hundredths % 100)
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  /// `6.51 M`, `168.00 k`.
  static func large(_ value: Double) -> String {
    if value >= 1e9 { return "\(decimal(value / 1e9)) G" }
    if value >= 1e6 { return "\(decimal(value / 1e6)) M" }
    if value >= 1e3 { return "\(decimal(value / 1e3)) k" }
    return decimal(value)
  }
}
