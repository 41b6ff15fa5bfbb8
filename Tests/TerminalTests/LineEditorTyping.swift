import PlainText
import Terminal

/// A line editor, what it was asked for, and a clock.
struct Typing {
  var editor: LineEditor
  /// What the editor asked for, without `changed`.
  var actions: [LineEditor.Action] = []
  private var now = ContinuousClock.now

  init(history: [String]? = nil, completer: (any Completer)? = nil) {
    let kept = history.map { lines in
      var history = History()
      for line in lines { history.append(line) }
      return history
    }
    editor = LineEditor(widths: Widths(trustsClusters: true), history: kept, completer: completer)
  }

  /// Types keys in notation, such as `hello Space <C-a> X`.
  mutating func type(_ keys: String) throws {
    for event in try InputEvent.events(notation: keys) { handle(event) }
  }

  mutating func handle(_ event: InputEvent) {
    now += .milliseconds(50)
    actions += editor.handle(event, now: now).filter { $0 != .changed }
  }

  mutating func pause() { now += .seconds(10) }

  /// The text with `|` at the cursor.
  var shown: String {
    let text = editor.text
    let cursor = text.utf8.index(text.startIndex, offsetBy: editor.cursor)
    return text[..<cursor] + "|" + text[cursor...]
  }

  /// The rows with `|` at the cursor, as long as only narrow characters stand before it.
  func rows(columns: Int = 40, rows: Int = 24) -> [String] {
    let block = editor.block(columns: columns, rows: rows)
    var texts = block.rows.map(\.string)
    var characters = Array(texts[block.cursor.row])
    characters.insert("|", at: min(block.cursor.column, characters.count))
    texts[block.cursor.row] = String(characters)
    return texts
  }
}

/// Words that begin like the one at the cursor.
struct WordCompleter: Completer {
  var words: [Completion.Candidate]

  init(_ words: [String]) {
    self.words = words.map { Completion.Candidate($0, ending: " ", description: "about \($0)") }
  }

  func completion(of text: String, at cursor: String.Index) -> Completion? {
    let start = text[..<cursor].lastIndex(of: " ").map { text.index(after: $0) } ?? text.startIndex
    let written = text[start..<cursor]
    return Completion(replacing: start..<cursor, candidates: words.filter { $0.text.hasPrefix(written) })
  }
}
