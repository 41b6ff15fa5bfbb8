import PlainText

/// Annotations of GitHub Actions: each failure at its line of the script.
public struct GitHubReport: Report {
  private var told: Set<String> = []

  /// A report.
  public init() {}

  public mutating func began(scripts: Int) -> String { "" }

  public mutating func ended(_ script: ScriptResult) -> String {
    told.insert(script.path)
    var text = ""
    for error in script.errors {
      text += command(
        "error", file: error.file, line: error.line, column: error.column, title: error.sentence,
        error.description.split(separator: "\n").map(String.init))
    }
    for result in script.cases {
      switch result.outcome {
      case .passed: break
      case .notRun(let reason):
        text += command("warning", file: script.path, line: result.line, title: "not run", [SafeText(reason).string])
      case .failed(let failure):
        let title = result.name.map { "\($0): \(failure.summary)" } ?? failure.summary
        text += command(
          "error", file: failure.file ?? script.path, line: failure.line, title: title, FailureText(failure).lines)
      }
    }
    return text
  }

  public mutating func ended(_ run: RunResult) -> String {
    let text = run.scripts.filter { !told.contains($0.path) }.map { ended($0) }.joined()
    guard let interruption = run.interruption else { return text }
    return text + "::error title=wscope run::\(Self.escape(SafeText(interruption).string))\n"
  }

  private func command(
    _ level: String, file: String, line: Int, column: Int? = nil, title: String, _ lines: [String]
  ) -> String {
    var properties = ["file=\(Self.property(file))"]
    if line > 0 { properties.append("line=\(line)") }
    if line > 0, let column { properties.append("col=\(column)") }
    properties.append("title=\(Self.property(title))")
    return "::\(level) \(properties.joined(separator: ","))::\(Self.escape(lines.joined(separator: "\n")))\n"
  }

  private static func property(_ text: String) -> String {
    escape(SafeText(text).string).flatMap { $0 == ":" ? "%3A" : $0 == "," ? "%2C" : String($0) }
      .reduce(into: "") { $0.append($1) }
  }

  private static func escape(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "%": escaped += "%25"
      case "\n": escaped += "%0A"
      case "\r": escaped += "%0D"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }
}
