/// What a command line asks for.
public enum Invocation: Sendable {
  /// Help on a command, or on the program where none was named.
  case help(Command?)
  /// The version.
  case version
  /// To run a command.
  case run(Parsed)
}

/// Reads words by the description of a program.
///
/// An option takes no value or exactly one, the next word or what follows `=`. Short flags combine. `--` ends options.
/// Names are not abbreviated. The first word that is no option is a command if it is one.
public struct ArgumentParser: Sendable {
  private let program: Program

  /// A parser of that program's command lines.
  public init(_ program: Program) { self.program = program }

  /// Reads the words behind the program's name.
  public func parse(_ words: [String]) throws(UsageError) -> Invocation {
    let start = try commandIndex(words)
    let named = start.flatMap { program.command(named: words[$0]) }
    let command = named ?? program.defaultCommand
    var reading = Reading(words: words)
    reading.commandIndex = named == nil ? nil : start
    reading.isRaw = command.takesRawWords
    reading.endsWithCommand = command.takesCommand

    while let word = reading.next() {
      guard let outcome = try read(word, command, &reading) else { continue }
      switch outcome {
      case .help: return .help(named)
      case .version: return .version
      }
    }
    let parsed = Parsed(
      command: command, isCommandNamed: named != nil, words: reading.positional,
      leadingWords: Array(words[..<(reading.commandIndex ?? words.count)]), rawWords: reading.rest,
      occurrences: reading.occurrences)
    try check(parsed)
    return .run(parsed)
  }

  private enum Outcome { case help, version }

  /// Where the first word stands that is no option: options of all commands may come before a command.
  private func commandIndex(_ words: [String]) throws(UsageError) -> Int? {
    var index = 0
    while index < words.count {
      let word = words[index]
      guard word.hasPrefix("-"), word != "-" else { return index }
      if word == "--" { return index + 1 < words.count ? index + 1 : nil }
      var takesNext = false
      for part in try parts(of: word, find: anyOption) {
        takesNext = part.option.value != .none && part.value == nil
      }
      index += takesNext ? 2 : 1
    }
    return nil
  }

  private func read(
    _ word: String, _ command: Command, _ reading: inout Reading
  ) throws(UsageError) -> Outcome? {
    for part in try parts(of: word, find: { name throws(UsageError) in try option(name, of: command) }) {
      if part.option.long == Option.help.long { return .help }
      if part.option.long == Option.version.long { return .version }
      var value = part.value
      if part.option.value != .none, value == nil {
        guard let next = reading.nextWord() else {
          throw .missingValue(option: part.name, name: part.option.value.name)
        }
        value = next
      }
      if let value { try part.option.value.check(value, for: part.name) }
      reading.occurrences.append(Occurrence(option: part.option, name: part.name, value: value))
    }
    return nil
  }

  /// An option as it stands in a word: `-vk` holds two.
  private struct Part {
    let name: String
    let option: Option
    let value: String?
  }

  private func parts(
    of word: String, find: (String) throws(UsageError) -> Option
  ) throws(UsageError) -> [Part] {
    // By scalars: a mark behind the `=` belongs to the value, not to the `=`.
    let scalars = word.unicodeScalars
    let equals = scalars.firstIndex(of: "=")
    let names = String(scalars[..<(equals ?? scalars.endIndex)])
    let value = equals.map { String(scalars[scalars.index(after: $0)...]) }
    if names.hasPrefix("--") {
      let option = try find(names)
      if let value, option.value == .none { throw .unexpectedValue(option: names, value: value) }
      return [Part(name: names, option: option, value: value)]
    }
    if names.count > 2, anyNamed("-" + names) != nil {
      throw .unknownOption(names, hint: "a long option has two dashes: -\(names)")
    }
    var parts: [Part] = []
    let letters = Array(names.dropFirst())
    for (index, letter) in letters.enumerated() {
      let isLast = index == letters.count - 1
      let option = try find("-\(letter)")
      if option.value != .none, !isLast {
        throw .attachedValue(option: "-\(letter)", value: String(letters[(index + 1)...]))
      }
      if isLast, let value, option.value == .none { throw .unexpectedValue(option: "-\(letter)", value: value) }
      parts.append(Part(name: "-\(letter)", option: option, value: isLast ? value : nil))
    }
    if parts.isEmpty { throw .unknownOption(word, hint: nil) }
    return parts
  }

