import PlainText

/// What the words of the protocol mean, where they are defined, and how one comes to see them.
public struct Glossary: Sendable {
  /// What a term belongs to.
  public enum Topic: String, CaseIterable, Sendable {
    case closeCodes = "close codes"
    case opcodes
    case frameFields = "frame fields"
    case extensions
    case headers
    case violations
    case exitStatuses = "exit statuses"

    /// One of its terms, for people: `close code`.
    public var noun: String {
      switch self {
      case .closeCodes: "close code"
      case .opcodes: "opcode"
      case .frameFields: "frame field"
      case .extensions: "extension"
      case .headers: "header"
      case .violations: "violation"
      case .exitStatuses: "exit status"
      }
    }
  }

  /// A term.
  public struct Entry: Equatable, Sendable {
    /// What it belongs to.
    public var topic: Topic
    /// Its name and others that it is found by.
    public var names: [String]
    /// Where it is defined; nil for what is ours.
    public var section: String?
    /// What it means, as a sentence or two.
    public var meaning: String
    /// Why one sees it, likely ones first.
    public var causes: [String]

    /// A term.
    public init(_ topic: Topic, _ names: [String], _ section: String?, _ meaning: String, _ causes: [String] = []) {
      self.topic = topic
      self.names = names
      self.section = section
      self.meaning = meaning
      self.causes = causes
    }

    /// `close code 1006: abnormal closure`.
    public var title: String {
      "\(topic.noun) \(names[0])" + (topic == .closeCodes ? names.dropFirst().map { ": \($0)" }.joined() : "")
    }

    /// The term, its meaning and causes in rows of a terminal.
    public func rows(width: Int) -> [RoleText] {
      var title = RoleText(title, .key)
      if let section { title.append(RoleText(" (\(section))", .dimmed)) }
      let indentation = RoleText("  ")
      var rows = [title] + Paragraph.rows(meaning, width: width - 2).map { indentation + $0 }
      for cause in causes {
        rows += Paragraph.rows(cause, width: width - 4).enumerated().map { index, row in
          RoleText(index == 0 ? "  - " : "    ", .punctuation) + row
        }
      }
      return rows
    }
  }

  /// Every term, by topic.
  public let entries: [Entry]

  /// The protocol's terms, and more of them.
  public init(adding more: [Entry] = []) {
    entries =
      Self.closeCodes + Self.opcodes + Self.frameFields + Self.extensions + Self.headers + Self.violations + more
  }

  /// All that `term` may mean: a number is a close code and a status at once, unless the topic stands before it.
  /// Capitals, blanks, `-` and `_` do not count.
  public func entries(for term: String) -> [Entry] {
    let wanted = Self.folded(term)
    var found = entries.filter { entry in
      entry.names.contains { Self.folded($0) == wanted || Self.folded(entry.topic.noun + $0) == wanted }
    }
    let number = wanted.hasPrefix("closecode") ? wanted.dropFirst("closecode".count) : wanted[...]
    if let code = UInt16(number), code > 255, !found.contains(where: { $0.topic == .closeCodes }) {
      found.append(Self.unnamed(closeCode: code))
    }
    return found
  }

  /// Terms with a name that holds `word`.
  public func entries(holding word: String) -> [Entry] {
    let wanted = Self.folded(word)
    guard wanted.count > 2 else { return [] }
    return entries.filter { $0.names.contains { Self.folded($0).contains(wanted) } }
  }

  /// The topics, each with its terms, in rows of a terminal.
  public func overview(width: Int) -> [RoleText] {
    Topic.allCases.flatMap { topic in
      let terms = entries.filter { $0.topic == topic }.map(\.names[0])
      guard !terms.isEmpty else { return [RoleText]() }
      let words = terms.joined(separator: ", ") + (topic == .closeCodes ? ", and every other number" : "")
      return [RoleText(topic.rawValue, .key)]
        + Paragraph.rows(words, width: width - 2).map { RoleText("  ") + $0 }
    }
  }

  private static func folded(_ text: String) -> String {
    text.lowercased().filter { $0 != " " && $0 != "-" && $0 != "_" }
  }
}
