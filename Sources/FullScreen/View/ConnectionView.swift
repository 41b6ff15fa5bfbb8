import Engine
import PlainText
import Terminal
import Trace
import WebSocketCore

/// The connection pane: how it was made, what was agreed on, how it is doing.
struct ConnectionView {
  let model: Model

  func draw(_ area: Area) {
    guard let connection = model.connection else {
      area.write(" no connection: C connects", area.theme.style(.quiet), row: 0)
      return
    }
    var tabs = StyledText()
    for tab in Model.ConnectionTab.allCases {
      if !tabs.isEmpty { tabs.append(" ") }
      let isCurrent = tab == model.connectionTab
      tabs.append(
        isCurrent ? "[\(tab.rawValue)]" : " \(tab.rawValue) ",
        area.theme.style(isCurrent ? .title : .quiet))
    }
    let left = StyledText(
      "connection \(connection.number) \(connection.name)", area.theme.style(.title))
    area.title(left, tabs, isFocused: true)
    let body = area.part(1..<area.height)
    let lines = self.lines(connection, body)
    let top = max(0, min(model.connectionTop, lines.count - body.height))
    for (row, line) in lines.dropFirst(top).prefix(body.height).enumerated() {
      body.write(line, row: row)
    }
    if model.overlay == nil { body.screen.showCursor(body.rect.origin) }
  }

  private func lines(_ connection: ConnectionState, _ area: Area) -> [StyledText] {
    switch model.connectionTab {
    case .all:
      health(connection, area) + heading("handshake", area) + handshake(connection, area)
        + (connection.facts.security == nil ? [] : heading("tls", area) + tls(connection, area))
    case .health: health(connection, area)
    case .handshake: handshake(connection, area)
    case .tls: tls(connection, area)
    }
  }

  private func heading(_ text: String, _ area: Area) -> [StyledText] {
    let rest = max(0, area.width - text.count - 4)
    return [
      StyledText(
        "\(String(repeating: area.strokes.horizontal, count: 2)) \(text) "
          + String(repeating: area.strokes.horizontal, count: rest), area.theme.style(.quiet))
    ]
  }

  private func line(_ name: String, _ value: String, _ area: Area, _ style: Style = .plain)
    -> StyledText
  {
    StyledText(" " + name.trailing(12), area.theme.style(.quiet)) + StyledText(value, style)
  }

  // MARK: Health

  private func health(_ connection: ConnectionState, _ area: Area) -> [StyledText] {
    var lines = [line("address", connection.url, area)]
    lines.append(state(connection, area))
    if !connection.facts.phases.isEmpty {
      let phases = connection.facts.phases.map {
        "\($0.phase.rawValue) \(Quantity.duration($0.duration))"
      }
      let total = connection.facts.phases.reduce(Duration.zero) { $0 + $1.duration }
      lines.append(
        line("phases", phases.joined(separator: "  ") + "  = \(Quantity.duration(total))", area))
    }
    if let reached = connection.facts.address, !reached.isEmpty {
      lines.append(line("reached", reached, area))
    }
    if let answer = connection.facts.answer {
      lines.append(line("subprotocol", answer.subprotocol ?? "none", area))
      lines.append(line("extensions", answer.extensions ?? "none", area))
    }
    if let statistics = connection.statistics { lines += traffic(connection, statistics, area) }
    let store = connection.store
    lines.append(
      line(
        "kept",
        "\(Quantity.count(store.count, "row")), \(Quantity.bytes(store.memory)); \(evicted(store))",
        area))
    let used = model.connections.reduce(0) { $0 + $1.store.memory }
    lines.append(gauge("memory", used, of: model.limits.budget, area))
    for problem in connection.facts.problems.suffix(5) {
      lines.append(line("! problem", problem, area, area.theme.style(.error)))
    }
    return lines
  }

  private func evicted(_ store: MessageStore) -> String {
    store.evictedCount == 0
      ? "none has left" : "\(Quantity.count(store.evictedCount, "older row")) left"
  }

