/// Why a peer's certificate is not trusted. Names in it are the peer's own: to be escaped before they are shown.
public enum CertificateDistrust: Equatable, Sendable {
  /// It vouches for itself, and is not among the trusted ones.
  case selfSigned(subject: String)
  /// Its chain is complete, but ends in a root certificate that is not among the trusted ones.
  case unknownRoot(root: String)
  /// The certificate of its issuer is neither in the chain nor among the trusted ones.
  case unknownIssuer(issuer: String)
  /// A certificate of the chain is too old; `subject` is nil if it is the peer's own. Dates are in ISO 8601.
  case expired(subject: String?, at: String)
  /// A certificate of the chain is too young; `subject` is nil if it is the peer's own.
  case notYetValid(subject: String?, until: String)
  /// It is for other hosts than the one we asked for.
  case wrongHost(host: String, names: [String])
  /// A client that should show a certificate did not.
  case missing
  /// Something else, in OpenSSL's words; `subject` is nil if it is about the peer's own certificate.
  case other(subject: String?, words: String)

  /// One sentence about the certificate of a `peer`.
  public func sentence(about peer: TLSRole) -> String {
    let certificate = "the \(peer.name)'s certificate"
    func which(_ subject: String?) -> String {
      subject.map { "the certificate of \($0), behind the \(peer.name)'s," } ?? certificate
    }
    return switch self {
    case .selfSigned(let subject): "\(certificate) is self-signed: \(subject)"
    case .unknownRoot(let root): "\(certificate) goes back to \(root), which is not trusted"
    case .unknownIssuer(let issuer): "\(certificate) was issued by \(issuer), which is not known here"
    case .expired(let subject, let date): "\(which(subject)) expired at \(date)"
    case .notYetValid(let subject, let date): "\(which(subject)) is not valid before \(date)"
    case .wrongHost(let host, []): "\(certificate) is not for \(host): it names no host"
    case .wrongHost(let host, let names): "\(certificate) is not for \(host) but for \(Self.list(names))"
    case .missing: "the \(peer.name) sent no certificate"
    case .other(let subject, let words): "\(which(subject)) is not trusted: \(words)"
    }
  }

  /// What can be done about it, where the server is the peer.
  var hint: String? {
    switch self {
    case .selfSigned: "-k accepts any certificate; --cacert FILE trusts the one in FILE"
    case .unknownRoot, .unknownIssuer: "--cacert FILE trusts the issuer in FILE; -k accepts any certificate"
    case .notYetValid: "is the clock of this machine right? -k accepts any certificate"
    case .wrongHost, .expired, .other: "-k accepts any certificate"
    case .missing: nil
    }
  }

  /// Enumerates a few names: a certificate can have thousands.
  private static func list(_ names: [String]) -> String {
    let shown = 8
    guard names.count > shown else { return names.joined(separator: ", ") }
    return names.prefix(shown).joined(separator: ", ") + " and \(names.count - shown) more"
  }
}
