import JSONSyntax
import PlainText
import Terminal
import WscopeOptions

/// The grey row below the line: what is written, what holds, and the keys one may look for.
struct LineHint {
  /// What one has to know before all else, such as that nothing is connected.
  var state: String?
  /// How many messages are held back; nil while none are.
  var paused: Int?
  var isMultiline = false
  var resolvesEscapes = false
  /// Whether F2 opens the full screen.
  var hasFullScreen = false

  /// A longer text is not checked at each key.
  private static let maximumChecked = 64 << 10

  func row(for text: String, isEmpty: Bool, columns: Int, _ theme: Theme) -> StyledText {
    var left = StyledText()
    func add(_ part: StyledText) {
      left += StyledText("  ") + part
    }
    if let state { add(StyledText(SafeText(state), theme.style(.warning))) }
    if let paused { add(theme.quiet("paused, \(Quantity.count(paused)) held back: /pause shows them")) }
    if let about = about(text) { add(theme.quiet(about)) }
    if isMultiline { add(theme.quiet("an empty line sends")) }
    if resolvesEscapes { add(theme.quiet("escapes are resolved")) }
    var keys = isEmpty ? ["Ctrl-D closes", "/help"] : ["Tab complete", "Ctrl-R history", "Ctrl-J line"]
    if isEmpty, hasFullScreen { keys.append("F2 full screen") }
    // Keys give way to what is said.
    while !keys.isEmpty {
      let right = keys.joined(separator: "  ")
      let space = columns - 1 - left.width(Widths()) - right.utf8.count
      if space >= 2 { return left + theme.quiet(String(repeating: " ", count: space) + right) }
      keys.removeLast()
    }
    return left
  }

  private func about(_ text: String) -> String? {
    // By bytes: its first character may have a million marks.
    if text.utf8.first == UInt8(ascii: "/") {
      return text.utf8.starts(with: "//".utf8) ? "sends a text that begins with a slash" : command(text)
    }
    guard let first = text.utf8.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    else { return nil }
    guard text.utf8.count <= Self.maximumChecked else { return nil }
    guard let failure = JSONCheck.failure(of: text) else { return "JSON: valid" }
    return "JSON: \(SafeText(failure.description).string)"
  }

  private func command(_ text: String) -> String? {
    let word = text.dropFirst().prefix { !$0.isWhitespace }
    guard let name = SlashCommand.Name(rawValue: String(word)) else {
      let near = SlashCommand.Name.allCases.contains { $0.rawValue.hasPrefix(word) }
      return near ? nil : "no such command: /help lists all"
    }
    return SlashCommand.named(name).usage
  }
}
