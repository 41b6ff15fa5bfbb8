import JSONSyntax

/// What came of comparing a message with what was expected of it.
public struct JSONMatch: Equatable, Sendable {
  /// Where they differ, in the order of what is expected; the first hundred.
  public internal(set) var mismatches: [JSONMismatch] = []
  /// How many there are in all.
  public internal(set) var mismatchCount = 0
  /// What a regular expression must still decide, away from the loop: everything must be found.
  public internal(set) var questions: [JSONQuestion] = []

  /// Whether nothing differs, and no question is left.
  public var isMatch: Bool { mismatchCount == 0 && questions.isEmpty }

  /// The match, now that these questions have been answered with no.
  public func refuted(_ refuted: [JSONQuestion]) -> JSONMatch {
    var match = self
    match.questions = []
    for question in refuted {
      match.add(
        JSONMismatch(
          path: question.path,
          kind: .different(
            expected: JSONValue.string("<re:\(question.expression)>").text,
            received: JSONValue.string(question.text).text(limit: JSONMismatch.limit))))
    }
    return match
  }

  mutating func add(_ mismatch: JSONMismatch) {
    mismatchCount += 1
    if mismatches.count < 100 { mismatches.append(mismatch) }
  }
}

/// Whether a regular expression finds something in a string of a message.
public struct JSONQuestion: Equatable, Sendable {
  /// Where the string stands: `$.id`.
  public var path: String
  /// The expression.
  public var expression: String
  /// The string.
  public var text: String
}

/// A place where a message is not what was expected.
public struct JSONMismatch: Equatable, Sendable, CustomStringConvertible {
  /// The place: `$.items[2].id`.
  public var path: String
  /// What is wrong there.
  public var kind: Kind

  /// What can be wrong. Values are written as JSON, long ones cut.
  public enum Kind: Equatable, Sendable {
    /// Another value.
    case different(expected: String, received: String)
    /// A member that did not come.
    case missing(expected: String)
    /// A member that is one too many.
    case unexpected(received: String)
    /// An array of another length; `atLeast` where its end is open.
    case length(expected: Int, received: Int, atLeast: Bool)
  }

  /// How much of a value is kept, in bytes.
  static let limit = 200

  /// A sentence for people. It holds what the peer sent.
  public var description: String {
    switch kind {
    case .different(let expected, let received): "\(path): expected \(expected), came \(received)"
    case .missing(let expected): "\(path): expected \(expected), is missing"
    case .unexpected(let received): "\(path): not expected, came \(received)"
    case .length(let expected, let received, let atLeast):
      "\(path): expected \(atLeast ? "at least " : "")\(expected) \(expected == 1 ? "element" : "elements"), "
        + "came \(received)"
    }
  }
}

/// Where one is inside a value, from the outside in.
struct JSONPlace: CustomStringConvertible {
  private enum Step {
    case member(String)
    case element(Int)
  }

  private var steps: [Step] = []

  func member(_ name: String) -> JSONPlace {
    var place = self
    place.steps.append(.member(name))
    return place
  }

  func element(_ index: Int) -> JSONPlace {
    var place = self
    place.steps.append(.element(index))
    return place
  }

  mutating func enter(_ name: String) { steps.append(.member(name)) }

  mutating func enter(_ index: Int) { steps.append(.element(index)) }

  mutating func leave() { steps.removeLast() }

  /// As a JSONPath: `$.items[2]['first name']`.
  var description: String {
    steps.reduce(into: "$") { text, step in
      switch step {
      case .element(let index): text += "[\(index)]"
      case .member(let name): text += JSONPath.notation(ofMember: name)
      }
    }
  }
}

/// Compares a value with what is expected, and notes where they differ.
struct JSONComparison {
  let isExact: Bool
  private(set) var match = JSONMatch()
  private var place: JSONPlace

  init(isExact: Bool, at place: JSONPlace = JSONPlace()) {
    self.isExact = isExact
    self.place = place
  }

  mutating func compare(_ node: JSONExpectation.Node, _ value: JSONValue) {
    switch (node, value) {
    case (.placeholder(let placeholder), _): compare(placeholder, node, value)
    case (.array(let nodes, let isOpen), .array(let elements)): compare(nodes, isOpen: isOpen, elements)
    case (.object(let expected), .object(let members)): compare(expected, members)
    case (.value(let expected), _) where expected.means(value): break
    default: addDifference(node, value)
    }
  }

  private mutating func addDifference(_ node: JSONExpectation.Node, _ value: JSONValue) {
    add(
      .different(
        expected: node.value.text(limit: JSONMismatch.limit), received: value.text(limit: JSONMismatch.limit)))
  }

  private mutating func add(_ kind: JSONMismatch.Kind) {
    match.add(JSONMismatch(path: place.description, kind: kind))
  }

  private mutating func compare(
    _ placeholder: JSONPlaceholder, _ node: JSONExpectation.Node, _ value: JSONValue
  ) {
    switch (placeholder, value) {
    case (.any, _), (.number, .number), (.string, .string): break
    case (.uuid, .string(let text)) where JSONForm.isUUID(text): break
    case (.time, .string(let text)) where JSONForm.isTime(text): break
    case (.pattern(let expression), .string(let text)):
      match.questions.append(JSONQuestion(path: place.description, expression: expression, text: text))
    default: addDifference(node, value)
    }
  }

  private mutating func compare(_ nodes: [JSONExpectation.Node], isOpen: Bool, _ elements: [JSONValue]) {
    if isOpen ? elements.count < nodes.count : elements.count != nodes.count {
      add(.length(expected: nodes.count, received: elements.count, atLeast: isOpen))
    }
    for (index, pair) in zip(nodes, elements).enumerated() {
      place.enter(index)
      compare(pair.0, pair.1)
      place.leave()
    }
  }

  private mutating func compare(_ expected: [JSONExpectation.Member], _ members: [JSONMember]) {
    let received = JSONMembers(members)
    for member in expected {
      place.enter(member.name)
      if let value = received[JSONName(member.name)] {
        compare(member.node, value)
      } else {
        add(.missing(expected: member.node.value.text(limit: JSONMismatch.limit)))
      }
      place.leave()
    }
    guard isExact else { return }
    let names = Set(expected.map { JSONName($0.name) })
    for name in received.names where !names.contains(name) {
      guard let value = received[name] else { continue }
      place.enter(name.text)
      add(.unexpected(received: value.text(limit: JSONMismatch.limit)))
      place.leave()
    }
  }
}
