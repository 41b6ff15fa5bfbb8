import JSONSyntax

/// A query for values inside a JSON value (RFC 9535): names, indexes, slices, `*` and `..`.
public struct JSONPath: Hashable, Sendable, CustomStringConvertible {
  enum Selector: Hashable, Sendable {
    case name(String)
    case wildcard
    /// From the end where it is negative.
    case index(Int)
    case slice(start: Int?, end: Int?, step: Int)
  }

  struct Segment: Hashable, Sendable {
    /// Whether it looks at all that is inside, too.
    var isDescendant: Bool
    var selectors: [Selector]
  }

  let segments: [Segment]
  /// As it was written.
  public let description: String

  /// The path that `text` is.
  public init(_ text: String) throws(JSONPathFailure) {
    var parser = JSONPathParser(text)
    segments = try parser.parse()
    description = text
  }

  public static func == (one: JSONPath, other: JSONPath) -> Bool { one.segments == other.segments }

  public func hash(into hasher: inout Hasher) { hasher.combine(segments) }

  /// Whether it selects one value at the most.
  public var isSingular: Bool {
    segments.allSatisfy { segment in
      guard !segment.isDescendant, segment.selectors.count == 1 else { return false }
      switch segment.selectors[0] {
      case .name, .index: return true
      case .wildcard, .slice: return false
      }
    }
  }

  /// How a member is written in a path: `.id`, or `['first name']`.
  static func notation(ofMember name: String) -> String {
    let isShort =
      name.unicodeScalars.first.map(JSONPathParser.beginsName) == true
      && name.unicodeScalars.allSatisfy(JSONPathParser.continuesName)
    if isShort { return ".\(name)" }
    let quoted = JSONValue.string(name).text.dropFirst().dropLast()
    var escaped = ""
    var isEscape = false
    // In single quotes these are the escapes, and those of double quotes are not.
    for character in quoted.unicodeScalars {
      switch character {
      case "\"" where isEscape: escaped.unicodeScalars.removeLast()
      case "'": escaped += "\\"
      default: break
      }
      escaped.unicodeScalars.append(character)
      isEscape = character == "\\" && !isEscape
    }
    return "['\(escaped)']"
  }
}

/// Why a text is no JSONPath, and where.
public struct JSONPathFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The character it was seen at, from 0.
  public var offset: Int
  /// What is wrong.
  public var reason: Reason

  /// What can be wrong.
  public enum Reason: Hashable, Sendable, CustomStringConvertible {
    /// The path ends inside a selector or name.
    case endsEarly
    /// A character where something else must stand.
    case unexpected(Character, expected: String)
    /// An index with a leading zero or a minus before zero, or beyond 2^53.
    case index
    /// A backslash that begins no escape.
    case escape
    /// A control character in quotes.
    case controlCharacter
    /// `[?…]`
    case filter

    /// A sentence for people.
    public var description: String {
      switch self {
      case .endsEarly: "the path ends too early"
      case .unexpected(let character, let expected): "\"\(character)\" in place of \(expected)"
      case .index: "an index is 0, or a number without leading zeros below 2^53"
      case .escape: "no escape begins like this"
      case .controlCharacter: "a control character must be escaped"
      case .filter: "wscope's paths know no filters: names, indexes, slices, * and .. select"
      }
    }
  }

  /// A sentence for people.
  public var description: String { "\(reason) (character \(offset + 1) of the path)" }
}
