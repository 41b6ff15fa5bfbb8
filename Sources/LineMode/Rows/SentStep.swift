import Bytes
import JSONSyntax
import PlainText
import Terminal

/// What was sent, shown as the step of a script that sends the same.
enum SentStep: Equatable {
  /// `> text`; where the text cannot stand so, `>text "…"`.
  case text(String)
  /// `>close 1000`, `>frame fin=0 "x"`.
  case word(String, String)
  /// `>ping "x"`.
  case quoted(String, String)
  /// `>hex 00ff`.
  case bytes(String, [UInt8])

  /// Rows shown of a text, characters of each, and bytes of what is shown as digits.
  private static let maximumRows = 20
  private static let maximumLength = 1600
  private static let maximumBytes = 64

  func rows(_ theme: Theme) -> [StyledText] {
    func arrow(_ word: String) -> StyledText { StyledText(">\(word)", theme.style(.sent)) }
    func line(_ word: String, _ rest: SafeText) -> StyledText {
      rest.string.isEmpty ? arrow(word) : arrow(word) + StyledText(" ") + StyledText(rest)
    }
    switch self {
    case .text(let text): return rows(of: text, line, theme)
    case .word(let word, let rest): return [line(word, SafeText(rest))]
    case .quoted(let word, let text): return [line(word, text.isEmpty ? SafeText("") : Self.quoted(text))]
    case .bytes(let word, let bytes):
      let digits = ByteBuffer()
      HexDigits.append(bytes.span.extracting(first: Self.maximumBytes), to: digits)
      let more = bytes.count > Self.maximumBytes ? " … \(Quantity.bytes(bytes.count)) in all" : ""
      return [line(word, SafeText(bytes: digits.span) + SafeText(more))]
    }
  }

  private func rows(of text: String, _ line: (String, SafeText) -> StyledText, _ theme: Theme) -> [StyledText] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let edges = [text.utf8.first, text.utf8.last]
    guard !edges.contains(0x20), lines.allSatisfy(Self.isPlain) else { return [line("text", Self.quoted(text))] }
    var rows = [line("", Self.shown(lines[0]))]
    for row in lines.dropFirst().prefix(Self.maximumRows - 1) {
      rows.append(StyledText("  | ", theme.style(.sent)) + StyledText(Self.shown(row)))
    }
    if lines.count > Self.maximumRows {
      rows.append(theme.quiet("  … \(Quantity.count(lines.count - Self.maximumRows, "more line"))"))
    }
    return rows
  }

  /// Whether a line can stand behind an arrow, or a bar, as it is: nothing to be escaped, and nothing that a script
  /// would replace.
  private static func isPlain(_ line: Substring) -> Bool {
    !line.contains("${") && line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }

  private static func shown(_ line: Substring) -> SafeText {
    SafeText(bytes: line.utf8.span, maximumLength: maximumLength)
  }

  private static func quoted(_ text: String) -> SafeText {
    let output = ByteBuffer()
    JSONText.append(Array(text.utf8).span, to: output, isForTerminal: true)
    return SafeText(bytes: output.span)
  }
}
