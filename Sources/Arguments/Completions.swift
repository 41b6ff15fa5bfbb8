/// The completions of a program, as scripts for shells.
public struct Completions: Sendable {
  let program: Program

  /// The completions of that program.
  public init(_ program: Program) { self.program = program }

  /// The script for a shell: `bash`, `zsh` or `fish`.
  public func script(for shell: String) -> String? {
    switch shell {
    case "bash": bash
    case "zsh": zsh
    case "fish": fish
    default: nil
    }
  }

  /// Every option of every command once, hidden ones among them.
  var allOptions: [Option] {
    var seen: Set<String> = []
    return program.commands.flatMap(\.options).filter { seen.insert($0.long).inserted }
  }

  /// The options of a command that are shown. Before a command that takes raw words stand the first command's.
  func shownOptions(_ command: Command) -> [Option] { command.options.filter { !$0.isHidden } }

  /// What can stand at a word's place.
  func choices(_ word: Word) -> [String] {
    if case .choice(_, let choices) = word.value { return choices + word.suggestions }
    return word.suggestions
  }
}
