import Bytes
import JSONSyntax
import Terminal
import TerminalLoop

/// A message kept for later under a name; it may hold variables.
struct Snippet: Equatable {
  var name: String
  var type: PayloadType
  var text: String

  /// A line of JSON, as the file of snippets has one each.
  var line: String {
    let members = [("name", name), ("type", type.rawValue), ("text", text)]
    return "{\(members.map { "\($0.0.quotedAsJSON):\($0.1.quotedAsJSON)" }.joined(separator: ","))}"
  }

  init(name: String, type: PayloadType, text: String) {
    self.name = name
    self.type = type
    self.text = text
  }

  /// Reads a line; nil where it is no snippet.
  init?(line: Substring) {
    guard let value = try? JSONParser.parse(Array(line.utf8).span),
      case .string(let name) = value["name"], !name.isEmpty, case .string(let text) = value["text"]
    else { return nil }
    let type: PayloadType? = if case .string(let word) = value["type"] { PayloadType(rawValue: word) } else { .text }
    guard let type else { return nil }
    self.init(name: name, type: type, text: text)
  }

  /// The snippets of a file. Lines that are none are left out; of equal names the last counts.
  static func read(_ file: String) -> [Snippet] {
    file.split(separator: "\n").compactMap { Snippet(line: $0) }.reduce(into: []) { keep($1, in: &$0) }
  }

  /// Adds a snippet, or puts it in the place of the one with its name.
  static func keep(_ snippet: Snippet, in list: inout [Snippet]) {
    if let index = list.firstIndex(where: { $0.name == snippet.name }) {
      list[index] = snippet
    } else {
      list.append(snippet)
    }
  }
}

extension String {
  /// As a string in JSON.
  var quotedAsJSON: String {
    let output = ByteBuffer()
    JSONText.append(self, to: output)
    return String(decoding: output.span.indices.map { output.span[$0] }, as: UTF8.self)
  }
}

/// Completes the names of snippets, at the start of what is written, and those of variables behind `${`; or names of
/// files, where one is written.
struct ComposerCompleter: Completer {
  var snippets: [Snippet]
  var variables: [String]
  var type = PayloadType.text

  func completion(of text: String, at cursor: String.Index) -> Completion? {
    let before = text[..<cursor]
    if let mark = before.ranges(of: "${").last, !before[mark.upperBound...].contains("}") {
      let start = before[mark.upperBound...]
      let found = variables.filter { $0.hasPrefix(start) }
      return Completion(
        replacing: mark.upperBound..<cursor, candidates: found.map { Completion.Candidate($0, ending: "}") })
    }
    if type == .file { return FileNames.completion(of: before) }
    let found = snippets.filter { $0.name.hasPrefix(before) }
    guard !found.isEmpty else { return nil }
    return Completion(
      replacing: text.startIndex..<text.endIndex,
      candidates: found.map { Completion.Candidate($0.name, description: $0.text) })
  }
}