  private func state(_ connection: ConnectionState, _ area: Area) -> StyledText {
    let error = area.theme.style(.error)
    switch connection.phase {
    case .connecting(let step):
      return line("state", step.map { "\($0.gerund)…" } ?? "connecting…", area)
    case .open(let since):
      let age = Quantity.duration(.nanoseconds(model.now - since))
      let silence = connection.lastReceived.map {
        ", last frame \(Quantity.duration(.nanoseconds(model.now - $0))) ago"
      }
      let words = "open for \(age)\(silence ?? ", nothing received yet")"
      if connection.isStalled {
        return line("state", "! not read (P resumes): \(words)", area, error)
      }
      return line("state", words, area)
    case .closing: return line("state", "closing", area)
    case .closed(let why): return line("state", "closed: \(why)", area, error)
    case .waiting(let until, let why):
      let left = max(0, (until - model.now + 999_999_999) / 1_000_000_000)
      return line(
        "state", "connects again in \(left) s (attempt \(connection.attempts)); \(why)", area, error
      )
    case .file: return line("state", "read from a file", area)
    }
  }

  private func traffic(_ connection: ConnectionState, _ statistics: Statistics, _ area: Area)
    -> [StyledText]
  {
    let current = connection.history.current
    let seconds = connection.history.seconds
    let width = max(8, min(60, area.width - 50))
    var lines: [StyledText] = []
    let trips = statistics.roundTrips
    if let last = trips.last {
      func words(_ trip: Duration?) -> String { trip.map { Quantity.duration($0) } ?? "-" }
      lines.append(
        line(
          "round trip",
          "\(words(last)) last  min \(words(trips.least))  p50 \(words(trips.percentile(0.5)))  p99 "
            + "\(words(trips.percentile(0.99)))", area))
      let graph = area.strokes.sparkline(seconds.map(\.roundTrip), width: min(60, area.width - 24))
      let most = seconds.suffix(60).map(\.roundTrip).max() ?? 0
      lines.append(
        line("", "\(graph)  most \(Quantity.duration(.microseconds(Int64(most))))", area))
    } else {
      lines.append(line("round trip", "not measured: --ping-interval sends pings", area))
    }
    func rate(_ name: String, _ count: Int, _ bytes: Int, _ total: Int, _ values: [Int])
      -> StyledText
    {
      let words = "\(Quantity.count(count))/s".leading(9) + "\(Quantity.bytes(bytes))/s".leading(12)
      let graph = area.strokes.sparkline(values, width: width)
      return line(name, "\(words)  \(graph)  \(Quantity.count(total)) total", area)
    }
    lines.append(
      rate(
        "received", current.received, current.receivedBytes, statistics.received.messages,
        seconds.map(\.received)))
    lines.append(
      rate("sent", current.sent, current.sentBytes, statistics.sent.messages, seconds.map(\.sent)))
    if connection.facts.answer?.deflate != nil {
      func words(_ ratio: Double?) -> String { ratio.map(ScreenView.ratio) ?? "-" }
      lines.append(
        line(
          "deflate",
          "in \(words(statistics.received.compressionRatio))  out \(words(statistics.sent.compressionRatio))",
          area))
    }
    lines.append(
      line(
        "queue",
        "\(Quantity.bytes(connection.queuedBytes)) to the socket, at most "
          + Quantity.bytes(statistics.queueHighWater), area))
    return lines
  }

  private func gauge(_ name: String, _ used: Int, of limit: Int, _ area: Area) -> StyledText {
    let fraction = Double(used) / Double(max(1, limit))
    return line(
      name,
      "\(Quantity.bytes(used)) of \(Quantity.bytes(limit))  \(area.strokes.gauge(fraction, width: 20))  "
        + "\(Int(fraction * 100)) %", area)
  }

  // MARK: Handshake and TLS

  private func handshake(_ connection: ConnectionState, _ area: Area) -> [StyledText] {
    let facts = connection.facts
    guard !facts.request.isEmpty else {
      return [StyledText(" no request has been sent", area.theme.style(.quiet))]
    }
    let request = facts.request.map { StyledText(" > ", area.theme.style(.sent)) + StyledText($0) }
    let response = facts.response.map {
      StyledText(" < ", area.theme.style(.received)) + StyledText($0)
    }
    return request + [StyledText()] + response
  }

  private func tls(_ connection: ConnectionState, _ area: Area) -> [StyledText] {
    guard let security = connection.facts.security else {
      return [StyledText(" no TLS", area.theme.style(.quiet))]
    }
    var lines = [
      line("version", "\(security.version), \(security.cipher)", area),
      line("certificate", security.verification, area),
    ]
    for certificate in security.certificates { lines.append(line("", certificate, area)) }
    return lines
  }
}
