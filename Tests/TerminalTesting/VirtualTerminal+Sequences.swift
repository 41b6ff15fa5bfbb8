import Terminal

/// What the sequences of ECMA-48 do that this project writes.
extension VirtualTerminal {
  mutating func perform(_ sequence: EscapeParser.Sequence) {
    last = nil
    if sequence.marker == "?" { return setModes(sequence) }
    guard sequence.marker.isEmpty else {
      unknown.append(sequence.string)
      return
    }
    switch (sequence.intermediate, sequence.final) {
    case ("", "m"): render(sequence.parameters.map { $0 ?? 0 })
    case ("", "A"): move(toRow: cursor.row - sequence.number(0))
    case ("", "B"): move(toRow: cursor.row + sequence.number(0))
    case ("", "C"): move(toColumn: cursor.column + sequence.number(0))
    case ("", "D"): move(toColumn: cursor.column - sequence.number(0))
    case ("", "G"): move(toColumn: sequence.number(0) - 1)
    case ("", "H"):
      move(toRow: sequence.number(0) - 1)
      move(toColumn: sequence.number(1) - 1)
    case ("", "J"): eraseInDisplay(sequence)
    case ("", "K"): eraseInLine(sequence)
    case ("", "S"): scrollUp(sequence.number(0))
    case ("", "T"): scrollDown(sequence.number(0))
    case ("", "r"):
      region = max(0, sequence.number(0) - 1)..<min(size.rows, sequence.number(1, size.rows))
      (cursor, wrapsNext) = (.origin, false)
    case (" ", "q"): cursorShape = CursorShape(rawValue: sequence.parameters.first?.flatMap { $0 } ?? 0) ?? .standard
    default: unknown.append(sequence.string)
    }
  }

  private mutating func move(toRow row: Int) {
    cursor.row = max(0, min(size.rows - 1, row))
    wrapsNext = false
  }

  private mutating func move(toColumn column: Int) {
    cursor.column = max(0, min(size.columns - 1, column))
    wrapsNext = false
  }

  // MARK: Erasing

  private mutating func eraseInLine(_ sequence: EscapeParser.Sequence) {
    switch sequence.number(0, 0) {
    case 0: erase(cursor.column..<size.columns, ofRow: cursor.row)
    case 1: erase(0..<cursor.column + 1, ofRow: cursor.row)
    case 2: erase(0..<size.columns, ofRow: cursor.row)
    default: unknown.append(sequence.string)
    }
  }

  private mutating func eraseInDisplay(_ sequence: EscapeParser.Sequence) {
    switch sequence.number(0, 0) {
    case 0:
      erase(cursor.column..<size.columns, ofRow: cursor.row)
      for row in cursor.row + 1..<max(size.rows, cursor.row + 1) { erase(0..<size.columns, ofRow: row) }
    case 2: for row in 0..<size.rows { erase(0..<size.columns, ofRow: row) }
    default: unknown.append(sequence.string)
    }
  }

  private mutating func erase(_ columns: Range<Int>, ofRow row: Int) {
    for column in columns { put(erased, at: Point(column: column, row: row)) }
    wrapsNext = false
  }

  // MARK: Modes

  private mutating func setModes(_ sequence: EscapeParser.Sequence) {
    guard sequence.intermediate.isEmpty, sequence.final == "h" || sequence.final == "l" else {
      unknown.append(sequence.string)
      return
    }
    for case let mode? in sequence.parameters {
      let isOn = sequence.final == "h"
      if mode == PrivateMode.alternateScreen.rawValue, isOn != modes.contains(mode) { changeScreen(toAlternate: isOn) }
      if isOn { modes.insert(mode) } else { modes.remove(mode) }
    }
  }

  private mutating func changeScreen(toAlternate: Bool) {
    swap(&cells, &otherCells)
    if toAlternate {
      savedCursor = cursor
      cells = Self.blank(size)
    } else {
      cursor = savedCursor
    }
    wrapsNext = false
  }

  // MARK: Styles

  private mutating func render(_ parameters: [Int]) {
    var rest = (parameters.isEmpty ? [0] : parameters)[...]
    while let parameter = rest.popFirst() {
      switch parameter {
      case 0: style = .plain
      case 1: style = style.with(.bold)
      case 2: style = style.with(.dim)
      case 3: style = style.with(.italic)
      case 4: style = style.with(.underline)
      case 7: style = style.with(.reverse)
      case 9: style = style.with(.strikethrough)
      case 22: style = style.without([.bold, .dim])
      case 23: style = style.without(.italic)
      case 24: style = style.without(.underline)
      case 27: style = style.without(.reverse)
      case 29: style = style.without(.strikethrough)
      case 30...37: style.foreground = .indexed(UInt8(parameter - 30))
      case 38: style.foreground = Self.color(&rest) ?? style.foreground
      case 39: style.foreground = .standard
      case 40...47: style.background = .indexed(UInt8(parameter - 40))
      case 48: style.background = Self.color(&rest) ?? style.background
      case 49: style.background = .standard
      case 90...97: style.foreground = .indexed(UInt8(parameter - 90 + 8))
      case 100...107: style.background = .indexed(UInt8(parameter - 100 + 8))
      default: unknown.append("SGR \(parameter)")
      }
    }
  }

  private static func color(_ rest: inout ArraySlice<Int>) -> Color? {
    switch rest.popFirst() {
    case 5: return rest.popFirst().map { .indexed(UInt8(clamping: $0)) }
    case 2:
      guard let red = rest.popFirst(), let green = rest.popFirst(), let blue = rest.popFirst() else { return nil }
      return .rgb(UInt8(clamping: red), UInt8(clamping: green), UInt8(clamping: blue))
    default: return nil
    }
  }
}
