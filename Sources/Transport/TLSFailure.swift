/// Why TLS failed.
public enum TLSFailure: Error, Equatable, Sendable {
  /// The peer's certificate is not trusted.
  case untrusted(CertificateDistrust, peer: TLSRole)
  /// Our own certificate or key cannot be used.
  case ownCertificate(file: String, TLSFileProblem)
  /// A server was to be made without a certificate.
  case noOwnCertificate
  /// The peer refused our certificate, or has to have one.
  case ownCertificateRefused(TLSAlert, by: TLSRole)
  /// A file or folder of trusted certificates cannot be used.
  case caFile(file: String, TLSFileProblem)
  /// The session's secrets cannot be written.
  case keyLogFile(file: String, SystemError)
  /// The peer ended the connection with a fatal alert.
  case alert(TLSAlert, from: TLSRole)
  /// The peer speaks something else; its first bytes, eight at the most.
  case notTLS(firstBytes: [UInt8], from: TLSRole)
  /// The peer ended the connection before the handshake was done.
  case endInHandshake(by: TLSRole)
  /// The peer speaks only versions of TLS that we do not.
  case noCommonVersion(peer: TLSRole)
  /// The peer and we have no cipher in common.
  case noCommonCipher(peer: TLSRole)
  /// The peer offers only other protocols than WebSocket's HTTP/1.1 (ALPN).
  case noCommonProtocol(peer: TLSRole)
  /// The peer does not keep to TLS, in OpenSSL's words.
  case `protocol`(reason: String, peer: TLSRole)
  /// OpenSSL itself failed, in its words.
  case library(reason: String)
}

/// Why a PEM file cannot be used.
public enum TLSFileProblem: Equatable, Sendable {
  /// It cannot be read.
  case unreadable(SystemError)
  /// It holds no certificate in PEM.
  case noCertificate
  /// It holds no private key in PEM.
  case noKey
  /// The key in it is not the certificate's.
  case keyMismatch
  /// The key in it is encrypted, and there is no passphrase.
  case passphraseMissing
  /// The key in it does not open with the passphrase.
  case passphraseWrong
  /// Its contents cannot be used, in OpenSSL's words.
  case invalid(words: String)
}

extension TLSFailure: CustomStringConvertible {
  /// The sentence for people. Names of certificates in it are the peer's own: to be escaped before they are shown.
  public var description: String {
    switch self {
    case .untrusted(let distrust, let peer): distrust.sentence(about: peer)
    case .ownCertificate(let file, .noCertificate): "\(file) is no certificate in PEM"
    case .ownCertificate(let file, .noKey): "\(file) holds no private key in PEM"
    case .ownCertificate(let file, .keyMismatch): "the key in \(file) does not belong to the certificate"
    case .ownCertificate(let file, .passphraseMissing): "the key in \(file) is encrypted and needs a passphrase"
    case .ownCertificate(let file, .passphraseWrong): "the passphrase does not open the key in \(file)"
    case .caFile(let file, .noCertificate): "\(file) holds no certificate in PEM to trust"
    case .ownCertificate(let file, let problem), .caFile(let file, let problem): "cannot use \(file): \(problem.words)"
    case .noOwnCertificate: "a TLS server needs a certificate"
    case .ownCertificateRefused(.certificateRequired, let peer): "the \(peer.name) wants a certificate from us"
    case .ownCertificateRefused(let alert, let peer): "the \(peer.name) refused our certificate: \(alert.name)"
    case .keyLogFile(let file, let error): "cannot write \(file): \(error.description)"
    case .alert(let alert, let peer): "the \(peer.name) ended TLS with the alert \(alert.name)"
    case .notTLS(let bytes, let peer): "the \(peer.name) does not speak TLS\(Self.guess(bytes))"
    case .endInHandshake(let peer): "the \(peer.name) ended the connection during the TLS handshake"
    case .noCommonVersion(let peer): "the \(peer.name) speaks no version of TLS that is allowed here"
    case .noCommonCipher(let peer): "the \(peer.name) offers no cipher that is allowed here"
    case .noCommonProtocol(let peer): "the \(peer.name) offers only other protocols than HTTP/1.1 (ALPN)"
    case .protocol(let reason, let peer): "the \(peer.name) broke TLS: \(reason)"
    case .library(let reason): "TLS failed: \(reason)"
    }
  }

  /// What can be done about it, where that is known.
  public var hint: String? {
    switch self {
    case .untrusted(let distrust, .server): distrust.hint
    case .ownCertificate(_, .noKey): "--key FILE (a server's: --tls-key FILE) names the file with the key"
    case .ownCertificate(_, .passphraseMissing): "--pass PHRASE opens it"
    case .noOwnCertificate: "--tls-cert FILE names one"
    case .ownCertificateRefused(.certificateRequired, by: .server): "--cert FILE and --key FILE show one"
    case .notTLS(let bytes, .server) where Self.isHTTP(bytes): "use ws:// : the server speaks plain HTTP"
    case .notTLS(_, .server): "use ws:// if the server has no TLS"
    case .notTLS(let bytes, .client) where Self.isHTTP(bytes): "the client must use wss://"
    case .endInHandshake(by: .server): "use ws:// if the server has no TLS"
    case .alert(.handshakeFailure, from: .server): "the server may want a client certificate (--cert FILE)"
    case .alert(.unrecognizedName, from: .server): "the server has no certificate for this name"
    case .alert(.protocolVersion, from: .server): "the server speaks neither version that is allowed here"
    default: nil
    }
  }

  /// What the first bytes of something that is not TLS look like.
  private static func guess(_ bytes: [UInt8]) -> String {
    if isHTTP(bytes) { return " but plain HTTP" }
    if bytes.starts(with: "SSH-".utf8) { return " but SSH" }
    return ""
  }

  /// Whether an answer or a request of HTTP begins so.
  private static func isHTTP(_ bytes: [UInt8]) -> Bool {
    ["HTTP/", "GET ", "HEAD ", "POST ", "PUT ", "CONNECT ", "OPTIONS ", "DELETE "].contains {
      bytes.starts(with: $0.utf8)
    }
  }
}

extension TLSFileProblem {
  var words: String {
    switch self {
    case .unreadable(let error): error.description
    case .noCertificate: "there is no certificate in it"
    case .noKey: "there is no private key in it"
    case .keyMismatch: "the key does not belong to the certificate"
    case .passphraseMissing: "it is encrypted"
    case .passphraseWrong: "the passphrase is wrong"
    case .invalid(let words): words
    }
  }
}
