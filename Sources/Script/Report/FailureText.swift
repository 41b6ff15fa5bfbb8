import PlainText

/// A failure in rows that are safe for a terminal: what every report for people says about it.
struct FailureText {
  struct Row {
    /// nil for what is no part of a difference.
    var kind: DiffRow.Kind?
    var text: String
  }

  private(set) var rows: [Row] = []

  /// Lines of a script that are shown of one step.
  private static let maximumSource = 12
  /// Characters that are shown of a line of a script, and of what was expected or came: a difference has the rest.
  private static let maximumLength = 400

  /// - Parameter failure: what went wrong; its summary is not among the rows.
  init(_ failure: Failure) {
    addSource(failure)
    if let round = failure.round { add("in round \(round)") }
    if let name = failure.connection { add("on connection \(name)") }
    if let expected = failure.expected { add("expected: \(expected)", limit: Self.maximumLength) }
    if let received = failure.received { add("came:     \(received)", limit: Self.maximumLength) }
    if let message = failure.message { add("in:       \(message)", limit: Self.maximumLength) }
    rows += failure.difference.map { Row(kind: $0.kind, text: "  " + SafeText($0.line).string) }
    if let waited = failure.waited, waited > .zero {
      add("waited \(Quantity.duration(waited))" + (failure.limit.map { " of \(Quantity.duration($0))" } ?? ""))
    }
    add("passed over:", failure.skipped)
    add("last frames:", failure.frames)
    add("came later:", failure.late)
    if let verdict = failure.verdict, verdict != failure.received { add("the connection: \(verdict)") }
    if let hint = failure.hint { add("hint: \(hint)") }
  }

  var lines: [String] { rows.map(\.text) }

  /// The step's lines; where there are several, with a mark before the one that failed.
  private mutating func addSource(_ failure: Failure) {
    var lines = failure.step
    if lines.isEmpty, !failure.source.isEmpty { lines = [ScriptLine(failure.line, failure.source)] }
    let start = max(0, (lines.firstIndex { $0.number == failure.line } ?? 0) - Self.maximumSource + 2)
    // The first line says what the step is.
    let shown = lines.prefix(1) + lines.dropFirst(max(1, start)).prefix(Self.maximumSource - 1)
    let width = "\(shown.last?.number ?? 0)".utf8.count
    for line in shown {
      let number = "\(line.number)"
      let mark = lines.count == 1 ? "" : line.number == failure.line ? "> " : "  "
      let padding = String(repeating: " ", count: max(0, width - number.utf8.count))
      add("\(mark)\(padding)\(number) | \(line.text)", limit: Self.maximumLength)
    }
    if let last = lines.last, last.number != shown.last?.number { add("  … to line \(last.number)") }
  }

  private mutating func add(_ text: String, limit: Int = SafeText.defaultMaximumLength) {
    rows.append(Row(text: SafeText(text, maximumLength: limit).string))
  }

  private mutating func add(_ title: String, _ lines: [String]) {
    guard !lines.isEmpty else { return }
    add(title)
    for line in lines { add("  \(line)") }
  }
}

extension Failure {
  /// Where it is: `chat.wsx:12`.
  func place(in script: ScriptResult) -> String { "\(file ?? script.path):\(line)" }
}

extension CaseResult {
  /// The script and the case: `chat.wsx: subscribe`.
  func title(in script: ScriptResult) -> String { name.map { "\(script.path): \($0)" } ?? script.path }
}

extension Duration {
  /// In seconds, to the microsecond: `0.012400`.
  var decimal: String {
    let (seconds, attoseconds) = components
    let digits = String(attoseconds.magnitude / 1_000_000_000_000)
    return "\(seconds).\(String(repeating: "0", count: 6 - digits.utf8.count))\(digits)"
  }
}
