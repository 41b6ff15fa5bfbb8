/// How a request says who asks (RFC 7617, RFC 6750).
public enum Credentials: Equatable, Hashable, Sendable {
  /// User name and password.
  case basic(user: String, password: String)
  /// A token.
  case bearer(String)

  /// The value of `Authorization` or `Proxy-Authorization`.
  func headerValue() throws(HandshakeMisuse) -> String {
    switch self {
    case .basic(let user, let password):
      guard !user.utf8.contains(UInt8(ascii: ":")) else { throw .colonInUser }
      return "Basic " + Base64.encode(Array("\(user):\(password)".utf8))
    case .bearer(let token): return "Bearer " + token
    }
  }
}
