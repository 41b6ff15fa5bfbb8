import Bytes
import JSONSyntax
import PlainText

/// The Test Anything Protocol, version 14: a test point for each case, in the order in which scripts end.
public struct TAPReport: Report {
  private var count = 0
  private var told: Set<String> = []

  /// A report.
  public init() {}

  public mutating func began(scripts: Int) -> String { "TAP version 14\n" }

  public mutating func ended(_ script: ScriptResult) -> String {
    told.insert(script.path)
    var text = ""
    for error in script.errors {
      text += point(isPassed: false, script.path)
      text += block(
        message: error.sentence, kind: "script", file: error.file, line: error.line, duration: nil,
        details: error.description.split(separator: "\n").map(String.init))
    }
    for result in script.cases {
      let title = result.title(in: script)
      switch result.outcome {
      case .passed: text += point(isPassed: true, title)
      case .notRun(let reason): text += point(isPassed: true, title, directive: " # SKIP \(SafeText(reason))")
      case .failed(let failure):
        text += point(isPassed: false, title)
        text += block(
          message: failure.summary, kind: failure.kind.rawValue, file: failure.file ?? script.path, line: failure.line,
          duration: result.duration, details: FailureText(failure).lines)
      }
    }
    return text
  }

  public mutating func ended(_ run: RunResult) -> String {
    var text = run.scripts.filter { !told.contains($0.path) }.map { ended($0) }.joined()
    text += "1..\(count)\n"
    if let interruption = run.interruption { text += "Bail out! \(SafeText(interruption))\n" }
    return text
  }

  private mutating func point(isPassed: Bool, _ title: String, directive: String = "") -> String {
    count += 1
    var escaped = ""
    for character in SafeText(title).string.unicodeScalars {
      if character == "#" || character == "\\" { escaped += "\\" }
      escaped.unicodeScalars.append(character)
    }
    return "\(isPassed ? "ok" : "not ok") \(count) - \(escaped)\(directive)\n"
  }

  /// The YAML behind a test point. JSON's strings are YAML's too.
  private func block(
    message: String, kind: String, file: String, line: Int, duration: Duration?, details: [String]
  ) -> String {
    var lines = ["---", "message: \(Self.quoted(message))", "severity: fail", "kind: \(kind)", "at:"]
    lines += ["  file: \(Self.quoted(file))", "  line: \(line)"]
    if let duration { lines.append("duration: \(duration.decimal)") }
    lines.append("details: |2")
    lines += details.map { "  \($0)" }
    return (lines + ["..."]).map { "  \($0)\n" }.joined()
  }

  private static func quoted(_ text: String) -> String {
    let output = ByteBuffer()
    JSONText.append(Array(text.utf8).span, to: output, isForTerminal: true)
    return unsafe String(decoding: output.bytes, as: UTF8.self)
  }
}
