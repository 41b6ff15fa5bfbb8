import Glibc
import Testing

@testable import Transport

/// A handshake that fails: what is changed, and what each side says.
struct FailingHandshake: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var name: String? = "localhost"
  var certificate = "server"
  var client: @Sendable (inout TLSConfiguration, TLSCertificates) -> Void = { _, _ in }
  var server: @Sendable (inout TLSConfiguration, TLSCertificates) -> Void = { _, _ in }
  var atClient: String
  var hint: String?
  var atServer: String?
}

@Suite(.enabled(if: TLSCertificates.made != nil, TLSCertificates.reason))
struct `A TLS handshake` {
  static let trustHint = "-k accepts any certificate; --cacert FILE trusts the one in FILE"
  static let issuerHint = "--cacert FILE trusts the issuer in FILE; -k accepts any certificate"

  static let failures = [
    FailingHandshake(
      testDescription: "self-signed", certificate: "self-signed",
      atClient: "the server's certificate is self-signed: CN=localhost", hint: trustHint,
      atServer: "the client refused our certificate: unknown_ca"),
    FailingHandshake(
      testDescription: "unknown issuer", client: { $0.caFile = $1("other-ca.pem") },
      atClient: "the server's certificate was issued by CN=Test CA, O=wscope tests, which is not known here",
      hint: issuerHint, atServer: "the client refused our certificate: unknown_ca"),
    FailingHandshake(
      testDescription: "unknown root", client: { $0.caFile = $1("other-ca.pem") },
      server: { configuration, files in
        files.write("chain.pem", files.read("server.pem") + files.read("ca.pem"))
        configuration.certificateFile = files("chain.pem")
      },
      atClient: "the server's certificate goes back to CN=Test CA, O=wscope tests, which is not trusted",
      hint: issuerHint, atServer: "the client refused our certificate: unknown_ca"),
    FailingHandshake(
      testDescription: "expired", certificate: "expired",
      atClient: "the server's certificate expired at 2021-02-03T04:05:06Z", hint: "-k accepts any certificate",
      atServer: "the client refused our certificate: certificate_expired"),
    FailingHandshake(
      testDescription: "not yet valid", certificate: "future",
      atClient: "the server's certificate is not valid before 2090-01-01T00:00:00Z",
      hint: "is the clock of this machine right? -k accepts any certificate",
      atServer: "the client refused our certificate: bad_certificate"),
    FailingHandshake(
      testDescription: "wrong host", certificate: "elsewhere",
      atClient: "the server's certificate is not for localhost but for elsewhere.example, *.example.org",
      hint: "-k accepts any certificate", atServer: "the client refused our certificate: bad_certificate"),
    FailingHandshake(
      testDescription: "wrong address", name: "127.0.0.2",
      atClient: "the server's certificate is not for 127.0.0.2 but for localhost, 127.0.0.1, ::1",
      hint: "-k accepts any certificate", atServer: "the client refused our certificate: bad_certificate"),
    FailingHandshake(
      testDescription: "no client certificate", server: { $0.clientCAFile = $1("ca.pem") },
      atClient: "the server wants a certificate from us", hint: "--cert FILE and --key FILE show one",
      atServer: "the client sent no certificate"),
    FailingHandshake(
      testDescription: "no client certificate, TLS 1.2",
      client: { configuration, _ in configuration.maximumVersion = .tls12 },
      server: { $0.clientCAFile = $1("ca.pem") },
      atClient: "the server ended TLS with the alert handshake_failure",
      hint: "the server may want a client certificate (--cert FILE)", atServer: "the client sent no certificate"),
    FailingHandshake(
      testDescription: "client certificate of an unknown issuer",
      client: {
        $0.certificateFile = $1("self-signed.pem")
        $0.keyFile = $1("self-signed.key")
      }, server: { $0.clientCAFile = $1("ca.pem") },
      atClient: "the server refused our certificate: unknown_ca",
      atServer: "the client's certificate is self-signed: CN=localhost"),
    FailingHandshake(
      testDescription: "no protocol in common", client: { configuration, _ in configuration.alpn = ["h2"] },
      atClient: "the server ended TLS with the alert no_application_protocol",
      atServer: "the client offers only other protocols than HTTP/1.1 (ALPN)"),
  ]

