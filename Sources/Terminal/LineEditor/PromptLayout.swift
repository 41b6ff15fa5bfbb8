import PlainText

/// Wraps the text around the cursor into rows.
struct PromptLayout {
  let prompt: StyledText
  /// Cells a row may take.
  let width: Int
  let maximumRows: Int
  let widths: Widths
  /// Bytes shown underlined.
  var emphasis: Range<Int>?

  private var rows: [StyledText] = []
  private var column = 0
  /// What of the last row is not in `rows` yet, and how it looks.
  private var text = ""
  private var style = Style.plain
  private var row = StyledText()
  private var cursor: Point?
  /// What is placed next stands at the cursor.
  private var isAtCursor = false

  /// Marks of one character shown at the most, in bytes.
  private static let maximumCluster = 256
  /// Where a long line is cut above the window, in bytes: its rows do not shift at each key.
  private static let anchorStep = 4096
  /// What a folded block counts for, in bytes.
  private static let labelSize = 64

  init(prompt: StyledText, width: Int, maximumRows: Int, widths: Widths) {
    self.prompt = prompt
    self.width = width
    self.maximumRows = maximumRows
    self.widths = widths
  }

  /// The rows around the cursor of `buffer`.
  mutating func block(of buffer: TextBuffer, suggestion: String?) -> PromptBlock {
    let start = start(in: buffer)
    let promptWidth = prompt.width(widths)
    let indent = promptWidth * 2 <= width ? promptWidth : 0
    if start == 0 {
      for run in prompt.runs { place(run.text.string, run.style) }
    } else if buffer.byte(at: start - 1) == 0x0A {
      place(String(repeating: " ", count: indent), .plain)
    }
    var offset = start
    while offset < buffer.count {
      if offset == buffer.cursor { isAtCursor = true }
      if let cursor, rows.count - cursor.row > maximumRows { break }
      if let fold = buffer.fold(at: offset) {
        place(Pasted.label(newlines: buffer.newlines(in: fold), size: fold.count), Style(.reverse))
        offset = fold.upperBound
      } else if buffer.byte(at: offset) == 0x0A {
        markCursor()
        endRow()
        place(String(repeating: " ", count: indent), .plain)
        offset += 1
      } else {
        let end = buffer.next(after: offset)
        placeCharacter(buffer, offset..<end)
        offset = end
      }
    }
    if cursor == nil { isAtCursor = true }
    markCursor()
    if offset == buffer.count, let suggestion { placeSuggestion(suggestion) }
    let isCutBelow = offset < buffer.count
    endRow()
    return window(isCutAbove: start > 0, isCutBelow: isCutBelow)
  }

  // MARK: What to lay out

  /// Where to begin so that everything the window can show is laid out, and little more.
  private func start(in buffer: TextBuffer) -> Int {
    var place = buffer.cursor
    var lines = maximumRows
    // Eight bytes a cell: what is longer is escaped, and takes more cells.
    var budget = max(Self.anchorStep, maximumRows * width * 8)
    while place > 0, budget > 0 {
      if let fold = buffer.fold(at: place - 1) {
        place = fold.lowerBound
        budget -= Self.labelSize
        continue
      }
      let edge = buffer.folds.last { $0.upperBound <= place }?.upperBound ?? 0
      let limit = max(edge, place - budget)
      budget -= place - limit
      while let newline = buffer.newline(in: limit..<place, fromEnd: true) {
        lines -= 1
        if lines < 0 { return newline + 1 }
        place = newline
      }
      place = limit
      if limit > edge { return buffer.roundedUp(max(edge, place - place % Self.anchorStep)) }
    }
    return place
  }

  /// The rows to show of those laid out; where text is left out, a row says so.
  private func window(isCutAbove: Bool, isCutBelow: Bool) -> PromptBlock {
    let cursor = cursor ?? .origin
    guard rows.count > maximumRows else { return PromptBlock(rows: rows, cursor: cursor) }
    // The cursor two thirds down: what was just written is above it.
    let first = min(max(0, cursor.row - maximumRows * 2 / 3), rows.count - maximumRows)
    var shown = Array(rows[first..<first + maximumRows])
    let row = cursor.row - first
    let sign = StyledText(SafeText("…"), Style(.dim)).cut(to: width, widths)
    if first > 0 || isCutAbove, row > 1 { shown[0] = sign }
    if first + maximumRows < rows.count || isCutBelow, row < maximumRows - 2 { shown[maximumRows - 1] = sign }
    return PromptBlock(rows: shown, cursor: Point(column: cursor.column, row: row))
  }

  // MARK: Laying out

  private mutating func placeCharacter(_ buffer: TextBuffer, _ range: Range<Int>) {
    let isEmphasized = emphasis.map { range.lowerBound < $0.upperBound && $0.lowerBound < range.upperBound } ?? false
    let style = isEmphasized ? Style(.underline) : .plain
    if range.count == 1, let byte = buffer.byte(at: range.lowerBound), byte >= 0x20, byte < 0x7F {
      return place(Character(Unicode.Scalar(byte)), cells: 1, style)
    }
    // A character may have megabytes of marks.
    let end = min(range.upperBound, range.lowerBound + Self.maximumCluster)
    let written = String(decoding: buffer.text.utf8[buffer.index(range.lowerBound)..<buffer.index(end)], as: UTF8.self)
    var shown = SafeText(written, maximumLength: .max).string
    if end < range.upperBound { shown += "… \(Quantity.bytes(range.upperBound - end)) more" }
    place(shown, shown == written ? style : style.with(.reverse))
  }

  private mutating func place(_ text: String, _ style: Style) {
    for character in text {
      let cells = widths.width(of: character)
      guard cells > 0 else { continue }
      place(character, cells: cells, style)
    }
  }

  private mutating func place(_ character: Character, cells: Int, _ style: Style) {
    // Where terminals disagree about a character, there is room for the widest guess.
    let room = widths.isDisputed(character) ? widths.scalarSum(of: character) : cells
    if column + max(cells, room) > width, column > 0 { endRow() }
    guard cells <= width else { return place("?", cells: 1, style.with(.reverse)) }
    markCursor()
    if style != self.style { flush() }
    self.style = style
    text.append(character)
    column += cells
  }

  /// What fits behind the text; a suggestion never changes how many rows there are.
  private mutating func placeSuggestion(_ suggestion: String) {
    let safe = SafeText(String(suggestion.prefix { $0 != "\n" }), maximumLength: 500).string
    for character in safe {
      let cells = widths.width(of: character)
      guard cells > 0, column + max(cells, widths.scalarSum(of: character)) <= width else { break }
      place(character, cells: cells, Style(.dim))
    }
  }

  /// The cursor stands where the character behind it is: in the next row, if that is where it went.
  private mutating func markCursor() {
    guard isAtCursor else { return }
    cursor = Point(column: column, row: rows.count)
    isAtCursor = false
  }

  private mutating func flush() {
    row.append(SafeText(text, maximumLength: .max), style)
    text = ""
  }

  private mutating func endRow() {
    flush()
    rows.append(row)
    row = StyledText()
    column = 0
  }
}

extension Widths {
  /// The cells of a terminal that adds up the scalars.
  func scalarSum(of character: Character) -> Int {
    character.unicodeScalars.count == 1
      ? width(of: character) : character.unicodeScalars.reduce(0) { $0 + width(of: Character($1)) }
  }
}
