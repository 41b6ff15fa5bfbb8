extension Completions {
  /// For fish.
  var fish: String {
    var lines = [
      "# fish completion for \(program.name), made by: \(program.name) completions fish",
      "",
      "# Whether the words so far name this command: the first that is neither an option nor an option's value.",
      "# `none` stands for no word yet, `\(program.defaultCommand.name)` also for a first word that is no command.",
      "function __\(program.name)_command",
      "  set -l tokens (commandline -opc)",
      "  set -e tokens[1]",
      "  set -l command none",
      "  while set -q tokens[1]",
      "    switch $tokens[1]",
      "      case \(valued.flatMap(\.names).joined(separator: " "))",
      "        set -e tokens[1]",
      "      case '-?*'",
      "      case \(program.commands.map(\.name).joined(separator: " "))",
      "        set command $tokens[1]",
      "        break",
      "      case '*'",
      "        set command \(program.defaultCommand.name)",
      "        break",
      "    end",
      "    set -e tokens[1]",
      "  end",
      "  contains -- $command $argv",
      "end",
      "",
      "complete -c \(program.name) -f",
    ]
    for command in program.commands {
      let condition = "-n '__\(program.name)_command none'"
      lines.append("complete -c \(program.name) \(condition) -a \(command.name) -d \(quoted(command.summary))")
    }
    for command in program.commands {
      let isDefault = command.name == program.defaultCommand.name
      let condition = "-n '__\(program.name)_command \(isDefault ? "none " : "")\(command.name)'"
      lines.append("")
      if command.words.contains(where: { $0.value == .file }) {
        lines.append("complete -c \(program.name) \(condition) -F")
      }
      for word in command.words where !choices(word).isEmpty {
        lines.append("complete -c \(program.name) \(condition) -a '\(choices(word).joined(separator: " "))'")
      }
      if command.takesRawWords { continue }
      for option in shownOptions(command) {
        lines.append("complete -c \(program.name) \(condition) \(specification(option))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var valued: [Option] { allOptions.filter { $0.value != .none } }

  private func specification(_ option: Option) -> String {
    let short = option.short.map { "-s \($0.dropFirst()) " } ?? ""
    let value =
      switch option.value {
      case .none: ""
      case .file: "-r -F "
      case .directory: "-x -a '(__fish_complete_directories)' "
      case .choice(_, let choices): "-x -a '\(choices.joined(separator: " "))' "
      case .timeOrForever: "-x -a forever "
      default: "-x "
      }
    return "\(short)-l \(option.long.dropFirst(2)) \(value)-d \(quoted(TextLayout.firstSentence(option.help)))"
  }

  /// `text` in single quotes.
  private func quoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
