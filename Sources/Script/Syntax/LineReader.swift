import Inspector
import JSONSyntax

/// Reads a line of a script from left to right, and says where it stopped understanding.
struct LineReader {
  let line: SourceLine
  let source: SourceText
  private var cursor: TextCursor

  init(_ line: SourceLine, file: String) {
    self.init(line, SourceText(line, file: file))
  }

  /// - Parameter source: the part of the line that is read, and perhaps what continues it.
  init(_ line: SourceLine, _ source: SourceText) {
    self.line = line
    self.source = source
    cursor = TextCursor(source.text)
  }

  var place: SourcePlace { SourcePlace(file: source.file, line) }
  var index: Int { cursor.index }
  var isAtEnd: Bool { cursor.isAtEnd }
  var next: UInt8? { cursor.next }

  /// A mistake at `offset`, or where the reader stands.
  func error(_ sentence: String, hint: String?, at offset: Int? = nil) -> ScriptError {
    source.error(at: offset ?? cursor.index, sentence, hint: hint)
  }

  mutating func skip(_ count: Int) { cursor.skip(count) }

  mutating func skipBlanks() { cursor.skipBlanks() }

  mutating func take(_ mark: Unicode.Scalar) -> Bool { cursor.take(mark) }

  /// Goes behind a word and the blanks behind it, if the word comes next.
  mutating func take(keyword: String) -> Bool {
    var ahead = cursor
    guard ahead.word() == keyword else { return false }
    ahead.skipBlanks()
    cursor = ahead
    return true
  }

  /// The next word, and goes behind the blanks behind it; empty at the end.
  mutating func word() -> String {
    let word = cursor.word()
    cursor.skipBlanks()
    return word
  }

  /// The next word; the reader stays.
  var peekedWord: String {
    var ahead = cursor
    return ahead.word()
  }

  mutating func text(while isPart: (UInt8) -> Bool) -> String { cursor.text(while: isPart) }

  /// The JSON string that comes next; nil where no quote comes.
  mutating func quoted() throws(ScriptError) -> String? {
    guard cursor.next == UInt8(ascii: "\"") else { return nil }
    do throws(JSONFailure) {
      let string = try cursor.quotedString()
      cursor.skipBlanks()
      return string
    } catch {
      throw source.error(at: error.offset, "\(error.reason)", hint: "write it as in JSON: \"text\"")
    }
  }

  /// All that is left, the blanks at its end not counted.
  mutating func rest() -> SourceText {
    let rest = source.dropping(cursor.index)
    cursor.skip(.max)
    return rest.prefix(rest.text.utf8.reversed().drop { TextCursor.isBlank($0) }.count)
  }

  /// All that is left, to the last blank.
  mutating func exactRest() -> SourceText {
    defer { cursor.skip(.max) }
    return source.dropping(cursor.index)
  }

  /// Fails unless nothing is left.
  func end() throws(ScriptError) {
    guard cursor.isAtEnd else { throw error("nothing can follow here", hint: "remove \"\(peekedWord)\"") }
  }

  /// A TIME, which must be there.
  mutating func time(_ usage: String) throws(ScriptError) -> Duration {
    let start = index
    let word = word()
    guard let time = TypedQuantity.time(word), time > .zero else {
      throw error(
        word.isEmpty ? "the time is missing" : "\"\(word)\" is no time",
        hint: "write \(usage), such as 200ms, 1.5s or 2m", at: start)
    }
    return time
  }

  /// A whole number in `range`, which must be there.
  mutating func number(_ range: ClosedRange<Int>, _ usage: String) throws(ScriptError) -> Int {
    let start = index
    let word = word()
    guard !word.isEmpty, word.utf8.allSatisfy(TextCursor.isDigit), let number = Int(word), range.contains(number)
    else {
      throw error(
        word.isEmpty
          ? "the number is missing" : "\"\(word)\" is no number from \(range.lowerBound) to \(range.upperBound)",
        hint: "write \(usage)", at: start)
    }
    return number
  }
}
