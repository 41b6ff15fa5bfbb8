public import JSONSyntax

/// What a JSON message should be, as a script says it: `<json` wants these members and maybe more, `<json=` exactly
/// these. Arrays have the same length and order, unless `"<rest>"` as the last element opens the end.
public struct JSONExpectation: Equatable, Sendable {
  indirect enum Node: Equatable, Sendable {
    case placeholder(JSONPlaceholder)
    /// No array and no object.
    case value(JSONValue)
    case array([Node], isOpen: Bool)
    case object([Member])
  }

  struct Member: Equatable, Sendable {
    var name: String
    var node: Node
  }

  /// Why a value cannot be expected.
  public enum Mistake: Error, Equatable, Sendable, CustomStringConvertible {
    /// `"<rest>"` anywhere but at the end of an array.
    case misplacedRest(path: String)
    /// `"<re:…>"` around what is no regular expression.
    case noExpression(String, path: String, reason: String)
    /// The same name twice in an object.
    case repeatedName(String, path: String)

    /// A sentence for people.
    public var description: String {
      switch self {
      case .misplacedRest(let path): "\"<rest>\" stands for the end of an array, as its last element (\(path))"
      case .noExpression(let expression, let path, let reason):
        "\"\(expression)\" is no regular expression: \(reason) (\(path))"
      case .repeatedName(let name, let path): "\"\(name)\" is there twice (\(path))"
      }
    }
  }

  let root: Node
  /// Whether objects may have no other members.
  public let isExact: Bool

  /// The expectation that `value` is written as.
  public init(_ value: JSONValue, isExact: Bool) throws(Mistake) {
    self.isExact = isExact
    root = try Self.node(value, at: JSONPlace())
  }

  /// Compares a message with what is expected of it.
  public func match(_ value: JSONValue) -> JSONMatch {
    var comparison = JSONComparison(isExact: isExact)
    comparison.compare(root, value)
    return comparison.match
  }

  private static func node(_ value: JSONValue, at place: JSONPlace) throws(Mistake) -> Node {
    switch value {
    case .string(JSONPlaceholder.restText): throw .misplacedRest(path: place.description)
    case .string(let text):
      guard let placeholder = JSONPlaceholder(text) else { return .value(.string(JSONPlaceholder.literal(text))) }
      if case .pattern(let expression) = placeholder {
        do { _ = try Regex(expression) } catch {
          throw .noExpression(expression, path: place.description, reason: "\(error)")
        }
      }
      return .placeholder(placeholder)
    case .array(let elements):
      let isOpen = elements.last == .string(JSONPlaceholder.restText)
      var nodes: [Node] = []
      for (index, element) in (isOpen ? elements.dropLast() : elements).enumerated() {
        nodes.append(try node(element, at: place.element(index)))
      }
      return .array(nodes, isOpen: isOpen)
    case .object(let members):
      var nodes: [Member] = []
      var names: Set<JSONName> = []
      for member in members {
        guard names.insert(JSONName(member.name)).inserted else {
          throw .repeatedName(member.name, path: place.description)
        }
        nodes.append(Member(name: member.name, node: try node(member.value, at: place.member(member.name))))
      }
      return .object(nodes)
    case .null, .bool, .number: return .value(value)
    }
  }
}

extension JSONExpectation.Node {
  /// The value as it is written.
  var value: JSONValue {
    switch self {
    case .placeholder(let placeholder): .string(placeholder.text)
    case .value(.string(let text)): .string(JSONPlaceholder.escaping(text))
    case .value(let value): value
    case .array(let nodes, let isOpen):
      .array(nodes.map(\.value) + (isOpen ? [.string(JSONPlaceholder.restText)] : []))
    case .object(let members): .object(members.map { JSONMember($0.name, $0.node.value) })
    }
  }
}
