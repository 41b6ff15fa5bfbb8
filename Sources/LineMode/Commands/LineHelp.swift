import Arguments
import Terminal
import WscopeOptions

/// What `/help` says.
enum LineHelp {
  /// Where the summaries begin, and how wide lines are at the most.
  private static let column = 28
  private static let maximumWidth = 100

  /// All commands, or one.
  /// - Parameter hasKeys: whether lines are edited with our keys; those that are no matter of course are told, too.
  static func lines(_ name: SlashCommand.Name?, columns: Int, hasKeys: Bool) -> [String] {
    let width = min(columns - 1, maximumWidth)
    if let name {
      let command = SlashCommand.named(name)
      return TextLayout.table([(command.usage, command.summary)], column: column, width: width)
    }
    let rows =
      SlashCommand.all.map { ($0.usage, $0.summary) } + [("//TEXT", "Sends a text that begins with a slash.")]
      + (hasKeys ? keys : [])
    return TextLayout.table(rows, column: column, width: width)
  }

  /// A summary without the marks that set words apart in the manual.
  static func plain(_ text: String) -> String { text.filter { $0 != "`" } }

  /// The keys to be shown, from the table that the line editor reads.
  private static var keys: [(String, String)] {
    let shown: [EditCommand] = [.newLine, .complete, .search, .editExternally, .interrupt, .endOrDelete, .suspend]
    var rows: [(String, String)] = []
    for command in shown {
      guard let binding = EditBinding.all.first(where: { $0.command == command }) else { continue }
      rows.append((binding.keys.map(name(of:)).joined(separator: " "), binding.summary))
    }
    return rows + [("F2", "the full screen, and back")]
  }

  /// `Ctrl-R`, `Tab`.
  private static func name(of key: Key) -> String {
    guard case .character(let scalar) = key.code, key.modifiers == .control else { return key.description }
    return "Ctrl-" + String(scalar).uppercased()
  }
}
