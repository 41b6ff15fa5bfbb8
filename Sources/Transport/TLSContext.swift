import Bytes
import COpenSSL
import Glibc

/// What the TLS streams of one side have in common: settings, trusted certificates, our own certificate, buffers.
///
/// OpenSSL is set up when the first one is made. A context and its streams belong to one loop.
public final class TLSContext {
  /// Which side its streams are.
  public let role: TLSRole
  /// What it was made from.
  public let configuration: TLSConfiguration
  let pointer: OpaquePointer
  private let alpn: [UInt8]
  private let keyLog: KeyLogFile?
  private var scratches: [TLSScratch] = []

  /// Reads all files the configuration names.
  public init(_ configuration: TLSConfiguration, role: TLSRole) throws(TLSFailure) {
    self.role = role
    self.configuration = configuration
    alpn = configuration.alpn.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    keyLog =
      if let file = configuration.keyLogFile { try KeyLogFile(file) } else { nil }
    ERR_clear_error()
    guard let pointer = SSL_CTX_new(role == .client ? TLS_client_method() : TLS_server_method()) else {
      throw .library(reason: OpenSSLErrors().words)
    }
    self.pointer = pointer
    SSL_CTX_set_ex_data(pointer, 0, Unmanaged.passUnretained(self).toOpaque())
    let maximum = configuration.maximumVersion == .tls12 ? TLS1_2_VERSION : 0
    guard wscope_tls_set_defaults(pointer, maximum) == 1 else { throw .library(reason: OpenSSLErrors().words) }
    let files = TLSFiles(context: pointer)
    try files.loadTrust(configuration, role: role)
    if let file = configuration.certificateFile {
      try files.loadCertificate(file, key: configuration.keyFile ?? file, passphrase: configuration.passphrase)
    } else if role == .server {
      throw .noOwnCertificate
    }
    setVerification()
    setProtocols()
    if keyLog != nil {
      SSL_CTX_set_keylog_callback(pointer) { ssl, line in
        guard let line else { return }
        TLSContext.of(ssl).keyLog?.append(line)
      }
    }
  }

  deinit { SSL_CTX_free(pointer) }

  /// Buffers to work in; given back by `giveBack(_:)`. Within a handler's call other streams take others.
  func takeScratch() -> TLSScratch { scratches.popLast() ?? TLSScratch() }

  /// Keeps the buffers for the next stream that works.
  func giveBack(_ scratch: TLSScratch) {
    scratch.input = UnsafeRawBufferPointer(start: nil, count: 0)
    scratch.output.removeAll()
    scratches.append(scratch)
  }

  private static func of(_ ssl: OpaquePointer?) -> TLSContext {
    let data = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0).unsafelyUnwrapped
    return Unmanaged<TLSContext>.fromOpaque(data).takeUnretainedValue()
  }

  private func setVerification() {
    let mode =
      switch role {
      case .client: configuration.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE
      case .server:
        configuration.clientCAFile == nil ? SSL_VERIFY_NONE : SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
      }
    SSL_CTX_set_verify(pointer, mode) { isGood, store in
      guard isGood == 0, let store else { return 1 }
      guard let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
        let connection = SSL_get_ex_data(OpaquePointer(ssl), 0)
      else { return 0 }
      return Unmanaged<TLSConnection>.fromOpaque(connection).takeUnretainedValue().accepts(store) ? 1 : 0
    }
  }

  private func setProtocols() {
    guard !alpn.isEmpty else { return }
    guard role == .server else {
      SSL_CTX_set_alpn_protos(pointer, alpn, UInt32(alpn.count))
      return
    }
    SSL_CTX_set_alpn_select_cb(
      pointer,
      { ssl, chosen, size, offered, offeredSize, _ in
        guard let chosen, let size, let offered else { return SSL_TLSEXT_ERR_NOACK }
        let offer = UnsafeBufferPointer(start: offered, count: Int(offeredSize))
        guard let match = TLSContext.of(ssl).choose(from: offer) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        chosen.pointee = match.baseAddress
        size.pointee = UInt8(match.count)
        return SSL_TLSEXT_ERR_OK
      }, nil)
  }

  /// The best of our protocols that stands in a client's offer, as a part of the offer.
  private func choose(from offer: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    for wanted in configuration.alpn {
      var offset = 0
      while offset < offer.count {
        let end = offset + 1 + Int(offer[offset])
        guard end <= offer.count else { return nil }
        let name = UnsafeBufferPointer(rebasing: offer[(offset + 1)..<end])
        if name.elementsEqual(wanted.utf8) { return name }
        offset = end
      }
    }
    return nil
  }
}

/// The file that secrets are appended to, for Wireshark.
private final class KeyLogFile {
  private let descriptor: Int32

  init(_ file: String) throws(TLSFailure) {
    descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    if descriptor < 0 { throw .keyLogFile(file: file, SystemError(call: "open")) }
  }

  deinit { close(descriptor) }

  /// Appends one line, in one piece, so that several processes can share the file.
  func append(_ line: UnsafePointer<CChar>) {
    var bytes = Array(UnsafeRawBufferPointer(start: line, count: strlen(line)))
    bytes.append(UInt8(ascii: "\n"))
    // A full disk is no reason to end a connection.
    _ = write(descriptor, bytes, bytes.count)
  }
}
