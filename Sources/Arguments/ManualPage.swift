/// The manual pages, as source for `man` (man macros).
public struct ManualPages: Sendable {
  private let program: Program

  /// The pages of that program.
  public init(_ program: Program) { self.program = program }

  /// The names of the pages: the program's, and one for each command that has its own and for each kind of file.
  public var names: [String] { [program.name] + ownPages.map(pageName) + program.formats.map(pageName) }

  /// The chapter of the manual that a page belongs to: 5 for files, else 1.
  public func chapter(of name: String) -> Int { program.formats.contains { pageName($0) == name } ? 5 : 1 }

  private var ownPages: [Command] { program.commands.filter(\.hasManualPage) }

  private func pageName(_ command: Command) -> String { "\(program.name)-\(command.name)" }

  private func pageName(_ format: FileFormat) -> String { "\(program.name)-\(format.name)" }

  /// The page of that name.
  public func page(named name: String) -> String? {
    if name == program.name { return mainPage }
    if let format = program.formats.first(where: { pageName($0) == name }) { return page(format) }
    return ownPages.first { pageName($0) == name }.map(page)
  }

  private var mainPage: String {
    let command = program.defaultCommand
    var page = Roff(
      name: program.name, source: "\(program.name) \(program.version)", summary: program.summary)
    page.section("Synopsis")
    for (index, use) in command.synopsis.enumerated() {
      if index > 0 { page.lineBreak() }
      page.synopsis("\(program.name) [\(command.name)] \(use)")
    }
    for other in program.commands.dropFirst() {
      for use in other.synopsis {
        page.lineBreak()
        page.synopsis("\(program.name) \(other.name) \(use)")
      }
    }
    page.section("Description")
    page.prose(command.description)
    page.section("Commands")
    for command in program.commands {
      page.item("`\(command.name)`", commandText(command))
    }
    add(command, to: &page)
    for topic in program.topics {
      page.section(topic.title)
      page.prose(topic.text)
    }
    finish(&page, command, ownPages.map { "\(pageName($0))(1)" } + command.seeAlso)
    return page.source
  }

  private func page(_ format: FileFormat) -> String {
    var page = Roff(
      name: pageName(format), source: "\(program.name) \(program.version)", summary: format.summary, chapter: .files)
    for chapter in format.chapters {
      page.section(chapter.title)
      page.prose(chapter.text)
    }
    page.section("See also")
    page.references(format.seeAlso)
    return page.source
  }

  private func commandText(_ command: Command) -> String {
    var text = command.summary + "."
    if command.name == program.defaultCommand.name {
      text += " This page is about it; the word may be left out."
    } else if command.hasManualPage {
      text += " See `\(pageName(command))`(1)."
    } else if case .paragraph(let paragraph)? = command.description.first {
      text += " " + paragraph
    }
    return text.capitalizedFirst
  }

  private func page(_ command: Command) -> String {
    var page = Roff(
      name: pageName(command), source: "\(program.name) \(program.version)", summary: command.summary)
    page.section("Synopsis")
    for (index, use) in command.synopsis.enumerated() {
      if index > 0 { page.lineBreak() }
      page.synopsis("\(program.name) \(command.name) \(use)")
    }
    page.section("Description")
    page.prose(command.description)
    add(command, to: &page)
    finish(&page, command, command.seeAlso)
    return page.source
  }

  /// The options and the command's own chapters.
  private func add(_ command: Command, to page: inout Roff) {
    if !command.sections.isEmpty {
      page.section("Options")
      for section in command.sections {
        page.subsection(section.title)
        if let note = section.note { page.prose([.paragraph(note)]) }
        for option in section.options where !option.isHidden { page.item(term(option), option.fullHelp) }
      }
      page.subsection("Help")
      for option in [Option.help, .version] { page.item(term(option), option.fullHelp) }
    }
    for topic in command.topics {
      page.section(topic.title)
      page.prose(topic.text)
    }
  }

  private func term(_ option: Option) -> String {
    [option.short, option.long].compactMap { $0.map { "`\($0)`" } }.joined(separator: ", ")
      + (option.value == .none ? "" : " _\(option.value.name)_")
  }

  private func finish(_ page: inout Roff, _ command: Command, _ seeAlso: [String]) {
    if !command.examples.isEmpty {
      page.section("Examples")
      for example in command.examples { page.example(example) }
    }
    guard !seeAlso.isEmpty else { return }
    page.section("See also")
    page.references(seeAlso)
  }
}

extension String {
  /// With a capital.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
