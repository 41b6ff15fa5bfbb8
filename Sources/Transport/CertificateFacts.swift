import COpenSSL
import Glibc

/// What a certificate says, as text. All of it is its owner's: to be escaped before it is shown.
public struct CertificateFacts: Equatable, Sendable {
  /// Whom it is about, such as `CN=localhost, O=Example`.
  public var subject: String
  /// Who vouches for it.
  public var issuer: String
  /// The host names and addresses it is for, and what else it names; as they stand in it.
  public var names: [String]
  /// When it begins to be valid, in ISO 8601.
  public var notBefore: String
  /// When it ends to be valid, in ISO 8601.
  public var notAfter: String
  /// The SHA-256 of its bytes, in hexadecimal with colons.
  public var fingerprint: String

  /// The facts of an OpenSSL certificate.
  init(_ certificate: OpaquePointer) {
    subject = Self.subject(certificate)
    issuer = Self.issuer(certificate)
    names = Self.alternativeNames(certificate)
    notBefore = Self.notBefore(certificate)
    notAfter = Self.notAfter(certificate)
    fingerprint = Self.fingerprint(certificate)
  }

  static func subject(_ certificate: OpaquePointer) -> String { name(X509_get_subject_name(certificate)) }
  static func issuer(_ certificate: OpaquePointer) -> String { name(X509_get_issuer_name(certificate)) }
  static func notBefore(_ certificate: OpaquePointer) -> String { time(X509_get0_notBefore(certificate)) }
  static func notAfter(_ certificate: OpaquePointer) -> String { time(X509_get0_notAfter(certificate)) }

  /// The names a host is looked for in: the alternative ones, or without any the common one.
  static func hostNames(_ certificate: OpaquePointer) -> [String] {
    let names = alternativeNames(certificate)
    guard names.isEmpty, let subject = X509_get_subject_name(certificate) else { return names }
    let index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
    guard index >= 0, let entry = X509_NAME_get_entry(subject, index) else { return [] }
    return X509_NAME_ENTRY_get_data(entry).map { [text($0)] } ?? []
  }

  private static func alternativeNames(_ certificate: OpaquePointer) -> [String] {
    guard let found = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
    let names = OpaquePointer(found)
    defer { GENERAL_NAMES_free(names) }
    return (0..<OPENSSL_sk_num(names)).compactMap { index in
      guard let value = OPENSSL_sk_value(names, index) else { return nil }
      let name = value.assumingMemoryBound(to: GENERAL_NAME.self).pointee
      return switch name.type {
      case GEN_DNS: text(name.d.dNSName)
      case GEN_URI: text(name.d.uniformResourceIdentifier)
      case GEN_EMAIL: text(name.d.rfc822Name)
      case GEN_IPADD: address(name.d.iPAddress)
      default: nil
      }
    }
  }

  private static func text(_ string: UnsafePointer<ASN1_STRING>) -> String {
    String(decoding: bytes(string), as: UTF8.self)
  }

  private static func bytes(_ string: UnsafePointer<ASN1_STRING>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
  }

  private static func address(_ string: UnsafePointer<ASN1_STRING>) -> String {
    let bytes = bytes(string)
    guard bytes.count == 4 || bytes.count == 16 else { return "an address of \(bytes.count) bytes" }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes.baseAddress, text.baseAddress, socklen_t(text.count))
      return String(cString: text.baseAddress.unsafelyUnwrapped)
    }
  }

  /// A name as RFC 4514 writes it, with blanks behind the commas and UTF-8 as it is.
  private static func name(_ name: OpaquePointer?) -> String {
    guard let name, let memory = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(memory) }
    let style = UInt(XN_FLAG_SEP_CPLUS_SPC) | UInt(XN_FLAG_DN_REV) | UInt(XN_FLAG_DUMP_UNKNOWN_FIELDS)
    let characters = UInt(ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT)
    X509_NAME_print_ex(memory, name, 0, style | characters)
    var start: UnsafeMutableRawPointer?
    let size = BIO_ctrl(memory, BIO_CTRL_INFO, 0, &start)
    return String(decoding: UnsafeRawBufferPointer(start: start, count: size), as: UTF8.self)
  }

  /// A time such as `2026-11-24T03:16:08Z`.
  private static func time(_ time: UnsafePointer<ASN1_TIME>?) -> String {
    var parts = tm()
    guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return "an unreadable time" }
    func digits(_ number: Int32, _ count: Int = 2) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let day = "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
    return "\(day)T\(digits(parts.tm_hour)):\(digits(parts.tm_min)):\(digits(parts.tm_sec))Z"
  }

  private static func fingerprint(_ certificate: OpaquePointer) -> String {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var size: UInt32 = 0
    guard X509_digest(certificate, EVP_sha256(), &digest, &size) == 1 else { return "" }
    return digest.prefix(Int(size)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
      .joined(separator: ":")
  }
}
