/// Text broken into lines for a screen, of 80 columns where nothing else is said.
public enum TextLayout {
  public static let width = 80

  /// `text` without the backticks that mark what is typed as it is.
  static func plain(_ text: String) -> String { text.filter { $0 != "`" } }

  /// The first sentence of `text`, plain, without its full stop.
  static func firstSentence(_ text: String) -> String {
    var sentence = ""
    for character in plain(text) {
      if sentence.hasSuffix("."), character == " " { break }
      sentence.append(character)
    }
    return sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
  }

  /// `text` in lines no longer than the width, each behind `indent` blanks. A longer word stands alone.
  static func wrap(_ text: String, indent: Int, width: Int = width) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in plain(text).split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(margin + line) }
    return lines
  }

  /// Terms on the left and their texts in a column of their own, without backticks.
  public static func table(
    _ rows: [(term: String, text: String)], column: Int, width: Int = width
  ) -> [String] {
    rows.flatMap { row -> [String] in
      let term = "  " + plain(row.term)
      var lines = wrap(row.text, indent: column, width: width)
      if term.count + 2 > column || lines.isEmpty { return [term] + lines }
      lines[0] = term + lines[0].dropFirst(term.count)
      return lines
    }
  }
}

extension Option {
  /// Its names and value as the help shows them: `-H, --header 'NAME: VALUE'`.
  var usage: String { [short, long].compactMap(\.self).joined(separator: ", ") + (value == .none ? "" : " " + quoted) }

  /// The value's name, quoted where it holds a blank, as the value itself must be.
  var quoted: String { value.name.contains(" ") ? "'\(value.name)'" : value.name }

  /// Its help, choices and default.
  var fullHelp: String {
    var text = help
    if case .choice(_, let choices) = value, !choices.allSatisfy({ help.contains("`\($0)`") }) {
      text += " One of: " + choices.joined(separator: ", ") + "."
    }
    if let defaultText { text += " (default: \(defaultText))" }
    return text
  }
}
