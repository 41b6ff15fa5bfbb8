import COpenSSL
import Glibc

/// Reads the PEM files of a TLS context, and says exactly what is wrong with them.
struct TLSFiles {
  /// The context that is filled.
  var context: OpaquePointer

  /// Loads what a peer's certificate must go back to.
  func loadTrust(_ configuration: TLSConfiguration, role: TLSRole) throws(TLSFailure) {
    if role == .server {
      guard let file = configuration.clientCAFile else { return }
      try loadTrust(file)
      SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(file))
      // Without it a client that comes back with a ticket is turned away.
      SSL_CTX_set_session_id_context(context, Array("wscope".utf8), 6)
      return
    }
    guard configuration.caFile != nil || configuration.caPath != nil else {
      SSL_CTX_set_default_verify_paths(context)
      return
    }
    // What the user names is trusted, also if it is no root.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), UInt(X509_V_FLAG_PARTIAL_CHAIN))
    if let file = configuration.caFile { try loadTrust(file) }
    if let folder = configuration.caPath {
      if let error = unreadable(folder, O_DIRECTORY) { throw .caFile(file: folder, .unreadable(error)) }
      SSL_CTX_load_verify_dir(context, folder)
    }
  }

  private func loadTrust(_ file: String) throws(TLSFailure) {
    if let error = unreadable(file) { throw .caFile(file: file, .unreadable(error)) }
    guard SSL_CTX_load_verify_file(context, file) != 1 else { return }
    let errors = OpenSSLErrors()
    throw .caFile(file: file, Self.isEmpty(errors) ? .noCertificate : .invalid(words: errors.words))
  }

  /// Loads our own certificate, the chain behind it, and its key.
  func loadCertificate(_ file: String, key: String, passphrase: String?) throws(TLSFailure) {
    if let error = unreadable(file) { throw .ownCertificate(file: file, .unreadable(error)) }
    let source = Passphrase(passphrase)
    SSL_CTX_set_default_passwd_cb(context) { buffer, size, _, source in
      guard let buffer, let source else { return -1 }
      let target = UnsafeMutableRawBufferPointer(start: buffer, count: Int(size))
      return Unmanaged<Passphrase>.fromOpaque(source).takeUnretainedValue().answer(into: target)
    }
    SSL_CTX_set_default_passwd_cb_userdata(context, Unmanaged.passUnretained(source).toOpaque())
    defer {
      SSL_CTX_set_default_passwd_cb(context, nil)
      SSL_CTX_set_default_passwd_cb_userdata(context, nil)
      withExtendedLifetime(source) {}
    }
    if SSL_CTX_use_certificate_chain_file(context, file) != 1 {
      let errors = OpenSSLErrors()
      throw .ownCertificate(file: file, Self.isEmpty(errors) ? .noCertificate : .invalid(words: errors.words))
    }
    if let error = unreadable(key) { throw .ownCertificate(file: key, .unreadable(error)) }
    let isLoaded = SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
    guard !isLoaded || SSL_CTX_check_private_key(context) != 1 else { return }
    throw .ownCertificate(file: key, Self.problem(withKey: OpenSSLErrors(), isLoaded: isLoaded, source))
  }

  private static func problem(withKey errors: OpenSSLErrors, isLoaded: Bool, _ source: Passphrase) -> TLSFileProblem {
    let mismatches = [X509_R_KEY_VALUES_MISMATCH, X509_R_KEY_TYPE_MISMATCH]
    if isLoaded || mismatches.contains(where: { errors.contains(ERR_LIB_X509, $0) }) { return .keyMismatch }
    if source.wasAsked { return source.isMissing ? .passphraseMissing : .passphraseWrong }
    let isUnknown = errors.contains(ERR_LIB_OSSL_DECODER, ERR_R_UNSUPPORTED) || isEmpty(errors)
    return isUnknown ? .noKey : .invalid(words: errors.words)
  }

  /// Whether a file was read to its end without a PEM block of the kind that was looked for.
  private static func isEmpty(_ errors: OpenSSLErrors) -> Bool {
    errors.contains(ERR_LIB_PEM, PEM_R_NO_START_LINE)
      || errors.contains(ERR_LIB_X509, X509_R_NO_CERTIFICATE_OR_CRL_FOUND)
  }

  /// Why a file cannot be opened and read: OpenSSL's own notes are about its readers. Not a byte is read here, because
  /// the file may be a pipe.
  private func unreadable(_ file: String, _ flags: Int32 = 0) -> SystemError? {
    do throws(SystemError) {
      let descriptor = try SystemCalls.open(file, O_RDONLY | flags)
      var status = stat()
      guard flags == 0, fstat(descriptor.number, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
      return SystemError(code: EISDIR, call: "read")
    } catch {
      return error
    }
  }
}

/// Answers OpenSSL's question for a passphrase, so that it never asks the terminal.
private final class Passphrase {
  private let bytes: [UInt8]?
  private(set) var wasAsked = false

  init(_ text: String?) { bytes = text.map { Array($0.utf8) } }

  var isMissing: Bool { bytes == nil }

  func answer(into target: UnsafeMutableRawBufferPointer) -> Int32 {
    wasAsked = true
    guard let bytes, bytes.count <= target.count else { return -1 }
    target.copyBytes(from: bytes)
    return Int32(bytes.count)
  }
}
