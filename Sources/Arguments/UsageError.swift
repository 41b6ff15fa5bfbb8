/// A mistake in the words of a command line: status 2. `description` is the sentence, `hint` what to do.
///
/// Both hold what was typed as it was: they go to a terminal through `SafeText` like everything else.
public enum UsageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An option nobody knows.
  case unknownOption(String, hint: String?)
  /// An option of other commands.
  case optionOfOtherCommand(String, command: String, owners: [String])
  /// The last word is an option that needs a value.
  case missingValue(option: String, name: String)
  /// `--flag=value` for an option that takes none.
  case unexpectedValue(option: String, value: String)
  /// `-Hvalue`: the value is the next word here.
  case attachedValue(option: String, value: String)
  /// No whole number.
  case notANumber(option: String, value: String)
  /// A whole number outside its range.
  case outOfRange(option: String, value: String, range: ClosedRange<Int>)
  /// No TIME.
  case notATime(option: String, value: String)
  /// No SIZE.
  case notASize(option: String, value: String)
  /// A SIZE outside its range.
  case sizeOutOfRange(option: String, value: String, range: ClosedRange<Int>)
  /// No PATTERN.
  case notAPattern(option: String, value: String, mistake: Pattern.Mistake)
  /// None of the words allowed.
  case notAChoice(option: String, value: String, choices: [String])
  /// An empty path.
  case emptyPath(option: String, name: String)
  /// Two options that exclude each other.
  case conflict(String, String)
  /// A word the command needs is not there.
  case missingWord(command: String, name: String)
  /// A word too many.
  case extraWord(command: String, word: String)
  /// A word that is no command, and no URL either.
  case unknownCommand(String, suggestion: String?)
  /// A word that is no topic of the help, and no command either.
  case unknownTopic(String, suggestion: String?)

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .unknownOption(let option, _): "unknown option \(option)"
    case .optionOfOtherCommand(let option, let command, _): "\(command) has no option \(option)"
    case .missingValue(let option, let name): "\(option) needs a value: \(name)"
    case .unexpectedValue(let option, let value): "\(option) takes no value, but was given '\(value)'"
    case .attachedValue(let option, let value): "the value of \(option) is the next word, not '\(value)' joined to it"
    case .notANumber(let option, let value): "\(option): '\(value)' is no whole number"
    case .outOfRange(let option, let value, let range):
      "\(option): \(value) is not between \(range.lowerBound) and \(range.upperBound)"
    case .notATime(let option, let value): "\(option): '\(value)' is no time"
    case .notASize(let option, let value): "\(option): '\(value)' is no size"
    case .sizeOutOfRange(let option, let value, let range):
      "\(option): \(value) is not between \(range.lowerBound) and \(range.upperBound) bytes"
    case .notAPattern(let option, let value, .empty): "\(option): the expression in '\(value)' is empty"
    case .notAPattern(let option, let value, .unknownFlag(let flag)):
      "\(option): '\(value)' has an unknown flag '\(flag)'"
    case .notAChoice(let option, let value, _): "\(option): unknown value '\(value)'"
    case .emptyPath(let option, let name): "\(option): the \(name) is empty"
    case .conflict(let first, let second): "\(first) and \(second) exclude each other"
    case .missingWord(let command, let name): "\(command) needs a \(name)"
    case .extraWord(let command, let word): "\(command) has no use for '\(word)'"
    case .unknownCommand(let word, _): "'\(word)' is neither a command nor a URL"
    case .unknownTopic(let word, _): "there is no help on '\(word)'"
    }
  }

  /// What to do about it, where that is known.
  public var hint: String? {
    switch self {
    case .unknownOption(_, let hint): hint
    case .optionOfOtherCommand(let option, _, let owners): "\(option) belongs to \(owners.joined(separator: ", "))"
    case .attachedValue(let option, let value): "write \(option) '\(value)' or \(option)='\(value)'"
    case .notATime: "a TIME is a number with ms, s, m or h, such as 500ms; a bare number is seconds"
    case .notASize: "a SIZE is a number of bytes, or a number with k, M or G, such as 64k"
    case .notAPattern(_, _, .unknownFlag):
      "the flags are i, m and s; a text that begins with a slash is written as an expression: /\\/text/"
    case .notAChoice(_, let value, let choices):
      if let near = Spelling.closest(to: value, among: choices) {
        "did you mean \(near)?"
      } else {
        "it is one of: \(choices.joined(separator: ", "))"
      }
    case .missingWord(let command, _): "see: wscope help \(command)"
    case .extraWord: "a value with blanks in it needs quotes"
    case .unknownCommand(let word, let suggestion):
      (suggestion.map { "did you mean wscope \($0)? " } ?? "") + "for a host write ws://\(word)"
    case .unknownTopic(_, let suggestion): suggestion.map { "did you mean \($0)?" } ?? "see: wscope help"
    case .missingValue, .unexpectedValue, .notANumber, .outOfRange, .sizeOutOfRange, .notAPattern, .emptyPath,
      .conflict:
      nil
    }
  }
}
