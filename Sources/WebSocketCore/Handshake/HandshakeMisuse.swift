/// What we were asked to put into a handshake though it cannot be sent.
public enum HandshakeMisuse: Error, Equatable, Sendable, CustomStringConvertible {
  /// A header word without `:` and without `;` at its end.
  case headerWithoutColon(String)
  /// A header name that is no token.
  case headerName(String)
  /// A control character in a header's value: it would begin another header, or end the head.
  case headerValue(UInt8, name: String)
  /// A subprotocol that is no token.
  case subprotocol(String)
  /// A subprotocol offered twice.
  case repeatedSubprotocol(String)
  /// A colon in a user name, which Basic authorization cannot carry.
  case colonInUser

  /// A sentence for people.
  public var description: String {
    switch self {
    case .headerWithoutColon(let word): "the header \"\(word)\" lacks its colon, as in 'Name: value'"
    case .headerName(let name): "\"\(name)\" cannot be a header's name"
    case .headerValue(let byte, let name):
      "the value of the header \"\(name)\" holds the control character \(HTTPGrammar.hexadecimal(byte))"
    case .subprotocol(let name): "\"\(name)\" cannot be a subprotocol: it has to be one word without separators"
    case .repeatedSubprotocol(let name): "the subprotocol \"\(name)\" is offered twice"
    case .colonInUser: "a user name for Basic authorization cannot hold a colon"
    }
  }
}

extension HTTPHeader {
  /// Fails if this line could not be sent as one header line.
  func checkSendable() throws(HandshakeMisuse) {
    guard HTTPGrammar.isToken(name) else { throw .headerName(name) }
    if let wrong = value.utf8.first(where: { !HTTPGrammar.isFieldContent($0) }) {
      throw .headerValue(wrong, name: name)
    }
  }
}
