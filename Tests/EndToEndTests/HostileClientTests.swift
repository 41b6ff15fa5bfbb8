import TestSupport
import Testing

/// Rules of what bad clients can do to `wscope echo`.
@Suite struct `A hostile client` {
  @Test(arguments: [
    ("a wrong version", RawClient.request().replacingVersion("12"), "426", "sec-websocket-version"),
    ("no version", RawClient.request().replacingVersion(nil), "400", nil),
    ("a bad key", RawClient.request().replacingKey("tooshort"), "400", nil),
    ("no key", RawClient.request().replacingKey(nil), "400", nil),
    ("POST", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "405", nil),
    ("no Host", "GET / HTTP/1.1\r\n\r\n", "400", nil),
    ("a long line", "GET / HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "a", count: 70000), "431", nil),
    ("many lines", "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 300) + "\r\n", "431", nil),
    ("garbage", "\u{16}\u{3}\u{1}\u{2}\u{0}\r\n\r\n", "400", nil),
    ("an unknown path", RawClient.request("/no-such-path"), "404", nil),
    ("a chosen refusal", RawClient.request("/status?code=503"), "503", nil),
    ("plain HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "200", nil),
    ("a health check", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "200", nil),
  ])
  func `gets an HTTP answer before the connection ends`(
    name: String, request: String, status: String, header name2: String?
  ) throws {
    let echo = try ListeningServer.echo()
    let client = try RawClient(url: echo.url)
    client.socket.send(Array(request.utf8))
    #expect(client.readHead(), "\(name): no answer")
    #expect(client.head.hasPrefix("HTTP/1.1 \(status) "), "\(name): \(client.head)")
    if let name2 { #expect(header(name2, in: client.head) == "13") }
  }

  @Test func `that stays silent is let go`() throws {
    let echo = try ListeningServer.echo("--handshake-timeout", "500ms")
    let client = try RawClient(url: echo.url)
    #expect(client.readToEnd(limit: .seconds(5)))
    let dripping = try RawClient(url: echo.url)
    var isOpen = true
    for byte in RawClient.request().utf8.prefix(40) where isOpen {
      isOpen = dripping.socket.send([byte]) && !dripping.readToEnd(limit: .milliseconds(50))
    }
    #expect(!isOpen, "a byte now and then does not restart the limit")
  }

  @Test func `that never reads does not fill the server`() throws {
    let echo = try ListeningServer.echo()
    let before = echo.program.memory
    var clients = [RawClient]()
    let message = RawFrame(2, [UInt8](repeating: 1, count: 1 << 20), isMasked: true).bytes
    for _ in 0..<20 {
      let client = try RawClient(url: echo.url)
      client.socket.shrinkReceiveBuffer()
      #expect(client.open())
      for _ in 0..<8 where client.socket.send(message, limit: .milliseconds(200)) {}
      clients.append(client)
    }
    let grown = echo.program.memory - before
    #expect(grown < 100, "\(grown) MiB for 20 readers that never read")
    // Others are served all the same.
    let other = try RawClient(url: echo.url)
    #expect(other.open())
    other.send(.text("a").masked)
    #expect(other.read { $0.frames == [.text("a")] })
  }

  @Test func `that floods with pings gets the newest answered`() throws {
    let echo = try ListeningServer.echo()
    let client = try RawClient(url: echo.url)
    client.socket.shrinkReceiveBuffer()
    #expect(client.open())
    let before = echo.program.memory
    let pings = (0..<10000).flatMap { _ in RawFrame.ping([UInt8](repeating: 1, count: 120)).masked.bytes }
    for _ in 0..<10 { client.socket.send(pings, limit: .milliseconds(300)) }
    #expect(echo.program.memory - before < 20, "\(echo.program.memory - before) MiB")
  }

  @Test func `leaves no descriptor behind`() throws {
    let echo = try ListeningServer.echo()
    let first = try RawClient(url: echo.url)
    #expect(first.open())
    let before = echo.program.descriptors
    for ending in 0..<30 {
      let client = try RawClient(url: echo.url)
      if ending % 3 != 0 { #expect(client.open()) }
      if ending % 3 == 2 { client.socket.resetAtClose() }
    }
    #expect(echo.program.wait { $0.descriptors <= before } || echo.program.descriptors <= before)
  }

  @Test func `over the most connections is told so`() throws {
    let echo = try ListeningServer.echo("--max-connections", "1")
    var first: RawClient? = try RawClient(url: echo.url)
    #expect(first?.open() == true)
    let second = try RawClient(url: echo.url)
    second.socket.send(Array(RawClient.request().utf8))
    #expect(second.readHead())
    #expect(second.head.hasPrefix("HTTP/1.1 503 "))
    first?.send(RawFrame.close(1000).masked)
    first?.readToEnd()
    first = nil
    // The server hears of the end in its own time.
    let deadline = ContinuousClock.now + .seconds(5)
    while try !RawClient(url: echo.url).open(), ContinuousClock.now < deadline {}
    #expect(ContinuousClock.now < deadline)
  }

  @Test func `that sends before it may loses nothing`() throws {
    let echo = try ListeningServer.echo()
    let client = try RawClient(url: echo.url)
    client.socket.send(Array(RawClient.request().utf8) + RawFrame.text("early").masked.bytes)
    #expect(client.readHead())
    #expect(client.read { $0.frames == [.text("early")] })
  }

  @Test func `that closes gets the same code back, and the server ends the connection`() throws {
    let echo = try ListeningServer.echo()
    for frame: RawFrame in [.close(1000, "bye"), .close(3999), .close()] {
      let client = try RawClient(url: echo.url)
      #expect(client.open())
      client.send(frame.masked)
      #expect(client.readToEnd())
      #expect(client.ending == .fin)
      #expect(client.close?.closeCode == frame.closeCode)
    }
  }

  @Test func `that goes without a word does not end the server`() throws {
    let echo = try ListeningServer.echo()
    for _ in 0..<3 {
      let client = try RawClient(url: echo.url)
      #expect(client.open())
      client.send(RawFrame(1, [0x61], bits: 0).masked)
      client.socket.resetAtClose()
    }
    let client = try RawClient(url: echo.url)
    #expect(client.open())
    client.send(.text("a").masked)
    #expect(client.read { $0.frames == [.text("a")] })
  }
}

extension String {
  /// The request with another version, or none.
  fileprivate func replacingVersion(_ version: String?) -> String {
    TestSupport.replacing(
      "Sec-WebSocket-Version: 13\r\n", by: version.map { "Sec-WebSocket-Version: \($0)\r\n" } ?? "", in: self)
  }

  /// The request with another key, or none.
  fileprivate func replacingKey(_ key: String?) -> String {
    TestSupport.replacing(
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", by: key.map { "Sec-WebSocket-Key: \($0)\r\n" } ?? "",
      in: self)
  }
}