  private func anyNamed(_ name: String) -> Option? {
    for command in program.commands {
      if let option = command.option(named: name) { return option }
    }
    return nil
  }

  private func anyOption(_ name: String) throws(UsageError) -> Option {
    guard let option = anyNamed(name) else { throw unknown(name, among: program.commands.flatMap(\.options)) }
    return option
  }

  private func option(_ name: String, of command: Command) throws(UsageError) -> Option {
    if let option = command.option(named: name) { return option }
    // What stands before `curl` is the session's, whose options the pasted line joins.
    if command.takesRawWords, let option = program.defaultCommand.option(named: name) { return option }
    // Another program's meaning is the likelier one: wscat's --connect is no slip for the echo server's.
    if let foreign = foreign(name) { throw .unknownOption(name, hint: foreign.hint) }
    let owners = program.commands.filter { $0.option(named: name) != nil }.map(\.name)
    guard owners.isEmpty else { throw .optionOfOtherCommand(name, command: command.name, owners: owners) }
    throw unknown(name, among: command.options)
  }

  private func foreign(_ name: String) -> ForeignOption? { program.foreignOptions.first { $0.names.contains(name) } }

  private func unknown(_ name: String, among options: [Option]) -> UsageError {
    if let foreign = foreign(name) { return .unknownOption(name, hint: foreign.hint) }
    guard name.hasPrefix("--") else { return .unknownOption(name, hint: nil) }
    let near = Spelling.closest(to: name, among: options.filter { !$0.isHidden }.map(\.long))
    return .unknownOption(name, hint: near.map { "did you mean \($0)?" })
  }

  private func check(_ parsed: Parsed) throws(UsageError) {
    let command = parsed.command
    for exclusion in command.exclusions {
      var first: Occurrence?
      for occurrence in parsed.occurrences where exclusion.contains(where: { $0.long == occurrence.option.long }) {
        if let first, first.option.long != occurrence.option.long { throw .conflict(first.name, occurrence.name) }
        first = first ?? occurrence
      }
    }
    if command.takesRawWords { return }
    if parsed.words.count > command.words.count {
      let extra = parsed.words[command.words.count...]
      guard let last = command.words.last, last.repeats else {
        throw .extraWord(command: command.name, word: parsed.words[command.words.count])
      }
      for word in extra { try last.value.check(word, for: last.name) }
    }
    for (index, word) in command.words.enumerated() {
      if index < parsed.words.count {
        try word.value.check(parsed.words[index], for: word.name)
      } else if !word.isOptional {
        throw .missingWord(command: command.name, name: word.name)
      }
    }
  }
}

/// The words of a command line while they are read.
private struct Reading {
  let words: [String]
  var commandIndex: Int?
  var isRaw = false
  var endsWithCommand = false
  private var index = 0
  private var isPastOptions = false
  var occurrences: [Occurrence] = []
  var positional: [String] = []
  var rest: [String] = []

  init(words: [String]) { self.words = words }

  /// The next word that is an option; words on the way are put where they belong.
  mutating func next() -> String? {
    while index < words.count {
      let word = words[index]
      defer { index += 1 }
      if index == commandIndex {
        if isRaw {
          rest = Array(words[(index + 1)...])
          index = words.count
          return ["-h", "--help", "-V", "--version"].contains(rest.first) ? rest[0] : nil
        }
      } else if !isPastOptions, word == "--", endsWithCommand {
        rest = Array(words[(index + 1)...])
        index = words.count
        return nil
      } else if !isPastOptions, word == "--" {
        isPastOptions = true
      } else if !isPastOptions, word.hasPrefix("-"), word != "-" {
        return word
      } else {
        positional.append(word)
      }
    }
    return nil
  }

  mutating func nextWord() -> String? {
    guard index < words.count else { return nil }
    defer { index += 1 }
    return words[index]
  }
}
