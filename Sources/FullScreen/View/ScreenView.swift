import Engine
import PlainText
import Terminal
import Trace
import WebSocketCore

/// Draws the model: a pure function to cells.
struct ScreenView {
  let model: Model
  let theme: Theme

  init(_ model: Model, theme: Theme) {
    self.model = model
    self.theme = theme
  }

  var strokes: Strokes { Strokes(isASCII: model.settings.ascii || model.widths.ambiguousIsWide) }

  /// Draws everything on a screen that is blank.
  func draw(on screen: Screen) {
    let layout = model.layout
    func area(_ rect: Rect?) -> Area? { self.area(rect, screen) }
    if let area = area(layout.tabs) { drawTabs(area) }
    if let area = area(layout.status) { drawStatus(area) }
    if let area = area(layout.filter) { drawFilter(area) }
    let list = ListView(model: model, list: model.list, isFocused: model.focus == .list)
    if let area = area(layout.header) { list.drawHeader(area) }
    if let area = area(layout.list) { list.draw(area) }
    if let area = area(layout.second), let second = model.second,
      model.connections.indices.contains(second)
    {
      drawDivider(area)
      let connection = model.connections[second]
      if let title = self.area(layout.secondTitle, screen) {
        title.title(StyledText("\(connection.number) \(connection.name) \(connection.shortState(model.now))"))
      }
      ListView(model: model, list: connection.list, isFocused: false).draw(area)
    }
    if let title = area(layout.detailTitle), let body = area(layout.detail) {
      if title.rect.origin.column > 0 { drawDivider(body) }
      DetailView(model: model, isFocused: model.focus == .detail).draw(title, body)
    }
    if let title = area(layout.composerTitle), let body = area(layout.composer) {
      drawComposer(title, body)
    }
    if let area = area(layout.connection) { ConnectionView(model: model).draw(area) }
    if let area = area(layout.hints) { drawHints(area) }
    drawOverlay(on: screen, layout)
  }

  private func area(_ rect: Rect?, _ screen: Screen) -> Area? {
    rect.flatMap { $0.isEmpty ? nil : Area(screen: screen, rect: $0, theme: theme, strokes: strokes) }
  }

  private func drawDivider(_ area: Area) {
    let rect = Rect(
      origin: Point(column: area.rect.origin.column - 1, row: area.rect.origin.row),
      size: Size(columns: 1, rows: area.height))
    area.screen.fill(rect, theme.style(.quiet), with: strokes.vertical)
  }

  // MARK: The composer

  private func drawComposer(_ title: Area, _ body: Area) {
    guard let connection = model.connection else {
      return title.title(StyledText("send", theme.style(.quiet)))
    }
    let composer = connection.composer
    let isFocused = model.focus == .composer
    let count = composer.editor.history?.entries.count ?? 0
    title.title(
      StyledText("send  ", theme.style(isFocused ? .title : .quiet)) + StyledText(composer.state),
      StyledText(count > 0 ? "history \(count)" : "Ctrl-O type", theme.style(.quiet)),
      isFocused: isFocused)
    let remark = isFocused ? composer.remark : nil
    let rows = max(1, body.height - (remark == nil ? 0 : 1))
    let block = composer.editor.block(columns: body.width, rows: rows + 1)
    for (row, text) in block.rows.prefix(rows).enumerated() { body.write(text, row: row) }
    if composer.editor.isEmpty, !isFocused {
      let words =
        connection.phase == .file ? "a capture: nothing can be sent" : "i writes a message"
      body.write("  \(words)", theme.style(.quiet), row: 0)
    }
    if let remark { body.write(" \(remark)", theme.style(.warning), row: body.height - 1) }
    if isFocused, model.overlay == nil {
      body.screen.showCursor(
        Point(
          column: body.rect.origin.column + block.cursor.column,
          row: body.rect.origin.row + block.cursor.row))
    }
  }

  // MARK: The last row

  private func drawHints(_ area: Area) {
    if case .question(let question)? = model.overlay,
      question.kind != .filter && question.kind != .search || model.layout.filter == nil
    {
      return drawQuestion(question, area)
    }
    if let message = model.message { return area.clearAndWrite(" \(message)", theme.style(.title)) }
    // What leads to all others stands at the end, always.
    let last = hints([(.palette, "commands"), (.help, "keys")]).map(drawn)
    let lastWidth = last.reduce(0) { $0 + $1.width(model.widths) + 1 }
    var column = 0
    for hint in hints.map(drawn) {
      guard column + hint.width(model.widths) + 1 + lastWidth <= area.width else { break }
      column += area.write(hint, row: 0, column: column) + 1
    }
    for hint in last where column + hint.width(model.widths) <= area.width {
      column += area.write(hint, row: 0, column: column) + 1
    }
  }

  private func drawn(_ hint: (key: String, words: String)) -> StyledText {
    StyledText(" \(hint.key) ", theme.style(.title)) + StyledText(hint.words, theme.style(.quiet))
  }

  private func hints(_ commands: [(ScreenCommand, String)]) -> [(key: String, words: String)] {
    commands.compactMap { command, words in
      let binding = model.keys.bindings.first {
        $0.command == command && $0.places.contains(model.focus)
      }
      return binding.map { ($0.shown, words) }
    }
  }

  /// Keys of the place one is in, those one looks for first at the start.
  private var hints: [(key: String, words: String)] {
    switch model.focus {
    case .list:
      [("Enter", "open")] + (model.lent != nil ? hints([(.lines, "lines")]) : [])
        + hints([
          (.search, "search"), (.filter, "filter"), (.compose, "write"), (.follow, "follow"), (.editResend, "edit"),
          (.resend, "again"), (.copyPayload, "copy"), (.save, "save"), (.connectionPane, "connection"), (.zoom, "zoom"),
        ])
    case .detail:
      hints([
        (.nextTab, "tab"), (.leave, "back"), (.wire, "wire"), (.nextFrame, "frame"), (.copyPayload, "copy"),
        (.copyPath, "path"), (.save, "save"), (.zoom, "zoom"),
      ])
    case .connection:
      hints([
        (.nextTab, "tab"), (.ping, "ping"), (.stall, "stop reading"), (.reconnect, "reconnect"), (.close, "close"),
        (.leave, "back"),
      ])
    case .composer:
      [("Enter", "send"), ("Ctrl-J", "new line"), ("Tab", "complete"), ("Ctrl-R", "history")]
        + hints([(.payloadType, "type"), (.saveSnippet, "keep"), (.frameForm, "frame"), (.leave, "list")])
    }
  }
}

extension ConnectionState {
  /// For its tab: `open`, `closed`, `again in 3 s`.
  func shortState(_ now: Int64) -> String {
    switch phase {
    case .connecting(let step): step.map { "\($0.rawValue)…" } ?? "connecting…"
    case .open: isStalled ? "open, not read" : "open"
    case .closing: "closing"
    case .closed: closeCode.map { "closed \($0)" } ?? "failed"
    case .waiting(let until, _): "again in \(max(0, (until - now + 999_999_999) / 1_000_000_000)) s"
    case .file: "file"
    }
  }
}

extension Area {
  /// Writes in the first row, and nothing else stays there.
  func clearAndWrite(_ text: String, _ style: Style) {
    screen.fill(rect)
    write(text, style, row: 0)
  }
}