  @Test("fails, and both sides say why", arguments: failures)
  func fails(row: FailingHandshake) throws {
    let pair = try TLSFixture(
      .ipv4, name: row.name, certificate: row.certificate, client: row.client, server: row.server)
    // What the server never reads must not cost the client the alert.
    pair.client.write("GET / HTTP/1.1\r\n\r\n")
    pair.start()
    pair.turn { pair.clientSide.isOver && pair.serverSide.isOver }
    #expect(sentence(pair.clientSide) == row.atClient)
    #expect(hint(pair.clientSide) == row.hint)
    #expect(sentence(pair.serverSide) == row.atServer)
    #expect(pair.serverSide.calls == ["failed"])
    #expect(pair.client.facts == nil)
  }

  /// What a peer that speaks no TLS, or bad TLS, answers.
  static let answers: [(bytes: [UInt8], sentence: String, hint: String?)] = [
    (
      Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), "the server does not speak TLS but plain HTTP",
      "use ws:// : the server speaks plain HTTP"
    ),
    (
      Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), "the server does not speak TLS but SSH",
      "use ws:// if the server has no TLS"
    ),
    (Array("220 mail\r\n".utf8), "the server does not speak TLS", "use ws:// if the server has no TLS"),
    ([], "the server ended the connection during the TLS handshake", "use ws:// if the server has no TLS"),
    ([0x16, 3], "the server ended the connection during the TLS handshake", "use ws:// if the server has no TLS"),
    (Array("HTT".utf8), "the server does not speak TLS", "use ws:// if the server has no TLS"),
    (
      [0x15, 3, 1, 0, 2, 2, 70], "the server ended TLS with the alert protocol_version",
      "the server speaks neither version that is allowed here"
    ),
    (
      [0x15, 3, 3, 0, 2, 2, 40], "the server ended TLS with the alert handshake_failure",
      "the server may want a client certificate (--cert FILE)"
    ),
    (
      [0x15, 3, 3, 0, 2, 2, 112], "the server ended TLS with the alert unrecognized_name",
      "the server has no certificate for this name"
    ),
    ([0x15, 3, 3, 0, 2, 2, 200], "the server ended TLS with the alert number 200", nil),
    (
      [0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1] + [UInt8](repeating: 1, count: 32) + [0, 0, 0x2F, 0],
      "the server speaks no version of TLS that is allowed here", nil
    ),
    ([0x16, 3, 3, 0, 4, 99, 0, 0, 0], "the server broke TLS: unexpected message", nil),
  ]

  @Test("tells what else a server speaks", arguments: answers.indices)
  func foreign(row: Int) throws {
    let pair = try TLSFixture()
    let (bytes, expected, expectedHint) = Self.answers[row]
    pair.client.start()
    pair.lower.server.start()
    pair.turn { pair.serverSide.receivedCount > 0 }
    pair.lower.server.write(bytes)
    pair.lower.server.finishWriting()
    pair.turn { pair.clientSide.isOver }
    #expect(sentence(pair.clientSide) == expected)
    #expect(hint(pair.clientSide) == expectedHint)
    #expect(pair.clientSide.calls == ["failed"])
  }

  @Test func `tells a client that speaks plain HTTP`() throws {
    let pair = try TLSFixture(.ipv4)
    pair.server.start()
    pair.lower.client.start()
    pair.lower.client.write("GET /chat HTTP/1.1\r\n\r\n")
    pair.turn { pair.serverSide.isOver }
    #expect(sentence(pair.serverSide) == "the client does not speak TLS but plain HTTP")
    #expect(hint(pair.serverSide) == "the client must use wss://")
  }

  @Test(
    "tells what a client lacks",
    arguments: [
      ([3, 2], [0, 0x2F], "the client speaks no version of TLS that is allowed here"),
      ([3, 3], [0, 0x01], "the client offers no cipher that is allowed here"),
    ] as [([UInt8], [UInt8], String)])
  func lacking(version: [UInt8], cipher: [UInt8], expected: String) throws {
    let pair = try TLSFixture()
    pair.server.start()
    pair.lower.client.start()
    let hello = version + [UInt8](repeating: 1, count: 32) + [0, 0, 2] + cipher + [1, 0]
    let message = [1, 0, 0, UInt8(hello.count)] + hello
    pair.lower.client.write([0x16, 3, 1, 0, UInt8(message.count)] + message)
    pair.turn { pair.serverSide.isOver }
    #expect(sentence(pair.serverSide) == expected)
  }

  @Test func `trusts what SSL_CERT_FILE names`() async {
    await #expect(processExitsWith: .success) {
      let files = try #require(TLSCertificates.made)
      setenv("SSL_CERT_FILE", files("ca.pem"), 1)
      let pair = try TLSFixture(client: { configuration, _ in configuration.caFile = nil })
      pair.open()
      #expect(pair.client.facts?.verification == "trusted")
    }
  }

  @Test func `passes with a client certificate`() throws {
    let pair = try TLSFixture(
      client: {
        $0.certificateFile = $1("client.pem")
        $0.keyFile = $1("client.key")
      }, server: { $0.clientCAFile = $1("ca.pem") })
    pair.open()
    let facts = try #require(pair.server.facts)
    #expect(facts.verification == "trusted")
    #expect(facts.chain.map(\.subject) == ["CN=A Client"])
  }

  @Test("passes for an address, which is not asked for by name", arguments: ["127.0.0.1", "::1"])
  func address(name: String) throws {
    let pair = try TLSFixture(name: name)
    pair.open()
    #expect(pair.server.facts?.serverName == nil)
  }

  @Test("passes for a name as a resolver takes it", arguments: ["localhost.", "LOCALHOST", "::1%lo"])
  func spelling(name: String) throws {
    try TLSFixture(name: name).open()
  }

  @Test("passes with a certificate that is trusted by itself", arguments: ["self-signed", "server"])
  func pinned(certificate: String) throws {
    let pair = try TLSFixture(certificate: certificate, client: { $0.caFile = $1(certificate + ".pem") })
    pair.open()
    #expect(pair.client.facts?.verification == "trusted")
  }

  @Test(
    "passes without verification, and says what it would have said",
    arguments: [
      ("self-signed", "not trusted: the server's certificate is self-signed: CN=localhost"),
      (
        "elsewhere",
        "not trusted: the server's certificate is not for localhost but for elsewhere.example, *.example.org"
      ),
      ("expired", "not trusted: the server's certificate expired at 2021-02-03T04:05:06Z"),
      ("server", "trusted"),
    ])
  func insecure(certificate: String, verification: String) throws {
    let pair = try TLSFixture(certificate: certificate, client: { configuration, _ in configuration.verify = false })
    pair.open()
    #expect(pair.client.facts?.verification == verification)
  }

  @Test func `lists all that is wrong without verification`() throws {
    let pair = try TLSFixture(
      name: "example.com", certificate: "expired",
      client: {
        $0.verify = false
        $0.caFile = $1("other-ca.pem")
      })
    pair.open()
    let words = try #require(pair.client.facts?.verification)
    #expect(words.contains("was issued by CN=Test CA"))
    #expect(words.contains("expired at 2021-02-03T04:05:06Z"))
    #expect(words.contains("is not for example.com but for localhost"))
    #expect(words.split(separator: ";").count == 3)
  }

  private func sentence(_ side: Recorder) -> String? {
    if case .tls(let failure)? = side.failure { failure.description } else { side.failure.map { "\($0)" } }
  }

  private func hint(_ side: Recorder) -> String? {
    if case .tls(let failure)? = side.failure { failure.hint } else { nil }
  }
}

