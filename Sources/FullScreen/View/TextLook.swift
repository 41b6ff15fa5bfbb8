import Inspector
import PlainText
import Terminal
import WebSocketCore

extension Theme {
  /// How a role of text looks.
  func style(of role: TextRole) -> Style {
    switch role {
    case .plain, .payload: .plain
    case .key: style(.jsonKey)
    case .string: style(.jsonString)
    case .number: style(.jsonNumber)
    case .literal: style(.jsonLiteral)
    case .punctuation, .offset, .dimmed: style(.quiet)
    case .header: style(.control)
    case .mask: style(.warning)
    case .error: style(.error)
    }
  }

  /// Text with roles as it is drawn.
  func styled(_ text: RoleText) -> StyledText {
    StyledText(text.runs.map { StyledText.Run($0.text, style(of: $0.role)) })
  }

  /// How a row's sign and type look.
  func style(of row: MessageRow) -> Style {
    if row.flags.contains(.problem) { return style(.error) }
    if row.isNote { return style(.quiet) }
    if row.frameOpcode.isControl { return style(.control) }
    return style(row.isReceived ? .received : .sent)
  }
}

/// The words of the list and the detail for a row.
enum RowWords {
  /// `<` received, `>` sent, `!` wrong, `-` about the connection.
  static func sign(_ row: MessageRow) -> String {
    row.flags.contains(.problem) ? "!" : row.isNote ? "-" : row.isReceived ? "<" : ">"
  }

  static func type(_ row: MessageRow) -> String {
    if row.isNote { return row.flags.contains(.problem) ? "error" : "note" }
    return row.frameOpcode == .binary ? "bin" : row.frameOpcode.name
  }

  static func reply(_ row: MessageRow) -> String {
    row.reply == 0 ? "" : Quantity.duration(.microseconds(Int64(row.reply)))
  }

  /// The start of the payload on a line.
  static func summary(_ row: MessageRow, _ payload: Span<UInt8>, width: Int, widths: Widths)
    -> RoleText
  {
    guard row.isNote else {
      return PayloadLine.summary(row.frameOpcode, payload, width: width, widths: widths)
    }
    return RoleText(
      SafeText(bytes: payload, maximumLength: max(1, width)),
      row.flags.contains(.problem) ? .error : .plain
    )
    .cut(to: width, widths: widths)
  }
}

extension Model {
  /// `12:04:31.207`, or without milliseconds.
  func clock(_ time: Int64, hasMilliseconds: Bool = true) -> String {
    let (seconds, nanoseconds) = wallClock(time)
    let second = Int(((seconds % 86_400) + 86_400) % 86_400)
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let clock = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
    guard hasMilliseconds else { return clock }
    return "\(clock).\(String(Int(nanoseconds) / 1_000_000 + 1000).dropFirst())"
  }

  /// Seconds and milliseconds: `+0.911`, `12.345`.
  static func seconds(_ nanoseconds: Int64) -> String {
    let milliseconds = abs(nanoseconds) / 1_000_000
    return
      "\(nanoseconds < 0 ? "-" : "")\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())"
  }
}
