/// One header line of HTTP, as it was spelled.
public struct HTTPHeader: Equatable, Hashable, Sendable {
  /// The name, in the sender's spelling.
  public var name: String
  /// The value, without blanks around it.
  public var value: String

  /// A header line.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// Whether this is the header called `name`; case counts for nothing (RFC 9110, section 5.1).
  public func isNamed(_ name: String) -> Bool { HTTPGrammar.equalIgnoringCase(self.name, name) }
}

/// Header lines in the order they came, repeated ones included.
public struct HTTPHeaders: Equatable, Hashable, Sendable, RandomAccessCollection, ExpressibleByArrayLiteral {
  private var lines: [HTTPHeader]

  /// Headers that consist of `lines`.
  public init(_ lines: [HTTPHeader] = []) { self.lines = lines }

  /// Headers that consist of `lines`.
  public init(arrayLiteral lines: HTTPHeader...) { self.lines = lines }

  /// The first line's place.
  public var startIndex: Int { lines.startIndex }

  /// The place behind the last line.
  public var endIndex: Int { lines.endIndex }

  /// The line at `index`.
  public subscript(index: Int) -> HTTPHeader { lines[index] }

  /// The value of the first line called `name`.
  public func first(_ name: String) -> String? { lines.first { $0.isNamed(name) }?.value }

  /// The values of all lines called `name`.
  public func all(_ name: String) -> [String] { lines.filter { $0.isNamed(name) }.map(\.value) }

  /// Whether a line is called `name`.
  public func contains(_ name: String) -> Bool { lines.contains { $0.isNamed(name) } }

  /// The elements of all lines called `name`, which make one list (RFC 9110, sections 5.3 and 5.6.1).
  public func tokens(of name: String) -> [String] {
    all(name).flatMap { $0.utf8.split(separator: UInt8(ascii: ",")).map { HTTPGrammar.trimmed(Substring($0)) } }
      .filter { !$0.isEmpty }
  }

  /// Whether the list called `name` holds `token`, in any case.
  public func list(_ name: String, contains token: String) -> Bool {
    tokens(of: name).contains { HTTPGrammar.equalIgnoringCase($0, token) }
  }

  /// Adds a line behind the others.
  public mutating func append(_ name: String, _ value: String) { lines.append(HTTPHeader(name, value)) }

  /// Adds a line behind the others.
  public mutating func append(_ line: HTTPHeader) { lines.append(line) }

  /// Removes every line called `name`.
  public mutating func remove(_ name: String) { lines.removeAll { $0.isNamed(name) } }

  /// Puts `replacements` where the first line called `name` stands, or behind the others, and removes the rest of that
  /// name.
  public mutating func replace(_ name: String, with replacements: [HTTPHeader]) {
    let place = lines.firstIndex { $0.isNamed(name) } ?? lines.endIndex
    lines.removeAll { $0.isNamed(name) }
    lines.insert(contentsOf: replacements, at: place)
  }

  /// The lines as they are sent, without the empty one at the end.
  func append(to bytes: inout [UInt8]) {
    for line in lines {
      bytes.append(contentsOf: line.name.utf8)
      bytes.append(contentsOf: (line.value.isEmpty ? ":" : ": ").utf8)
      bytes.append(contentsOf: line.value.utf8)
      bytes.append(contentsOf: "\r\n".utf8)
    }
  }
}
