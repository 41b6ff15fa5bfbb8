/// A step on the way to an open connection, in the order in which they come.
public enum Phase: String, CaseIterable, Sendable {
  case resolve
  case connect
  case proxy
  case tls
  case handshake

  /// What is being done, for people: "connecting".
  public var gerund: String {
    switch self {
    case .resolve: "resolving the name"
    case .connect: "connecting"
    case .proxy: "asking the proxy"
    case .tls: "the TLS handshake"
    case .handshake: "the opening handshake"
    }
  }
}
