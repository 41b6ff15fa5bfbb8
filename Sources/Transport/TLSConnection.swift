import COpenSSL

/// OpenSSL's side of one connection: ciphertext and plaintext in memory, no stream and no waiting.
///
/// Every call works in a scratch it is given: it takes the scratch's input and appends to its output.
final class TLSConnection {
  /// How far the handshake is.
  enum Handshake {
    case needsMore
    case done
    case failed(TLSFailure)
  }

  /// What follows the plaintext that was decrypted.
  enum Following {
    case more
    /// The peer's close_notify.
    case end
    case failure(TLSFailure)
  }

  /// A record's plaintext at the most (RFC 8446, section 5.1).
  static let recordSize = 16 << 10

  private let context: TLSContext
  private let serverName: String?
  private let ssl: OpaquePointer
  /// The first bytes the peer sent, to tell what it speaks if it is not TLS; given up when the handshake is done.
  private var firstBytes: [UInt8] = []
  /// What the check of the peer's certificates found wrong.
  private var distrusts: [CertificateDistrust] = []

  /// A connection that has not begun; `serverName` as in `TLSStream`.
  init(_ context: TLSContext, serverName: String?) throws(TLSFailure) {
    ERR_clear_error()
    guard let ssl = SSL_new(context.pointer) else { throw .library(reason: OpenSSLErrors().words) }
    self.context = context
    self.ssl = ssl
    // A root's dot and an interface's name are for the resolver, not for certificates.
    self.serverName = serverName.map { name in
      let address = name.prefix { $0 != "%" }
      return String(address.hasSuffix(".") ? address.dropLast() : address)
    }
    guard let bio = TLSScratch.makeBIO() else { throw .library(reason: OpenSSLErrors().words) }
    SSL_set_bio(ssl, bio, bio)
    SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
    if context.role == .server {
      SSL_set_accept_state(ssl)
    } else {
      SSL_set_connect_state(ssl)
      guard setServerName() else { throw .library(reason: OpenSSLErrors().words) }
    }
  }

  deinit { SSL_free(ssl) }

  private func setServerName() -> Bool {
    guard let serverName, !serverName.isEmpty else { return true }
    // An address stands in a certificate as an address, and is never asked for by SNI (RFC 6066, section 3).
    if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), serverName) == 1 { return true }
    SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    return wscope_tls_set_server_name(ssl, serverName) == 1 && SSL_set1_host(ssl, serverName) == 1
  }

  /// Whether to go on although the check of the peer's certificates has just found something wrong.
  func accepts(_ store: OpaquePointer) -> Bool {
    let distrust = CertificateDistrust(store, host: serverName ?? "")
    if !distrusts.contains(distrust), distrusts.count < 8 { distrusts.append(distrust) }
    return context.role == .client && !context.configuration.verify
  }

  /// Goes on with the handshake. Input behind its end stays in the scratch.
  func shakeHands(_ scratch: TLSScratch) -> Handshake {
    if firstBytes.count < 8 { firstBytes += scratch.input.prefix(8 - firstBytes.count) }
    attach(scratch)
    let result = SSL_do_handshake(ssl)
    if result == 1 {
      firstBytes = []
      return .done
    }
    return SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ ? .needsMore : .failed(diagnosis.failure(OpenSSLErrors()))
  }

  /// Decrypts all of the scratch's input.
  /// - Returns: how many bytes of plaintext there are, at the beginning of `plaintext`, and what follows them.
  func decrypt(_ scratch: TLSScratch, into plaintext: UnsafeMutableRawBufferPointer) -> (count: Int, Following) {
    attach(scratch)
    var count = 0
    while count < plaintext.count {
      var size = 0
      let rest = UnsafeMutableRawBufferPointer(rebasing: plaintext[count...])
      let result = SSL_read_ex(ssl, rest.baseAddress, rest.count, &size)
      guard result != 1 else {
        count += size
        continue
      }
      switch SSL_get_error(ssl, result) {
      case SSL_ERROR_WANT_READ: return (count, .more)
      case SSL_ERROR_ZERO_RETURN: return (count, .end)
      default: return (count, .failure(diagnosis.failure(OpenSSLErrors())))
      }
    }
    return (count, .more)
  }

  /// Encrypts `bytes`, whole: OpenSSL cuts them into records and writes to memory, so that nothing can be left over.
  func encrypt(_ bytes: UnsafeRawBufferPointer, _ scratch: TLSScratch) -> TLSFailure? {
    attach(scratch)
    var written = 0
    return SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &written) == 1 ? nil : diagnosis.failure(OpenSSLErrors())
  }

  /// Says by close_notify that nothing more will be sent.
  func shutDown(_ scratch: TLSScratch) {
    attach(scratch)
    SSL_shutdown(ssl)
  }

  private func attach(_ scratch: TLSScratch) {
    scratch.attach(to: ssl)
    // What another connection left there is not to be taken for this one's.
    ERR_clear_error()
  }

  /// What the peer's end means while the handshake is not done.
  var failureOfEnd: TLSFailure { diagnosis.failureOfEnd }

  private var diagnosis: TLSDiagnosis {
    TLSDiagnosis(
      role: context.role, hasOwnCertificate: context.configuration.certificateFile != nil,
      distrust: distrusts.first, firstBytes: firstBytes)
  }

  /// What the handshake, which is done, agreed on.
  var facts: TLSFacts { TLSFacts(ssl, verification: verification) }

  private var verification: String {
    if context.role == .server && context.configuration.clientCAFile == nil { return "no certificate asked for" }
    guard distrusts.isEmpty else {
      return "not trusted: " + distrusts.map { $0.sentence(about: context.role.peer) }.joined(separator: "; ")
    }
    return context.role == .client && serverName == nil ? "trusted, whatever its name" : "trusted"
  }
}
