/// The whole command line: parser, help, manual pages and completions are made from it.
public struct Program: Sendable {
  /// The word one types.
  public let name: String
  /// The version, such as `0.1.0`.
  public let version: String
  /// What it is, in half a line.
  public let summary: String
  /// The commands, in the order they are shown. The first is meant where no command is named.
  public let commands: [Command]
  /// Chapters that every page may refer to.
  public let topics: [Topic]
  /// The kinds of files that have a manual page.
  public let formats: [FileFormat]
  /// Options worth showing where there is no room for all.
  public let commonOptions: [Option]
  /// Options of other programs that people will try.
  public let foreignOptions: [ForeignOption]

  /// A program of at least one command.
  public init(
    name: String, version: String, summary: String, commands: [Command], topics: [Topic] = [],
    formats: [FileFormat] = [], commonOptions: [Option] = [], foreignOptions: [ForeignOption] = []
  ) {
    precondition(!commands.isEmpty)
    self.name = name
    self.version = version
    self.summary = summary
    self.commands = commands
    self.topics = topics
    self.formats = formats
    self.commonOptions = commonOptions
    self.foreignOptions = foreignOptions
  }

  /// The command that is meant where none is named.
  public var defaultCommand: Command { commands[0] }

  /// The command of that name.
  public func command(named name: String) -> Command? { commands.first { $0.name == name } }

  /// The chapters of the program and of its commands.
  public var allTopics: [Topic] { commands.flatMap(\.topics) + topics }

  /// The chapter of that name, the program's or a command's.
  public func topic(named name: String) -> Topic? {
    allTopics.first { $0.name == name }
  }

  /// The kind of file of that name.
  public func format(named name: String) -> FileFormat? { formats.first { $0.name == name } }

  /// The command or chapter whose name is close to `word`.
  public func suggestion(for word: String) -> String? {
    Spelling.closest(to: word, among: commands.map(\.name) + allTopics.map(\.name) + formats.map(\.name))
  }

  /// The command whose name is close to `word`, for "did you mean".
  public func commandSuggestion(for word: String) -> String? {
    Spelling.closest(to: word, among: commands.map(\.name))
  }
}

/// An option of another program, and what to write here.
public struct ForeignOption: Sendable {
  /// Its names, dashes included.
  public let names: [String]
  /// The hint shown when one of them is typed.
  public let hint: String

  /// An option of `tool` that is written `ours` here.
  public init(_ tool: String, _ names: [String], is ours: String) {
    self.names = names
    self.hint = "\(tool)'s \(names[0]) is written here: \(ours)"
  }

  /// An option of another program that needs a sentence.
  public init(_ names: [String], hint: String) {
    self.names = names
    self.hint = hint
  }
}
