import Inspector
import Terminal
import TerminalLoop
import WebSocketCore
import WscopeOptions

/// What may stand at the cursor: commands, their arguments, paths, and words of JSON that were seen.
struct LineCompleter: Completer {
  var seen: [String]
  /// The names in a folder, with a slash behind those of folders.
  var names: @Sendable (_ folder: String) -> [String]

  /// More candidates help nobody.
  private static let maximumCandidates = 200

  func completion(of text: String, at cursor: String.Index) -> Completion? {
    // A text of megabytes is not looked through for a word.
    guard text.utf8.count <= 64 << 10 else { return nil }
    let before = text[..<cursor]
    guard before.utf8.first == UInt8(ascii: "/"), !before.utf8.starts(with: "//".utf8) else {
      return word(in: text, before)
    }
    guard let blank = before.firstIndex(of: " ") else { return command(in: text, before.dropFirst()) }
    let name = before[before.index(after: before.startIndex)..<blank]
    guard let command = SlashCommand.Name(rawValue: String(name)).map(SlashCommand.named) else { return nil }
    let rest = before[before.index(after: blank)...]
    switch command.argument {
    case .nothing: return nil
    case .text: return word(in: text, before)
    case .words(let words): return prefixed(words.map { ($0, "") }, rest)
    case .command: return prefixed(SlashCommand.all.map { ($0.name.rawValue, LineHelp.plain($0.summary)) }, rest)
    case .file: return path(rest)
    case .closeCode:
      return prefixed(CloseCode.named.filter(\.code.isSendableByUser).map { ("\($0.code.rawValue)", $0.name) }, rest)
    case .frame: return word(in: text, before) ?? field(of: HandmadeFrame.words, rest, setBy: "=")
    case .filter: return field(of: Filter.words, rest, setBy: ":")
    }
  }

  /// The last of some words such as `opcode=text`: the fields first, and behind the mark the values of one.
  private func field(of words: [String], _ typed: Substring, setBy mark: Character) -> Completion? {
    var last = typed[(typed.lastIndex(of: " ").map(typed.index(after:)) ?? typed.startIndex)...]
    if last.first == "-" { last = last.dropFirst() }
    let hasField = last.contains(mark)
    var candidates: [Completion.Candidate] = []
    for word in words where word.hasPrefix(last) {
      let end = hasField ? nil : word.firstIndex(of: mark)
      let text = String(end.map { word[...$0] } ?? word[...])
      let candidate = Completion.Candidate(text, ending: "=:<>".contains(text.last ?? "=") ? "" : " ")
      if !candidates.contains(candidate) { candidates.append(candidate) }
    }
    return Completion(replacing: last.startIndex..<last.endIndex, candidates: candidates)
  }

  private func command(in text: String, _ typed: Substring) -> Completion? {
    let candidates = SlashCommand.all.filter { $0.name.rawValue.hasPrefix(typed) }.map {
      Completion.Candidate(
        $0.name.rawValue, ending: $0.arguments.isEmpty ? "" : " ",
        description: ($0.arguments.isEmpty ? "" : "\($0.arguments): ") + LineHelp.plain($0.summary))
    }
    return Completion(replacing: typed.startIndex..<typed.endIndex, candidates: candidates)
  }

  private func prefixed(_ words: [(String, String)], _ typed: Substring) -> Completion? {
    let candidates = words.filter { $0.0.hasPrefix(typed) }.map { Completion.Candidate($0.0, description: $0.1) }
    return Completion(replacing: typed.startIndex..<typed.endIndex, candidates: candidates)
  }

  private func path(_ typed: Substring) -> Completion? {
    // A number may stand before it.
    let number = typed.prefix { $0.isNumber }
    let typed =
      !number.isEmpty && typed[number.endIndex...].first == " " ? typed[number.endIndex...].dropFirst() : typed
    return FileNames.completion(of: typed, names: names)
  }

  /// Inside a JSON string: what was seen that begins so.
  private func word(in text: String, _ before: Substring) -> Completion? {
    var isInString = false
    var start = before.startIndex
    var isEscaped = false
    for index in before.utf8.indices {
      let byte = before.utf8[index]
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = isInString
      } else if byte == UInt8(ascii: "\"") {
        isInString.toggle()
        start = before.utf8.index(after: index)
      }
    }
    guard isInString else { return nil }
    let typed = before[start...]
    let quote = text[typed.endIndex...].first == "\"" ? "" : "\""
    let candidates = seen.reversed().filter { $0.hasPrefix(typed) && $0 != typed }.prefix(Self.maximumCandidates)
      .map { Completion.Candidate($0, ending: quote) }
    return Completion(replacing: typed.startIndex..<typed.endIndex, candidates: Array(candidates))
  }
}
