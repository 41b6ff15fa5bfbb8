import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

/// A proxy on the test's own loop: says what it is told to, and carries bytes to where the tunnel leads.
final class TestProxy {
  private let loop: Loop
  private let listener: Listener
  private var ends: [End] = []
  private(set) var requests: [String] = []
  var port: Int { Int(listener.address.port ?? 0) }

  /// Copies what one stream receives to the other.
  private final class End: ByteStreamHandler {
    let stream: any ByteStream
    var other: (any ByteStream)?
    var received: [UInt8] = []
    var onHead: (End, String) -> Void = { _, _ in }

    init(_ stream: any ByteStream) { self.stream = stream }

    func streamOpened(_ stream: any ByteStream) {}
    func stream(_ stream: any ByteStream, received bytes: UnsafeMutableRawBufferPointer) {
      if let other { return other.write(UnsafeRawBufferPointer(bytes)) }
      received += bytes
      if received.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) { onHead(self, received.text) }
    }
    func streamEnded(_ stream: any ByteStream) { other?.finishWriting() }
    func stream(_ stream: any ByteStream, failed failure: StreamFailure) { other?.close() }
    func streamDrained(_ stream: any ByteStream) {}
  }

  init(_ loop: Loop, to origin: SocketAddress) throws {
    self.loop = loop
    listener = try Listener(loop: loop, address: try #require(SocketAddress(numericHost: "127.0.0.1", port: 0)))
    listener.accepted = { [unowned self] stream in
      let inner = End(stream)
      ends.append(inner)
      inner.onHead = { [unowned self] inner, head in
        requests.append(head)
        _ = Connector(loop: loop).connect(to: [origin]) { [unowned self] result in
          guard let connected = try? result.get().stream else { return stream.close() }
          let outer = End(connected)
          ends.append(outer)
          (inner.other, outer.other) = (outer.stream, inner.stream)
          connected.handler = outer
          connected.start()
          Array("HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n".utf8).withUnsafeBytes {
            stream.write($0)
          }
        }
      }
      stream.handler = inner
      stream.start()
    }
  }

  func close() {
    listener.close()
    for end in ends { end.stream.close() }
  }
}

/// RFC 9110, section 9.3.6; RFC 6455, section 4.1.
@Suite struct `A client behind a proxy` {
  private func plan(_ port: UInt16, _ credentials: Credentials? = nil) -> ProxyPlan {
    ProxyPlan(host: "127.0.0.1", port: Int(port), credentials: credentials, name: "127.0.0.1:\(port)")
  }

  @Test func `asks for a tunnel, and shows the server nothing of it`() throws {
    let server = try RawServer(RawStep.handshake() + [.receiveEnd])
    let attempt = try Attempt()
    let proxy = try TestProxy(
      attempt.loop, to: try #require(SocketAddress(numericHost: "127.0.0.1", port: server.port)))
    try attempt.begin("ws://wscope.test:8080/path") {
      $0.proxy = plan(UInt16(proxy.port), .basic(user: "me", password: "secret"))
      $0.request.credentials = .bearer("token")
    }
    attempt.wait()
    #expect(attempt.outcome == "open")
    attempt.connection?.abandon()
    settleLoop(attempt.loop, .milliseconds(10))
    proxy.close()
    #expect(
      proxy.requests == [
        "CONNECT wscope.test:8080 HTTP/1.1\r\nHost: wscope.test:8080\r\nProxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n"
      ])
    let head = server.finish().head
    #expect(head.hasPrefix("GET /path HTTP/1.1\r\nHost: wscope.test:8080\r\n"))
    #expect(!head.contains("Proxy"))
    #expect(head.contains("Authorization: Bearer token"))
  }

