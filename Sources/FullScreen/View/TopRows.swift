import Engine
import Inspector
import PlainText
import Terminal
import Trace
import WebSocketCore

/// The rows at the top: connections, the one that is looked at, what of its messages is shown.
extension ScreenView {
  /// `[1 orders open] 2 billing open +14`; where not all fit, those around the one that is looked at.
  func drawTabs(_ area: Area) {
    guard !model.connections.isEmpty else {
      return area.clearAndWrite(" no connection: C connects", theme.style(.quiet))
    }
    var tabs = model.connections.enumerated().map { tab($0, $1) }
    if model.merged != nil { tabs.append(StyledText("[all by time]", theme.style(.title))) }
    let current = model.merged == nil ? model.current : tabs.count - 1
    let widths = tabs.map { $0.width(model.widths) + 1 }
    var first = 0
    while first < current, widths[first...current].reduce(1, +) + (first > 0 ? 2 : 0) > area.width - 2 { first += 1 }
    var column = area.write(first > 0 ? " <" : " ", first > 0 ? theme.style(.warning) : .plain, row: 0)
    for (place, tab) in tabs.enumerated().dropFirst(first) {
      let isLast = place == tabs.count - 1
      guard column + widths[place] + (isLast ? 0 : 1) <= area.width || place == current else {
        area.write(">", theme.style(.warning), row: 0, column: column)
        column += 1
        break
      }
      column += area.write(tab, row: 0, column: column) + 1
    }
    area.writeAtRight(StyledText("? help", theme.style(.quiet)), row: 0, taken: column)
  }

  private func tab(_ place: Int, _ connection: ConnectionState) -> StyledText {
    let isCurrent = place == model.current && model.merged == nil
    let unseen =
      isCurrent || connection.unseenCount == 0 ? "" : " +\(Quantity.count(connection.unseenCount))"
    let words = "\(connection.number) \(connection.name) \(connection.shortState(model.now))\(unseen)"
    let isProblem = if case .closed = connection.phase { true } else { false }
    let style = isCurrent ? theme.style(.title) : isProblem ? theme.style(.warning) : .plain
    return StyledText(isCurrent ? "[\(words)]" : " \(words) ", style)
  }

  /// Where to, what was agreed on, how it is doing.
  func drawStatus(_ area: Area) {
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
    let quiet = theme.style(.quiet)
    let left = StyledText(" " + words.joined(separator: "  "), quiet)
    // What gives way first stands last.
    var parts: [StyledText] = []
    if connection.isStalled { parts.append(StyledText("! reading is stopped (P)", theme.style(.error))) }
    if let trip = connection.statistics?.roundTrips.last {
      parts.append(StyledText("rtt \(Quantity.duration(trip))", quiet))
    }
    if connection.isOpen { parts.append(StyledText("queue \(Quantity.bytes(connection.queuedBytes))", quiet)) }
    if connection.isOpen {
      let graph = strokes.sparkline(connection.history.seconds.map(\.received), width: 10)
      parts.append(StyledText("\(Quantity.count(connection.history.current.received))/s \(graph)", quiet))
    }
    if let name = model.captureName { parts.append(StyledText("capture \(name)", quiet)) }
    if model.settings.mouse { parts.append(StyledText("mouse", quiet)) }
    area.write(left, parts)
  }

  static func ratio(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    return "\(hundredths / 100).\(String(hundredths % 100 + 100).dropFirst())"
  }

  /// Filter, search, counts, whether the list follows.
  func drawFilter(_ area: Area) {
    if case .question(let question)? = model.overlay, question.kind == .filter || question.kind == .search {
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
        left.append("  \(Quantity.count(found.rank(of: selected) + 1)) of \(Quantity.count(found.count))")
      } else {
        left.append("  \(Quantity.count(found.count))")
      }
    }
    let progress = list.progress(model.stores)
    if progress < 1 { left.append("  looked at \(Int(progress * 100)) %") }
    area.write(left, [following(list), counts(list, isShort: area.width < 60)])
  }

  /// `FOLLOW`, `PAUSED +12`, or where one is.
  private func following(_ list: MessageList) -> StyledText {
    if list.state.pausedAt != nil {
      return StyledText("PAUSED +\(Quantity.count(model.newCount))", theme.style(.warning))
    }
    if list.state.isFollowing { return StyledText("FOLLOW") }
    let rows = model.rows
    let below = model.selected.map { max(0, rows.count - 1 - rows.rank(of: $0)) } ?? 0
    return StyledText("\(Quantity.count(rows.count - below - 1)) above, \(Quantity.count(below)) below")
  }

  /// How many rows there are, and how many have left.
  private func counts(_ list: MessageList, isShort: Bool) -> StyledText {
    let stores = model.stores
    let total = list.connections.reduce(0) { $0 + (stores[$1]?.count ?? 0) }
    let evicted = list.connections.reduce(0) { $0 + (stores[$1]?.evictedCount ?? 0) }
    var text = StyledText(list.isFiltered ? "\(Quantity.count(model.rows.count)) of " : "")
    text.append(isShort ? Quantity.count(total) : Quantity.count(total, "row"))
    if evicted > 0 { text.append(", \(Quantity.count(evicted)) left", theme.style(.warning)) }
    return text
  }
}
