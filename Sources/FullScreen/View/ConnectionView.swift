import Engine
import Inspector
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
    let tabs = Model.ConnectionTab.allCases
    let left = StyledText("connection \(connection.number) \(connection.name)", area.theme.style(.title))
    area.title(
      left, tabs: tabs.map(\.rawValue), current: tabs.firstIndex(of: model.connectionTab) ?? 0, isFocused: true)
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

  /// A name and its value, in as many rows as that takes.
  private func line(_ name: String, _ value: String, _ area: Area, _ style: Style = .plain) -> [StyledText] {
    let width = max(8, area.width - 14)
    let rows = value.count <= width ? [value] : Paragraph.rows(value, width: width).map(\.string)
    return rows.enumerated().map { index, row in
      StyledText(" " + (index == 0 ? name : "").trailing(13), area.theme.style(.quiet)) + StyledText(row, style)
    }
  }

  // MARK: Health

  private func health(_ connection: ConnectionState, _ area: Area) -> [StyledText] {
    var lines = line("address", connection.url, area) + state(connection, area)
    let phases = connection.facts.phases
    if !phases.isEmpty {
      let words = phases.map { "\($0.phase.rawValue) \(Quantity.duration($0.duration))" }.joined(separator: "  ")
      let total = phases.reduce(Duration.zero) { $0 + $1.duration }
      lines += line("phases", phases.count > 1 ? "\(words)  = \(Quantity.duration(total))" : words, area)
    }
    if let reached = connection.facts.address, !reached.isEmpty { lines += line("reached", reached, area) }
    if let answer = connection.facts.answer {
      lines += line("subprotocol", answer.subprotocol ?? "none", area)
      lines += line("extensions", answer.extensions ?? "none", area)
    }
    if let security = connection.facts.security { lines += line("tls", brief(security), area) }
    if let statistics = connection.statistics { lines += traffic(connection, statistics, area) }
    let store = connection.store
    lines += line(
      "kept", "\(Quantity.count(store.count, "row")), \(Quantity.bytes(store.memory)); \(evicted(store))", area)
    let used = model.connections.reduce(0) { $0 + $1.store.memory }
    lines += gauge("memory", used, of: model.limits.budget, area)
    for problem in connection.facts.problems.suffix(5) {
      lines += line("! problem", problem, area, area.theme.style(.error))
    }
    return lines
  }

  private func evicted(_ store: MessageStore) -> String {
    store.evictedCount == 0
      ? "none has left" : "\(Quantity.count(store.evictedCount, "older row")) left"
  }

  private func state(_ connection: ConnectionState, _ area: Area) -> [StyledText] {
    let error = area.theme.style(.error)
    switch connection.phase {
    case .connecting(let step): return line("state", step.map { "\($0.gerund)…" } ?? "connecting…", area)
    case .open(let since):
      var words = ["open for \(Self.age(model.now - since))"]
      words.append(
        connection.lastReceived.map { "last frame \(Self.age(model.now - $0)) ago" } ?? "nothing received yet")
      if let interval = connection.pingInterval { words.append("ping every \(Quantity.duration(interval))") }
      guard connection.isStalled else { return line("state", words.joined(separator: ", "), area) }
      return line("state", "! not read (P resumes): " + words.joined(separator: ", "), area, error)
    case .closing: return line("state", "closing", area)
    case .closed(let why): return line("state", "closed: \(why)", area, error)
    case .waiting(let until, let why):
      let left = max(0, (until - model.now + 999_999_999) / 1_000_000_000)
      let words = "connects again in \(left) s (attempt \(connection.attempts)); \(why)"
      return line("state", words, area, error)
    case .file: return line("state", "read from a file", area)
    }
  }

  /// In tenths of a second, later in seconds: it changes each second anyhow.
  private static func age(_ nanoseconds: Int64) -> String {
    let tenths = max(0, nanoseconds) / 100_000_000
    return tenths < 600 ? "\(tenths / 10).\(tenths % 10) s" : Quantity.duration(.seconds(tenths / 10))
  }

  private func traffic(_ connection: ConnectionState, _ statistics: Statistics, _ area: Area) -> [StyledText] {
    let current = connection.isOpen ? connection.history.current : RateHistory.Second()
    let seconds = connection.history.seconds
    let width = max(8, min(60, area.width - 50))
    var lines = roundTrips(statistics.roundTrips, seconds.map(\.roundTrip), area)
    func rate(_ name: String, _ count: Int, _ bytes: Int, _ total: Int, _ values: [Int]) -> [StyledText] {
      let words = "\(Quantity.count(count))/s".leading(9) + "\(Quantity.bytes(bytes))/s".leading(12)
      let graph = area.strokes.sparkline(values, width: area.width < 60 ? 8 : width)
      return line(name, "\(words)  \(graph)  \(Quantity.count(total)) total", area)
    }
    lines += rate(
      "received", current.received, current.receivedBytes, statistics.received.messages, seconds.map(\.received))
    lines += rate("sent", current.sent, current.sentBytes, statistics.sent.messages, seconds.map(\.sent))
    if connection.facts.answer?.deflate != nil {
      func words(_ ratio: Double?) -> String { ratio.map(ScreenView.ratio) ?? "nothing compressed" }
      lines += line(
        "deflate",
        "in \(words(statistics.received.compressionRatio))  out \(words(statistics.sent.compressionRatio))", area)
    }
    let most = Quantity.bytes(statistics.queueHighWater)
    lines += line("queue", "\(Quantity.bytes(connection.queuedBytes)) to the socket, at most \(most)", area)
    return lines
  }

  private func roundTrips(_ trips: RoundTrips, _ seconds: [Int], _ area: Area) -> [StyledText] {
    guard let last = trips.last else {
      return line("round trip", "not measured: g p sends a ping, --ping-interval does it by itself", area)
    }
    func words(_ trip: Duration?) -> String { trip.map { Quantity.duration($0) } ?? "-" }
    let numbers =
      "\(words(last)) last  min \(words(trips.least))  p50 \(words(trips.percentile(0.5)))  p99 "
      + words(trips.percentile(0.99))
    let graph = area.strokes.sparkline(seconds, width: max(8, min(60, area.width - 32)))
    let most = seconds.suffix(60).max() ?? 0
    return line("round trip", numbers, area)
      + line("", "\(graph)  most \(Quantity.duration(.microseconds(Int64(most))))", area)
  }

  private func gauge(_ name: String, _ used: Int, of limit: Int, _ area: Area) -> [StyledText] {
    let fraction = Double(used) / Double(max(1, limit))
    let bar = area.width < 60 ? "" : area.strokes.gauge(fraction, width: 20) + "  "
    return line(
      name, "\(Quantity.bytes(used)) of \(Quantity.bytes(limit))  \(bar)\(Int(fraction * 100)) %", area)
  }

  // MARK: Handshake and TLS

  private func handshake(_ connection: ConnectionState, _ area: Area) -> [StyledText] {
    let facts = connection.facts
    guard !facts.request.isEmpty else {
      return [StyledText(" no request has been sent", area.theme.style(.quiet))]
    }
    func head(_ lines: [String], _ sign: String, _ role: Theme.Role) -> [StyledText] {
      lines.flatMap { TextRows(Array($0.utf8), width: max(8, area.width - 3), widths: model.widths).first(.max) }
        .map { StyledText(" \(sign) ", area.theme.style(role)) + area.theme.styled($0) }
    }
    return head(facts.request, ">", .sent) + [StyledText()] + head(facts.response, "<", .received)
  }

  /// `TLS 1.3, 61 days left`
  private func brief(_ security: SecurityRecord) -> String {
    let days = security.certificates.first.flatMap { SecurityRecord.daysLeft(of: $0, at: model.utcNow) }
    return security.version + (days.map { ", certificate: \(Self.left($0))" } ?? "")
  }

  private static func left(_ days: Int) -> String {
    days < 0 ? "! expired \(Quantity.count(-days, "day")) ago" : "\(Quantity.count(days, "day")) left"
  }

  private func tls(_ connection: ConnectionState, _ area: Area) -> [StyledText] {
    guard let security = connection.facts.security else {
      return [StyledText(" no TLS", area.theme.style(.quiet))]
    }
    var lines = line("version", "\(security.version), \(security.cipher)", area)
    lines += line("verification", security.verification, area)
    for (index, certificate) in security.certificates.enumerated() {
      lines += line(index == 0 ? "certificate" : "issued by", certificate, area)
      guard let days = SecurityRecord.daysLeft(of: certificate, at: model.utcNow) else { continue }
      // A month is what a renewal that has failed leaves.
      lines += line("", Self.left(days), area, days < 30 ? area.theme.style(.error) : .plain)
    }
    return lines
  }
}
