import PlainText

/// A mistake in a script: where it stands, what is wrong, and what would be right.
public struct ScriptError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, as it was named.
  public var file: String
  /// The line, from 1; 0 where the whole file is meant.
  public var line: Int
  /// The character of that line, from 1.
  public var column: Int
  /// The line itself.
  public var source: String
  /// What is wrong, without a capital or full stop.
  public var sentence: String
  /// What would be right.
  public var hint: String?

  /// A mistake.
  public init(
    file: String, line: Int, column: Int = 1, source: String = "", sentence: String, hint: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.source = source
    self.sentence = sentence
    self.hint = hint
  }

  /// The place and the sentence: `chat.wsx:3:2: …`.
  public var summary: String {
    let place = line == 0 ? file : "\(file):\(line):\(column)"
    return "\(SafeText(place)): \(SafeText(sentence))"
  }

  /// What a terminal shows: place and sentence, the line, a caret below the place, what would be right.
  public var description: String {
    var lines = [summary]
    if line > 0 {
      // As many columns of a long line as leave the place in sight.
      let start = max(0, column - 1 - Self.room)
      let characters = source.dropFirst(start)
      let before = SafeText(String(characters.prefix(column - 1 - start)), keepsTabs: false).string
      let shown = SafeText(String(characters.prefix(2 * Self.room))).string
      let mark = start > 0 ? "…" : ""
      lines.append("  \(mark)\(shown)")
      lines.append("  " + String(repeating: " ", count: Widths().width(of: mark + before)) + "^")
    }
    if let hint { lines.append("  \(SafeText(hint))") }
    return lines.joined(separator: "\n")
  }

  private static let room = 60
}

/// All that is wrong with a script.
public struct ScriptErrors: Error, Equatable, Sendable, CustomStringConvertible {
  /// The mistakes, in the order of their lines.
  public var errors: [ScriptError]

  /// Mistakes.
  public init(_ errors: [ScriptError]) { self.errors = errors }

  /// What a terminal shows.
  public var description: String { errors.map(\.description).joined(separator: "\n") }
}
