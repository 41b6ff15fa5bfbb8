import PlainText
import Terminal

/// What lies over the panes: questions, lists to pick from, help, settings, what may follow a key.
extension ScreenView {
  func drawOverlay(on screen: Screen, _ layout: ScreenLayout) {
    switch model.overlay {
    case .question, nil: break
    case .picker(let picker): drawPicker(picker, screen)
    case .help(let top): drawHelp(top, screen)
    case .settings(let selection): drawSettings(selection, screen)
    case .form(let form): drawForm(form, screen)
    }
    if model.overlay == nil, !model.pendingKeys.isEmpty,
      model.now - model.pendingSince >= Model.popupDelay
    {
      drawPopup(screen)
    }
  }

  /// A line that is asked for, with what may complete it: below it where there is space, else above.
  func drawQuestion(_ question: Question, _ area: Area) {
    let screen = area.screen
    let block = question.editor.block(columns: area.width, rows: 10)
    var rows = Array(block.rows.prefix((block.rows.lastIndex { !$0.isEmpty } ?? 0) + 1))
    let said =
      question.complaint.map { StyledText("! \($0)", theme.style(.error)) }
      ?? question.note.map { StyledText($0, theme.style(.quiet)) }
    if let said, rows.indices.contains(block.cursor.row) {
      let width = rows[block.cursor.row].width(screen.widths)
      let space = area.width - width - said.width(screen.widths)
      if space > 0 {
        rows[block.cursor.row].append(StyledText(String(repeating: " ", count: space)) + said)
      } else {
        rows.insert(said, at: block.cursor.row + 1)
      }
    }
    rows = Array(rows.prefix(screen.size.rows))
    let top = min(area.rect.origin.row, screen.size.rows - rows.count)
    let rect = Rect(
      origin: Point(column: area.rect.origin.column, row: top), size: Size(columns: area.width, rows: rows.count))
    screen.fill(rect)
    let lines = Area(screen: screen, rect: rect, theme: theme, strokes: strokes)
    for (row, line) in rows.enumerated() { lines.write(line, row: row) }
    screen.showCursor(Point(column: rect.origin.column + block.cursor.column, row: top + block.cursor.row))
  }

  /// A frame with a title in the middle of the screen, or at its bottom.
  private func box(
    _ title: String, columns: Int, rows: Int, _ screen: Screen, isAtBottom: Bool = false
  ) -> Area {
    let width = min(screen.size.columns, columns + 4)
    let height = min(screen.size.rows, rows + 2)
    let column = (screen.size.columns - width) / 2
    let row = isAtBottom ? max(0, screen.size.rows - 1 - height) : (screen.size.rows - height) / 2
    let outer = Rect(
      origin: Point(column: column, row: row), size: Size(columns: width, rows: height))
    screen.fill(outer)
    let area = Area(screen: screen, rect: outer, theme: theme, strokes: strokes)
    let corners = strokes.isASCII ? ["+", "+", "+", "+"] : ["┌", "┐", "└", "┘"]
    let line = String(repeating: strokes.horizontal, count: max(0, width - 2))
    let quiet = theme.style(.quiet)
    area.write(corners[0] + line + corners[1], quiet, row: 0)
    area.write(" \(title) ", theme.style(.title), row: 0, column: 1)
    for row in 1..<max(1, height - 1) {
      area.write("\(strokes.vertical)", quiet, row: row)
      area.write("\(strokes.vertical)", quiet, row: row, column: width - 1)
    }
    if height > 1 { area.write(corners[2] + line + corners[3], quiet, row: height - 1) }
    return Area(
      screen: screen, rect: outer.inset(columns: 2, rows: 1), theme: theme, strokes: strokes)
  }

  // MARK: Picking

  private func drawPicker(_ picker: Picker, _ screen: Screen) {
    let found = picker.found
    let height = min(max(3, screen.size.rows - 4), 12)
    let area = box(picker.title, columns: 72, rows: height, screen)
    let block = picker.editor.block(columns: area.width, rows: 2)
    if let row = block.rows.first { area.write(row, row: 0) }
    area.writeAtRight(
      StyledText("\(found.count) of \(picker.total)", theme.style(.quiet)), row: 0, taken: 20)
    screen.showCursor(
      Point(column: area.rect.origin.column + block.cursor.column, row: area.rect.origin.row))
    let selection = min(picker.selection, max(0, found.count - 1))
    let rows = area.height - 1
    guard rows > 0 else { return }
    let top = max(0, min(selection - rows / 2, found.count - rows))
    for (index, entry) in found.dropFirst(top).prefix(rows).enumerated() {
      let isSelected = top + index == selection
      let label = StyledText(isSelected ? strokes.selected : " ") + StyledText(entry.label)
      let taken = area.write(label, row: index + 1)
      area.writeAtRight(StyledText(entry.detail, theme.style(.quiet)), row: index + 1, taken: taken)
      if isSelected { screen.restyle(area.rect.row(index + 1)) { $0.with(.reverse) } }
    }
  }

