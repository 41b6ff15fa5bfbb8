import JSONSyntax
import TestSupport
import Testing

@testable import Script

@Suite struct `The scripts of the tests` {
  @Test func `have every word, sign, step and kind of failure`() {
    #expect(CorpusScript.passing.count >= 60)
    let text = CorpusScript.passing.map(\.text).joined()
    for word in ScriptParser.sendingWords { #expect(text.contains(">\(word)"), ">\(word)") }
    for word in ScriptParser.expectingWords { #expect(text.contains("<\(word)"), "<\(word)") }
    let steps = [
      "connect ", "server ", "accept ", "reconnect", "drop", "stall", "resume", "set ", "wait ", "within ", "ignore <",
      "when ", "any order", "repeat ", "include ", "case ", "capture ", "assert not ", "\n<*", "\n<?", "\n< ", "\n> ",
    ]
    for step in steps { #expect(text.contains(step), "\(step)") }
    let kinds = Set(CorpusScript.failing.flatMap(\.failures).map(\.kind))
    for kind in Failure.Kind.allCases { #expect(kinds.contains(kind.rawValue), "\(kind)") }
  }

  @Test(
    "end as they say, all in one run, and every report says so", arguments: [("pass", 1), ("pass", 64), ("fail", 64)])
  func together(folder: String, jobs: Int) throws {
    let scripts = (folder == "pass" ? CorpusScript.passing : CorpusScript.failing).filter { $0.options.isEmpty }
    let run = try ReportedRun(scripts, options: ["--jobs", "\(jobs)"])
    #expect(run.outcome.status == .exited(folder == "pass" ? 0 : 1), "\(run.outcome.errors.text)")
    for script in scripts { #expect(try run.failures(of: script) == script.failures, "\(script.name)") }
    try run.checkReports(scripts)
  }

  @Test("end as they say with options of their own", arguments: CorpusScript.failing.filter { !$0.options.isEmpty })
  func alone(script: CorpusScript) throws {
    let run = try ReportedRun([script], options: [], rest: script.options)
    #expect(run.outcome.status == .exited(script.options.contains("--max-time") ? 28 : 1), "\(run.outcome)")
    #expect(try run.failures(of: script) == script.failures)
    try run.checkReports([script])
  }

  @Test func `are written as all scripts look`() throws {
    for script in CorpusScript.passing + CorpusScript.failing {
      #expect(ScriptFormatter.format(script.text) == script.text, "\(script.name)")
    }
  }
}

/// A run of the program with all its reports.
struct ReportedRun {
  let outcome: ProgramOutcome
  private let events: [JSONValue]
  private let scratch: ScratchFolder

  init(_ scripts: [CorpusScript], options: [String], rest: String = "") throws {
    let scratch = try ScratchFolder()
    self.scratch = scratch
    let forms = ["people", "tap", "junit", "jsonl", "github"]
    let reports = forms.flatMap { ["--report", "\($0)=\(scratch.path($0))"] }
    let line = "exec \"$0\" run \"$@\" \(rest)"
    outcome = try TestSupport.run(
      "/bin/sh", ["-c", line, Repository.wscope] + options + reports + scripts.map(\.name),
      environment: CorpusScript.environment, folder: CorpusScript.folder, limit: .seconds(60))
    events = try Files.read(scratch.path("jsonl")).split(separator: UInt8(ascii: "\n")).map {
      try JSONParser.parse(Array($0).span)
    }
  }

  private func text(_ form: String) throws -> String { try Files.read(scratch.path(form)).text }

  private func cases(of script: CorpusScript) -> [JSONValue] {
    events.filter { $0["type"] == .string("case") && $0["script"] == .string(script.name) }
  }

  /// What the JSON Lines say about a script's cases that failed; each failed within its limit.
  func failures(of script: CorpusScript) throws -> [CorpusScript.Failing] {
    #expect(!cases(of: script).isEmpty, "\(script.name)")
    return cases(of: script).compactMap { result in
      guard let failure = result["failure"], case .string(let kind)? = failure["kind"],
        case .string(let file)? = failure["file"], case .string(let summary)? = failure["text"],
        case .number(let line)? = failure["line"]
      else { return nil }
      if case .number(let waited)? = failure["waited"], case .number(let limit)? = failure["limit"],
        let waited = Double(waited), let limit = Double(limit)
      {
        #expect(waited < limit + 2, "\(script.name)")
      }
      let folder = script.name.prefix { $0 != "/" } + "/"
      return CorpusScript.Failing(
        kind: kind, file: file == script.name ? nil : String(file.dropFirst(folder.utf8.count)), line: Int(line) ?? 0,
        summary: summary.replacing(folder, with: ""))
    }
  }

  /// Every report is well formed and counts the same, and none gives a secret away or could harm a terminal.
  func checkReports(_ scripts: [CorpusScript]) throws {
    let all = scripts.flatMap(cases)
    let failed = all.filter { $0["outcome"] == .string("failed") }.count
    #expect(events.first?["type"] == .string("run") && events.last?["type"] == .string("summary"))
    #expect(events.last?["failed"] == .number("\(failed)"))
    #expect(events.last?["passed"] == .number("\(all.count - failed)"))

    let tap = try TAPReader(text("tap"))
    #expect(tap.points.count == all.count && tap.points.filter { !$0.isPassed }.count == failed)
    for point in tap.points where !point.isPassed {
      #expect(point.block.contains { $0.hasPrefix("message: \"") } && point.block.contains("severity: fail"))
      let script = scripts.first { point.description.hasPrefix($0.name) }
      let isNamed = script?.failures.contains { failure in
        point.block.contains("kind: \(failure.kind)") && point.block.contains("  line: \(failure.line)")
      }
      #expect(isNamed == true, "\(point)")
    }

    try checkJUnit(tests: all.count, failures: failed)

    let annotations = try text("github").split(separator: "\n")
    #expect(annotations.count == failed)
    for annotation in annotations { #expect(annotation.hasPrefix("::error file="), "\(annotation)") }
    let people = try text("people")
    for script in scripts {
      #expect(people.contains(" \(script.name) ("))
      for failure in script.failures {
        let file = failure.file.map { "\(script.name.prefix { $0 != "/" })/\($0)" } ?? script.name
        #expect(people.contains("  \(file):\(failure.line): "), "\(file) \(failure)")
        #expect(annotations.contains { $0.hasPrefix("::error file=\(file),line=\(failure.line),title=") }, "\(file)")
      }
    }
    for form in ["people", "tap", "junit", "jsonl", "github"] {
      let text = try text(form)
      #expect(!text.contains(CorpusScript.secret) && !text.contains("\u{1B}"), "\(form)")
      // Nor the part of it that stands where a line was cut.
      #expect(!text.contains(CorpusScript.secret.prefix(4)), "\(form)")
    }
  }

  private func checkJUnit(tests: Int, failures: Int) throws {
    guard Need.xmllint.isMet else { return }
    let schema = "\(Repository.root)/Tests/ScriptTests/Reports/junit.xsd"
    let file = scratch.path("junit")
    let result = try TestSupport.run("/usr/bin/xmllint", ["--noout", "--schema", schema, file])
    #expect(result.status == .exited(0), "\(result.errors.text)")
    let counts = try TestSupport.run(
      "/usr/bin/xmllint",
      [
        "--xpath", "concat(/testsuites/@tests,' ',/testsuites/@failures,' ',count(//testcase),' ',count(//failure))",
        file,
      ])
    #expect(counts.output.text == "\(tests) \(failures) \(tests) \(failures)\n", "\(counts.output.text)")
  }
}