@Suite(.enabled(if: TLSCertificates.made != nil, TLSCertificates.reason))
struct `A TLS context` {
  /// A server's certificate and key, a passphrase, and what is wrong: `F` stands for the folder.
  static let files: [(certificate: String, key: String?, passphrase: String?, sentence: String?)] = [
    ("both.pem", nil, nil, nil),
    ("server.pem", "server.key", nil, nil),
    ("server.pem", "server.key", "needless", nil),
    ("server.pem", "encrypted.key", "secret", nil),
    ("server.pem", "encrypted-ec.key", "secret", nil),
    ("server.pem", "encrypted.key", nil, "the key in F/encrypted.key is encrypted and needs a passphrase"),
    ("server.pem", "encrypted-ec.key", nil, "the key in F/encrypted-ec.key is encrypted and needs a passphrase"),
    ("server.pem", "encrypted.key", "wrong", "the passphrase does not open the key in F/encrypted.key"),
    ("server.pem", "encrypted-ec.key", "", "the passphrase does not open the key in F/encrypted-ec.key"),
    ("server.pem", "client.key", nil, "the key in F/client.key does not belong to the certificate"),
    ("server.pem", "rsa.key", nil, "the key in F/rsa.key does not belong to the certificate"),
    ("server.pem", nil, nil, "F/server.pem holds no private key in PEM"),
    ("server.pem", "text.pem", nil, "F/text.pem holds no private key in PEM"),
    ("server.pem", "empty.pem", nil, "F/empty.pem holds no private key in PEM"),
    ("server.key", nil, nil, "F/server.key is no certificate in PEM"),
    ("text.pem", nil, nil, "F/text.pem is no certificate in PEM"),
    ("empty.pem", nil, nil, "F/empty.pem is no certificate in PEM"),
    ("absent.pem", nil, nil, "cannot use F/absent.pem: no such file or directory"),
    ("server.pem", "absent.key", nil, "cannot use F/absent.key: no such file or directory"),
    ("", nil, nil, "cannot use F/: is a directory"),
  ]

