import TestSupport
import Testing

@Suite(.enabled(if: Need.openssl.isMet, "\(Need.openssl.reason)"))
struct `TLS` {
  private let certificates: Certificates

  init() throws { certificates = try Certificates.shared() }

  private func echo(certificate: String, key: String, _ more: String...) throws -> ListeningServer {
    try ListeningServer(
      Program(
        Repository.wscope,
        ["echo", "--listen", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key] + more))
  }

  @Test func `trusts who the authority trusts`() throws {
    let server = try echo(certificate: certificates.certificate, key: certificates.key)
    #expect(server.url.hasPrefix("wss://"))
    let outcome = try Wscope.run("--cacert", certificates.authority, server.url, input: "a\n")
    expect(outcome, 0)
    #expect(outcome.output.text == "a\n")
  }

  @Test(arguments: ["1.2", "1.3"]) func `speaks the version it is told`(version: String) throws {
    let server = try echo(certificate: certificates.certificate, key: certificates.key)
    let outcome = try Wscope.run(
      "-v", "--tls-max", version, "--cacert", certificates.authority, server.url, input: "a\n")
    expect(outcome, 0, says: "TLS \(version)")
  }

  /// Wireshark decrypts with either file: both sides write the same secrets.
  @Test func `writes its secrets where SSLKEYLOGFILE says`() throws {
    let folder = try ScratchFolder()
    let files = [folder.path("server"), folder.path("client")]
    let server = try ListeningServer(
      Program(
        Repository.wscope,
        [
          "echo", "--listen", "127.0.0.1:0", "--tls-cert", certificates.certificate, "--tls-key", certificates.key,
        ], environment: ["SSLKEYLOGFILE": files[0]]))
    let outcome = try Wscope.run(
      "--cacert", certificates.authority, server.url, input: "a\n", environment: ["SSLKEYLOGFILE": files[1]])
    expect(outcome, 0)
    let secrets = try files.map { try Files.lines($0).filter { $0.contains("TRAFFIC_SECRET_0 ") }.sorted() }
    #expect(secrets[0].count == 2)
    #expect(secrets[0] == secrets[1])
  }

  @Test func `distrusts strangers, other names and old certificates`() throws {
    for (certificate, key, words) in [
      (certificates.certificate, certificates.key, "issuer"),
      (certificates.selfSigned, certificates.selfSignedKey, "self"),
      (certificates.otherHost, certificates.key, "127.0.0.1"),
      (certificates.expired, certificates.key, "expired"),
    ] {
      let server = try echo(certificate: certificate, key: key)
      let trust = words == "127.0.0.1" || words == "expired" ? ["--cacert", certificates.authority] : []
      let outcome = try run(Repository.wscope, trust + [server.url], input: Array("a\n".utf8))
      expect(outcome, 60, says: words)
      #expect(outcome.output.isEmpty)
      let careless = try run(Repository.wscope, ["-k", server.url], input: Array("a\n".utf8))
      #expect(careless.output.text == "a\n" && careless.status == .exited(0), "\(careless)")
    }
  }

  @Test func `asks clients for certificates`() throws {
    let server = try echo(
      certificate: certificates.certificate, key: certificates.key, "--client-ca", certificates.authority)
    let trust = ["--cacert", certificates.authority]
    let known = try run(
      Repository.wscope, trust + ["--cert", certificates.certificate, "--key", certificates.key, server.url],
      input: Array("a\n".utf8))
    expect(known, 0)
    #expect(known.output.text == "a\n")
    let unknown = try run(Repository.wscope, trust + [server.url], input: Array("a\n".utf8))
    expect(unknown, 58, says: "certificate", "--cert")
  }

  @Test func `names what is wrong with our own files`() throws {
    expect(try Wscope.run("--cert", "/no/such/file", "wss://127.0.0.1:9/"), 26, says: "/no/such/file")
    expect(
      try Wscope.run("--cert", certificates.certificate, "--key", certificates.selfSignedKey, "wss://127.0.0.1:9/"), 58,
      says: "self.key")
  }

  @Test func `meets a server that does not speak it`() throws {
    let server = try RawServer([.receive(5), .send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)), .receiveEnd])
    expect(try Wscope.run("wss://127.0.0.1:\(server.port)/"), 35, says: "TLS")
  }

  @Test func `meets a client that does not speak it`() throws {
    let server = try echo(certificate: certificates.certificate, key: certificates.key)
    let client = try RawClient(url: server.url)
    client.socket.send(Array(RawClient.request().utf8))
    #expect(client.readToEnd())
    let outcome = try Wscope.run("-k", server.url, input: "a\n")
    #expect(outcome.output.text == "a\n", "the server goes on")
  }

  @Test(.enabled(if: Need.websockets.isMet, "\(Need.websockets.reason)"))
  func `that ends without a word is told from one that closes`() throws {
    let peers = Repository.root + "/Tests/EndToEndTests/Peers/"
    let server = try ListeningServer(
      Program(Need.python, [peers + "rude_tls_server.py", certificates.certificate, certificates.key]))
    let outcome = try Wscope.run("--cacert", certificates.authority, "-w", "forever", server.url)
    expect(outcome, 56, says: "close_notify")
    #expect(outcome.output.text == "last words\n")
  }
}
