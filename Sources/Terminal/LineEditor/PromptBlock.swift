import PlainText

/// The last rows of the screen: prompt, text, what completes it, hint.
public struct PromptBlock: Equatable, Sendable {
  /// Each at most as wide as the screen less one column; at least one.
  public var rows: [StyledText]
  /// Where the cursor stands, from the block's first row.
  public var cursor: Point

  public init(rows: [StyledText], cursor: Point) {
    self.rows = rows
    self.cursor = cursor
  }
}

extension LineEditor {
  /// What to show on a screen of this size. Of a text that does not fit, the part around the cursor.
  public func block(columns: Int, rows: Int) -> PromptBlock {
    // The last column stays free: a character there leaves the cursor in a place terminals disagree about.
    let width = columns - 1
    guard width > 0 else { return PromptBlock(rows: [StyledText()], cursor: .origin) }
    let height = max(1, rows - 1)
    let below = rowsBelow(width: width, rows: height - 1)
    var block = textRows(width: width, rows: height - below.count)
    block.rows += below
    return block
  }

  private func textRows(width: Int, rows: Int) -> PromptBlock {
    guard case .searching(let search) = mode else {
      var layout = PromptLayout(prompt: prompt, width: width, maximumRows: rows, widths: widths)
      return layout.block(of: buffer, suggestion: suggestion)
    }
    var label = StyledText("search: ", Style(.dim))
    label.append(SafeText(search.query, maximumLength: 200))
    if search.match == nil, !search.query.isEmpty { label.append("  nothing found", Style(.dim)) }
    label = label.cut(to: width, widths)
    let column = min(width, widths.width(of: "search: " + SafeText(search.query, maximumLength: 200).string))
    guard rows > 1 else { return PromptBlock(rows: [label], cursor: Point(column: column, row: 0)) }
    var shown = buffer
    var found: Range<Int>?
    if let match = search.match, let entry = history?.entries[match] {
      shown = TextBuffer()
      shown.replace(0..<0, with: entry)
      found = SearchPattern(search.query).range(in: entry)
      shown.move(to: found?.lowerBound ?? 0)
    }
    var layout = PromptLayout(prompt: prompt, width: width, maximumRows: rows - 1, widths: widths)
    layout.emphasis = found
    return PromptBlock(
      rows: [label] + layout.block(of: shown, suggestion: nil).rows, cursor: Point(column: column, row: 0))
  }

  private func rowsBelow(width: Int, rows: Int) -> [StyledText] {
    guard rows > 0 else { return [] }
    guard case .choosing(let list) = mode else { return hint.isEmpty ? [] : [hint.cut(to: width, widths)] }
    let available = min(rows, CompletionList.maximumRows)
    let isCut = list.candidates.count > available
    let window = list.window(rows: isCut && available > 1 ? available - 1 : available)
    let longest =
      list.candidates[window].map { SafeText($0.text, maximumLength: 200).string }
      .map { widths.width(of: $0) }.max() ?? 0
    var shown = window.map { index -> StyledText in
      let candidate = list.candidates[index]
      let name = SafeText(candidate.text, maximumLength: 200)
      var row = StyledText(" ") + StyledText(name)
      if !candidate.description.isEmpty {
        let gap = String(repeating: " ", count: longest - widths.width(of: name.string) + 2)
        row.append(SafeText(gap + candidate.description), Style(.dim))
      }
      row = row.cut(to: width, widths)
      return index == list.selection ? StyledText(SafeText(row.string, maximumLength: .max), Style(.reverse)) : row
    }
    if isCut, available > 1 {
      let row = StyledText(" \(window.lowerBound + 1)-\(window.upperBound) of \(list.candidates.count)", Style(.dim))
      shown.append(row.cut(to: width, widths))
    }
    return shown
  }
}

extension StyledText {
  /// The beginning that fits into `width` cells.
  func cut(to width: Int, _ widths: Widths) -> StyledText {
    guard self.width(widths) > width else { return self }
    var cut = StyledText()
    var left = width
    for run in runs {
      let (end, used) = widths.fit(run.text.string[...], columns: left)
      cut.append(SafeText(String(run.text.string[..<end]), maximumLength: .max), run.style)
      left -= used
      guard end == run.text.string.endIndex else { break }
    }
    return cut
  }
}
