/// An option as it was given.
public struct Occurrence: Sendable {
  /// The option.
  public let option: Option
  /// The name it was given by: `-H`.
  public let name: String
  /// Its value, nil for an option that takes none.
  public let value: String?
}

/// A command line that was read: every value in it is of its kind.
public struct Parsed: Sendable {
  /// The command that is meant.
  public let command: Command
  /// Whether its name was typed; otherwise the first word is what else it may be.
  public let isCommandNamed: Bool
  /// The words that are no options, without the command's name.
  public let words: [String]
  /// The words before the command's name; all words where none was named.
  public let leadingWords: [String]
  /// Everything behind the name of a command that takes raw words, or behind `--` where that is another command.
  public let rawWords: [String]
  /// Options in the order they were given.
  public let occurrences: [Occurrence]

  /// The occurrences of some options, in the order they were given.
  public func occurrences(of options: Option...) -> [Occurrence] {
    occurrences.filter { occurrence in options.contains { $0.long == occurrence.option.long } }
  }

  /// How often the option was given.
  public func count(_ option: Option) -> Int { occurrences(of: option).count }

  /// Whether the option was given.
  public func flag(_ option: Option) -> Bool { count(option) > 0 }

  /// Every value given, in order.
  public func values(_ option: Option) -> [String] { occurrences(of: option).compactMap(\.value) }

  /// The value given last, else the default.
  public func value(_ option: Option) -> String? { values(option).last ?? option.defaultText }

  /// The time of an option that has a default.
  public func time(_ option: Option) -> Duration { required(time(ifGiven: option), option) }
  /// The time of an option, nil where it is not given and has no default.
  public func time(ifGiven option: Option) -> Duration? { value(option).flatMap { Duration(timeText: $0) } }

  /// The time or `forever` of an option that has a default.
  public func timeOrForever(_ option: Option) -> TimeOrForever {
    value(option) == "forever" ? .forever : .time(time(option))
  }

  /// The size of an option that has a default.
  public func size(_ option: Option) -> Int { required(size(ifGiven: option), option) }
  /// The size of an option, nil where it is not given and has no default.
  public func size(ifGiven option: Option) -> Int? { value(option).flatMap { Int(sizeText: $0) } }

  /// The number of an option that has a default.
  public func integer(_ option: Option) -> Int { required(integer(ifGiven: option), option) }
  /// The number of an option, nil where it is not given and has no default.
  public func integer(ifGiven option: Option) -> Int? { value(option).flatMap { Int($0) } }

  /// The patterns given, in order.
  public func patterns(_ option: Option) -> [Pattern] { values(option).compactMap { try? Pattern($0) } }

  /// The word of an option that has a choice and a default.
  public func choice(_ option: Option) -> String { required(value(option), option) }

  private func required<Kind>(_ value: Kind?, _ option: Option) -> Kind {
    // Values were checked when they were read, defaults by a test of the description.
    guard let value else { preconditionFailure("\(option.long) has no default") }
    return value
  }
}
