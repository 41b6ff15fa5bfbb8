import Inspector
import PlainText
import Terminal
import WebSocketCore

/// The list of messages: a row of the screen for each row that is visible, and nothing for the others.
struct ListView {
  let model: Model
  let list: MessageList
  let isFocused: Bool

  /// The widths of the columns, those that fit.
  private struct Columns {
    var number: Int
    var time: Int
    var connection: Int
    var type: Int
    var size: Int
    var wire: Int
    var reply: Int

    init(width: Int, digits: Int, isMerged: Bool) {
      number = max(3, digits)
      time = width >= 60 ? 12 : width >= 34 ? 8 : 0
      connection = isMerged ? 3 : 0
      type = width >= 50 ? 5 : 0
      size = width >= 60 ? 8 : 0
      wire = width >= 100 ? 8 : 0
      reply = width >= 66 ? 8 : 0
    }
  }

  private func columns(_ width: Int) -> Columns {
    let last = list.connections.compactMap { model.stores[$0]?.nextID }.max() ?? 0
    return Columns(width: width, digits: "\(last)".count, isMerged: list.connections.count > 1)
  }

  func drawHeader(_ area: Area) {
    let columns = columns(area.width)
    var text = "   " + "#".leading(columns.number) + " "
    if columns.time > 0 {
      let name =
        switch model.settings.time {
        case .clock: "time"
        case .delta: list.state.markTime == nil ? "delta" : "from mark"
        case .start: "start"
        }
      text += name.trailing(columns.time + 1)
    }
    if columns.connection > 0 { text += "c".trailing(columns.connection) }
    if columns.type > 0 { text += "type".trailing(columns.type) }
    if columns.size > 0 { text += "size".leading(columns.size) + " " }
    if columns.wire > 0 { text += "wire".leading(columns.wire) + " " }
    if columns.reply > 0 { text += "reply".leading(columns.reply) + " " }
    area.write(text + "payload", area.theme.style(.quiet), row: 0)
  }

  func draw(_ area: Area) {
    let stores = model.stores
    let rows = list.rows(stores)
    let visible = list.state.visibleRows(rows, height: area.height)
    guard !visible.isEmpty else { return drawEmpty(area) }
    let found = list.found(stores)
    let selected = list.state.selected(rows)
    let columns = columns(area.width)
    for (index, row) in visible.enumerated() {
      guard let store = stores[row.connection], let facts = store.row(row.id) else { continue }
      let before = index > 0 ? visible[index - 1] : rows.previous(before: row)
      let previous = before.flatMap { stores[$0.connection]?.row($0.id)?.time }
      draw(
        row, facts, store, area, index, columns, isSelected: row == selected,
        isHit: list.isFound(row, found),
        previous: previous)
    }
  }

  private func draw(
    _ row: RowReference, _ facts: MessageRow, _ store: MessageStore, _ area: Area, _ index: Int,
    _ columns: Columns,
    isSelected: Bool, isHit: Bool, previous: Int64?
  ) {
    let theme = area.theme
    let look = theme.style(of: facts)
    let quiet = theme.style(.quiet)
    var text = StyledText(isSelected ? area.strokes.selected : " ", theme.style(.title))
    let isMarked = list.state.marks.contains(row)
    text.append(isMarked ? "*" : " ", isMarked ? theme.style(.warning) : .plain)
    text.append(RowWords.sign(facts), look)
    text.append("\(row.id)".leading(columns.number), isHit ? theme.style(.searchHit) : quiet)
    text.append(" ")
    if columns.time > 0 {
      text.append(
        time(facts.time, previous, hasMilliseconds: columns.time > 8).trailing(columns.time + 1),
        quiet)
    }
    if columns.connection > 0 { text.append("\(row.connection)".trailing(columns.connection)) }
    if columns.type > 0 { text.append(RowWords.type(facts).trailing(columns.type), look) }
    if columns.size > 0 {
      text.append(
        (facts.isNote ? "" : Quantity.bytes(Int(facts.payloadSize))).leading(columns.size) + " ")
    }
    if columns.wire > 0 {
      text.append(
        (facts.isNote ? "" : Quantity.bytes(store.wireSize(row.id))).leading(columns.wire) + " ",
        quiet)
    }
    if columns.reply > 0 { text.append(RowWords.reply(facts).leading(columns.reply) + " ") }
    if columns.type == 0, facts.frameOpcode != .text, !facts.isNote {
      text.append(RowWords.type(facts) + " ", look)
    }
    let width = area.width - text.width(model.widths)
    if width > 0 {
      let summary = store.withPayload(row.id) { row, payload in
        RowWords.summary(row, payload, width: width, widths: model.widths)
      }
      if let summary { text.append(theme.styled(summary)) }
    }
    area.write(text, row: index)
    guard isSelected else { return }
    let line = area.rect.row(index)
    if isFocused {
      area.screen.restyle(line) { $0.with(.reverse) }
      if model.overlay == nil { area.screen.showCursor(line.origin) }
    } else {
      area.screen.restyle(line) { $0.with(.bold) }
    }
  }

  private func time(_ time: Int64, _ previous: Int64?, hasMilliseconds: Bool) -> String {
    switch model.settings.time {
    case .clock: model.clock(time, hasMilliseconds: hasMilliseconds)
    case .delta: (list.state.markTime ?? previous).map { (time < $0 ? "" : "+") + Model.seconds(time - $0) } ?? ""
    case .start: Model.seconds(time)
    }
  }

  private func drawEmpty(_ area: Area) {
    let words =
      list.isFiltered ? "no message passes the filter: f changes it" : "nothing has come yet"
    area.write("   \(words)", area.theme.style(.quiet), row: 0)
  }
}
