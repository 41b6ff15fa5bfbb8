/// Which side of the connection we are. Clients mask, servers do not (RFC 6455, section 5.1).
public enum Role: Sendable {
  /// We connected; we mask.
  case client
  /// We were connected to; we do not.
  case server
}
