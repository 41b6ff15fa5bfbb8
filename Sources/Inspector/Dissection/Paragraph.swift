import PlainText

/// Sentences in rows of a terminal.
public enum Paragraph {
  /// `text` in rows of at most `width` columns, broken at blanks; a longer word is broken anywhere.
  public static func rows(_ text: String, width: Int, _ role: TextRole = .plain) -> [RoleText] {
    let width = max(1, width)
    var rows: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      var word = word[...]
      if !line.isEmpty, line.count + 1 + word.count > width {
        rows.append(line)
        line = ""
      }
      while word.count > width {
        rows.append(String(word.prefix(width)))
        word = word.dropFirst(width)
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    if !line.isEmpty { rows.append(line) }
    return rows.map { RoleText(SafeText($0), role) }
  }
}

extension RoleText {
  /// A row of one role, of text that is escaped where it must be.
  init(_ text: String, _ role: TextRole = .plain) { self.init(SafeText(text, maximumLength: .max), role) }

  /// One row behind the other.
  static func + (first: RoleText, second: RoleText) -> RoleText {
    var joined = first
    joined.append(second)
    return joined
  }
}
