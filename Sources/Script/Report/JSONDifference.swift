import JSONSyntax
import PlainText

/// The rows of an expected JSON value beside the one that came, laid out as the expected one is.
struct JSONDifference {
  let isExact: Bool
  /// Where regular expressions found nothing.
  let refuted: Set<String>
  private var made: [DiffRow] = []
  private var missing = 0
  /// The newest elements or members that are the same on both sides.
  private var run: [String] = []
  /// Whether a difference stands before them, in the same object or array.
  private var isAfterDifference = false
  private var place = JSONPlace()
  private var depth = 0

  /// Deeper levels are not moved further to the right.
  private static let maximumDepth = 16

  init(isExact: Bool, refuted: Set<String>) {
    self.isExact = isExact
    self.refuted = refuted
  }

  var rows: [DiffRow] {
    missing > 0 ? made + [DiffRow(.omitted, "… \(Quantity.count(missing, "more row"))")] : made
  }

  private mutating func add(_ kind: DiffRow.Kind, _ text: String) {
    guard made.count < Difference.maximumRows else {
      missing += 1
      return
    }
    let indentation = String(repeating: " ", count: 2 * min(depth, Self.maximumDepth))
    made.append(DiffRow(kind, indentation + text))
  }

  /// - Parameters:
  ///   - name: what stands before the value: `"id": `.
  ///   - comma: what stands behind it.
  mutating func add(
    _ node: JSONExpectation.Node, _ value: JSONValue, name: String = "", comma: String = ""
  ) {
    if isMatch(node, value) {
      run.append(name + text(value) + comma)
      return
    }
    showRun()
    guard made.count < Difference.maximumRows else {
      missing += 1
      return
    }
    switch (node, value) {
    case (.object(let expected), .object(let members)):
      add(.same, name + "{")
      inside { $0.add(expected, members) }
      add(.same, "}" + comma)
    case (.array(let nodes, let isOpen), .array(let elements)):
      add(.same, name + "[")
      inside { $0.add(nodes, isOpen: isOpen, elements) }
      add(.same, "]" + comma)
    default:
      add(.expected, name + text(node.value) + comma)
      add(.received, name + text(value) + comma)
    }
  }

  private mutating func inside(_ show: (inout JSONDifference) -> Void) {
    depth += 1
    isAfterDifference = false
    show(&self)
    showRun(isLast: true)
    depth -= 1
    isAfterDifference = true
  }

  /// Shows of what is the same the nearest two beside each difference.
  private mutating func showRun(isLast: Bool = false) {
    let (head, tail) = (isAfterDifference ? 2 : 0, isLast ? 0 : 2)
    let hidden = run.count - head - tail
    if hidden < 3 {
      for text in run { add(.same, text) }
    } else {
      for text in run.prefix(head) { add(.same, text) }
      add(.omitted, "… \(Quantity.count(hidden)) the same")
      for text in run.suffix(tail) { add(.same, text) }
    }
    run = []
    isAfterDifference = !isLast
  }

  private func isMatch(_ node: JSONExpectation.Node, _ value: JSONValue) -> Bool {
    var comparison = JSONComparison(isExact: isExact, at: place)
    comparison.compare(node, value)
    return comparison.match.mismatchCount == 0 && comparison.match.questions.allSatisfy { !refuted.contains($0.path) }
  }

  private func text(_ value: JSONValue) -> String { value.text(limit: Difference.maximumWidth) }

  private mutating func add(_ expected: [JSONExpectation.Member], _ members: [JSONMember]) {
    let received = JSONMembers(members)
    let names = Set(expected.map { JSONName($0.name) })
    let others = received.names.filter { !names.contains($0) }
    for (index, member) in expected.enumerated() {
      let comma = index < expected.count - 1 || !others.isEmpty ? "," : ""
      let name = JSONValue.string(member.name).text(limit: Difference.maximumWidth) + ": "
      place.enter(member.name)
      if let value = received[JSONName(member.name)] {
        add(member.node, value, name: name, comma: comma)
      } else {
        showRun()
        add(.expected, name + text(member.node.value) + comma)
      }
      place.leave()
    }
    if !isExact {
      showRun(isLast: true)
      if !others.isEmpty { add(.omitted, "… \(Quantity.count(others.count, "other member"))") }
      return
    }
    if !others.isEmpty { showRun() }
    for (index, name) in others.enumerated() {
      guard let value = received[name] else { continue }
      let comma = index < others.count - 1 ? "," : ""
      add(.received, JSONValue.string(name.text).text(limit: Difference.maximumWidth) + ": " + text(value) + comma)
    }
  }

  private mutating func add(_ nodes: [JSONExpectation.Node], isOpen: Bool, _ elements: [JSONValue]) {
    for (index, pair) in zip(nodes, elements).enumerated() {
      place.enter(index)
      add(pair.0, pair.1, comma: index < nodes.count - 1 || elements.count > nodes.count ? "," : "")
      place.leave()
    }
    let shared = min(nodes.count, elements.count)
    let hasMore = nodes.count > shared || elements.count > shared && !isOpen
    showRun(isLast: !hasMore)
    for node in nodes.dropFirst(shared) { add(.expected, text(node.value) + ",") }
    let more = elements.dropFirst(shared)
    if isOpen {
      if !more.isEmpty { add(.omitted, "… \(Quantity.count(more.count, "other element"))") }
    } else {
      for element in more { add(.received, text(element) + ",") }
    }
  }
}
