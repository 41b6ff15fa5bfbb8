public import PlainText

/// The report that somebody reads: a line for each script, everything about each failure, and a summary.
public struct PeopleReport: Report {
  private let isColored: Bool
  private let isVerbose: Bool
  private var told: Set<String> = []

  /// - Parameters:
  ///   - isColored: whether it goes to where colours are shown.
  ///   - isVerbose: whether every case has its line.
  public init(isColored: Bool = false, isVerbose: Bool = false) {
    self.isColored = isColored
    self.isVerbose = isVerbose
  }

  public mutating func began(scripts: Int) -> String { "" }

  public mutating func ended(_ script: ScriptResult) -> String {
    told.insert(script.path)
    var lines: [String] = []
    for error in script.errors {
      lines +=
        [mark("error", .bad) + " " + error.summary]
        + error.description.split(separator: "\n").dropFirst().map { "  \($0)" }
    }
    if script.errors.isEmpty {
      let failed = script.cases.filter { $0.outcome.isFailure }.count
      let notRun = script.cases.filter { $0.outcome.isNotRun }.count
      let word = failed > 0 ? mark("FAIL", .bad) : notRun > 0 ? mark("skip", .dim) : mark("ok  ", .good)
      let counted = script.cases.count == 1 ? "" : "\(Quantity.count(script.cases.count, "case")), "
      lines.append("\(word) \(safe(script.path)) (\(counted)\(Quantity.duration(script.duration)))")
    }
    for result in script.cases { lines += self.lines(for: result, script) }
    return text(lines)
  }

  public mutating func ended(_ run: RunResult) -> String {
    // What has not run at all is counted, and no more said about it.
    let untold = run.scripts.filter { script in
      !told.contains(script.path) && !(script.errors.isEmpty && script.cases.allSatisfy(\.outcome.isNotRun))
    }
    let text = untold.map { ended($0) }.joined()
    let tally = run.tally
    var parts: [String] = []
    if tally.failed > 0 { parts.append(mark("\(tally.failed) failed", .bad)) }
    if tally.erroneous > 0 { parts.append(mark("\(tally.erroneous) with mistakes", .bad)) }
    if tally.notRun > 0 { parts.append("\(tally.notRun) not run") }
    let passed = "\(tally.passed) passed"
    parts.append(run.isSuccess ? mark(passed, .good) : passed)
    if tally.repeated > 0 { parts.append("\(tally.repeated) of them when run again") }
    let end = run.interruption.map { "\(safe($0)): " } ?? ""
    return text + self.text(["\(end)\(parts.joined(separator: ", ")); \(Quantity.duration(run.duration))"])
  }

  private func lines(for result: CaseResult, _ script: ScriptResult) -> [String] {
    switch result.outcome {
    case .failed(let failure):
      let again = result.attempts > 1 ? " (run \(result.attempts) times)" : ""
      let name = result.name.map { "case \"\(safe($0))\": " } ?? ""
      var lines = ["  \(safe(failure.place(in: script))): \(name)\(safe(failure.summary))\(again)"]
      lines += FailureText(failure).rows.map { "    " + painted($0) }
      return lines + leftovers(result) + [""]
    case .notRun(let reason):
      return ["  \(mark("not run", .dim)): \(result.name.map { "case \"\(safe($0))\", " } ?? "")\(safe(reason))"]
    case .passed:
      guard isVerbose || result.attempts > 1 || !result.leftovers.isEmpty else { return [] }
      let again = result.attempts > 1 ? ", passed when run for the \(ordinal(result.attempts)) time" : ""
      let name = result.name.map { "case \"\(safe($0))\"" } ?? "all steps"
      let steps = Quantity.count(result.stepCount, "step")
      return ["  \(name): \(steps), \(Quantity.duration(result.duration))\(again)"] + leftovers(result)
    }
  }

  private func leftovers(_ result: CaseResult) -> [String] {
    guard !result.leftovers.isEmpty else { return [] }
    return ["    left over:"] + result.leftovers.map { "      \(safe($0))" }
  }

  private func ordinal(_ number: Int) -> String {
    switch number {
    case 2: "second"
    case 3: "third"
    default: "\(number)th"
    }
  }

  private func safe(_ text: String) -> String { SafeText(text).string }

  private func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}

/// Colours (ECMA-48, 8.3.117).
extension PeopleReport {
  private enum Color: String {
    case good = "32"
    case bad = "31"
    case dim = "2"
  }

  private func mark(_ text: String, _ color: Color) -> String {
    isColored ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[m" : text
  }

  private func painted(_ row: FailureText.Row) -> String {
    switch row.kind {
    case .expected: mark(row.text, .bad)
    case .received: mark(row.text, .good)
    case .omitted, .mark: mark(row.text, .dim)
    case .same, nil: row.text
    }
  }
}

extension CaseResult.Outcome {
  var isFailure: Bool { if case .failed = self { true } else { false } }

  var isNotRun: Bool { if case .notRun = self { true } else { false } }
}

/// The line on a terminal that says how far a run is; each text replaces the one before.
public struct ProgressLine: Equatable, Sendable {
  /// Scripts that will run.
  public var total: Int
  /// Scripts that are done.
  public var done = 0
  /// Cases and scripts that failed.
  public var failed = 0

  /// A run of `total` scripts.
  public init(total: Int) { self.total = total }

  /// Counts a script that is done.
  public mutating func add(_ script: ScriptResult) {
    done += 1
    failed += script.cases.filter(\.outcome.isFailure).count + (script.errors.isEmpty ? 0 : 1)
  }

  /// The line, of at most `width` cells.
  /// - Parameter running: the script that has been running longest.
  public func text(width: Int, running: String?, widths: Widths = Widths()) -> String {
    var line = "\(done) of \(Quantity.count(total, "script"))"
    if failed > 0 { line += ", \(failed) failed" }
    if let running { line += "; running \(SafeText(running))" }
    return Self.erased + line[..<widths.fit(line[...], columns: max(0, width - 1)).end]
  }

  /// Takes the line away (ECMA-48, 8.3.41).
  public static let erased = "\r\u{1B}[K"
}
