import TestSupport
import Testing

/// What each target of `Sources` builds on; it may import these and what they build on. A target that is not in this
/// table fails the test: its layer is decided here first.
private let layers: [String: [String]] = [
  "Arguments": [],
  "Bytes": [],
  "CBench": [],
  "COpenSSL": [],
  "CPlatform": [],
  "CZlib": [],
  "Engine": ["Trace", "Transport"],
  "FullScreen": ["Engine", "Inspector", "TerminalLoop"],
  "Inspector": ["JSONSyntax", "Trace"],
  "JSONSyntax": ["Bytes", "PlainText"],
  "LineMode": ["Engine", "Inspector", "TerminalLoop", "WscopeOptions"],
  "Piping": ["JSONSyntax", "Trace"],
  "PlainText": [],
  "Script": ["Engine", "Inspector"],
  "Terminal": ["Bytes", "CPlatform", "PlainText"],
  "TerminalLoop": ["Terminal", "Transport"],
  "TerminalTesting": ["Terminal"],
  "TestSupport": [],
  "Trace": ["WebSocketCore"],
  "Transport": ["Bytes", "CPlatform", "COpenSSL"],
  "WebSocketCore": ["Bytes", "COpenSSL", "CZlib", "PlainText"],
  "WscopeOptions": ["Arguments"],
  "wscope": ["FullScreen", "LineMode", "Piping", "Script"],
  "wscope-fuzz": ["Engine", "Inspector", "Piping", "Script", "TerminalTesting", "TestSupport", "WscopeOptions"],
  "wscope-bench": ["CBench", "TerminalTesting", "WebSocketCore"],
  "wscope-unicode": [],
]

/// What the system gives; Foundation only where `mayImportFoundation` says so.
private let system: Set = ["Darwin", "Glibc", "Musl", "Synchronization"]
/// Start-up and size: a target that is not named here imports neither Foundation nor FoundationEssentials, and nobody
/// imports the whole of it.
private let mayImportFoundation: Set<String> = []

private let topLevel: Set = [
  "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Package.swift", "README.md", "Sources", "Tests", "completions", "man",
]

private struct SourceFile: Sendable, CustomStringConvertible {
  var path: String
  var lines: [String]
  var description: String { path }
  /// `Engine` of `Sources/Engine/Client.swift`.
  var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

  static let all: [SourceFile] = {
    do {
      let swift = try ["Sources", "Tests"].flatMap { folder in
        try Files.paths(under: "\(Repository.root)/\(folder)", ending: ".swift").map { "\(folder)/\($0)" }
      }
      return try (swift + ["Package.swift"]).map {
        SourceFile(path: $0, lines: try Files.lines("\(Repository.root)/\($0)"))
      }
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  /// The modules it imports, with the number of the line.
  var imports: [(line: Int, module: String)] {
    lines.enumerated().compactMap { index, line in
      let access: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
      // Most lines are told by their first letter, and soon.
      guard let first = line.utf8.first(where: { $0 != 0x20 }), "@ipf".utf8.contains(first) else { return nil }
      let words = line.split(separator: " ").drop { $0.hasPrefix("@") || access.contains($0) }
      guard words.first == "import" else { return nil }
      let named = words.dropFirst().drop { kinds.contains($0) }.first
      return named.map { (index + 1, String($0.prefix { $0 != "." })) }
    }
  }
}

@Suite struct `The sources are tidy` {
  @Test func `A target imports only what is below it`() throws {
    var findings = [String]()
    for file in SourceFile.all where file.path.hasPrefix("Sources/") {
      let allowed = below(file.target).union(system).union([file.target])
      for (line, module) in file.imports where !allowed.contains(module) && !module.hasPrefix("Foundation") {
        findings.append("\(file.path):\(line): \(file.target) must not import \(module)")
      }
    }
    expectNone(findings)
  }

  @Test func `Every target has its layer`() throws {
    let targets = try Files.names(in: "\(Repository.root)/Sources")
    expectNone(targets.filter { layers[$0] == nil }.map { "Sources/\($0) is in no layer" })
    let named = Set(layers.keys).union(layers.values.joined())
    expectNone(named.filter { layers[$0] == nil }.map { "\($0) has no layer of its own" })
  }

  @Test func `Foundation is imported nowhere but where it may be`() {
    var findings = [String]()
    for file in SourceFile.all {
      for (line, module) in file.imports where module.hasPrefix("Foundation") {
        guard module == "FoundationEssentials", mayImportFoundation.contains(file.target) else {
          findings.append("\(file.path):\(line): import of \(module)")
          continue
        }
      }
    }
    expectNone(findings)
  }

  @Test func `No file is longer than 500 lines, no line than 120 characters`() {
    var findings = [String]()
    for file in SourceFile.all {
      if file.lines.count > 500 { findings.append("\(file.path): \(file.lines.count) lines") }
      for (index, line) in file.lines.enumerated() where line.utf8.count > 120 && line.count > 120 {
        findings.append("\(file.path):\(index + 1): \(line.count) characters")
      }
    }
    expectNone(findings)
  }

  @Test func `Nothing is left for later`() {
    // In two parts, so that this file is as tidy as it asks of others.
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    var findings = [String]()
    for file in SourceFile.all {
      for (index, line) in file.lines.enumerated() {
        guard marks.contains(where: { line.contains($0) }) else { continue }
        let words = line.split { !$0.isLetter }
        for mark in marks where words.contains(Substring(mark)) {
          findings.append("\(file.path):\(index + 1): \(mark)")
        }
      }
    }
    expectNone(findings)
  }

  @Test func `The top folder holds only what it is known to hold`() throws {
    let names = try Files.names(in: Repository.root).filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
    expectNone(names.filter { !topLevel.contains($0) }.map { "\($0) is at the top level" })
  }

  @Test func `No file is named after everything and nothing`() {
    let vague: Set = ["Utils", "Utilities", "Helpers", "Common", "Manager", "Extensions"]
    let findings = SourceFile.all.map(\.path).filter { path in
      vague.contains(path.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? "")
    }
    expectNone(findings)
  }

  private func below(_ target: String) -> Set<String> {
    var found = Set<String>()
    var waiting = layers[target] ?? []
    while let next = waiting.popLast() {
      if found.insert(next).inserted { waiting += layers[next] ?? [] }
    }
    return found
  }

  private func expectNone(_ findings: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(findings.isEmpty, "\(findings.sorted().joined(separator: "\n"))", sourceLocation: sourceLocation)
  }
}
