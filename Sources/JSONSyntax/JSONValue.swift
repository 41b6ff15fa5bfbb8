/// A value in JSON (RFC 8259), with nothing lost: numbers are text, members keep their order and their repetitions.
public enum JSONValue: Equatable, Sendable {
  /// `null`
  case null
  /// `true` or `false`
  case bool(Bool)
  /// As it was written: `1.0`, `1e400`.
  case number(String)
  /// Its escapes resolved.
  case string(String)
  /// Elements in their order.
  case array([JSONValue])
  /// Members as they were written.
  case object([JSONMember])

  /// The value of an object's member; of equal names the last counts.
  public subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  /// Equality to the character; Swift's own would take composed and decomposed letters for the same.
  public static func == (first: JSONValue, second: JSONValue) -> Bool {
    switch (first, second) {
    case (.null, .null): true
    case (.bool(let first), .bool(let second)): first == second
    case (.number(let first), .number(let second)), (.string(let first), .string(let second)):
      first.utf8.elementsEqual(second.utf8)
    case (.array(let first), .array(let second)): first == second
    case (.object(let first), .object(let second)): first == second
    default: false
    }
  }
}

/// A name and a value in an object.
public struct JSONMember: Equatable, Sendable {
  /// The name, its escapes resolved.
  public var name: String
  /// The value.
  public var value: JSONValue

  /// A member.
  public init(_ name: String, _ value: JSONValue) {
    self.name = name
    self.value = value
  }

  /// Equality to the character.
  public static func == (first: JSONMember, second: JSONMember) -> Bool {
    first.name.utf8.elementsEqual(second.name.utf8) && first.value == second.value
  }
}
