/// Why TLS failed.
public enum TLSFailure: Error, Equatable, Sendable {
  /// The peer's certificate is not trusted.
  case untrusted(reason: String)
  /// Our own certificate or key cannot be used.
  case ownCertificate(file: String, reason: String)
  /// A file of trusted certificates cannot be used.
  case caFile(file: String, reason: String)
  /// The peer sent a fatal alert.
  case alert(name: String)
  /// The peer does not keep to TLS, or speaks something else.
  case `protocol`(reason: String)
}
