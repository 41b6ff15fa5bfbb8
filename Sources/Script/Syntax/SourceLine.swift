/// A line of a script with the lines that belong to it: those that are indented below it.
struct SourceLine: Hashable, Sendable {
  /// From 1.
  var number: Int
  /// Blanks before the text.
  var indentation: Int
  /// The line without its indentation.
  var text: String
  /// What belongs to it.
  var children: [SourceLine] = []

  /// Whether it is the line `number`, or one that belongs to it.
  func contains(_ number: Int) -> Bool { self.number == number || children.contains { $0.contains(number) } }
}

/// Puts lines below those they belong to.
struct SourceTree {
  /// The lines that belong to none.
  private(set) var lines: [SourceLine] = []
  /// What is wrong with the indentation.
  private(set) var errors: [ScriptError] = []

  /// The lines on the way to the newest, outermost first; each is put below its parent when it is done.
  private var open: [SourceLine] = []
  private let file: String

  /// The lines of `text`; comments and blank lines are not among them.
  init(_ text: String, file: String) {
    self.file = file
    // A file that an editor of another system wrote has CR before LF; neither belongs to a line.
    let sources = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (index, source) in sources.enumerated() { add(source, number: index + 1) }
    close(downTo: 0)
  }

  private mutating func add(_ source: Substring, number: Int) {
    let indentation = source.prefix { $0 == " " }.count
    let text = source.dropFirst(indentation)
    guard let first = text.first, first != "#", !text.allSatisfy({ $0 == " " || $0 == "\t" }) else { return }
    guard first != "\t" else {
      return fail(
        number, indentation + 1, source, "a tab cannot indent a line",
        "indent with blanks, as wide as the lines around it")
    }
    if let mistake = misplaced(indentation) {
      fail(number, indentation + 1, source, mistake.sentence, mistake.hint)
      // Below the same parent as its neighbours it says at least what else is wrong with it.
    }
    while let last = open.last, last.indentation >= indentation { close(downTo: open.count - 1) }
    open.append(SourceLine(number: number, indentation: indentation, text: String(text)))
  }

  /// Why no line may stand so deep here: neither below the line above nor beside one that is open.
  private func misplaced(_ indentation: Int) -> (sentence: String, hint: String)? {
    guard let last = open.last else {
      return indentation == 0
        ? nil : ("an indented line belongs to the line above it, and there is none", "begin at the first column")
    }
    if indentation > last.indentation {
      guard let sibling = last.children.last, sibling.indentation != indentation else { return nil }
      return depth(indentation, beside: sibling)
    }
    guard let sibling = open.last(where: { $0.indentation <= indentation }), sibling.indentation < indentation else {
      return nil
    }
    let deeper = open.first { $0.indentation > sibling.indentation } ?? last
    return depth(indentation, beside: deeper)
  }

  private func depth(_ indentation: Int, beside line: SourceLine) -> (sentence: String, hint: String) {
    (
      "this line is indented by \(indentation), those beside it by \(line.indentation)",
      "lines that belong to the same line have one depth"
    )
  }

  private mutating func close(downTo count: Int) {
    while open.count > count {
      let line = open.removeLast()
      if open.isEmpty { lines.append(line) } else { open[open.count - 1].children.append(line) }
    }
  }

  private mutating func fail(
    _ line: Int, _ column: Int, _ source: Substring, _ sentence: String, _ hint: String
  ) {
    errors.append(
      ScriptError(file: file, line: line, column: column, source: String(source), sentence: sentence, hint: hint))
  }
}
