import JSONSyntax
import PlainText

/// A row of JSON that is being put together.
struct JSONLine {
  private(set) var text = RoleText()
  /// Characters so far, counted as scalars before anything is escaped.
  private(set) var width = 0
  /// Whether the row will be shown, or only counted.
  let isShown: Bool

  init(indentation: Int = 0, isShown: Bool = true) {
    self.isShown = isShown
    width = indentation
    if isShown, indentation > 0 { text.append(SafeText(String(repeating: " ", count: indentation))) }
  }

  /// - Parameter limit: characters shown of a string.
  mutating func put(_ token: JSONToken, _ source: Span<UInt8>, limit: Int) {
    width += JSONView.characters(source, token.range)
    if isShown {
      let (start, count) = SafeText.start(of: source.extracting(token.range), maximumLength: limit)
      text.append(start, Self.role(of: token.kind))
      if count < token.range.count { text.append(.more(token.range.count - count), .dimmed) }
    }
    if token.kind == .name { punctuate(": ") }
  }

  /// The start of a string, from behind the token before it.
  mutating func put(stringThatEndsEarly source: Span<UInt8>, limit: Int) {
    var index = 0
    while index < source.count, source[index] != UInt8(ascii: "\"") {
      if source[index] == UInt8(ascii: ",") { punctuate(", ") }
      index += 1
    }
    width += source.count - index
    text.append(SafeText(bytes: source.extracting(index...), maximumLength: limit), .string)
  }

  mutating func punctuate(_ mark: String) { put(mark, .punctuation) }

  private mutating func put(_ piece: String, _ role: TextRole) {
    width += piece.utf8.count
    if isShown { text.append(SafeText(piece), role) }
  }

  private static func role(of kind: JSONToken.Kind) -> TextRole {
    switch kind {
    case .beginObject, .endObject, .beginArray, .endArray: .punctuation
    case .name: .key
    case .string: .string
    case .number: .number
    case .literal: .literal
    }
  }
}
