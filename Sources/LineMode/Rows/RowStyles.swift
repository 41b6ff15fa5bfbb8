import Inspector
import PlainText
import Terminal

extension Theme {
  /// A row of roles in its colours.
  func text(_ row: RoleText) -> StyledText { StyledText(row.runs.map { StyledText.Run($0.text, style($0.role)) }) }

  private func style(_ role: TextRole) -> Style {
    switch role {
    case .plain, .punctuation: .plain
    case .key: style(Role.jsonKey)
    case .string: style(Role.jsonString)
    case .number: style(Role.jsonNumber)
    case .literal: style(Role.jsonLiteral)
    case .offset, .dimmed: style(Role.quiet)
    case .header: style(Role.control)
    case .mask: style(Role.warning)
    case .payload: style(Role.binary)
    case .error: style(Role.error)
    }
  }

  /// Words of ours that are not what one looks at first.
  func quiet(_ text: String) -> StyledText { StyledText(text, style(Role.quiet)) }

  /// A line about something wrong: `! …`, and what to do.
  func failure(_ failure: LineFailure) -> [StyledText] {
    var rows = [StyledText("! ", style(Role.error)) + StyledText(SafeText(failure.text))]
    if let hint = failure.hint { rows.append(StyledText("  ") + StyledText(SafeText(hint), style(Role.quiet))) }
    return rows
  }
}

/// The time of day.
enum TimeOfDay {
  /// `12:04:31.219`.
  /// - Parameter offset: seconds that the local time is ahead of UTC.
  static func text(seconds: Int64, nanoseconds: Int32, offset: Int) -> String {
    let day = 86_400 as Int64
    let second = ((seconds % day + Int64(offset)) % day + day) % day
    func digits(_ value: Int64, _ count: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
    let clock = [second / 3600, second / 60 % 60, second % 60].map { digits($0, 2) }.joined(separator: ":")
    return "\(clock).\(digits(Int64(nanoseconds) / 1_000_000, 3))"
  }
}
