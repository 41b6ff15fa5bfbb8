/// One option of the command line: its names, its value, and what it does.
public struct Option: Sendable {
  /// The long name with its dashes: `--header`.
  public let long: String
  /// The short name with its dash: `-H`.
  public let short: String?
  /// What it takes.
  public let value: Value
  /// The value that counts where none is given, as one would type it.
  public let defaultText: String?
  /// Whether each occurrence counts; otherwise the last one wins.
  public let isRepeatable: Bool
  /// Further long names, understood and shown nowhere.
  public let aliases: [String]
  /// Whether it is understood and shown nowhere.
  public let isHidden: Bool
  /// One or two sentences.
  public let help: String

  /// An option named `long`, dashes included.
  public init(
    _ long: String, short: String? = nil, value: Value = .none, default: String? = nil, repeats: Bool = false,
    aliases: [String] = [], isHidden: Bool = false, _ help: String
  ) {
    self.long = long
    self.short = short
    self.value = value
    self.defaultText = `default`
    self.isRepeatable = repeats
    self.aliases = aliases
    self.isHidden = isHidden
    self.help = help
  }

  /// Every name it answers to, dashes included.
  public var names: [String] { [short, long].compactMap(\.self) + aliases }

  /// Shows help. Every command has it.
  public static let help = Option("--help", short: "-h", "Shows this help.")
  /// Shows the version. Every command has it.
  public static let version = Option("--version", short: "-V", "Shows the version.")
}

/// Options that belong together, under one title.
public struct OptionSection: Sendable {
  /// The title, such as `Connection`.
  public let title: String
  /// A sentence or two before the options.
  public let note: String?
  /// The options, in the order they are shown.
  public let options: [Option]

  /// A section of options.
  public init(_ title: String, note: String? = nil, _ options: [Option]) {
    self.title = title
    self.note = note
    self.options = options
  }
}
