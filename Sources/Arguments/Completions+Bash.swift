extension Completions {
  /// For bash 3.2 and later, without the bash-completion package.
  var bash: String {
    """
    # bash completion for \(program.name), made by: \(program.name) completions bash

    # Offers the lines of standard input.
    _\(program.name)_offer() {
      local line
      while IFS= read -r line; do COMPREPLY+=("$line"); done
      # A scheme is not the whole word yet.
      if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:/] ]]; then compopt -o nospace 2>/dev/null; fi
    }

    _\(program.name)() {
      local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= words=0 index=1
      COMPREPLY=()

      # Readline makes three words of --option=value.
      if [[ $current == "=" ]]; then
        current=
      elif [[ $previous == "=" ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
      fi

      # The first word that is neither an option nor an option's value names the command.
      while ((index < COMP_CWORD)); do
        case ${COMP_WORDS[index]} in
          =) ((index++)) ;;
          \(pattern(valued)))
            if [[ ${COMP_WORDS[index + 1]} != "=" ]]; then ((index++)); fi
            ;;
          -?*) ;;
          *)
            if ((words == 0)); then command=${COMP_WORDS[index]}; fi
            ((words++))
            ;;
        esac
        ((index++))
      done

      case $command in
    \(rawCommands)    *) ;;
      esac

      case $previous in
    \(valueCases)    *) ;;
      esac

      if [[ $current == -* ]]; then
        case $command in
    \(optionCases)    esac
        return
      fi

      case $command:$words in
    \(wordCases)    *) ;;
      esac
    }

    complete -F _\(program.name) \(program.name)

    """
  }

  private var valued: [Option] { allOptions.filter { $0.value != .none } }

  private func pattern(_ options: [Option]) -> String { options.flatMap(\.names).joined(separator: " | ") }

  private func offer(_ words: [String]) -> String {
    "_\(program.name)_offer < <(compgen -W '\(words.joined(separator: " "))' -- \"$current\")"
  }

  private var rawCommands: String {
    let names = program.commands.filter(\.takesRawWords).map(\.name)
    return names.isEmpty ? "" : "    \(names.joined(separator: " | "))) return ;;\n"
  }

  private func paths(_ flag: String) -> [String] {
    ["compopt -o filenames 2>/dev/null", "_\(program.name)_offer < <(compgen \(flag) -- \"$current\")"]
  }

  private var valueCases: String {
    func lines(_ options: [Option], _ body: [String]) -> String {
      options.isEmpty
        ? ""
        : (["    \(pattern(options)))"] + (body + ["return", ";;"]).map { "      " + $0 }).joined(separator: "\n")
          + "\n"
    }
    var text = lines(valued.filter { $0.value == .file }, paths("-f"))
    text += lines(valued.filter { $0.value == .directory }, paths("-d"))
    var others: [Option] = []
    for option in valued where option.value != .file && option.value != .directory {
      switch option.value {
      case .choice(_, let choices): text += lines([option], [offer(choices)])
      case .timeOrForever: text += lines([option], [offer(["forever"])])
      default: others.append(option)
      }
    }
    return text + lines(others, [])
  }

  private var optionCases: String {
    func line(_ name: String, _ command: Command) -> String {
      "      \(name)) \(offer(shownOptions(command).flatMap { [$0.short, $0.long].compactMap(\.self) })) ;;\n"
    }
    return program.commands.dropFirst().filter { !$0.takesRawWords }.map { line($0.name, $0) }.joined()
      + line("*", program.defaultCommand)
  }

  private var wordCases: String {
    let first = program.commands.map(\.name) + (program.defaultCommand.words.first.map(choices) ?? [])
    var text = "    :0) \(offer(first)) ;;\n"
    for command in program.commands {
      for (index, word) in command.words.enumerated() {
        let place = word.repeats ? "*" : "\(index + 1)"
        if word.value == .file {
          text += "    \(command.name):\(place))\n"
          text += paths("-f").map { "      \($0)\n" }.joined() + "      ;;\n"
        } else if !choices(word).isEmpty {
          text += "    \(command.name):\(place)) \(offer(choices(word))) ;;\n"
        }
      }
    }
    return text
  }
}
