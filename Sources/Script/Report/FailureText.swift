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

  /// - Parameter failure: what went wrong; its summary is not among the rows.
  init(_ failure: Failure) {
    let source = failure.source.split(separator: "\n")
    for line in source.prefix(Self.maximumSource) { add("| \(line)") }
    if source.count > Self.maximumSource { add("| … \(source.count - Self.maximumSource) more") }
    if let name = failure.connection { add("on connection \(name)") }
    if let expected = failure.expected { add("expected: \(expected)") }
    if let received = failure.received { add("came:     \(received)") }
    rows += failure.difference.map { Row(kind: $0.kind, text: "  " + SafeText($0.line).string) }
    if let waited = failure.waited {
      add("waited \(Quantity.duration(waited))" + (failure.limit.map { " of \(Quantity.duration($0))" } ?? ""))
    }
    add("passed over:", failure.skipped)
    add("last frames:", failure.frames)
    add("came later:", failure.late)
    if let verdict = failure.verdict { add("the connection: \(verdict)") }
    if let hint = failure.hint { add("hint: \(hint)") }
  }

  var lines: [String] { rows.map(\.text) }

  private mutating func add(_ text: String) { rows.append(Row(text: SafeText(text).string)) }

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
