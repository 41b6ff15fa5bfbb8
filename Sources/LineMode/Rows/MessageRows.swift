import Inspector
import PlainText
import Terminal
import Trace
import WebSocketCore

/// How messages look in the session: a sign for the direction, the time, the time since our last message, the size, and
/// the payload, folded where it is long.
struct MessageRows {
  var theme: Theme
  var columns: Int
  var widths = Widths()
  /// JSON in rows, binary messages as a dump.
  var isPretty = true
  /// Seconds that the local time is ahead of UTC.
  var timeOffset = 0

  /// Rows of a payload before it is folded.
  static let foldedRows = 20
  /// Rows of a binary message before it is folded.
  static let foldedDump = 4
  /// Rows shown of a payload that was asked for.
  static let maximumRows = 10_000
  /// Larger payloads are not laid out unless they are asked for.
  private static let maximumLaidOut = 1 << 20

  /// The rows of a message.
  func rows(_ message: Message) -> [StyledText] {
    let head = head(message)
    let payload = message.payload.span
    let inner = max(1, columns - 1 - head.width(widths) - 2)
    switch message.opcode {
    case .text: return text(message, head, inner)
    case .binary: return binary(message, head, inner)
    default:
      let words = [head, StyledText(message.opcode.name, theme.style(.control))]
      let line = PayloadLine.summary(
        message.opcode, payload, width: max(1, inner - message.opcode.name.utf8.count - 2), widths: widths)
      return [join(words + (payload.isEmpty ? [] : [theme.text(line)]))]
    }
  }

  /// All of a message, as far as it is shown at all.
  func whole(_ message: Message) -> [StyledText] {
    let title = "  message \(Quantity.count(message.number)), \(message.opcode.name), "
    var rows = [theme.quiet(title + Quantity.bytes(message.payload.count))]
    let payload = message.payload.span
    let characters = Self.maximumRows * max(1, columns)
    var isWhole = true
    if message.opcode == .text {
      let json = JSONView.pretty(
        payload, width: max(1, columns - 1), maximumRows: Self.maximumRows, cutsStrings: payload.count > characters)
      if let json {
        isWhole = !isFolded(json)
        rows += json.map(theme.text)
      } else {
        let (lines, areAll) = lines(payload, maximum: Self.maximumRows, characters: characters)
        isWhole = areAll
        rows += lines.map { StyledText($0) }
      }
    } else {
      isWhole = payload.count <= Self.maximumRows * dumpWidth
      rows += HexDump.rows(payload, width: dumpWidth, limit: Self.maximumRows).map(theme.text)
    }
    if !isWhole { rows.append(theme.quiet("  /save \(message.number) FILE keeps all of it")) }
    return rows
  }

  /// Whether something of a JSON text is not shown.
  private func isFolded(_ rows: [RoleText]) -> Bool { rows.contains { $0.runs.contains { $0.role == .dimmed } } }

  // MARK: Parts

  private func head(_ message: Message) -> StyledText {
    let isSent = message.direction == .sent
    var head = StyledText(isSent ? ">" : "<", theme.style(isSent ? .sent : .received))
    let time = TimeOfDay.text(
      seconds: message.time.seconds, nanoseconds: message.time.nanoseconds, offset: timeOffset)
    var words = [time]
    if let latency = message.latency { words.append("+\(Quantity.duration(latency))") }
    words.append(Quantity.bytes(message.payload.count))
    head += theme.quiet(" " + words.joined(separator: "  "))
    return head
  }

  private func join(_ parts: [StyledText]) -> StyledText {
    var line = StyledText()
    for part in parts where !part.isEmpty {
      if !line.isEmpty { line.append("  ") }
      line += part
    }
    return line
  }

  private func more(_ message: Message) -> StyledText { theme.quiet("/show \(message.number) for all of it") }

  private func text(_ message: Message, _ head: StyledText, _ inner: Int) -> [StyledText] {
    let payload = message.payload.span
    if isPretty, payload.count <= Self.maximumLaidOut,
      let json = JSONView.pretty(payload, width: inner, maximumRows: Self.foldedRows)
    {
      if json.count == 1, !isFolded(json) { return [join([head, theme.text(json[0])])] }
      let rows = JSONView.pretty(payload, width: max(1, columns - 3), maximumRows: Self.foldedRows) ?? json
      return [isFolded(rows) ? join([head, more(message)]) : head] + rows.map { StyledText("  ") + theme.text($0) }
    }
    if isPretty || payload.count > Self.maximumLaidOut,
      let line = JSONView.oneLine(payload, width: Self.foldedRows * max(1, columns), widths: widths)
    {
      let isFolded = line.runs.last?.role == .dimmed
      return [join([head, theme.text(line)] + (isFolded ? [more(message)] : []))]
    }
    let room = max(80, Self.foldedRows * columns)
    let (lines, isWhole) = lines(payload, maximum: Self.foldedRows, characters: room)
    let shown = lines.map { StyledText($0) }
    let first = join([head, shown.first ?? StyledText()])
    let rest = shown.dropFirst().map { StyledText("  ") + $0 }
    return [first] + rest + (isWhole ? [] : [StyledText("  ") + more(message)])
  }

  /// The lines of a text, safe; no more of them, and of them no more characters, than are asked for.
  private func lines(
    _ text: Span<UInt8>, maximum: Int, characters: Int
  ) -> (lines: [SafeText], isWhole: Bool) {
    var lines: [SafeText] = []
    var left = characters
    var start = 0
    while start < text.count {
      guard lines.count < maximum, left > 0 else { return (lines, false) }
      var end = start
      // No character is longer than four bytes.
      while end < text.count, text[end] != 0x0A, end - start < 4 * left { end += 1 }
      let (line, count) = SafeText.start(of: text.extracting(start..<end), maximumLength: left)
      lines.append(line)
      if start + count < text.count, text[start + count] != 0x0A { return (lines, false) }
      left -= line.string.unicodeScalars.count + 1
      start = end + 1
    }
    return (lines, true)
  }

  private func binary(_ message: Message, _ head: StyledText, _ inner: Int) -> [StyledText] {
    let payload = message.payload.span
    let label = StyledText("binary", theme.style(.binary))
    guard isPretty, !payload.isEmpty else {
      let line = HexDump.oneLine(payload, width: max(3, inner - 8))
      let isFolded = line.runs.last?.role == .dimmed
      return [join([head, label, theme.text(line)] + (isFolded ? [more(message)] : []))]
    }
    let rows = HexDump.rows(payload, width: dumpWidth, limit: Self.foldedDump)
    let isFolded = payload.count > Self.foldedDump * dumpWidth
    return [join([head, label] + (isFolded ? [more(message)] : []))] + rows.map { StyledText("  ") + theme.text($0) }
  }

  /// Bytes in a row of a dump: what the screen has room for.
  private var dumpWidth: Int { columns >= 80 ? 16 : columns >= 46 ? 8 : 4 }
}
