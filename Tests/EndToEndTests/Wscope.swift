import JSONSyntax
import TestSupport
import Testing

/// The built program.
enum Wscope {
  /// Runs it to its end.
  static func run(
    _ words: String..., input: String = "", environment: [String: String] = [:], limit: Duration = .seconds(30)
  ) throws -> ProgramOutcome {
    try TestSupport.run(
      Repository.wscope, words, input: Array(input.utf8), environment: environment, limit: limit)
  }

  /// What `wscope inspect --jsonl` says of a file.
  static func inspect(_ path: String, _ options: String...) throws -> [JSONValue] {
    let outcome = try TestSupport.run(Repository.wscope, ["inspect", "--jsonl"] + options + [path])
    expect(outcome, 0)
    return try outcome.output.text.split(separator: "\n").map { try JSONParser.parse(Array($0.utf8).span) }
  }

  /// Starts it.
  static func start(
    _ words: String..., environment: [String: String] = [:], readsOutput: Bool = true
  ) throws -> Program {
    try Program(Repository.wscope, words, environment: environment, readsOutput: readsOutput)
  }
}

/// A server that prints `listening on URL` for each of its addresses; ours or somebody else's.
final class ListeningServer {
  let program: Program
  let url: String

  init(_ program: Program) throws {
    self.program = program
    url = try #require(program.line(beginning: "listening on "), "no URL came: \(program.errors.text)")
  }

  /// `wscope echo` on a free port of 127.0.0.1.
  static func echo(_ options: String...) throws -> ListeningServer {
    try ListeningServer(Program(Repository.wscope, ["echo", "--listen", "127.0.0.1:0"] + options))
  }

  /// The port in the URL.
  var port: String { String(url.split(separator: ":").last?.prefix { $0.isNumber } ?? "") }

  /// The URL with another path.
  func url(_ path: String) -> String { (url.hasSuffix("/") ? String(url.dropLast()) : url) + path }
}

extension ProgramOutcome {
  /// What came to standard error holds no control characters, whatever the peer sent (rule 17 and 18).
  var isClean: Bool {
    errors.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A }
      && !errors.text.unicodeScalars.contains {
        (0x80...0x9F).contains($0.value) || (0x202A...0x202E).contains($0.value)
      }
  }
}

/// Expects that it ended with this status and that its errors hold all these words, in any order.
func expect(
  _ outcome: ProgramOutcome, _ status: Int32, says words: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.status == .exited(status), "\(outcome)", sourceLocation: sourceLocation)
  for word in words {
    #expect(outcome.errors.text.contains(word), "\(outcome)", sourceLocation: sourceLocation)
  }
  #expect(outcome.isClean, "control characters: \(outcome.errors.hex)", sourceLocation: sourceLocation)
}

/// Expects that nothing is left of a session on its terminal: the settings are as before, and no mode is still on.
func expectRestored(_ program: TerminalProgram, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(program.hasSettingsAsBefore, sourceLocation: sourceLocation)
  let left = ModesLeft(program.screen.text)
  #expect(left.isEmpty, "\(left)", sourceLocation: sourceLocation)
}
