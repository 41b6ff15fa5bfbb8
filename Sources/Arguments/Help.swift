/// The pages that `help` and `--help` show, for 80 columns.
public struct Help: Sendable {
  private let program: Program
  private static let column = 30

  /// The help of that program.
  public init(_ program: Program) { self.program = program }

  /// The page for a word behind `help`: a command's or a chapter's name.
  public func page(on word: String) throws(UsageError) -> String {
    if let command = program.command(named: word) { return page(for: command) }
    if let format = program.format(named: word) { return page(for: format) }
    if let topic = program.topic(named: word) { return page(for: topic) }
    throw .unknownTopic(word, suggestion: program.suggestion(for: word))
  }

  /// The page of the whole program.
  public var overview: String {
    let first = program.defaultCommand
    var lines = ["\(program.name) \(program.version), \(program.summary)", ""]
    lines += usage(first.synopsis.map { "\(program.name) \($0)" } + ["\(program.name) COMMAND ..."])
    lines += ["", "Commands:"]
    lines += TextLayout.table(
      program.commands.map { command in
        (command.name, command.summary + (command.name == first.name ? " (the word may be left out)" : ""))
      }, column: 16)
    if !program.commonOptions.isEmpty {
      lines += ["", "Often used:"] + options(program.commonOptions) { TextLayout.firstSentence($0.help) + "." }
    }
    if !first.examples.isEmpty { lines += ["", "Examples:"] + examples(Array(first.examples.prefix(4))) }
    lines += ["", "More:"]
    lines += TextLayout.table(
      [("\(program.name) help \(first.name)", "every option")]
        + program.allTopics.map { ("\(program.name) help \($0.name)", $0.title) }
        + program.formats.map { ("\(program.name) help \($0.name)", $0.summary.capitalizedFirst) },
      column: Self.column)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The page of a command.
  public func page(for command: Command) -> String {
    var lines = usage(command.synopsis.map { "\(program.name) \(command.name) \($0)" }) + [""]
    lines += prose(command.description)
    for section in command.sections {
      lines += ["", section.title + ":"]
      if let note = section.note { lines += TextLayout.wrap(note, indent: 2) }
      lines += options(section.options)
    }
    lines += ["", "Help:"] + options([.help, .version])
    if !command.examples.isEmpty { lines += ["", "Examples:"] + examples(command.examples) }
    let topics = command.topics.map(\.name) + (command.sections.isEmpty ? [] : program.topics.map(\.name))
    if !topics.isEmpty {
      lines += ["", "More:"]
      lines += TextLayout.wrap(topics.map { "\(program.name) help \($0)" }.joined(separator: ", "), indent: 2)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The page of a kind of file: all its chapters.
  public func page(for format: FileFormat) -> String {
    (["\(program.name)-\(format.name): \(format.summary)", ""]
      + format.chapters.map { [$0.title, ""] + prose($0.text) }.joined(separator: [""])).joined(separator: "\n") + "\n"
  }

  /// The page of a chapter.
  public func page(for topic: Topic) -> String {
    ([topic.title, ""] + prose(topic.text)).joined(separator: "\n") + "\n"
  }

  private func usage(_ uses: [String]) -> [String] {
    uses.enumerated().map { ($0.offset == 0 ? "Usage: " : "       ") + $0.element }
  }

  private func options(_ options: [Option], text: (Option) -> String = \.fullHelp) -> [String] {
    TextLayout.table(
      options.filter { !$0.isHidden }.map { (($0.short == nil ? "    " : "") + $0.usage, text($0)) },
      column: Self.column)
  }

  private func examples(_ examples: [Example]) -> [String] {
    examples.flatMap { ["  " + $0.line] + TextLayout.wrap($0.text, indent: 6) }
  }

  private func prose(_ text: [Prose]) -> [String] {
    let blocks = text.map { block -> [String] in
      switch block {
      case .paragraph(let text): TextLayout.wrap(text, indent: 0)
      case .lines(let lines): lines.map { "  " + $0 }
      case .items(let items):
        TextLayout.table(items, column: min(Self.column, (items.map(\.term.count).max() ?? 0) + 4))
      }
    }
    return Array(blocks.joined(separator: [""]))
  }
}
