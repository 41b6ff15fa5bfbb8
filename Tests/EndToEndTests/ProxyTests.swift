import TestSupport
import Testing

@Suite struct `A proxy` {
  @Test func `is asked for a tunnel, with credentials that the server never sees`() throws {
    let head = "HTTP/1.1 200 Connection established\r\n\r\n"
    let upgrade =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: {accept}\r\n\r\n"
    let proxy = try RawServer([
      .head, .answer(head), .pause(.milliseconds(100)), .head, .answer(upgrade, followedBy: RawFrame.close(1000).bytes),
      .receiveClose, .finish, .receiveEnd,
    ])
    let outcome = try Wscope.run(
      "--proxy", "http://user:secret@127.0.0.1:\(proxy.port)", "ws://server.example:8080/chat")
    expect(outcome, 0)
    // The second head replaces the first; what is left to see is what the server gets.
    let seen = proxy.finish().head
    #expect(seen.hasPrefix("GET /chat HTTP/1.1\r\n"), "\(seen)")
    #expect(header("host", in: seen) == "server.example:8080")
    #expect(header("proxy-authorization", in: seen) == nil)
  }

  @Test func `gets a request as the RFC writes it`() throws {
    let proxy = try RawServer([.head, .answer("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), .finish])
    let outcome = try Wscope.run(
      "--proxy", "http://user:secret@127.0.0.1:\(proxy.port)", "ws://server.example:8080/chat")
    expect(outcome, 97, says: "407")
    #expect(!outcome.errors.text.contains("secret"), "\(outcome)")
    let seen = proxy.finish().head
    #expect(seen.hasPrefix("CONNECT server.example:8080 HTTP/1.1\r\n"), "\(seen)")
    #expect(header("host", in: seen) == "server.example:8080")
    #expect(header("proxy-authorization", in: seen) == "Basic " + base64(Array("user:secret".utf8)))
  }

  @Test func `comes from the environment, unless the host needs none`() throws {
    let proxy = try RawServer([.head, .answer("HTTP/1.1 403 Forbidden\r\n\r\n"), .finish])
    let variables = ["http_proxy": "http://127.0.0.1:\(proxy.port)", "no_proxy": "127.0.0.1"]
    expect(try Wscope.run("ws://server.example/", environment: variables), 97, says: "403")
    #expect(proxy.finish().head.hasPrefix("CONNECT server.example:80 "))
    let echo = try ListeningServer.echo()
    let direct = try Wscope.run(echo.url, input: "a\n", environment: variables)
    #expect(direct.output.text == "a\n", "\(direct)")
  }
}
