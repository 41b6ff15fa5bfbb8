import COpenSSL

/// What a TLS handshake agreed on, and whom with, as text.
public struct TLSFacts: Equatable, Sendable {
  /// The version, such as `TLS 1.3`.
  public var version: String
  /// The cipher suite, such as `TLS_AES_256_GCM_SHA384`.
  public var cipher: String
  /// The group the keys were agreed in, such as `x25519`.
  public var keyExchange: String?
  /// The protocol agreed on by ALPN.
  public var alpn: String?
  /// The host name the client asked for in the clear (SNI); the peer's words on a server.
  public var serverName: String?
  /// The certificates the peer showed, its own first; all of it the peer's words.
  public var chain: [CertificateFacts]
  /// What came of checking them, such as "trusted".
  public var verification: String

  /// The facts of a connection whose handshake is done.
  init(_ ssl: OpaquePointer, verification: String) {
    let name = String(cString: SSL_get_version(ssl))
    version = name.hasPrefix("TLSv") ? "TLS " + name.dropFirst(4) : name
    cipher = SSL_get_current_cipher(ssl).map { String(cString: SSL_CIPHER_get_name($0)) } ?? ""
    keyExchange = wscope_tls_group(ssl).map { String(cString: $0) }
    var protocolName: UnsafePointer<UInt8>?
    var size: UInt32 = 0
    SSL_get0_alpn_selected(ssl, &protocolName, &size)
    alpn = protocolName.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(size)), as: UTF8.self) }
    serverName = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    chain = Self.chain(ssl)
    self.verification = verification
  }

  private static func chain(_ ssl: OpaquePointer) -> [CertificateFacts] {
    guard let own = SSL_get1_peer_certificate(ssl) else { return [] }
    defer { X509_free(own) }
    var chain = [CertificateFacts(own)]
    guard let sent = SSL_get_peer_cert_chain(ssl) else { return chain }
    // On a client the chain begins with the peer's own certificate, on a server it does not.
    for index in (SSL_is_server(ssl) == 1 ? 0 : 1)..<max(1, OPENSSL_sk_num(sent)) {
      if let value = OPENSSL_sk_value(sent, index) { chain.append(CertificateFacts(OpaquePointer(value))) }
    }
    return chain
  }
}
