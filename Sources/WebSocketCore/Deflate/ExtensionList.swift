/// One element of `Sec-WebSocket-Extensions` (RFC 6455, section 9.1).
public struct WebSocketExtension: Equatable, Hashable, Sendable, CustomStringConvertible {
  /// A parameter; its value is unquoted, nil if it has none.
  public struct Parameter: Equatable, Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public var name: String
    /// The value, nil without `=`.
    public var value: String?

    /// A parameter.
    public init(_ name: String, _ value: String? = nil) {
      self.name = name
      self.value = value
    }

    /// As it is sent.
    public var description: String { value.map { "\(name)=\($0)" } ?? name }
  }

  /// The extension's name, such as `permessage-deflate`.
  public var name: String
  /// Its parameters in the order they came.
  public var parameters: [Parameter]

  /// An extension.
  public init(_ name: String, _ parameters: [Parameter] = []) {
    self.name = name
    self.parameters = parameters
  }

  /// As it is sent.
  public var description: String { parameters.reduce(name) { "\($0); \($1)" } }
}

/// Reads the header lines called `Sec-WebSocket-Extensions`, which make one list (RFC 6455, section 9.1).
public enum ExtensionList {
  /// Why a header is no extension list; offsets count bytes from the value's start.
  public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// No element at all.
    case empty
    /// A byte that cannot stand where it does.
    case unexpected(UInt8, offset: Int)
    /// The value ends where a name or a value has to come.
    case unexpectedEnd
    /// A quoted value without its closing quote.
    case unterminatedQuote(offset: Int)
    /// A quoted value that is no token once unquoted.
    case valueNotToken(String)

    /// A sentence for people.
    public var description: String {
      switch self {
      case .empty: "the list names no extension"
      case .unexpected(let byte, let offset): "unexpected byte \(HTTPGrammar.hexadecimal(byte)) at offset \(offset)"
      case .unexpectedEnd: "it ends where a name or a value has to come"
      case .unterminatedQuote(let offset): "the quote opened at offset \(offset) is not closed"
      case .valueNotToken(let value): "the quoted value \"\(value)\" is not a token"
      }
    }
  }

  /// The extensions that `lines`, the values of all header lines of that name, list in order.
  public static func parse(_ lines: [String]) throws(Failure) -> [WebSocketExtension] {
    var list: [WebSocketExtension] = []
    for line in lines {
      var reader = Reader(bytes: Array(line.utf8))
      try reader.readLine(into: &list)
    }
    if list.isEmpty { throw .empty }
    return list
  }

  private struct Reader {
    let bytes: [UInt8]
    var offset = 0

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func readLine(into list: inout [WebSocketExtension]) throws(Failure) {
      while true {
        // The list rule takes empty elements: `a, , b` (RFC 9110, section 5.6.1).
        while skipBlanks(), take(",") {}
        if next == nil { return }
        list.append(try readExtension())
        if next != nil, !take(",") { throw .unexpected(bytes[offset], offset: offset) }
      }
    }

    private mutating func readExtension() throws(Failure) -> WebSocketExtension {
      var found = WebSocketExtension(try readToken())
      while skipBlanks(), take(";") {
        skipBlanks()
        var parameter = WebSocketExtension.Parameter(try readToken())
        skipBlanks()
        if take("=") {
          skipBlanks()
          parameter.value = next == UInt8(ascii: "\"") ? try readQuoted() : try readToken()
        }
        found.parameters.append(parameter)
      }
      return found
    }

    private mutating func readToken() throws(Failure) -> String {
      let start = offset
      while let byte = next, HTTPGrammar.isToken(byte) { offset += 1 }
      if offset > start { return HTTPGrammar.text(bytes[start..<offset]) }
      guard let byte = next else { throw .unexpectedEnd }
      throw .unexpected(byte, offset: offset)
    }

    private mutating func readQuoted() throws(Failure) -> String {
      let start = offset
      var value: [UInt8] = []
      offset += 1
      while let byte = next, byte != UInt8(ascii: "\"") {
        if byte == UInt8(ascii: "\\") { offset += 1 }
        guard let character = next else { break }
        value.append(character)
        offset += 1
      }
      guard take("\"") else { throw .unterminatedQuote(offset: start) }
      guard HTTPGrammar.isToken(HTTPGrammar.text(value)) else { throw .valueNotToken(HTTPGrammar.text(value)) }
      return HTTPGrammar.text(value)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard next == UInt8(ascii: character) else { return false }
      offset += 1
      return true
    }

    @discardableResult
    private mutating func skipBlanks() -> Bool {
      while let byte = next, HTTPGrammar.isBlank(byte) { offset += 1 }
      return true
    }
  }
}
