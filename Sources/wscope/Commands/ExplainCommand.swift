import Arguments
import Inspector
import PlainText
import WscopeOptions

/// `wscope explain TERM`: what a code, opcode, parameter, header, violation or status means.
enum ExplainCommand {
  /// Columns of text that is read.
  private static let width = 78

  private static let glossary = Glossary(
    adding: ExitStatus.allCases.map { status in
      Glossary.Entry(
        .exitStatuses, ["\(status.rawValue)", "status \(status.rawValue)"], nil,
        status.sentence.replacing("`", with: ""), status.causes)
    })

  static func run(_ parsed: Parsed) throws(Stop) {
    guard let term = parsed.words.first else { Main.show(text(glossary.overview(width: width))) }
    let entries = glossary.entries(for: term)
    guard !entries.isEmpty else { throw unknown(term) }
    Main.show(entries.map(text).joined(separator: "\n"))
  }

  private static func text(of entry: Glossary.Entry) -> String { text(entry.rows(width: width)) }

  private static func text(_ rows: [RoleText]) -> String { rows.map { $0.string + "\n" }.joined() }

  private static func unknown(_ term: String) -> Stop {
    let near = Spelling.closest(to: term, among: glossary.entries.flatMap(\.names))
    let similar = ([near].compactMap { $0 } + glossary.entries(holding: term).map(\.names[0])).prefix(5)
    let words = similar.map { "\"\($0)\"" }.joined(separator: ", ")
    return Stop(
      .usage, "nothing is known about \"\(term)\"",
      hint: similar.isEmpty ? "wscope explain lists what is" : "did you mean \(words)? wscope explain lists all")
  }
}
