import COpenSSL
import Glibc

/// What OpenSSL has noted about the last calls that failed, taken off its queue; the first is the most exact.
struct OpenSSLErrors {
  private var codes: [UInt] = []

  /// Takes the notes off the queue.
  init() {
    while case let code = ERR_get_error(), code != 0 { codes.append(code) }
  }

  /// Whether the library with this number noted this reason.
  func contains(_ library: Int32, _ reason: some BinaryInteger) -> Bool {
    codes.contains { ERR_GET_LIB($0) == library && ERR_GET_REASON($0) == reason }
  }

  /// Whether any of these reasons was noted by the TLS library.
  func contains(tls reasons: Int32...) -> Bool {
    reasons.contains { contains(ERR_LIB_SSL, $0) }
  }

  /// The alert the peer sent, if that is what was noted.
  var alert: TLSAlert? {
    for code in codes where ERR_GET_LIB(code) == ERR_LIB_SSL {
      if case let number = ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET, (0...255).contains(number) {
        return TLSAlert(rawValue: UInt8(number))
      }
    }
    return nil
  }

  /// OpenSSL's words for the first note that has any.
  var words: String {
    for code in codes {
      if let text = ERR_reason_error_string(code) { return String(cString: text) }
    }
    return codes.first.map { "error \(String($0, radix: 16))" } ?? "OpenSSL gives no reason"
  }
}

/// What is known of a connection when its TLS fails.
struct TLSDiagnosis {
  /// Our side.
  var role: TLSRole
  /// Whether we had a certificate that the peer may have refused.
  var hasOwnCertificate: Bool
  /// What the check of the peer's certificate found.
  var distrust: CertificateDistrust?
  /// The first bytes the peer sent, while the handshake is not done.
  var firstBytes: [UInt8]

  /// The failure that OpenSSL's notes stand for.
  func failure(_ errors: OpenSSLErrors) -> TLSFailure {
    if isForeign { return .notTLS(firstBytes: firstBytes, from: role.peer) }
    if let alert = errors.alert {
      let isAboutUs = alert == .certificateRequired || hasOwnCertificate && alert.refusesCertificate
      return isAboutUs ? .ownCertificateRefused(alert, by: role.peer) : .alert(alert, from: role.peer)
    }
    if errors.contains(tls: SSL_R_CERTIFICATE_VERIFY_FAILED) {
      return .untrusted(distrust ?? .other(subject: nil, words: errors.words), peer: role.peer)
    }
    if errors.contains(tls: SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) { return .untrusted(.missing, peer: role.peer) }
    if errors.contains(tls: SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_VERSION_TOO_LOW) {
      return .noCommonVersion(peer: role.peer)
    }
    if errors.contains(tls: SSL_R_NO_SHARED_CIPHER) { return .noCommonCipher(peer: role.peer) }
    if errors.contains(tls: SSL_R_NO_APPLICATION_PROTOCOL) { return .noCommonProtocol(peer: role.peer) }
    return .protocol(reason: errors.words, peer: role.peer)
  }

  /// The failure when the peer ends the connection before the handshake is done.
  var failureOfEnd: TLSFailure {
    isForeign ? .notTLS(firstBytes: firstBytes, from: role.peer) : .endInHandshake(by: role.peer)
  }

  /// Whether the first bytes cannot be those of a TLS record (RFC 8446, section 5.1).
  private var isForeign: Bool {
    guard let type = firstBytes.first else { return false }
    return !(20...24).contains(type) || firstBytes.count > 1 && firstBytes[1] != 3
  }
}

extension CertificateDistrust {
  /// What the check of a chain has just found, when it asks what to make of it.
  init(_ store: OpaquePointer, host: String) {
    let code = X509_STORE_CTX_get_error(store)
    let certificate = X509_STORE_CTX_get_current_cert(store)
    let subject = certificate.map(CertificateFacts.subject) ?? ""
    let issuer = X509_STORE_CTX_get_error_depth(store) > 0 ? subject : nil
    switch code {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      self = .selfSigned(subject: subject)
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      self = .unknownRoot(root: subject)
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      self = .unknownIssuer(issuer: certificate.map(CertificateFacts.issuer) ?? "")
    case X509_V_ERR_CERT_HAS_EXPIRED:
      self = .expired(subject: issuer, at: certificate.map(CertificateFacts.notAfter) ?? "")
    case X509_V_ERR_CERT_NOT_YET_VALID:
      self = .notYetValid(subject: issuer, until: certificate.map(CertificateFacts.notBefore) ?? "")
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      self = .wrongHost(host: host, names: X509_STORE_CTX_get0_cert(store).map(CertificateFacts.hostNames) ?? [])
    default:
      self = .other(subject: issuer, words: String(cString: X509_verify_cert_error_string(Int(code))))
    }
  }
}
