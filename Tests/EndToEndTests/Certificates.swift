import Glibc
import TestSupport
import Testing

/// An authority of our own with a certificate for `localhost` and 127.0.0.1, made by `openssl` once for all tests.
final class Certificates: Sendable {
  private static let made = Result {
    // What is static is never released.
    atexit { try? Certificates.shared().folder.remove() }
    return try Certificates()
  }

  /// The same for all.
  static func shared() throws -> Certificates { try made.get() }

  let folder: ScratchFolder
  var authority: String { folder.path("ca.pem") }
  var certificate: String { folder.path("server.pem") }
  var key: String { folder.path("server.key") }
  /// Signed by nobody but itself.
  var selfSigned: String { folder.path("self.pem") }
  var selfSignedKey: String { folder.path("self.key") }
  /// By our authority, for another name.
  var otherHost: String { folder.path("other.pem") }
  /// By our authority, and no longer valid.
  var expired: String { folder.path("expired.pem") }

  private init() throws {
    folder = try ScratchFolder()
    try openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=Authority "
        + "-keyout ca.key -out ca.pem")
    try openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost "
        + "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout self.key -out self.pem")
    try openssl(
      "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key "
        + "-out server.csr")
    try sign("server.pem", names: "DNS:localhost,IP:127.0.0.1", days: 30)
    try sign("other.pem", names: "DNS:other.example", days: 30)
    try sign("expired.pem", names: "DNS:localhost,IP:127.0.0.1", days: -1)
  }

  private func sign(_ name: String, names: String, days: Int) throws {
    try folder.write("names", Array("subjectAltName=\(names)\n".utf8))
    try openssl(
      "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days \(days) -extfile names "
        + "-out \(name)")
  }

  private func openssl(_ words: String) throws {
    let outcome = try run("openssl", words.split(separator: " ").map(String.init), folder: folder.path)
    guard outcome.status == .exited(0) else { throw OpenSSLFailure(outcome: outcome) }
  }

  private struct OpenSSLFailure: Error { var outcome: ProgramOutcome }
}