  // MARK: Help, settings, popup

  private func drawHelp(_ top: Int, _ screen: Screen) {
    let rows = model.keys.bindings.filter { binding in
      guard binding.places.contains(model.focus) else { return false }
      if case .connection(let number) = binding.command { return number == 1 }
      return true
    }
    let lines = rows.map { binding in
      let isDigit = if case .connection = binding.command { true } else { false }
      // A narrow screen has space for one way to say it.
      let keys = screen.size.columns < 60 ? binding.shown : binding.allShown
      return (isDigit ? "1-9" : keys, isDigit ? "connection of that number" : binding.summary)
    }
    let keyWidth = min(24, lines.map(\.0.count).max() ?? 0)
    let height = max(1, screen.size.rows - 2)
    let area = box(
      "help: \(model.focus.rawValue) (any other key closes)", columns: 100, rows: height, screen)
    let isDouble = area.width >= 90
    let perColumn = isDouble ? (lines.count + 1) / 2 : lines.count
    let columnWidth = isDouble ? area.width / 2 : area.width
    let start = max(0, min(top, perColumn - area.height))
    for (index, line) in lines.enumerated() {
      let row = index % perColumn - start
      guard row >= 0, row < area.height else { continue }
      let column = index / perColumn * columnWidth
      area.write(line.0.trailing(keyWidth), theme.style(.title), row: row, column: column)
      let words = String(line.1.prefix(max(0, columnWidth - keyWidth - 2)))
      area.write(words, row: row, column: column + keyWidth + 1)
    }
    if start + area.height < perColumn {
      let bottom = Point(column: area.rect.columns.upperBound - 9, row: area.rect.origin.row + area.height)
      screen.write(StyledText(" j: more ", theme.style(.warning)), at: bottom, within: screen.bounds)
    }
  }

  private func drawSettings(_ selection: Int, _ screen: Screen) {
    let rows = model.settings.rows
    let area = box("settings (Enter changes, Esc closes)", columns: 44, rows: rows.count, screen)
    for (index, row) in rows.enumerated() {
      let isSelected = index == selection
      area.write(
        (isSelected ? strokes.selected : " ") + row.name.trailing(10) + row.value.trailing(12),
        row: index)
      area.write(row.values.joined(separator: " "), theme.style(.quiet), row: index, column: 23)
      if isSelected {
        screen.restyle(area.rect.row(index)) { $0.with(.reverse) }
        screen.showCursor(area.rect.row(index).origin)
      }
    }
  }

  /// The fields of a frame, its header's bytes, what it is written as.
  private func drawForm(_ form: FrameForm, _ screen: Screen) {
    let fields = FrameForm.Field.allCases
    let area = box("one frame (Enter writes it, Esc closes)", columns: 74, rows: fields.count + 3, screen)
    // On a small screen, as many as fit around the one that is written.
    let first = max(0, min((fields.firstIndex(of: form.field) ?? 0) - area.height / 2, fields.count - area.height))
    for (row, field) in fields.dropFirst(first).prefix(area.height).enumerated() {
      let isSelected = field == form.field
      let value = form[field]
      let line =
        StyledText((isSelected ? strokes.selected : " ") + field.rawValue.trailing(9))
        + (value.isEmpty ? StyledText(field.standard, theme.style(.quiet)) : StyledText(value))
      let taken = area.write(line, row: row)
      if isSelected {
        area.writeAtRight(StyledText(field.help, theme.style(.quiet)), row: row, taken: taken)
        screen.restyle(area.rect.row(row)) { $0.with(.reverse) }
        screen.showCursor(
          Point(column: area.rect.origin.column + min(taken, area.width - 1), row: area.rect.origin.row + row))
      }
    }
    let header = form.header
    area.write(header.map { "header \($0)" } ?? "", theme.style(.quiet), row: fields.count + 1)
    let written = form.failure.map { StyledText("! \($0)", theme.style(.error)) } ?? StyledText(form.text)
    area.write(written, row: fields.count + 2)
  }

  /// What may follow the keys that were pressed.
  private func drawPopup(_ screen: Screen) {
    let rows = model.keys.continuations(of: model.pendingKeys, in: model.focus)
    let title = KeyBinding<Place, ScreenCommand>.shown(model.pendingKeys)
    let area = box(title, columns: 44, rows: rows.count, screen, isAtBottom: true)
    for (index, row) in rows.enumerated() {
      area.write(
        KeyBinding<Place, ScreenCommand>.shown(row.keys).trailing(8), theme.style(.title),
        row: index)
      area.write(row.summary, row: index, column: 8)
    }
  }
}
