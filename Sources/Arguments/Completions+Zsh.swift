extension Completions {
  /// For zsh, as an autoloaded function.
  var zsh: String {
    """
    #compdef \(program.name)
    # zsh completion for \(program.name), made by: \(program.name) completions zsh

    _\(program.name)() {
      local command= index=2
      # The first word that is neither an option nor an option's value names the command.
      while (( index < CURRENT )); do
        case $words[index] in
          (\(valued.flatMap(\.names).joined(separator: "|"))) (( index++ )) ;;
          (-?*) ;;
          (*) command=$words[index]; break ;;
        esac
        (( index++ ))
      done

      local -a options
      case $command in
    \(program.commands.dropFirst().map(commandCase).joined())    (*)
          options=(
    \(specifications(first))      )
          case $command in
            ('') _arguments -s -S : $options '1:command or URL:\(firstWords)' ;;
            (\(first.name)) _arguments -s -S : $options '1: :' \(wordSpecifications(first)) ;;
            (*) _arguments -s -S : $options '1: :' ;;
          esac
          ;;
      esac
    }

    _\(program.name) "$@"

    """
  }

  private var first: Command { program.defaultCommand }

  private var valued: [Option] { allOptions.filter { $0.value != .none } }

  private var firstWords: String {
    let commands = program.commands.map { "\($0.name)\\:\(quoted($0.summary))" }
    let words = program.defaultCommand.words.first.map(choices) ?? []
    // A colon would end the word here, so it is escaped for the list and once more for its item.
    let items = commands + words.map { $0.replacing(":", with: "\\\\\\:") }
    return "((\(items.joined(separator: " "))))"
  }

  private func commandCase(_ command: Command) -> String {
    if command.takesRawWords { return "    (\(command.name)) _default ;;\n" }
    return """
          (\(command.name))
            options=(
      \(specifications(command))      )
            _arguments -s -S : $options '1: :' \(wordSpecifications(command))
            ;;

      """
  }

  private func wordSpecifications(_ command: Command) -> String {
    command.words.enumerated().map { index, word in
      let words = choices(word).map { $0.replacing(":", with: "\\:") }.joined(separator: " ")
      let action = word.value == .file ? "_files" : words.isEmpty ? "" : "(\(words))"
      return "'\(word.repeats ? "*" : "\(index + 2)"):\(word.name):\(action)'"
    }.joined(separator: " ")
  }

  private func specifications(_ command: Command) -> String {
    shownOptions(command).map { option in
      let isRepeatable = option.isRepeatable
      let names = [option.short, option.long].compactMap(\.self)
      let equals = option.value == .none ? "" : "="
      let help = "[\(escaped(TextLayout.firstSentence(option.help)))]\(action(option.value))"
      let spelled = names.count == 2 ? "{\(names[0]),\(names[1])\(equals)}" : "\(names[0])\(equals)"
      let prefix = isRepeatable ? "'*'" : names.count == 2 ? "'(\(names.joined(separator: " ")))'" : ""
      return "        \(prefix)\(spelled)'\(help)'\n"
    }.joined()
  }

  private func action(_ value: Value) -> String {
    switch value {
    case .none: ""
    case .file: ":FILE:_files"
    case .directory: ":DIR:_files -/"
    case .choice(let name, let choices): ":\(name):(\(choices.joined(separator: " ")))"
    case .timeOrForever: ":TIME:(forever)"
    default: ":\(escaped(value.name)): "
    }
  }

  /// `text` for a description inside single quotes.
  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "'": result += "'\\''"
      case "[", "]", ":", "\\": result += "\\\(character)"
      default: result.append(character)
      }
    }
  }

  /// `text` for a description inside `((word\:description))`, where blanks and quotes end it.
  private func quoted(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case " ", "\"", ":", "(", ")", "\\": result += "\\\(character)"
      // Read twice: by the script, and again by _arguments.
      case "'": result += "\\'\\''"
      default: result.append(character)
      }
    }
  }
}
