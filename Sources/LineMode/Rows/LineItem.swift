import Arguments
import PlainText
import Terminal
import Trace
import WscopeOptions

/// Something that is shown in the session.
enum LineItem: Equatable {
  /// A message that came, or a control frame either way.
  case message(Message)
  /// All of a message.
  case whole(Message)
  /// What we sent.
  case sent(SentStep)
  /// The peer broke a rule, or the connection ended badly.
  case trouble(String, at: UTCTime)
  /// Something that was asked for cannot be done.
  case failure(LineFailure)
  /// Words of ours, a line each.
  case note([String])
  /// There is a connection, with what was agreed on.
  case opening(String)
  /// The commands, or one of them.
  case help(SlashCommand.Name?)
  /// Messages were left out here.
  case skipped(Int, inCapture: Bool)
}

extension MessageRows {
  /// The rows of anything that is shown.
  func rows(_ item: LineItem) -> [StyledText] {
    switch item {
    case .message(let message): return rows(message)
    case .whole(let message): return whole(message)
    case .sent(let step): return step.rows(theme)
    case .trouble(let text, let time):
      let clock = TimeOfDay.text(seconds: time.seconds, nanoseconds: time.nanoseconds, offset: timeOffset)
      return [StyledText("!", theme.style(.error)) + theme.quiet(" \(clock)  ") + StyledText(SafeText(text))]
    case .failure(let failure): return theme.failure(failure)
    case .note(let lines): return lines.map { StyledText(SafeText($0), theme.style(.quiet)) }
    case .opening(let text): return [StyledText(SafeText(text))]
    case .help(let name): return LineHelp.lines(name, columns: columns, hasKeys: true).map(theme.quiet)
    case .skipped(let count, let inCapture):
      let place = inCapture ? " (in the capture)" : ""
      return [theme.quiet("… \(Quantity.count(count, "message")) not shown\(place)")]
    }
  }
}

extension PlainRows {
  /// The lines of anything that is shown.
  func lines(_ item: LineItem, dump: MessageRows) -> [String] {
    switch item {
    case .message(let message): [line(message).string]
    case .trouble(let text, _): ["problem: \(SafeText(text).string)"]
    // The terminal shows what was typed.
    case .sent: []
    case .opening(let text): ["\(SafeText(text).string). Ctrl-D closes, /help"]
    case .help(let name): LineHelp.lines(name, columns: TextLayout.width, hasKeys: false)
    case .whole, .failure, .note, .skipped: dump.rows(item).map(\.string)
    }
  }
}
