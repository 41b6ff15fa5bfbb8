import Script

/// A run with one of everything that a report must tell, text from hostile peers among it.
enum SampleRun {
  static let failure = Failure(
    .mismatch, "the message is not what was expected", line: 12, source: "<json {\"op\": \"ack\"}",
    step: [ScriptLine(12, "alice<json {\"op\": \"ack\"}"), ScriptLine(13, "  within 2s")], round: "3 of 10",
    connection: "alice", expected: "{\"op\": \"ack\"}", received: "{\"op\": \"\u{1B}[31m<nack>\"}",
    difference: [
      DiffRow(.same, "{"), DiffRow(.expected, "  \"op\": \"ack\""),
      DiffRow(.received, "  \"op\": \"\u{1B}[31m<nack>\""),
      DiffRow(.omitted, "  … 2 other members"), DiffRow(.same, "}"),
    ], waited: .microseconds(12_400), limit: .seconds(2), skipped: ["text 2 B \"hi\""],
    frames: ["1.2 ms > text 5 B \"hello\"", "2.3 ms < text 9 B \"]]>&amp;\u{0}\u{FFFE}\""], late: ["text 3 B \"bye\""],
    verdict: "closed by us: 1000 (normal); open for 1.2 s", hint: "<*json passes over others")

  static let scripts = [
    ScriptResult(
      path: "a/chat.wsx",
      cases: [
        CaseResult(
          name: "hello", line: 3, duration: .milliseconds(12),
          steps: [
            StepResult(line: 4, text: "> hello", duration: .microseconds(3)),
            StepResult(line: 5, text: "< hello", duration: .microseconds(900)),
          ], transcript: ["0.1 ms > text 5 B \"hello\""], leftovers: ["text 2 B \"x\u{7}\""]),
        CaseResult(
          name: "acknowledge # 1, \\ and <é>", line: 9, outcome: .failed(failure), duration: .milliseconds(1250),
          steps: [
            StepResult(line: 12, text: "<json {\"op\": \"ack\"}", isPassed: false, duration: .microseconds(12_400))
          ],
          stepCount: 2000, transcript: ["0.2 ms > text 5 B \"\u{1B}[31m\"", "]]>"], attempts: 3),
      ], duration: .milliseconds(1262)),
    ScriptResult(path: "plain.wsx", cases: [CaseResult(duration: .microseconds(800))], duration: .microseconds(800)),
    ScriptResult(
      path: "flaky.wsx", cases: [CaseResult(duration: .milliseconds(3), stepCount: 5, attempts: 2)],
      duration: .milliseconds(3)),
    ScriptResult(
      path: "broken.wsx",
      errors: [
        ScriptError(
          file: "broken.wsx", line: 2, column: 2, source: "<jsn {}", sentence: "\"jsn\" is no word",
          hint: "did you mean json?")
      ]),
    ScriptResult(path: "late.wsx", cases: [CaseResult(name: "late", outcome: .notRun("interrupted by SIGINT"))]),
  ]

  static let run = RunResult(scripts: scripts, duration: .milliseconds(1300), interruption: "interrupted by SIGINT")

  /// The whole of a report, of whose scripts `count` ended in time, the last first.
  static func text(_ form: ReportForm, told count: Int = 4, isColored: Bool = false) -> String {
    var report = form.report(isColored: isColored)
    var text = report.began(scripts: scripts.count)
    for script in scripts.prefix(count).reversed() { text += report.ended(script) }
    return text + report.ended(run)
  }
}
