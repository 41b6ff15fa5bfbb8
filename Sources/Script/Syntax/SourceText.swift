import Inspector

/// A text of a script, of one line or joined from several, and where each byte of it stands.
struct SourceText {
  let file: String
  private(set) var text: String
  private var parts: [Part]

  private struct Part {
    /// The part's first byte in the text.
    var start: Int
    var line: SourceLine
    /// The part's first byte in the line.
    var offset: Int
  }

  /// The line from `offset` on, its indentation not counted.
  init(_ line: SourceLine, file: String, from offset: Int = 0) {
    self.file = file
    text = String(Substring(line.text.utf8.dropFirst(offset)))
    parts = [Part(start: 0, line: line, offset: offset)]
  }

  /// Adds LF and a line from `offset` on; where there is nothing yet, the line alone.
  mutating func append(_ line: SourceLine, from offset: Int, isFirst: Bool) {
    if isFirst {
      self = SourceText(line, file: file, from: offset)
    } else {
      text += "\n"
      parts.append(Part(start: text.utf8.count, line: line, offset: offset))
      text += String(Substring(line.text.utf8.dropFirst(offset)))
    }
  }

  /// The text from `offset` on.
  func dropping(_ offset: Int) -> SourceText {
    guard let index = parts.lastIndex(where: { $0.start <= offset }) else { return self }
    var rest = self
    rest.text = String(Substring(text.utf8.dropFirst(offset)))
    rest.parts = parts[index...].map {
      Part(start: max(0, $0.start - offset), line: $0.line, offset: $0.offset + max(0, offset - $0.start))
    }
    return rest
  }

  /// The text's first `count` bytes.
  func prefix(_ count: Int) -> SourceText {
    var start = self
    start.text = String(Substring(text.utf8.prefix(count)))
    return start
  }

  /// A mistake at a byte of the text.
  func error(at offset: Int, _ sentence: String, hint: String? = nil) -> ScriptError {
    let part = parts.last { $0.start <= offset } ?? parts[0]
    let line = part.line
    let before = line.text.utf8.prefix(part.offset + offset - part.start)
    return ScriptError(
      file: file, line: line.number, column: line.indentation + String(decoding: before, as: UTF8.self).count + 1,
      source: line.source, sentence: sentence, hint: hint)
  }
}

extension SourceLine {
  /// The line as it stands in the file.
  var source: String { String(repeating: " ", count: indentation) + text }
}
