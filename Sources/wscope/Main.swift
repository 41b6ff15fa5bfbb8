import Arguments
import FullScreen
import Glibc
import PlainText
import WebSocketCore
import WscopeOptions

@main
enum Main {
  static func main() {
    openStandardDescriptors()
    let words = Array(CommandLine.arguments.dropFirst())
    do throws(Stop) {
      try run(words)
    } catch {
      error.report()
    }
  }

  /// Whoever started us with a closed standard stream must not have our own files take its number.
  private static func openStandardDescriptors() {
    var number: Int32
    repeat { number = open("/dev/null", O_RDWR) } while (0...STDERR_FILENO).contains(number)
    if number >= 0 { close(number) }
  }

  static let program = CommandLineDescription.program(
    screenKeys: KeyTable.rows.map { ScreenKey($0.keys, in: $0.places, $0.summary, name: $0.name) })

  /// Runs one command line; never returns but by an error.
  static func run(_ words: [String]) throws(Stop) {
    let invocation: Invocation
    do {
      invocation = try ArgumentParser(program).parse(words)
    } catch {
      throw Stop(.usage, error.description, hint: error.hint)
    }
    switch invocation {
    case .help(let command): show(command.map(Help(program).page(for:)) ?? Help(program).overview)
    case .version: show("wscope \(program.version)\n")
    case .run(let parsed): try run(parsed)
    }
  }

  private static func run(_ parsed: Parsed) throws(Stop) {
    switch parsed.command.name {
    case "connect": try ConnectCommand.run(parsed)
    case "tui": try ScreenCommand.run(parsed)
    case "run": try RunCommand.run(parsed)
    case "replay": try ReplayCommand.run(parsed)
    case "echo": try EchoCommand.run(parsed)
    case "inspect": try InspectCommand.run(parsed)
    case "export": try ExportCommand.run(parsed)
    case "curl": try CurlCommand.run(parsed)
    case "explain": try ExplainCommand.run(parsed)
    case "help": try ReferenceCommands.help(parsed)
    case "completions": ReferenceCommands.completions(parsed)
    case "man": ReferenceCommands.manual(parsed)
    default: preconditionFailure("a command without a file: \(parsed.command.name)")
    }
  }

  /// Prints what was asked for; a reader that has gone ends us as a pipe does.
  static func show(_ text: String) -> Never {
    if !Console.print(text) { Console.exit(.cannotWrite) }
    Console.exit(.success)
  }

  static let environment = Environment()
}
