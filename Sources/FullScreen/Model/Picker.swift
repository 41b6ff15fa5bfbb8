import PlainText
import Terminal
import TerminalLoop
import WebSocketCore

/// A list to pick from by typing some of its letters: the command palette, the snippets.
struct Picker {
  struct Entry: Equatable {
    var label: String
    /// At the right end, such as the key.
    var detail: String
    var choice: Choice
  }

  enum Choice: Equatable {
    case command(ScreenCommand)
    case snippet(String)
  }

  let title: String
  private let entries: [Entry]
  var editor: LineEditor
  private(set) var selection = 0

  init(_ title: String, _ entries: [Entry], widths: Widths) {
    self.title = title
    self.entries = entries
    editor = LineEditor(widths: widths)
  }

  var total: Int { entries.count }

  /// The entries that hold the letters typed in their order, the best first.
  var found: [Entry] {
    let query = editor.text.lowercased().filter { $0 != " " }
    guard !query.isEmpty else { return entries }
    let scored = entries.enumerated().compactMap { place, entry in
      Self.score(query, entry.label.lowercased()).map { (score: $0, place: place, entry: entry) }
    }
    return scored.sorted { ($0.score, $0.place) < ($1.score, $1.place) }.map(\.entry)
  }

  var selected: Entry? {
    let found = found
    return found.isEmpty ? nil : found[min(selection, found.count - 1)]
  }

  mutating func move(by step: Int) {
    let count = found.count
    guard count > 0 else { return }
    selection = (min(selection, count - 1) + step + count) % count
  }

  mutating func typed() { selection = 0 }

  /// How far the letters of `query` lie apart in `text`, less where they begin words; nil where they are not all there.
  static func score(_ query: String, _ text: String) -> Int? {
    var score = 0
    var previous: Character = " "
    var isRunning = false
    var wanted = query[...]
    for character in text {
      guard let next = wanted.first else { break }
      if character == next {
        score += isRunning ? 0 : previous == " " || previous == ":" ? 1 : 4
        isRunning = true
        wanted = wanted.dropFirst()
      } else {
        isRunning = false
      }
      previous = character
    }
    return wanted.isEmpty ? score * 100 + text.count : nil
  }
}

/// A line that is asked for.
struct Question {
  enum Kind: Hashable {
    case filter, search, connect, close, save, count, snippetName, variable
  }

  let kind: Kind
  var editor: LineEditor
  /// What to go back to.
  let old: String
  var complaint: String?

  init(_ kind: Kind, text: String, widths: Widths) {
    self.kind = kind
    editor = LineEditor(widths: widths)
    editor.prompt = StyledText("\(kind.label): ")
    editor.completer = QuestionCompleter(kind: kind)
    if !text.isEmpty { editor.replaceText(text) }
    old = text
  }

  /// What is to be said of what is typed; nil for nothing.
  var note: String? {
    guard kind == .close, let word = editor.text.split(separator: " ").first, let code = UInt16(word) else {
      return nil
    }
    return CloseCode(rawValue: code).name
  }
}

/// Completes what is asked for: close codes, the terms of filters, names of files.
struct QuestionCompleter: Completer {
  let kind: Question.Kind

  func completion(of text: String, at cursor: String.Index) -> Completion? {
    let before = text[..<cursor]
    switch kind {
    case .save: return FileNames.completion(of: before)
    case .close:
      // By its number or by a word of its name.
      let codes = CloseCode.named.filter { $0.code.isSendableByUser }.filter { code, name in
        "\(code.rawValue)".hasPrefix(before) || name.hasPrefix(before)
      }
      let candidates = codes.map { Completion.Candidate("\($0.code.rawValue)", ending: " ", description: $0.name) }
      return Completion(replacing: before.startIndex..<cursor, candidates: candidates)
    case .filter:
      let start = before.lastIndex(of: " ").map(before.index(after:)) ?? before.startIndex
      let word = before[start...].drop { $0 == "-" }
      let found = Self.terms.filter { $0.0.hasPrefix(word) }
      return Completion(
        replacing: word.startIndex..<cursor,
        candidates: found.map { Completion.Candidate($0.0, description: $0.1) })
    case .search, .connect, .count, .snippetName, .variable: return nil
    }
  }

  private static let terms = [
    ("dir:in", "received"), ("dir:out", "sent"), ("op:text", "text messages"), ("op:binary", "binary messages"),
    ("op:ping,pong", "heartbeats"), ("op:close", "closes"), ("op:control", "control frames"),
    ("size>", "the payload's size: size>1k"), ("age<", "how long ago: age<5m"),
    ("conn:", "a connection's number or name"), ("has:reply", "answered, or an answer"),
    ("has:compressed", "came compressed"), ("has:fragments", "in several frames"), ("hex:", "bytes in the payload"),
  ]
}

extension Question.Kind {
  var label: String {
    switch self {
    case .filter: "filter"
    case .search: "search"
    case .connect: "connect to URL"
    case .close: "close with code and reason"
    case .save: "save to file"
    case .count: "how many times"
    case .snippetName: "name of the snippet"
    case .variable: "variable: name=value"
    }
  }
}
