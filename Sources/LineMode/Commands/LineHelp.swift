import Terminal
import WscopeOptions

/// What `/help` says.
enum LineHelp {
  private static let width = 26

  /// The commands, and the keys that are no matter of course.
  static var all: [String] {
    var lines = SlashCommand.all.flatMap { row($0.usage, plain($0.summary)) }
    lines += row("//TEXT", "Sends a text that begins with a slash.")
    return lines + keys.flatMap { row($0.key, $0.summary) }
  }

  /// What is longer than its column has a line of its own.
  private static func row(_ name: String, _ summary: String) -> [String] {
    let space = width - name.count
    let blanks = String(repeating: " ", count: space >= 2 ? space : width)
    return space >= 2 ? ["  " + name + blanks + summary] : ["  " + name, "  " + blanks + summary]
  }

  /// A summary without the marks that set words apart in the manual.
  static func plain(_ text: String) -> String { text.filter { $0 != "`" } }

  /// The keys to be shown, from the table that the line editor reads.
  private static var keys: [(key: String, summary: String)] {
    let shown: [EditCommand] = [.newLine, .complete, .search, .editExternally, .interrupt, .endOrDelete, .suspend]
    var rows: [(key: String, summary: String)] = []
    for command in shown {
      guard let binding = EditBinding.all.first(where: { $0.command == command }) else { continue }
      rows.append((binding.keys.map(name(of:)).joined(separator: " "), binding.summary))
    }
    return rows
  }

  /// `Ctrl-R`, `Tab`.
  private static func name(of key: Key) -> String {
    guard case .character(let scalar) = key.code, key.modifiers == .control else { return key.description }
    return "Ctrl-" + String(scalar).uppercased()
  }
}