  static let rows: [`A client`.Row] = [
    .init(
      [.head, .answer("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno"), .receiveEnd],
      "proxy refused 407"),
    .init([.head, .answer("HTTP/1.1 502 Bad Gateway\r\n\r\nno body's end"), .receiveEnd], "proxy refused 502"),
    .init([.head, .answer("HTTP/1.1 101 Switching Protocols\r\n\r\n"), .receiveEnd], "proxy refused 101"),
    .init([.head, .send(Array("SSH-2.0-x\r\n".utf8)), .receiveEnd], "proxy: an SSH banner came"),
    .init([.head, .send([5, 0]), .receiveEnd], "proxy: "),
    .init([.head], "closed without an answer"),
    .init([.head, .send(Array("HTTP/1.1 200".utf8))], "truncated"),
    .init([.head, .reset], "broken: connection reset by peer"),
    .init([.head, .answer("HTTP/1.1 200 OK\r\n\r\n"), .head], "closed without an answer"),
    .init(
      [.head, .answer("HTTP/1.1 200 OK\r\n\r\n"), .head, .answer("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno")],
      #"refused 403 "no""#),
  ]

  @Test("tells who refused, and why", arguments: rows)
  func failures(row: `A client`.Row) throws {
    let server = try RawServer(row.steps)
    let attempt = try Attempt.connect("ws://wscope.test/") { $0.proxy = plan(server.port) }
    #expect(attempt.outcome.hasPrefix(row.outcome), "\(attempt.outcome)")
    #expect(attempt.failure?.target == "ws://wscope.test/ through the proxy 127.0.0.1:\(server.port)")
    _ = server.finish()
  }

  @Test func `does not wait for a proxy longer than for a connection`() throws {
    let server = try RawServer([.head, .drip(Array("HTTP/1.1 200 OK\r\n".utf8), every: .milliseconds(30)), .receiveEnd])
    let attempt = try Attempt.connect("ws://wscope.test/") {
      $0.proxy = plan(server.port)
      $0.limits.connect = .milliseconds(150)
    }
    #expect(attempt.outcome == "proxy longer than 0.15 seconds")
    _ = server.finish()
  }

  @Test func `tells a proxy that cannot be reached from a server`() throws {
    let refused = try Attempt.connect("ws://wscope.test/") { $0.proxy = plan(1) }
    #expect(refused.outcome == "proxy not connected: connection refused")
    let unknown = try Attempt.connect("ws://127.0.0.1/") {
      $0.proxy = ProxyPlan(host: "nowhere.invalid", port: 1, credentials: nil, name: "nowhere.invalid:1")
    }
    #expect(unknown.outcome == "proxy not resolved")
  }

  /// Octets behind the 200 belong to the tunnel: here the server's answer and first frame, all in one packet.
  @Test func `loses nothing that comes right behind the proxy's answer`() throws {
    let answer = "HTTP/1.1 200 OK\r\n\r\n"
    let key = acceptKey(for: base64([UInt8](0..<16)))
    let early =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: \(key)\r\n\r\n"
    let server = try RawServer([
      .head, .send(Array((answer + early).utf8) + RawFrame.text("first").bytes), .receiveEnd,
    ])
    let attempt = try Attempt.connect("ws://wscope.test/") { $0.proxy = plan(server.port) }
    #expect(attempt.outcome == "open")
    attempt.turn { attempt.handler.texts == ["first"] }
    attempt.connection?.abandon()
    _ = server.finish()
  }

  @Test(.enabled(if: Need.openssl.isMet, "\(Need.openssl.reason)"))
  func `speaks TLS with the server, through the tunnel`() throws {
    let files = try TestCertificate.shared.get()
    let attempt = try Attempt()
    let server = EchoServer(
      context: attempt.context, options: EchoServer.Options(), tls: try TLSContext(files.configuration, role: .server))
    let origin = try server.listen(on: try #require(SocketAddress(numericHost: "127.0.0.1", port: 0)))
    let proxy = try TestProxy(attempt.loop, to: origin)
    try attempt.begin("wss://localhost:4433/") {
      $0.proxy = plan(UInt16(proxy.port))
      $0.tls.caFile = files.certificate
    }
    attempt.wait()
    #expect(attempt.outcome == "open")
    attempt.connection?.send(text: "secret")
    attempt.turn { attempt.handler.texts == ["secret"] }
    try attempt.connection?.close(.normal)
    attempt.turn { attempt.handler.verdict != nil }
    #expect(attempt.handler.verdict?.cause == .closedByUs)
    #expect(proxy.requests.map { $0.prefix(24) } == ["CONNECT localhost:4433 H"])
    proxy.close()
  }
}

/// A certificate for `localhost`, signed by itself, made by `openssl` once for all tests.
struct TestCertificate: Sendable {
  static let shared = Result { try TestCertificate() }
  private let folder: ScratchFolder
  var certificate: String { folder.path("server.pem") }
  var key: String { folder.path("server.key") }

  /// A server's.
  var configuration: TLSConfiguration {
    var configuration = TLSConfiguration()
    configuration.certificateFile = certificate
    configuration.keyFile = key
    return configuration
  }

  private init() throws {
    folder = try ScratchFolder()
    let words =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost "
      + "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout server.key -out server.pem"
    let outcome = try run("openssl", words.split(separator: " ").map(String.init), folder: folder.path)
    try #require(outcome.status == .exited(0))
  }
}
