import Bytes
import Inspector
import JSONSyntax

/// Writes a script as all scripts look: two blanks a depth, one between words, texts in quotes where their blanks could
/// not be seen. What the script does stays the same.
public struct ScriptFormatter {
  private var depths: [Int: Int] = [:]
  private var lines: [Int: SourceLine] = [:]

  /// The script `text`, which must be free of mistakes.
  public static func format(_ text: String) -> String {
    let tree = SourceTree(text, file: "")
    var formatter = ScriptFormatter()
    formatter.note(tree.lines, depth: 0)
    return formatter.format(text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" })
  }

  private mutating func note(_ lines: [SourceLine], depth: Int) {
    for line in lines {
      depths[line.number] = depth
      self.lines[line.number] = line
      note(line.children, depth: depth + 1)
    }
  }

  private func format(_ sources: [Substring]) -> String {
    var output: [String] = []
    for (index, source) in sources.enumerated() {
      if let line = lines[index + 1] {
        output.append(indentation(depths[index + 1] ?? 0) + canonical(line))
      } else if let mark = source.firstIndex(of: "#") {
        // A comment belongs to the line below it.
        let below = (index + 1...sources.count).first { lines[$0 + 1] != nil }
        output.append(indentation(below.flatMap { depths[$0 + 1] } ?? 0) + Self.trimmed(source[mark...]))
      } else if output.last != "", !output.isEmpty {
        output.append("")
      }
    }
    while output.last == "" { output.removeLast() }
    return output.map { "\($0)\n" }.joined()
  }

  private func indentation(_ depth: Int) -> String { String(repeating: " ", count: 2 * depth) }

  private static func trimmed(_ text: Substring) -> String {
    String(decoding: Array(text.utf8).reversed().drop { TextCursor.isBlank($0) }.reversed(), as: UTF8.self)
  }

  private func canonical(_ line: SourceLine) -> String {
    if line.text.hasPrefix("|") {
      let text = line.text.dropFirst(line.text.hasPrefix("| ") ? 2 : 1)
      return text.isEmpty ? "|" : "| \(text)"
    }
    var reader = LineReader(line, file: "")
    let name = reader.text(while: ScriptName.isPart)
    if reader.next == UInt8(ascii: ">") || reader.next == UInt8(ascii: "<") {
      return message(line, name: name, &reader)
    }
    reader = LineReader(line, file: "")
    let word = reader.word()
    let rest = reader.rest().text
    switch word {
    case "set", "capture":
      guard let equals = rest.firstIndex(of: "=") else { return "\(word) \(rest)" }
      let value = rest[equals...].dropFirst().drop { $0 == " " }
      return "\(word) \(Self.trimmed(rest[..<equals])) = \(value)"
    case "ignore", "when":
      var inner = line
      inner.text = rest
      return "\(word) \(canonical(inner))"
    default: return rest.isEmpty ? word : "\(word) \(rest)"
    }
  }

  private func message(_ line: SourceLine, name: String, _ reader: inout LineReader) -> String {
    var arrow = name + (reader.next == UInt8(ascii: ">") ? ">" : "<")
    reader.skip(1)
    for sign in ["*", "?"] as [Unicode.Scalar] where reader.take(sign) { arrow.unicodeScalars.append(sign) }
    if reader.isAtEnd { return arrow }
    if reader.next == UInt8(ascii: " ") {
      reader.skip(1)
      let text = reader.exactRest().text
      let isContinued = line.children.contains { $0.text.hasPrefix("|") }
      guard !isContinued, Self.hidesSomething(text), let quoted = Self.quoted(text) else {
        return text.isEmpty ? arrow : "\(arrow) \(text)"
      }
      return "\(arrow)text \(quoted)"
    }
    let word = reader.word()
    let isExact = ["contains", "fragments", "close"].contains(word)
    let rest = isExact ? reader.exactRest().text : reader.rest().text
    return rest.isEmpty ? "\(arrow)\(word)" : "\(arrow)\(word) \(rest)"
  }

  /// Whether a text has blanks at an end, or characters that cannot be seen.
  static func hidesSomething(_ text: String) -> Bool {
    text.hasPrefix(" ") || text.hasSuffix(" ") || text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
  }

  /// The text as a JSON string, its values kept; nil where that cannot be.
  private static func quoted(_ text: String) -> String? {
    var result = "\""
    var rest = text[...]
    while let start = rest.firstValue {
      result += escaped(rest[..<start.lowerBound]) + rest[start]
      guard !rest[start].contains("\""), !rest[start].contains("\\") else { return nil }
      rest = rest[start.upperBound...]
    }
    return result + escaped(rest) + "\""
  }

  private static func escaped(_ text: Substring) -> String {
    let output = ByteBuffer()
    JSONText.append(Array(text.utf8).span, to: output, isForTerminal: true)
    return String(decoding: output.bytes.dropFirst().dropLast(), as: UTF8.self)
  }
}

extension Substring {
  /// Where the first `${…}` stands that is none of a `$${`.
  fileprivate var firstValue: Range<Index>? {
    var index = startIndex
    while let dollar = self[index...].firstIndex(of: "$") {
      let next = self.index(after: dollar)
      if self[next...].hasPrefix("${") {
        index = self.index(next, offsetBy: 2)
      } else if self[next...].hasPrefix("{"), let end = self[next...].firstIndex(of: "}") {
        return dollar..<self.index(after: end)
      } else {
        index = next
      }
    }
    return nil
  }
}
