import Arguments
import Testing
import WscopeOptions

@Suite struct `The command line's description` {
  private let program = CommandLineDescription.program(screenKeys: [ScreenKey("j", in: "list", "next", name: "next")])

  @Test func `gives each name in a command to one option`() {
    for command in program.commands {
      let names = command.options.flatMap(\.names)
      #expect(Set(names).count == names.count, "\(command.name): \(names)")
    }
  }

  /// Options may stand before the command, so a name must take a value everywhere or nowhere.
  @Test func `gives a name the same value in every command`() {
    var values: [String: Value] = [:]
    for command in program.commands {
      for option in command.options {
        for name in option.names {
          #expect(values[name, default: option.value] == option.value, "\(name)")
          values[name] = option.value
        }
      }
    }
  }

  @Test func `offers every page of help`() throws {
    let words = try #require(program.command(named: "help")).words.flatMap(\.suggestions)
    #expect(words == program.commands.map(\.name) + program.allTopics.map(\.name) + program.formats.map(\.name))
  }

  @Test func `has defaults that are values of their kind`() throws {
    for command in program.commands {
      for option in command.options {
        guard let text = option.defaultText else { continue }
        let words = [option.long, text]
        #expect(throws: Never.self, "\(words)") {
          _ = try ArgumentParser(program).parse([command.name] + words + command.words.map { _ in "ws://x" })
        }
      }
    }
  }

  @Test func `names no foreign option that is ours in a session`() {
    for foreign in program.foreignOptions {
      for name in foreign.names { #expect(program.defaultCommand.option(named: name) == nil, "\(name)") }
    }
    let names = program.foreignOptions.flatMap(\.names)
    #expect(Set(names).count == names.count)
  }

  @Test func `says everything in plain ASCII sentences`() {
    for option in program.commands.flatMap(\.options) {
      #expect(option.help.utf8.allSatisfy { $0 < 0x7F && $0 >= 0x20 }, "\(option.long)")
      #expect(option.help.hasSuffix("."), "\(option.long)")
      #expect(option.help.utf8.filter { $0 == UInt8(ascii: "`") }.count % 2 == 0, "\(option.long)")
    }
    for status in ExitStatus.allCases { #expect(status.sentence.hasSuffix("."), "\(status)") }
  }
}
