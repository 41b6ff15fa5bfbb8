/// Which side of a TLS handshake somebody is.
public enum TLSRole: Sendable {
  case client, server

  /// The other side.
  public var peer: TLSRole { self == .client ? .server : .client }

  /// "client" or "server".
  public var name: String { self == .client ? "client" : "server" }
}

/// A version of TLS we speak.
public enum TLSVersion: Sendable {
  case tls12, tls13
}

/// What a `TLSContext` is made from. File names are in the user's own spelling.
public struct TLSConfiguration: Equatable, Sendable {
  /// Whether a server must show a trusted certificate for the name it was reached by. If not, `TLSFacts` still tell
  /// what came of the check.
  public var verify = true
  /// PEM certificates to trust, instead of the system's.
  public var caFile: String?
  /// A folder of certificates to trust, named by their hash, instead of the system's.
  public var caPath: String?
  /// Our own certificate in PEM, with the chain behind it and perhaps the key.
  public var certificateFile: String?
  /// The key of our own certificate in PEM; nil: it is in the certificate's file.
  public var keyFile: String?
  /// What an encrypted key is opened with.
  public var passphrase: String?
  /// The latest version to agree to; nil: the latest there is. The earliest is always TLS 1.2.
  public var maximumVersion: TLSVersion?
  /// Server: PEM certificates that a client's certificate must be issued by; nil: clients need none.
  public var clientCAFile: String?
  /// The protocols to agree on by ALPN, the best first; none: ALPN is left out.
  public var alpn = ["http/1.1"]
  /// A file the session's secrets are appended to, for Wireshark (the format of `SSLKEYLOGFILE`).
  public var keyLogFile: String?

  /// A client's defaults: verification by the system's certificates.
  public init() {}
}