  @Test("reads our own certificate, or says what is wrong with it", arguments: files.indices)
  func own(row: Int) throws {
    let files = try #require(TLSCertificates.made)
    let (certificate, key, passphrase, expected) = Self.files[row]
    var configuration = TLSConfiguration()
    configuration.certificateFile = files(certificate)
    configuration.keyFile = key.map { files($0) }
    configuration.passphrase = passphrase
    for role in [TLSRole.server, .client] {
      #expect(failure(configuration, role, files) == expected)
    }
  }

  @Test func `reads what is trusted, or says what is wrong with it`() throws {
    let files = try #require(TLSCertificates.made)
    func failure(_ change: (inout TLSConfiguration) -> Void, _ role: TLSRole = .client) -> String? {
      var configuration = TLSConfiguration()
      if role == .server { configuration.certificateFile = files("both.pem") }
      change(&configuration)
      return self.failure(configuration, role, files)
    }
    #expect(failure { _ in } == nil)
    #expect(failure { $0.caPath = files("") } == nil)
    #expect(failure { $0.caFile = files("absent") } == "cannot use F/absent: no such file or directory")
    #expect(failure { $0.caFile = files("text.pem") } == "F/text.pem holds no certificate in PEM to trust")
    #expect(failure { $0.caFile = files("empty.pem") } == "F/empty.pem holds no certificate in PEM to trust")
    #expect(failure { $0.caFile = files("") } == "cannot use F/: is a directory")
    #expect(failure { $0.caPath = files("ca.pem") } == "cannot use F/ca.pem: not a directory")
    #expect(failure { $0.caPath = files("absent") } == "cannot use F/absent: no such file or directory")
    #expect(failure { $0.keyLogFile = files("absent/log") } == "cannot write F/absent/log: no such file or directory")
    #expect(failure({ $0.clientCAFile = files("absent") }, .server) == "cannot use F/absent: no such file or directory")
    #expect(failure({ $0.certificateFile = nil }, .server) == "a TLS server needs a certificate")
  }

  private func failure(_ configuration: TLSConfiguration, _ role: TLSRole, _ files: TLSCertificates) -> String? {
    do throws(TLSFailure) {
      _ = try TLSContext(configuration, role: role)
      return nil
    } catch {
      let folder = files("")
      // The paths are this run's own.
      guard let range = error.description.firstRange(of: folder) else { return error.description }
      return error.description.replacingCharacters(in: range)
    }
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>) -> String {
    String(self[..<range.lowerBound]) + "F/" + self[range.upperBound...]
  }
}
