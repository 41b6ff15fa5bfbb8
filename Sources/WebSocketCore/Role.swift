/// Which side of the connection we are. Clients mask, servers do not (RFC 6455, section 5.1).
public enum Role: Sendable {
  case client
  case server
}
