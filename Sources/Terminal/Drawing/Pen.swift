import Bytes

/// Where the terminal writes next and how, and the fewest bytes that make it another.
struct Pen {
  let size: Size
  /// Nil where terminals disagree: behind the last column, or behind a cluster of disputed width.
  private(set) var place: Point?
  private(set) var style = StyleID.plain
  /// SGR from one style to another, made once: by both numbers.
  private var transitions: [UInt32: [UInt8]] = [:]

  private static let mostTransitions = 4096

  init(size: Size) { self.size = size }

  /// Forgets the numbers of styles; the terminal writes plain.
  mutating func forgetStyles() {
    transitions = [:]
    style = .plain
  }

  /// Forgets where the terminal writes.
  mutating func losePlace() { place = nil }

  // MARK: Motion

  /// Moves to `target`, which lies on the screen.
  mutating func move(to target: Point, _ output: ByteBuffer) {
    guard place != target else { return }
    let absolute = ControlSequence.cursorTo(target)
    if let place, let relative = relative(from: place, to: target) {
      output.append(relative.utf8.count <= absolute.string.utf8.count ? relative : absolute.string)
    } else {
      output.append(absolute)
    }
    place = target
  }

  /// Moves there by column and row, wherever the terminal is.
  mutating func jump(to target: Point, _ output: ByteBuffer) {
    losePlace()
    move(to: target, output)
  }

  /// How many bytes it takes to skip columns.
  static func skipSize(_ columns: Int) -> Int { columns == 1 ? 3 : columns < 10 ? 4 : columns < 100 ? 5 : 6 }

  private func relative(from place: Point, to target: Point) -> String? {
    switch target.row - place.row {
    case 0: horizontal(from: place.column, to: target.column)
    case 1: "\r\n" + horizontal(from: 0, to: target.column)
    case let rows where target.column == place.column:
      (rows > 0 ? ControlSequence.cursorDown(rows) : .cursorUp(-rows)).string
    default: nil
    }
  }

  private func horizontal(from column: Int, to target: Int) -> String {
    switch target - column {
    case 0: ""
    case let columns where columns > 0: ControlSequence.cursorForward(columns).string
    case _ where target == 0: "\r"
    case let columns: ControlSequence.cursorBack(-columns).string
    }
  }

  // MARK: Writing

  /// Makes `style` the one that is written in.
  mutating func use(_ style: StyleID, _ styles: StylePool, _ output: ByteBuffer) {
    guard style != self.style else { return }
    let key = UInt32(self.style.value) << 16 | UInt32(style.value)
    self.style = style
    if let known = transitions[key] {
      output.append(known.span)
      return
    }
    let bytes = Self.transition(from: styles.style(of: StyleID(value: UInt16(key >> 16))), to: styles.style(of: style))
    if transitions.count >= Self.mostTransitions { transitions = [:] }
    transitions[key] = bytes
    output.append(bytes.span)
  }

  /// The difference of two styles, or the second after a reset, whichever is shorter.
  private static func transition(from old: Style, to new: Style) -> [UInt8] {
    let difference = ControlSequence.rendition(new.parameters(after: old))
    let whole = ControlSequence.rendition(["0"] + new.parameters)
    return Array((difference.utf8.count < whole.utf8.count ? difference : whole).utf8)
  }

  /// Makes sure that erasing leaves what a blank cell shows.
  mutating func useBlank(_ styles: StylePool, _ output: ByteBuffer) {
    if !styles.leavesBlanks(style) { use(.plain, styles, output) }
  }

  /// Writes `cell` where the pen is.
  mutating func write(_ cell: Cell, of picture: Picture, _ output: ByteBuffer) {
    if cell == .blank { useBlank(picture.styles, output) } else { use(cell.style, picture.styles, output) }
    picture.glyphs.append(cell.glyph, to: output)
    guard let place else { return }
    let column = place.column + Int(cell.width)
    self.place = cell.isDisputed || column >= size.columns ? nil : Point(column: column, row: place.row)
  }
}
