/// What each key does while the line is edited.
extension LineEditor {
  mutating func perform(_ command: EditCommand) -> [Action] {
    let previous = last
    last = .other
    switch command {
    case .enter: return enter()
    case .newLine: insert("\n")
    case .interrupt:
      if buffer.isEmpty { return [.interrupt] }
      change(0..<buffer.count, to: "", .other)
    case .endOrDelete:
      if buffer.isEmpty { return [.close] }
      if isMultilineMode, buffer.cursor == buffer.count { return [submit(), .changed] }
      erase(buffer.cursor..<buffer.next(after: buffer.cursor))
    case .eraseRight: erase(buffer.cursor..<buffer.next(after: buffer.cursor))
    case .eraseLeft: erase(buffer.previous(before: buffer.cursor)..<buffer.cursor)

    case .left: buffer.move(to: buffer.previous(before: buffer.cursor))
    case .characterRight: buffer.move(to: buffer.next(after: buffer.cursor))
    case .right: moveRight()
    case .wordLeft: buffer.move(to: buffer.wordStart(from: buffer.cursor))
    case .wordRight: buffer.move(to: buffer.wordEnd(from: buffer.cursor))
    case .lineStart: buffer.move(to: buffer.lineStart(of: buffer.cursor))
    case .lineEnd:
      if !takeSuggestion() { buffer.move(to: buffer.lineEnd(of: buffer.cursor)) }
    case .textStart: buffer.move(to: 0)
    case .textEnd: buffer.move(to: buffer.count)
    case .up: moveUp(after: previous)
    case .down: moveDown(after: previous)
    case .older: recall(older: true)
    case .newer: recall(older: false)

    case .eraseWordLeft: cut(buffer.wordStart(from: buffer.cursor)..<buffer.cursor, .before, after: previous)
    case .eraseWordRight: cut(buffer.cursor..<buffer.wordEnd(from: buffer.cursor), .after, after: previous)
    case .cutRunLeft: cut(buffer.runStart(from: buffer.cursor)..<buffer.cursor, .before, after: previous)
    case .cutToLineEnd:
      let end = buffer.lineEnd(of: buffer.cursor)
      cut(buffer.cursor..<(end == buffer.cursor ? buffer.next(after: end) : end), .after, after: previous)
    case .cutToLineStart:
      let start = buffer.lineStart(of: buffer.cursor)
      let isAtStart = start == buffer.cursor
      cut((isAtStart ? buffer.previous(before: start) : start)..<buffer.cursor, .before, after: previous)
    case .yank: yank(buffer.cursor..<buffer.cursor)
    case .yankOlder:
      guard case .yank(let range) = previous else { break }
      killRing.rotate()
      yank(range)
    case .undo: undo()
    case .transpose: transpose()
    case .upperCase: changeWord { $0.uppercased() }
    case .lowerCase: changeWord { $0.lowercased() }
    case .capitalize: changeWord { Self.capitalized($0) }

    case .complete: complete()
    case .search: startSearch()
    case .editExternally: return [.editExternally(buffer.text)]
    case .suspend: return [.suspend]
    case .redraw: return [.redraw]
    case .searchNewer, .completeBackwards, .cancel, .quote: break
    }
    return [.changed]
  }

  // MARK: Sending

  private mutating func enter() -> [Action] {
    let cursor = buffer.cursor
    if isMultilineMode {
      // A blank line at the end says that the text is whole; the blank line is not part of it.
      guard cursor == buffer.count, cursor > 0, buffer.byte(at: cursor - 1) == 0x0A,
        buffer.fold(endingAt: cursor) == nil
      else {
        insert("\n")
        return [.changed]
      }
      change(cursor - 1..<cursor, to: "", .other)
    } else if endsInBackslash(cursor) {
      change(cursor - 1..<cursor, to: "\n", .other)
      return [.changed]
    }
    return [submit(), .changed]
  }

  /// Whether an odd number of backslashes stands before `offset`: two of them are meant.
  private func endsInBackslash(_ offset: Int) -> Bool {
    guard buffer.fold(endingAt: offset) == nil else { return false }
    var start = offset
    while start > 0, buffer.byte(at: start - 1) == UInt8(ascii: "\\") { start -= 1 }
    return !(offset - start).isMultiple(of: 2)
  }

