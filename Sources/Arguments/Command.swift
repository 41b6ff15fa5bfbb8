/// A command: what it is for, what it takes, and everything its help and manual page say.
public struct Command: Sendable {
  /// The word one types.
  public let name: String
  /// What it does, in half a line, without a capital or full stop.
  public let summary: String
  /// Its ways of use, each without the program's name: `[OPTIONS] URL`.
  public let synopsis: [String]
  /// What it does, at length.
  public var description: [Prose] = []
  /// The words it takes.
  public var words: [Word] = []
  /// Its options by group, without `--help` and `--version`.
  public var sections: [OptionSection] = []
  /// Options of which only one can be given.
  public var exclusions: [[Option]] = []
  /// Whether everything behind its name is handed on unread.
  public var takesRawWords = false
  /// Whether what stands behind `--` is another command with its words, handed on unread.
  public var takesCommand = false
  /// Further chapters of its manual page.
  public var topics: [Topic] = []
  /// Uses, shortest first.
  public var examples: [Example] = []
  /// Names of manual pages worth reading next, with their chapter: `curl(1)`.
  public var seeAlso: [String] = []
  /// Whether it has a manual page of its own; the program's page is the default command's.
  public var hasManualPage = false

  /// A command that takes nothing yet.
  public init(_ name: String, _ summary: String, synopsis: [String]) {
    self.name = name
    self.summary = summary
    self.synopsis = synopsis
  }

  /// Its options, `--help` and `--version` among them.
  public var options: [Option] { sections.flatMap(\.options) + [.help, .version] }

  /// The option that answers to `name`, dashes included.
  public func option(named name: String) -> Option? { options.first { $0.names.contains(name) } }
}

/// A word that a command takes by its place.
public struct Word: Sendable {
  /// Its name in the help: `URL`.
  public let name: String
  /// What it may be.
  public let value: Value
  /// Whether it may be missing.
  public let isOptional: Bool
  /// Whether more of it may follow; only the last one.
  public let repeats: Bool
  /// What completions offer besides.
  public let suggestions: [String]

  /// A word named `name`.
  public init(
    _ name: String, _ value: Value? = nil, isOptional: Bool = false, repeats: Bool = false, suggestions: [String] = []
  ) {
    self.name = name
    self.value = value ?? .text(name)
    self.isOptional = isOptional
    self.repeats = repeats
    self.suggestions = suggestions
  }
}

/// A use of a command and what it does.
public struct Example: Sendable {
  /// The line, as typed.
  public let line: String
  /// What it does, as a sentence.
  public let text: String

  /// A line and its sentence.
  public init(_ line: String, _ text: String) {
    self.line = line
    self.text = text
  }
}

/// A piece of text. What stands between backticks is typed as it is: bold in a manual page.
public enum Prose: Sendable {
  /// Running text.
  case paragraph(String)
  /// Terms, each with its text.
  case items([(term: String, text: String)])
  /// Lines kept as they are.
  case lines([String])
}

/// A kind of file that the program reads, with a manual page of its own: `wscope-script(5)`.
public struct FileFormat: Sendable {
  /// The word for `help`, and the last part of the page's name: `script`.
  public let name: String
  /// What it is, in half a line, without a capital or full stop.
  public let summary: String
  /// What the page says.
  public let chapters: [Topic]
  /// Names of manual pages worth reading next, with their chapter.
  public let seeAlso: [String]

  /// A kind of file.
  public init(_ name: String, _ summary: String, chapters: [Topic], seeAlso: [String] = []) {
    self.name = name
    self.summary = summary
    self.chapters = chapters
    self.seeAlso = seeAlso
  }
}

/// A chapter: text that `help NAME` shows and manual pages hold.
public struct Topic: Sendable {
  /// The word for `help`: `statuses`.
  public let name: String
  /// Its title, such as `Exit status`.
  public let title: String
  private let makeText: @Sendable () -> [Prose]

  /// A chapter. Its text is made when it is asked for: most runs of a program show none.
  public init(_ name: String, _ title: String, _ text: @autoclosure @escaping @Sendable () -> [Prose]) {
    self.name = name
    self.title = title
    makeText = text
  }

  /// The text.
  public var text: [Prose] { makeText() }
}
