import Bytes
public import JSONSyntax

extension JSONValue {
  /// The value on one line: no blanks but one behind each colon and comma, members in their order.
  public var text: String { text(limit: .max) }

  /// The value on one line, cut with an ellipsis behind about `limit` bytes.
  public func text(limit: Int) -> String {
    let output = ByteBuffer()
    write(to: output, limit: limit)
    let bytes = unsafe [UInt8](output.bytes)
    guard bytes.count > limit else { return String(decoding: bytes, as: UTF8.self) }
    var end = limit
    // Not within a character.
    while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: bytes[..<end], as: UTF8.self) + "…"
  }

  private func write(to output: ByteBuffer, limit: Int) {
    guard output.count <= limit else { return }
    switch self {
    case .null: output.append("null")
    case .bool(let value): output.append(value ? "true" : "false")
    case .number(let text): output.append(text)
    case .string(let text): JSONText.append(text, to: output)
    case .array(let elements):
      output.append("[")
      for (index, element) in elements.enumerated() {
        guard output.count <= limit else { return }
        if index > 0 { output.append(", ") }
        element.write(to: output, limit: limit)
      }
      output.append("]")
    case .object(let members):
      output.append("{")
      for (index, member) in members.enumerated() {
        guard output.count <= limit else { return }
        if index > 0 { output.append(", ") }
        JSONText.append(member.name, to: output)
        output.append(": ")
        member.value.write(to: output, limit: limit)
      }
      output.append("}")
    }
  }

  /// Whether both mean the same: numbers by their value, members in any order, of equal names the last.
  public func means(_ other: JSONValue) -> Bool {
    switch (self, other) {
    case (.number(let one), .number(let other)):
      if one == other { return true }
      guard let one = JSONNumber(one), let other = JSONNumber(other) else { return false }
      return one == other
    case (.array(let one), .array(let other)):
      return one.count == other.count && zip(one, other).allSatisfy { $0.means($1) }
    case (.object(let one), .object(let other)):
      let (one, other) = (JSONMembers(one), JSONMembers(other))
      return one.count == other.count
        && one.names.allSatisfy { name in
          guard let value = one[name], let match = other[name] else { return false }
          return value.means(match)
        }
    default: return self == other
    }
  }

  /// What it is, with its article: `an object`.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a Boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// An object's members by name, of equal names the last, found in constant time.
struct JSONMembers {
  /// In their order, each once.
  private(set) var names: [JSONName] = []
  private var values: [JSONName: JSONValue] = [:]

  init(_ members: [JSONMember]) {
    names.reserveCapacity(members.count)
    values.reserveCapacity(members.count)
    for member in members {
      let name = JSONName(member.name)
      if values.updateValue(member.value, forKey: name) == nil { names.append(name) }
    }
  }

  var count: Int { names.count }

  subscript(_ name: JSONName) -> JSONValue? { values[name] }
}

/// A name that equals another to the byte; Swift's own strings take composed and decomposed letters for the same.
struct JSONName: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (one: JSONName, other: JSONName) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
