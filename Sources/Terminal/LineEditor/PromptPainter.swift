public import Bytes
public import PlainText

/// Draws the prompt as the last rows of the main screen, and prints lines above it.
///
/// It never asks where the cursor is: it knows how wide the rows are that it drew, and so where the terminal has put
/// them after a change of the width. Lines above are left to the terminal to wrap, so that it wraps them anew later.
public struct PromptPainter: Sendable {
  public var depth: ColorDepth
  /// Whether the terminal knows mode 2026; otherwise the cursor is hidden while a frame is drawn.
  public var synchronizedOutput: Bool
  /// How wide characters are drawn.
  public var widths: Widths
  /// Whether the terminal wraps rows anew when its width changes. Those that cut them, like xterm, say so by name.
  public var rewrapsRows: Bool

  /// What stands on the screen; nil for nothing.
  private var painted: (block: PromptBlock, columns: Int)?
  /// The screen's width now, if it has changed since.
  private var columns: Int?

  public init(
    depth: ColorDepth, synchronizedOutput: Bool = false, widths: Widths = Widths(), rewrapsRows: Bool = true
  ) {
    self.depth = depth
    self.synchronizedOutput = synchronizedOutput
    self.widths = widths
    self.rewrapsRows = rewrapsRows
  }

  /// Appends one frame: `lines` above the prompt, then the prompt. A frame that changes nothing is empty.
  /// - Parameters:
  ///   - lines: complete lines; each begins a row, and those wider than the screen are wrapped by the terminal.
  ///   - block: the prompt; nil to erase it, with the cursor at the start of the row below the lines.
  ///   - columns: the screen's width.
  public mutating func paint(
    above lines: [StyledText], block: PromptBlock?, columns: Int, into output: ByteBuffer
  ) {
    resized(to: columns)
    if lines.isEmpty, block == painted?.block, columns == painted?.columns ?? columns { return }
    output.append(synchronizedOutput ? ControlSequence.beginSynchronizedUpdate : .reset(.cursorVisible))
    eraseBlock(output)
    for line in lines {
      write(line, isInBlock: false, to: output)
      output.append(.newLine)
    }
    if let block { draw(block, to: output) }
    painted = block.map { ($0, columns) }
    output.append(synchronizedOutput ? ControlSequence.endSynchronizedUpdate : .set(.cursorVisible))
  }

  /// Notes that the screen is `columns` wide now; the next frame finds the prompt where the terminal has moved it.
  public mutating func resized(to columns: Int) { self.columns = columns }

  /// Forgets what is drawn: somebody else has written on the screen, or cleared it. The next frame erases nothing.
  public mutating func forget() { painted = nil }

  /// Appends what clears the screen; the next frame begins at its top.
  public mutating func clearScreen(into output: ByteBuffer) {
    output.append(.cursorTo(.origin))
    output.append(.eraseScreen)
    forget()
  }

  // MARK: Steps

  /// Where tmux has the block in its first row, erasing from there at once leaves a copy in its history: so the rest of
  /// the row first, and what is below from the second column on.
  private func eraseBlock(_ output: ByteBuffer) {
    guard painted != nil else { return }
    output.append(.carriageReturn)
    output.append(.cursorUp(cursorRow))
    output.append(.eraseToEndOfLine)
    output.append(.cursorForward(1))
    output.append(.eraseBelow)
    output.append(.carriageReturn)
  }

  /// Rows of the screen between the block's first and the cursor's.
  private var cursorRow: Int {
    guard let painted else { return 0 }
    let cursor = painted.block.cursor
    guard rewrapsRows, let columns, columns > 0, columns != painted.columns else { return cursor.row }
    let above = painted.block.rows[..<cursor.row].reduce(0) { $0 + wraps($1.width(widths), columns) }
    let own = wraps(painted.block.rows[cursor.row].width(widths), columns)
    return above + min(cursor.column / columns, own - 1)
  }

  /// Rows that a row of `width` cells takes.
  private func wraps(_ width: Int, _ columns: Int) -> Int { max(1, (width + columns - 1) / columns) }

  private func draw(_ block: PromptBlock, to output: ByteBuffer) {
    for (index, row) in block.rows.enumerated() {
      if index > 0 { output.append(.newLine) }
      write(row, isInBlock: true, to: output)
    }
    output.append(.cursorUp(block.rows.count - 1 - block.cursor.row))
    output.append(.carriageReturn)
    output.append(.cursorForward(block.cursor.column))
  }

  private func write(_ line: StyledText, isInBlock: Bool, to output: ByteBuffer) {
    var style = Style.plain
    var column = 0
    for run in line.runs {
      let next = run.style.limited(to: depth)
      if next != style { output.append(next == .plain ? ControlSequence.plainStyle : .style(next, depth)) }
      style = next
      write(run.text.string, isInBlock: isInBlock, from: &column, to: output)
    }
    if style != .plain { output.append(.plainStyle) }
  }

  private func write(_ text: String, isInBlock: Bool, from column: inout Int, to output: ByteBuffer) {
    guard !text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
      output.append(text)
      column += text.utf8.count
      return
    }
    for character in text {
      // In raw mode a newline alone goes straight down.
      if character == "\n" {
        output.append(.newLine)
        column = 0
        continue
      }
      output.append(String(character))
      column += widths.width(of: character)
      // However wide the terminal has drawn it: what follows stands where it is counted.
      if isInBlock, widths.isDisputed(character) {
        output.append(.carriageReturn)
        output.append(.cursorForward(column))
      }
    }
  }
}