  private mutating func submit() -> Action {
    let text = buffer.text
    history?.append(text)
    buffer = TextBuffer()
    undoStack.removeAll()
    walk = nil
    return .submit(text)
  }

  // MARK: Erasing, cutting, putting back

  private mutating func erase(_ range: Range<Int>) {
    // A block goes at once, and comes back at once.
    change(range, to: "", buffer.fold(at: range.lowerBound) == nil ? .erasing : .other)
  }

  private mutating func cut(_ range: Range<Int>, _ side: KillRing.Side, after previous: LastCommand) {
    guard !range.isEmpty else {
      if previous == .cut { last = .cut }
      return
    }
    killRing.cut(String(buffer.text(in: range)), joining: previous == .cut ? side : nil)
    change(range, to: "", .other)
    last = .cut
  }

  private mutating func yank(_ range: Range<Int>) {
    guard let text = killRing.current else { return }
    change(range, to: text, .other, asFold: Pasted.isLong(text))
    last = .yank(range.lowerBound..<range.lowerBound + text.utf8.count)
  }

  private mutating func undo() {
    guard let change = undoStack.takeLast() else { return }
    buffer.replace(change.offset..<change.offset + change.inserted.utf8.count, with: change.removed)
    buffer.restore(folds: change.folds, cursor: change.cursor)
    walk = nil
  }

  private mutating func transpose() {
    let lineEnd = buffer.lineEnd(of: buffer.cursor)
    // At the end of a line the last two are swapped.
    let middle = buffer.cursor == lineEnd ? buffer.previous(before: buffer.cursor) : buffer.cursor
    let start = buffer.previous(before: middle)
    let end = buffer.next(after: middle)
    guard start >= buffer.lineStart(of: buffer.cursor), start < middle, end <= lineEnd, middle < end,
      buffer.fold(at: start) == nil, buffer.fold(at: middle) == nil
    else { return }
    change(start..<end, to: String(buffer.text(in: middle..<end) + buffer.text(in: start..<middle)), .other)
  }

  private mutating func changeWord(_ transform: (Substring) -> String) {
    let range = buffer.cursor..<buffer.wordEnd(from: buffer.cursor)
    guard !buffer.folds.contains(where: { $0.overlaps(range) }) else { return buffer.move(to: range.upperBound) }
    let text = buffer.text(in: range)
    let changed = transform(text)
    guard changed != text else { return buffer.move(to: range.upperBound) }
    change(range, to: changed, .other)
  }

  private static func capitalized(_ text: Substring) -> String {
    let start = text.firstIndex { $0.isLetter || $0.isNumber } ?? text.endIndex
    guard start < text.endIndex else { return String(text) }
    return text[..<start] + text[start].uppercased() + text[text.index(after: start)...].lowercased()
  }

  // MARK: Moving

  private mutating func moveRight() {
    let cursor = buffer.cursor
    if let fold = buffer.fold(at: cursor) { return buffer.open(fold) }
    if cursor == buffer.count {
      if let fold = buffer.fold(endingAt: cursor) { return buffer.open(fold) }
      if takeSuggestion() { return }
    }
    buffer.move(to: buffer.next(after: cursor))
  }

  private mutating func moveUp(after previous: LastCommand) {
    let start = buffer.lineStart(of: buffer.cursor)
    // Who has just come from the history goes on through it, also from a text of many lines.
    if start == 0 || previous == .recall { return recall(older: true) }
    let column = goalColumn(after: previous)
    buffer.move(to: buffer.place(column: column, inLineAt: buffer.lineStart(of: start - 1)))
    last = .vertical(column: column)
  }

  private mutating func moveDown(after previous: LastCommand) {
    let end = buffer.lineEnd(of: buffer.cursor)
    if end == buffer.count || previous == .recall { return recall(older: false) }
    let column = goalColumn(after: previous)
    buffer.move(to: buffer.place(column: column, inLineAt: end + 1))
    last = .vertical(column: column)
  }

  private func goalColumn(after previous: LastCommand) -> Int {
    if case .vertical(let column) = previous { return column }
    return buffer.column(of: buffer.cursor)
  }
}
