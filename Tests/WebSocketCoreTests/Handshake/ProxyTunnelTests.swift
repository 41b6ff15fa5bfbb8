import Testing
import WebSocketCore

private func answer(
  _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> ProxyTunnel.Outcome {
  let tunnel = try ProxyTunnel(host: "h", port: 443)
  return outcome(of: Array(text.utf8), in: tunnel, unfinished: .needsMore, sourceLocation: sourceLocation).result
}

// RFC 9110, section 9.3.6; RFC 9112, section 3.2.3.
@Suite struct `A proxy tunnel` {
  @Test func `is asked for by name and port`() throws {
    let plain = try ProxyTunnel(host: "server.example.com", port: 80)
    #expect(
      String(decoding: plain.requestBytes, as: UTF8.self)
        == "CONNECT server.example.com:80 HTTP/1.1\r\nHost: server.example.com:80\r\n\r\n")
    // The credentials are those of RFC 6455, section 4.1.
    let authorized = try ProxyTunnel(
      host: "::1", port: 8443, credentials: .basic(user: "ednamode", password: "nocapes!"),
      headers: [try .parse("User-Agent: x")])
    #expect(
      String(decoding: authorized.requestBytes, as: UTF8.self) == """
        CONNECT [::1]:8443 HTTP/1.1\r
        Host: [::1]:8443\r
        Proxy-Authorization: Basic ZWRuYW1vZGU6bm9jYXBlcyE=\r
        User-Agent: x\r
        \r

        """)
    #expect(throws: HandshakeMisuse.headerValue(0x0D, name: "Proxy-Authorization")) {
      try ProxyTunnel(host: "h", port: 1, credentials: .bearer("a\r\nb"))
    }
  }

  @Test(
    "stands after any 2xx, whatever its headers say",
    arguments: [
      "HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 204 \r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ])
  func established(text: String) throws {
    guard case .established = try answer(text) else { Issue.record("\(try answer(text))"); return }
  }

  @Test func `leaves the bytes behind the head to what runs through it`() throws {
    var tunnel = try ProxyTunnel(host: "h", port: 443)
    let head = "HTTP/1.1 200 OK\r\n\r\n"
    #expect(tunnel.receive(Array((head + "\u{16}\u{3}\u{3}").utf8).span).consumed == head.utf8.count)
    #expect(tunnel.receive([1].span).consumed == 0)
  }

  @Test("is refused with any other status", arguments: [101, 302, 400, 403, 407, 502, 503])
  func refused(status: Int) throws {
    let headers: HTTPHeaders = [HTTPHeader("Proxy-Authenticate", "Basic realm=\"x\"")]
    let head = HTTPResponseHead(status: status, headers: headers)
    #expect(try answer(String(decoding: head.bytes, as: UTF8.self)) == .refused(head))
  }

  @Test func `fails on what is no HTTP`() throws {
    #expect(try answer("SSH-2.0-x\r\n") == .failed(.head(.foreign(.ssh))))
    #expect(try answer("\u{5}\0") == .failed(.head(.notHTTP([5]))))
    let endless = String(repeating: "HTTP/1.1 102 x\r\n\r\n", count: 17)
    #expect(try answer(endless) == .failed(.tooManyInterimAnswers(limit: 16)))
  }

  @Test func `tells the server behind it nothing of itself`() throws {
    let url = try WebSocketURL.parse("ws://server.example.com/")
    _ = try ProxyTunnel(host: url.host, port: url.port, credentials: .basic(user: "a", password: "b"))
    let request = try ClientHandshakeRequest(url: url, key: Array(0..<16)).head()
    #expect(!request.headers.contains { $0.name.lowercased().hasPrefix("proxy-") })
  }
}
