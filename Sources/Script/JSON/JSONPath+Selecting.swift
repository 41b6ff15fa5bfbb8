public import JSONSyntax

extension JSONPath {
  /// A path that selects too much: more than `limit` values were looked at.
  public struct Overflow: Error, Equatable, Sendable, CustomStringConvertible {
    /// Values that a query may look at.
    public static let limit = 4_000_000

    /// A sentence for people.
    public var description: String { "the path looks at more than \(Self.limit) values" }
  }

  /// The values that it selects in `value`, in the order of RFC 9535; of members of one name the last counts.
  public func values(in value: JSONValue) throws(Overflow) -> [JSONValue] {
    var selection = Selection()
    var values = [value]
    for segment in segments {
      selection.found = []
      for value in values {
        if segment.isDescendant {
          try selection.descend(value, segment.selectors)
        } else {
          try selection.select(value, segment.selectors)
        }
      }
      values = selection.found
    }
    return values
  }

  /// How many values it stands for: where it names one array or object, how many are in that.
  public func count(in value: JSONValue) throws(Overflow) -> Int {
    let values = try values(in: value)
    guard isSingular, let only = values.first else { return values.count }
    switch only {
    case .array(let elements): return elements.count
    case .object(let members): return JSONMembers(members).count
    default: return 1
    }
  }
}

/// What one segment selects.
private struct Selection {
  var found: [JSONValue] = []
  private var looked = 0

  private mutating func look() throws(JSONPath.Overflow) {
    looked += 1
    guard looked <= JSONPath.Overflow.limit else { throw JSONPath.Overflow() }
  }

  private mutating func add(_ value: JSONValue) throws(JSONPath.Overflow) {
    try look()
    found.append(value)
  }

  /// Selects in `value`, then in all that is inside it.
  mutating func descend(_ value: JSONValue, _ selectors: [JSONPath.Selector]) throws(JSONPath.Overflow) {
    try look()
    try select(value, selectors)
    for child in children(of: value) { try descend(child, selectors) }
  }

  mutating func select(_ value: JSONValue, _ selectors: [JSONPath.Selector]) throws(JSONPath.Overflow) {
    for selector in selectors {
      switch (selector, value) {
      case (.name(let name), .object):
        if let member = value[name] { try add(member) }
      case (.wildcard, _): for child in children(of: value) { try add(child) }
      case (.index(let index), .array(let elements)):
        let place = index < 0 ? elements.count + index : index
        if elements.indices.contains(place) { try add(elements[place]) }
      case (.slice(let start, let end, let step), .array(let elements)):
        for place in Self.places(start, end, step, elements.count) { try add(elements[place]) }
      default: break
      }
    }
  }

  private func children(of value: JSONValue) -> [JSONValue] {
    switch value {
    case .array(let elements): return elements
    case .object(let members):
      let byName = JSONMembers(members)
      return byName.names.compactMap { byName[$0] }
    default: return []
    }
  }

  /// RFC 9535, section 2.3.4.2.
  private static func places(_ start: Int?, _ end: Int?, _ step: Int, _ count: Int) -> StrideTo<Int> {
    func fromStart(_ index: Int) -> Int { index < 0 ? count + index : index }
    if step > 0 {
      let lower = min(max(fromStart(start ?? 0), 0), count)
      return stride(from: lower, to: min(max(fromStart(end ?? count), 0), count), by: step)
    }
    guard step < 0 else { return stride(from: 0, to: 0, by: 1) }
    let upper = min(max(fromStart(start ?? count - 1), -1), count - 1)
    let lower = end.map { min(max(fromStart($0), -1), count - 1) } ?? -1
    return stride(from: upper, to: lower, by: step)
  }
}
