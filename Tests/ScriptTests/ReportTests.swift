import JSONSyntax
import Script
import TestSupport
import Testing

/// Rewrite the files with: WSCOPE_UPDATE_GOLDEN=1 swift test --filter ReportTests
@Suite struct ReportTests {
  private static let folder = "\(Repository.root)/Tests/ScriptTests/Reports"

  @Test(
    "A report is the one in the repository",
    arguments: [
      (ReportForm.people, "people.txt"), (.tap, "report.tap"), (.junit, "report.xml"), (.jsonl, "report.jsonl"),
      (.github, "github.txt"),
    ])
  func golden(form: ReportForm, name: String) throws {
    let text = SampleRun.text(form)
    let path = "\(Self.folder)/\(name)"
    if environment("WSCOPE_UPDATE_GOLDEN") == "1" { return try Files.write(Array(text.utf8), to: path) }
    #expect(text == (try Files.read(path)).text)
  }

  @Test("No report writes what could harm a terminal", arguments: ReportForm.allCases)
  func safe(form: ReportForm) {
    for told in [0, 5] {
      let text = SampleRun.text(form, told: told)
      // JSON is for programs, and loses nothing.
      let isForTerminals = form != .jsonl
      for scalar in text.unicodeScalars where scalar != "\n" {
        #expect(scalar.value >= 0x20 && !(isForTerminals && (scalar.value == 0x7F || scalar == "\u{FFFE}")))
      }
      #expect(text.hasSuffix("\n"))
    }
  }

  @Test("An interrupted report has all that is known", arguments: ReportForm.allCases)
  func interrupted(form: ReportForm) {
    // People read what has run; the rest is in the counts.
    for told in [0, 3, 5] where form != .people {
      for script in SampleRun.scripts where form != .github || script.path != "plain.wsx" && script.path != "flaky.wsx"
      {
        #expect(SampleRun.text(form, told: told).contains(script.path), "\(form) \(told) \(script.path)")
      }
    }
    let text = SampleRun.text(form, told: 0)
    #expect(text.contains("interrupted by SIGINT") && text.contains("the message is not what was expected"))
  }

  @Test func `TAP can be read back`() throws {
    let tap = try TAPReader(SampleRun.text(.tap))
    #expect(tap.points.count == 6 && tap.bailOut == "interrupted by SIGINT")
    #expect(tap.points.map(\.isPassed) == [false, true, true, true, false, true])
    #expect(tap.points[4].description == "a/chat.wsx: acknowledge # 1, \\ and <é>")
    #expect(tap.points[5].description == "late.wsx: late" && tap.points[5].directive == "SKIP interrupted by SIGINT")
    #expect(
      tap.points[4].block.prefix(3) == [
        "message: \"the message is not what was expected\"", "severity: fail", "kind: mismatch",
      ])
    #expect(tap.points[0].block.contains("  line: 2"))
    #expect(try TAPReader(SampleRun.text(.tap, told: 0)).points.count == 6)
    var empty = TAPReport()
    #expect(try TAPReader(empty.began(scripts: 0) + empty.ended(RunResult())).points.isEmpty)
  }

  @Test(
    "JUnit's XML has its shape", .enabled(if: Need.xmllint.isMet, Comment(rawValue: Need.xmllint.reason)),
    arguments: [0, 5])
  func junit(told: Int) throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write("report.xml", Array(SampleRun.text(.junit, told: told).utf8))
    let result = try run("/usr/bin/xmllint", ["--noout", "--schema", "\(Self.folder)/junit.xsd", file])
    #expect(result.status == .exited(0), "\(result.errors.text)")
    let text = try run("/usr/bin/xmllint", ["--xpath", "string(//testcase[2]/failure)", file])
    #expect(text.output.text.contains("< text 9 B \"]]>&amp;\\x00\\ufffe\""), "\(text.output.text)")
    let counts = try run(
      "/usr/bin/xmllint",
      ["--xpath", "concat(/testsuites/@tests,' ',/testsuites/@failures,' ',/testsuites/@errors)", file])
    #expect(counts.output.text == "6 1 1\n", "\(counts.output.text)")
  }

  @Test func `JSON Lines are JSON, each with its type`() throws {
    var types: [String] = []
    for line in SampleRun.text(.jsonl).split(separator: "\n") {
      let value = try JSONParser.parse(Array(line.utf8).span)
      guard case .string(let type)? = value["type"] else {
        Issue.record("no type: \(line)")
        continue
      }
      types.append(type)
      if type == "case", value["outcome"] == .string("failed") {
        #expect(value["failure"]?["received"] == .string("{\"op\": \"\u{1B}[31m<nack>\"}"))
        #expect(value["failure"]?["waited"] == .number("0.012400"))
      }
    }
    #expect(types == ["run", "error", "case", "case", "step", "step", "case", "step", "case", "case", "summary"])
  }

  @Test func `colour is only where it is asked for`() {
    #expect(!SampleRun.text(.people).contains("\u{1B}["))
    let text = SampleRun.text(.people, isColored: true)
    #expect(text.contains("\u{1B}[31mFAIL\u{1B}[m") && text.contains("\u{1B}[32mok  \u{1B}[m"))
    #expect(!text.contains("\u{1B}[31m<nack>"))
  }

  @Test(
    "is asked for by its form and file",
    arguments: [
      ("people", ReportRequest(.people)), ("junit=a=b.xml", ReportRequest(.junit, file: "a=b.xml")),
      ("tap=-", ReportRequest(.tap)),
    ])
  func requests(text: String, request: ReportRequest) throws { #expect(try ReportRequest(text) == request) }

  @Test func `is refused where it cannot be`() {
    #expect(throws: ReportRequest.Mistake.unknownForm("xml")) { try ReportRequest("xml=a") }
    #expect(throws: ReportRequest.Mistake.noFile(.tap)) { try ReportRequest("tap=") }
    #expect(throws: ReportRequest.Mistake.samePlace(.people, .tap, file: nil)) {
      try ReportRequest.check([ReportRequest(.people), ReportRequest(.tap)])
    }
    #expect(throws: ReportRequest.Mistake.samePlace(.people, .github, file: "a")) {
      try ReportRequest.check([ReportRequest(.people, file: "a"), ReportRequest(.github, file: "a")])
    }
    #expect(throws: Never.self) {
      try ReportRequest.check([ReportRequest(.people), ReportRequest(.github), ReportRequest(.tap, file: "a")])
    }
  }

  @Test func `The progress line fits and is safe`() {
    var line = ProgressLine(total: 5)
    #expect(line.text(width: 80, running: "a\u{1B}.wsx") == "\r\u{1B}[K0 of 5 scripts; running a\\x1b.wsx")
    for script in SampleRun.scripts { line.add(script) }
    #expect(line.text(width: 80, running: nil) == "\r\u{1B}[K5 of 5 scripts, 2 failed")
    #expect(line.text(width: 10, running: nil) == "\r\u{1B}[K5 of 5 sc")
  }
}

extension ScriptResult {
  fileprivate var isPassed: Bool { errors.isEmpty && cases.allSatisfy { $0.outcome == .passed } }
}
