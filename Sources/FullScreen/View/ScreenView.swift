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

  // MARK: The rows at the top

  /// `[1 orders open] 2 billing open +14`
  private func drawTabs(_ area: Area) {
    var column = 0
    let help = StyledText("? help", theme.style(.quiet))
    for (place, connection) in model.connections.enumerated() {
      let isCurrent = place == model.current && model.merged == nil
      let unseen =
        isCurrent || connection.unseenCount == 0
        ? "" : " +\(Quantity.count(connection.unseenCount))"
      let words = "\(connection.number) \(connection.name) \(connection.shortState(model.now))\(unseen)"
      let isProblem = if case .closed = connection.phase { true } else { false }
      let style = isCurrent ? theme.style(.title) : isProblem ? theme.style(.warning) : .plain
      column += 1
      column += area.write(isCurrent ? "[\(words)]" : " \(words) ", style, row: 0, column: column)
    }
    if model.merged != nil {
      column += area.write(" [all by time]", theme.style(.title), row: 0, column: column)
    }
    if model.connections.isEmpty {
      column += area.write(" no connection: C connects", theme.style(.quiet), row: 0, column: 0)
    }
    area.writeAtRight(help, row: 0, taken: column)
  }

  /// Where to, what was agreed on, how it is doing.
  private func drawStatus(_ area: Area) {
    guard let connection = model.connection else { return }
    var words = [connection.url]
    if let answer = connection.facts.answer {
      if let subprotocol = answer.subprotocol { words.append(subprotocol) }
      if answer.deflate != nil { words.append("deflate") }
    }
    if let security = connection.facts.security { words.append(security.version) }
    if let ratio = connection.statistics?.received.compressionRatio, area.width >= 100 {
      words.append("in \(Self.ratio(ratio))")
    }
    let taken = area.write(" " + words.joined(separator: "  "), theme.style(.quiet), row: 0)
    var right = StyledText()
    if connection.isStalled { right.append("! reading is stopped (P)  ", theme.style(.error)) }
    if let trip = connection.statistics?.roundTrips.last {
      right.append("rtt \(Quantity.duration(trip))  ", theme.style(.quiet))
    }
    if connection.isOpen {
      let second = connection.history.current
      right.append("\(Quantity.count(second.received))/s ", theme.style(.quiet))
      right.append(
        strokes.sparkline(connection.history.seconds.map(\.received), width: 10) + "  ",
        theme.style(.quiet))
      right.append("queue \(Quantity.bytes(connection.queuedBytes))", theme.style(.quiet))
    }
    if let name = model.captureName { right.append("  capture \(name)", theme.style(.quiet)) }
    area.writeAtRight(right, row: 0, taken: taken)
  }

  static func ratio(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    return "\(hundredths / 100).\(String(hundredths % 100 + 100).dropFirst())"
  }

  /// Filter, search, counts, whether the list follows.
  private func drawFilter(_ area: Area) {
    if case .question(let question)? = model.overlay,
      question.kind == .filter || question.kind == .search
    {
      return drawQuestion(question, area)
    }
    let list = model.list
    let state = list.state
    var left = StyledText(" ")
    left.append("filter: ", theme.style(.quiet))
    left.append(state.filterText.isEmpty ? "none" : state.filterText)
    if state.hidesHeartbeats { left.append("  no heartbeats") }
    if !state.searchText.isEmpty {
      left.append("  search: ", theme.style(.quiet))
      left.append(state.searchText)
      let found = list.found(model.stores)
      if let selected = model.selected, found.contains(selected) {
        left.append(
          "  \(Quantity.count(found.rank(of: selected) + 1)) of \(Quantity.count(found.count))")
      } else {
        left.append("  \(Quantity.count(found.count))")
      }
    }
    let progress = list.progress(model.stores)
    if progress < 1 { left.append("  looked at \(Int(progress * 100)) %") }
    let rows = model.rows
    let total = list.connections.reduce(0) { $0 + (model.stores[$1]?.count ?? 0) }
    var right = StyledText()
    if list.isFiltered { right.append("\(Quantity.count(rows.count)) of ") }
    right.append(area.width >= 60 ? Quantity.count(total, "row") : Quantity.count(total))
    let evicted = list.connections.reduce(0) { $0 + (model.stores[$1]?.evictedCount ?? 0) }
    if evicted > 0 { right.append(", \(Quantity.count(evicted)) left", theme.style(.warning)) }
    if state.pausedAt != nil {
      right.append("  PAUSED +\(Quantity.count(model.newCount))", theme.style(.warning))
    } else {
      right.append(
        state.isFollowing
          ? "  FOLLOW"
          : "  \(Quantity.count(rows.count - below(rows) - 1)) above, \(Quantity.count(below(rows))) below"
      )
    }
    let taken = area.write(left, row: 0)
    area.writeAtRight(right, row: 0, taken: taken)
  }

  private func below(_ rows: RowList) -> Int {
    model.selected.map { max(0, rows.count - 1 - rows.rank(of: $0)) } ?? 0
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
    var column = 0
    for hint in hints {
      let text =
        StyledText(" \(hint.key) ", theme.style(.title))
        + StyledText(hint.words, theme.style(.quiet))
      guard column + text.width(model.widths) + 1 <= area.width else { continue }
      column += area.write(text, row: 0, column: column) + 1
    }
  }

  private var hints: [(key: String, words: String)] {
    func hints(_ commands: [(ScreenCommand, String)]) -> [(key: String, words: String)] {
      commands.compactMap { command, words in
        let binding = KeyTable.map.bindings.first {
          $0.command == command && $0.places.contains(model.focus)
        }
        return binding.map { ($0.shown, words) }
      }
    }
    switch model.focus {
    case .list:
      return [("Enter", "open")] + (model.hasLines ? hints([(.lines, "lines")]) : [])
        + hints([
          (.search, "search"), (.filter, "filter"), (.compose, "write"), (.follow, "follow"),
          (.editResend, "edit"),
          (.resend, "again"), (.copyPayload, "copy"), (.save, "save"),
          (.connectionPane, "connection"),
          (.zoom, "zoom"), (.palette, "commands"), (.help, "keys"),
        ])
    case .detail:
      return hints([
        (.nextTab, "tab"), (.back, "back"), (.wire, "wire"), (.nextFrame, "frame"),
        (.copyPayload, "copy"),
        (.copyPath, "path"), (.save, "save"), (.zoom, "zoom"), (.palette, "commands"),
        (.help, "keys"),
      ])
    case .connection:
      return hints([
        (.nextTab, "tab"), (.ping, "ping"), (.stall, "stop reading"), (.reconnect, "reconnect"),
        (.close, "close"),
        (.back, "back"), (.palette, "commands"), (.help, "keys"),
      ])
    case .composer:
      return [
        ("Enter", "send"), ("Ctrl-J", "new line"), ("Tab", "complete"), ("Ctrl-R", "history"),
      ]
        + hints([
          (.payloadType, "type"), (.saveSnippet, "keep"), (.palette, "commands"), (.back, "list"),
        ])
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
    case .closed: "closed"
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
