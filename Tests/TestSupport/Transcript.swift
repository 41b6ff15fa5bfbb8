/// A command line and what must come of it, as it stands in a text file:
///
///     # what is shown
///     $ printf 'a\nb\n' | wscope loopback:
///     > a
///     > b
///     ! wscope: a line of standard error
///     ? 0
///
/// `$` is for `/bin/sh`; `<` lines are standard input, `>` standard output, `!` standard error, `?` the status (0 where
/// it is left out). `…` in a line stands for any text in that line, and a line that is `…` alone for any number of
/// lines. A case ends at a blank line.
public struct Transcript: Sendable, CustomStringConvertible {
  /// The file it stands in, and its first line there.
  public var file: String
  public var line: Int
  public var title = ""
  public var command = ""
  public var input: [String] = []
  public var output: [String] = []
  public var errors: [String] = []
  public var status = "0"

  public var description: String { "\(title) (\(file.split(separator: "/").last ?? ""):\(line))" }

  /// Reads all cases of a file.
  public static func read(_ path: String) throws -> [Transcript] {
    var cases = [Transcript]()
    var current: Transcript?
    for (index, line) in try Files.lines(path).enumerated() {
      guard !line.isEmpty else {
        if let current { cases.append(current) }
        current = nil
        continue
      }
      var entry = current ?? Transcript(file: path, line: index + 1)
      guard entry.take(line) else { throw TranscriptError(path: path, line: index + 1) }
      current = entry
    }
    if let current { cases.append(current) }
    return cases.filter { !$0.command.isEmpty }
  }

  private mutating func take(_ line: String) -> Bool {
    let rest = String(line.dropFirst(2))
    switch line.first {
    case "#": title += (title.isEmpty ? "" : " ") + rest
    case "$": command = rest
    case "<": input.append(rest)
    case ">": output.append(rest)
    case "!": errors.append(rest)
    case "?": status = rest
    default: return false
    }
    return line.count == 1 || line.dropFirst().first == " "
  }

  /// Runs it with these variables and a `PATH` that begins with the built program's folder; nil if all is as written,
  /// else what differs.
  public func difference(variables: [String: String] = [:], limit: Duration = .seconds(30)) throws -> String? {
    var environment = variables
    let folder = Repository.wscope.split(separator: "/").dropLast().joined(separator: "/")
    environment["PATH"] = "/\(folder):" + (TestSupport.environment("PATH") ?? "/usr/bin:/bin")
    let bytes = Array(input.map { $0 + "\n" }.joined().utf8)
    let outcome = try run("/bin/sh", ["-c", command], input: bytes, environment: environment, limit: limit)
    var differences = [String]()
    let came =
      switch outcome.status {
      case .exited(let status): "\(status)"
      default: outcome.status.description
      }
    if came != status { differences.append("status \(status) expected, came: \(came)") }
    for (name, expected, actual) in [("output", output, outcome.output), ("errors", errors, outcome.errors)] {
      let lines = Self.lines(actual)
      guard !Self.matches(expected[...], lines[...]) else { continue }
      differences.append(
        "standard \(name) expected:\n\(Self.indented(expected))\nstandard \(name) that came:\n\(Self.indented(lines))")
    }
    return differences.isEmpty ? nil : "$ \(command)\n" + differences.joined(separator: "\n")
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    var lines = bytes.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" {
      lines.removeLast()
    } else if let last = lines.popLast() {
      lines.append(last + "(no end of line)")
    }
    return lines
  }

  private static func indented(_ lines: [String]) -> String { lines.map { "  | \($0)" }.joined(separator: "\n") }

  private static func matches(_ expected: ArraySlice<String>, _ actual: ArraySlice<String>) -> Bool {
    guard let first = expected.first else { return actual.isEmpty }
    if first == "…" {
      return (actual.startIndex...actual.endIndex).contains { matches(expected.dropFirst(), actual[$0...]) }
    }
    guard let line = actual.first, Self.matches(first, line) else { return false }
    return matches(expected.dropFirst(), actual.dropFirst())
  }

  /// Whether a line is as a pattern says, `…` in which stands for any text.
  static func matches(_ pattern: String, _ line: String) -> Bool {
    let parts = pattern.split(separator: "…", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return pattern == line }
    guard line.hasPrefix(first) else { return false }
    var rest = line.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}

/// A line of a transcript file that begins with none of its signs.
public struct TranscriptError: Error, CustomStringConvertible {
  public var path: String
  public var line: Int
  public var description: String { "\(path):\(line): not a line of a transcript" }
}
