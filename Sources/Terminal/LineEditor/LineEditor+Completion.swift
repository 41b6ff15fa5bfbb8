/// Tab.
extension LineEditor {
  mutating func complete() {
    if let fold = buffer.fold(endingAt: buffer.cursor) ?? buffer.fold(at: buffer.cursor) { return buffer.open(fold) }
    guard let (completion, replaced) = askCompleter() else { return }
    if completion.candidates.count == 1 { return take(completion.candidates[0], replacing: replaced) }
    let written = buffer.text(in: replaced.lowerBound..<buffer.cursor)
    let prefix = completion.commonPrefix
    if prefix.utf8.count > written.utf8.count, prefix.utf8.starts(with: written.utf8) {
      change(replaced.lowerBound..<buffer.cursor, to: prefix, .other)
    } else {
      mode = .choosing(CompletionList(candidates: completion.candidates, replaced: replaced))
    }
  }

  mutating func performChoosing(_ command: EditCommand, _ list: CompletionList) -> [Action] {
    var list = list
    switch command {
    case .complete where list.candidates.count == 1:
      leaveMode()
      take(list.candidates[0], replacing: list.replaced)
    case .complete, .down:
      list.walk(by: 1)
      mode = .choosing(list)
    case .completeBackwards, .up:
      list.walk(by: -1)
      mode = .choosing(list)
    case .enter:
      leaveMode()
      guard let selection = list.selection else { return perform(command) }
      take(list.candidates[selection], replacing: list.replaced)
    case .cancel, .interrupt: leaveMode()
    case .redraw, .suspend: return perform(command)
    case .eraseLeft, .eraseRight:
      let actions = perform(command)
      refreshList()
      return actions
    default:
      leaveMode()
      return perform(command)
    }
    return [.changed]
  }

  /// Asks again for the candidates of an open list; it closes when there are none.
  mutating func refreshList() {
    guard case .choosing = mode, let (completion, replaced) = askCompleter() else { return leaveMode() }
    mode = .choosing(CompletionList(candidates: completion.candidates, replaced: replaced))
  }

  private func askCompleter() -> (completion: Completion, replaced: Range<Int>)? {
    let cursor = buffer.index(buffer.cursor)
    guard let completion = completer?.completion(of: buffer.text, at: cursor), !completion.candidates.isEmpty else {
      return nil
    }
    let text = buffer.text.utf8
    let start = text.distance(from: text.startIndex, to: completion.replaced.lowerBound)
    let end = text.distance(from: text.startIndex, to: completion.replaced.upperBound)
    precondition(start <= buffer.cursor && buffer.cursor <= end, "a completion is asked for at the cursor")
    return (completion, start..<end)
  }

  private mutating func take(_ candidate: Completion.Candidate, replacing range: Range<Int>) {
    change(range, to: candidate.text + candidate.ending, .other)
  }
}
