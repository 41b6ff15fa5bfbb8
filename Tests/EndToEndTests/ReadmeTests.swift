import TestSupport
import Testing

/// A command that README shows, and what it says the command prints.
private struct ShownCommand {
  var command: String
  var output: [String] = []

  /// Those of README whose input is in the command itself.
  static func all() throws -> [ShownCommand] {
    var found: [ShownCommand] = []
    var isInside = false
    for line in try Files.lines(Repository.root + "/README.md") {
      guard line.hasPrefix("    ") else {
        isInside = false
        continue
      }
      let text = String(line.dropFirst(4))
      if text.hasPrefix("$ ") {
        isInside = text.hasPrefix("$ echo '") && text.contains(" | wscope ")
        if isInside { found.append(ShownCommand(command: String(text.dropFirst(2)))) }
      } else if isInside {
        found[found.count - 1].output.append(text)
      }
    }
    return found
  }
}

@Suite struct README {
  @Test func `shows frames as the program prints them`() throws {
    let shown = try ShownCommand.all()
    #expect(shown.count >= 3)
    for command in shown {
      let script = "wscope() { \"$BINARY\" \"$@\"; }; \(command.command)"
      let outcome = try run("bash", ["-c", script], environment: ["BINARY": Repository.wscope])
      expect(outcome, 0)
      // An empty line ends a block of README, so its last one is not there.
      let lines = outcome.output.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let printed = lines.reversed().drop { $0.isEmpty }.reversed()
      #expect(Array(printed) == command.output, "\(command.command)")
    }
  }
}
