import Bytes
import Inspector

/// JSON Lines, each with a `type`: `run`, then for each script its `error`s, or the `step`s and the result of each
/// `case`; at the end `summary`.
public struct JSONLinesReport: Report {
  private var told: Set<String> = []

  /// The version of the format, in `run`.
  public static let version = 1

  /// A report.
  public init() {}

  public mutating func began(scripts: Int) -> String {
    line("run") { object in
      object.add("version", Self.version)
      object.add("scripts", scripts)
    }
  }

  public mutating func ended(_ script: ScriptResult) -> String {
    told.insert(script.path)
    var text = ""
    for error in script.errors {
      text += line("error") { object in
        object.add("script", script.path)
        object.add("file", error.file)
        object.add("line", error.line)
        object.add("column", error.column)
        object.add("source", error.source)
        object.add("text", error.sentence)
        object.add("hint", error.hint)
      }
    }
    for result in script.cases { text += lines(for: result, script) }
    return text
  }

  public mutating func ended(_ run: RunResult) -> String {
    var text = run.scripts.filter { !told.contains($0.path) }.map { ended($0) }.joined()
    let tally = run.tally
    text += line("summary") { object in
      object.add("passed", tally.passed)
      object.add("failed", tally.failed)
      object.add("errors", tally.erroneous)
      object.add("notRun", tally.notRun)
      object.add("repeated", tally.repeated)
      object.add("seconds", run.duration)
      object.add("interruption", run.interruption)
    }
    return text
  }

  private func lines(for result: CaseResult, _ script: ScriptResult) -> String {
    var text = ""
    for step in result.steps {
      text += line("step") { object in
        object.add("script", script.path)
        object.add("case", result.name)
        object.add("line", step.line)
        object.add("text", step.text)
        object.add("passed", step.isPassed)
        object.add("seconds", step.duration)
      }
    }
    return text
      + line("case") { object in
        object.add("script", script.path)
        object.add("case", result.name)
        object.add("line", result.line)
        object.add("outcome", result.outcome.name)
        object.add("seconds", result.duration)
        object.add("steps", result.stepCount)
        object.add("attempts", result.attempts)
        object.add("leftovers", result.leftovers)
        switch result.outcome {
        case .passed: break
        case .notRun(let reason): object.add("reason", reason)
        case .failed(let failure):
          object.add("failure") { add(failure, script, to: &$0) }
          object.add("transcript", result.transcript)
        }
      }
  }

  private func add(_ failure: Failure, _ script: ScriptResult, to object: inout JSONObjectWriter) {
    object.add("kind", failure.kind.rawValue)
    object.add("text", failure.summary)
    object.add("file", failure.file ?? script.path)
    object.add("line", failure.line)
    object.add("source", failure.source)
    object.add("step", failure.step.map { "\($0.number) \($0.text)" })
    object.add("round", failure.round)
    object.add("connection", failure.connection)
    object.add("expected", failure.expected)
    object.add("received", failure.received)
    object.add("message", failure.message)
    object.add("difference", failure.difference.map(\.line))
    if let waited = failure.waited { object.add("waited", waited) }
    if let limit = failure.limit { object.add("limit", limit) }
    object.add("skipped", failure.skipped)
    object.add("frames", failure.frames)
    object.add("late", failure.late)
    object.add("verdict", failure.verdict)
    object.add("hint", failure.hint)
  }

  private func line(_ type: String, _ body: (inout JSONObjectWriter) -> Void) -> String {
    let output = ByteBuffer()
    var object = JSONObjectWriter(output)
    object.add("type", type)
    body(&object)
    object.end()
    output.append("\n")
    return unsafe String(decoding: output.bytes, as: UTF8.self)
  }
}

extension CaseResult.Outcome {
  fileprivate var name: String {
    switch self {
    case .passed: "passed"
    case .failed: "failed"
    case .notRun: "notRun"
    }
  }
}
