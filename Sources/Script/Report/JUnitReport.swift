import PlainText

/// JUnit's XML, as continuous integration servers read it: a suite for each script, a test case for each case, the
/// transcript attached. It is written when the run is over, as its counts stand at the top.
public struct JUnitReport: Report {
  /// A report.
  public init() {}

  public mutating func began(scripts: Int) -> String { "" }

  public mutating func ended(_ script: ScriptResult) -> String { "" }

  public mutating func ended(_ run: RunResult) -> String {
    var xml = XMLText()
    let tally = run.tally
    xml.open("testsuites", [("name", "wscope run")] + counts(tally, run.duration))
    for script in run.scripts {
      var tally = RunResult.Tally()
      tally.add(script)
      xml.open("testsuite", [("name", script.path)] + counts(tally, script.duration, isSuite: true))
      for error in script.errors {
        xml.open("testcase", [("name", script.path), ("classname", script.path), ("time", "0.000000")])
        xml.element("error", [("message", error.summary), ("type", "script")], error.description)
        xml.close("testcase")
      }
      for result in script.cases { add(result, script, to: &xml) }
      xml.close("testsuite")
    }
    xml.close("testsuites")
    return xml.text
  }

  private func counts(_ tally: RunResult.Tally, _ duration: Duration, isSuite: Bool = false) -> [(String, String)] {
    var attributes = [
      ("tests", "\(tally.all)"), ("failures", "\(tally.failed)"), ("errors", "\(tally.erroneous)"),
    ]
    // The schema knows it on a suite alone.
    if isSuite { attributes.append(("skipped", "\(tally.notRun)")) }
    return attributes + [("time", duration.decimal)]
  }

  private func add(_ result: CaseResult, _ script: ScriptResult, to xml: inout XMLText) {
    xml.open(
      "testcase",
      [("name", result.name ?? script.path), ("classname", script.path), ("time", result.duration.decimal)])
    switch result.outcome {
    case .passed: break
    case .notRun(let reason): xml.element("skipped", [("message", reason)], nil)
    case .failed(let failure):
      let summary = "\(failure.place(in: script)): \(failure.summary)"
      xml.element(
        "failure", [("message", summary), ("type", failure.kind.rawValue)],
        ([summary] + FailureText(failure).lines).joined(separator: "\n"))
    }
    var output = result.transcript
    if result.attempts > 1 { output.insert("run \(result.attempts) times; this is the last", at: 0) }
    if !result.leftovers.isEmpty { output += ["left over:"] + result.leftovers.map { "  \($0)" } }
    if !output.isEmpty { xml.element("system-out", [], output.joined(separator: "\n")) }
    xml.close("testcase")
  }
}

/// XML 1.0 while it is written.
private struct XMLText {
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private var depth = 0

  mutating func open(_ name: String, _ attributes: [(String, String)]) {
    line("<\(name)\(list(attributes))>")
    depth += 1
  }

  mutating func close(_ name: String) {
    depth -= 1
    line("</\(name)>")
  }

  mutating func element(_ name: String, _ attributes: [(String, String)], _ content: String?) {
    let start = "<\(name)\(list(attributes))"
    line(content.map { "\(start)>\(Self.escape($0))</\(name)>" } ?? "\(start)/>")
  }

  private mutating func line(_ line: String) { text += String(repeating: "  ", count: depth) + line + "\n" }

  private func list(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0.0)=\"\(Self.escape($0.1))\"" }.joined()
  }

  /// What XML cannot hold (its section 2.2), control characters and the like, is shown as an escape: servers put
  /// reports on pages, and `SafeText` leaves nothing of that kind.
  private static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in SafeText(text, maximumLength: 1 << 20, keepsNewlines: true).string.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
