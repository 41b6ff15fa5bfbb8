import Inspector
import JSONSyntax

/// Reads `${…}` in texts.
struct TemplateParser {
  /// A value that is asked for, and where.
  typealias Use = (source: ValueSource, text: SourceText, offset: Int)

  private let source: SourceText
  private var cursor: TextCursor
  /// The names used so far.
  private(set) var uses: [Use] = []

  init(_ source: SourceText) {
    self.source = source
    cursor = TextCursor(source.text)
  }

  // MARK: Text

  mutating func template() throws(ScriptError) -> Template {
    var pieces: [Template.Piece] = []
    while !cursor.isAtEnd {
      if let value = try value() {
        pieces.append(.value(value))
      } else {
        append(literal(), to: &pieces)
      }
    }
    return Template(pieces)
  }

  private func append(_ text: String, to pieces: inout [Template.Piece]) {
    if case .text(let before) = pieces.last {
      pieces[pieces.count - 1] = .text(before + text)
    } else {
      pieces.append(.text(text))
    }
  }

  // MARK: JSON

  mutating func json() throws(ScriptError) -> JSONTemplate {
    let (template, sample) = try quotingTemplate()
    do throws(JSONFailure) {
      _ = try JSONParser.parse(sample.span)
    } catch {
      throw source.error(at: error.offset, "\(error.reason)", hint: Self.hint(for: error.reason))
    }
    return template
  }

  /// A template that knows what stands in double quotes.
  /// - Returns: it, and what can be checked before values are known, each byte in its place: `null` for a value, or
  ///   letters where it is inside a string.
  mutating func quotingTemplate() throws(ScriptError) -> (template: JSONTemplate, sample: [UInt8]) {
    var pieces: [JSONTemplate.Piece] = []
    var sample: [UInt8] = []
    var isInString = false
    while !cursor.isAtEnd {
      let start = cursor.index
      if let value = try value() {
        pieces.append(.value(value, inString: isInString, startsString: isInString && sample.last == 0x22))
        let size = cursor.index - start
        if isInString {
          sample += [UInt8](repeating: UInt8(ascii: "x"), count: size)
        } else {
          sample += Array("null".utf8) + [UInt8](repeating: 0x20, count: size - 4)
        }
        continue
      }
      let text = literal()
      var isEscaped = false
      for byte in text.utf8 {
        if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
        isEscaped = isInString && byte == UInt8(ascii: "\\") && !isEscaped
      }
      sample += cursor.bytes[start..<cursor.index]
      if case .text(let before) = pieces.last {
        pieces[pieces.count - 1] = .text(before + text)
      } else {
        pieces.append(.text(text))
      }
    }
    return (JSONTemplate(pieces: pieces), sample)
  }

  private static func hint(for reason: JSONFailure.Reason) -> String {
    switch reason {
    case .endsEarly: "is a quote, brace or bracket missing? a message goes on in indented lines that begin with |"
    case .unexpected: "write it as JSON: names and texts in double quotes, no comma behind the last member"
    case .trailing: "one JSON value is one message"
    case .controlCharacter, .escape, .loneSurrogate: "escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0041"
    case .number: "a number is written like 0, -12, 1.5 or 1e6"
    case .tooDeep: "a message that deep goes into a file: >text, then ${file PATH}"
    case .invalidUTF8: "a script is UTF-8"
    }
  }

  // MARK: Values

  /// Text up to a value or the end, at least one byte of it.
  private mutating func literal() -> String {
    var text = ""
    repeat {
      if cursor.next == Self.dollar, peek(1) == Self.dollar, peek(2) == Self.brace {
        cursor.skip(3)
        text += "${"
      } else {
        var isFirst = true
        text += cursor.text { byte in
          defer { isFirst = false }
          return isFirst || byte != Self.dollar
        }
      }
    } while !cursor.isAtEnd && !isAtValue
    return text
  }

  private static let dollar = UInt8(ascii: "$")
  private static let brace = UInt8(ascii: "{")

  private func peek(_ distance: Int) -> UInt8? {
    let index = cursor.index + distance
    return index < cursor.bytes.count ? cursor.bytes[index] : nil
  }

  private var isAtValue: Bool { cursor.next == Self.dollar && peek(1) == Self.brace }

  /// The value that begins here; nil where none does.
  private mutating func value() throws(ScriptError) -> ValueSource? {
    guard isAtValue else { return nil }
    let start = cursor.index
    cursor.skip(2)
    let inside = cursor.text { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "\n") }
    guard cursor.take("}") else {
      throw source.error(
        at: start, "\"${\" is not closed", hint: "write ${name}; a literal ${ is written $${")
    }
    let value = try read(inside, at: start)
    uses.append((value, source, start + 2))
    return value
  }

  private func read(_ inside: String, at start: Int) throws(ScriptError) -> ValueSource {
    let words = inside.split(separator: " ", maxSplits: 1).map(String.init)
    switch words.first {
    case "uuid" where words.count == 1: return .uuid
    case "now" where words.count == 1: return .now
    case "random":
      let numbers = inside.split(separator: " ").dropFirst().map { Int($0) }
      guard numbers.count == 2, let low = numbers[0], let high = numbers[1], low <= high else {
        throw source.error(
          at: start, "\"${\(inside)}\" names no range", hint: "write ${random LOW HIGH}, such as ${random 1 100}")
      }
      return .random(low, high)
    case "file":
      guard words.count == 2 else {
        throw source.error(
          at: start, "the path is missing", hint: "write ${file PATH}; the script's folder is its base")
      }
      return .file(words[1])
    default: break
    }
    if inside.hasPrefix("env."), ScriptName.isVariable(String(inside.dropFirst(4))) {
      return .environment(String(inside.dropFirst(4)))
    }
    guard ScriptName.isVariable(inside) else {
      throw source.error(
        at: start, "\"\(inside)\" is no name",
        hint: "a value is ${name}, ${env.NAME}, ${uuid}, ${now}, ${random 1 100} or ${file PATH}")
    }
    return .variable(inside)
  }
}

/// What connections, servers and values may be called.
enum ScriptName {
  /// Whether a connection or server may be called `text`: a letter, then letters, digits, `_` and `-`.
  static func isConnection(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, TextCursor.isLetter(first) else { return false }
    return text.utf8.allSatisfy(isPart)
  }

  static func isPart(_ byte: UInt8) -> Bool {
    TextCursor.isLetter(byte) || TextCursor.isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  /// Whether a value may be called `text`; a dot may stand inside, as in `chat.url`.
  static func isVariable(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, TextCursor.isLetter(first) || first == UInt8(ascii: "_") else { return false }
    return !text.hasSuffix(".") && text.utf8.allSatisfy { isPart($0) || $0 == UInt8(ascii: ".") }
  }

  /// Names that values cannot have, as they mean something else.
  static let reserved: Set<String> = ["uuid", "now", "random", "file", "env"]
}
