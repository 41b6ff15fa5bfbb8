import Testing
import WebSocketCore

private let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
private let version = "Sec-WebSocket-Version: 13\r\n"
private let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
private let start = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\n"
private let good = start + upgrade + key + version

private func outcome(
  _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) -> ServerHandshake.Outcome {
  outcome(of: Array(text.utf8), in: ServerHandshake(), unfinished: .needsMore, sourceLocation: sourceLocation).result
}

private func request(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> UpgradeRequest? {
  if case .upgrade(let request) = outcome(text, sourceLocation: sourceLocation) { request } else { nil }
}

@Suite struct `A server` {
  @Test func `answers the request of RFC 6455, section 1.2, as it says`() throws {
    let text = """
      GET /chat HTTP/1.1\r
      Host: server.example.com\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Origin: http://example.com\r
      Sec-WebSocket-Protocol: chat, superchat\r
      Sec-WebSocket-Version: 13\r
      \r

      """
    var server = ServerHandshake(options: ServerHandshakeOptions(subprotocols: .supported(["superchat", "chat"])))
    let (consumed, result) = server.receive(Array((text + "\u{1}").utf8).span)
    #expect(consumed == text.utf8.count)
    guard case .upgrade(let request) = result else { Issue.record("\(result)"); return }
    #expect(request.resource == "/chat" && request.subprotocols == ["chat", "superchat"] && request.extensions == [])
    #expect(server.preferredSubprotocol == "superchat")
    let acceptance = try server.accept(subprotocol: "chat", extraHeaders: [HTTPHeader("Server", "x")])
    #expect(
      String(decoding: acceptance.response, as: UTF8.self) == """
        HTTP/1.1 101 Switching Protocols\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
        Sec-WebSocket-Protocol: chat\r
        Server: x\r
        \r

        """)
    #expect(acceptance.subprotocol == "chat" && acceptance.deflate == nil)
  }

  // RFC 6455, section 4.2.1.
  @Test(
    "takes a valid request",
    arguments: [
      (good, "/chat"),
      ("\r\n" + good, "/chat"),  // RFC 9112, section 2.2
      (good.replacing("/chat", with: "/a?b=c"), "/a?b=c"),
      (good.replacing("/chat", with: "//x"), "//x"),
      (good.replacing("/chat", with: "http://server.example.com/a?b"), "/a?b"),  // RFC 9112, section 3.2.2
      (good.replacing("/chat", with: "WS://[::1]:9001?b"), "/?b"),
      (good.replacing("/chat", with: "https://h"), "/"),
      (good.replacing("Upgrade: websocket", with: "uPGRADE: h2c, WEBSOCKET"), "/chat"),  // RFC 9110, section 7.8
      (good.replacing("Upgrade: websocket", with: "Upgrade: h2c\r\nUpgrade: websocket"), "/chat"),
      (good.replacing("Connection: Upgrade", with: "Connection: keep-alive\r\nConnection: upgrade"), "/chat"),
      (good.replacing("server.example.com", with: "[::1]:9001"), "/chat"),
      (good.replacing("server.example.com", with: "a_b:"), "/chat"),
      (good.replacing("HTTP/1.1", with: "HTTP/1.2"), "/chat"),
      (good + "Content-Length: 0\r\n", "/chat"),
      (good + "Origin: null\r\nCookie: a=b\r\n", "/chat"),
    ])
  func valid(text: String, resource: String) { #expect(request(text + "\r\n")?.resource == resource) }

  static let failures: [(String, HandshakeFailure, Int)] = [
    // RFC 6455, sections 4.2.1 (6), 4.2.2 (/version/), 4.4 and the grammar of 4.3
    (start + upgrade + key, .versionMissing, 400),
    (good + version, .versionRepeated(["13", "13"]), 400),
    (start + upgrade + key + "Sec-WebSocket-Version: 8\r\n", .versionUnsupported(8), 426),
    (start + upgrade + key + "Sec-WebSocket-Version: 0\r\n", .versionUnsupported(0), 426),
    (start + upgrade + key + "Sec-WebSocket-Version: 255\r\n", .versionUnsupported(255), 426),
    (start + upgrade + key + "Sec-WebSocket-Version: 13, 8\r\n", .versionSyntax("13, 8"), 400),
    (start + upgrade + key + "Sec-WebSocket-Version: 013\r\n", .versionSyntax("013"), 400),
    (start + upgrade + key + "Sec-WebSocket-Version: +13\r\n", .versionSyntax("+13"), 400),
    (start + upgrade + key + "Sec-WebSocket-Version: 256\r\n", .versionSyntax("256"), 400),
    (start + upgrade + key + "Sec-WebSocket-Version: x\r\n", .versionSyntax("x"), 400),
    (start + upgrade + key + "Sec-WebSocket-Version:\r\n", .versionSyntax(""), 400),
    // 4.2.1 (5), 11.3.1
    (start + upgrade + version, .keyMissing, 400),
    (start + upgrade + version + "Sec-WebSocket-Key:\r\n", .keySize("", 0), 400),
    (start + upgrade + version + "Sec-WebSocket-Key: AAAA\r\n", .keySize("AAAA", 3), 400),
    (
      start + upgrade + version + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA\r\n", .keySize("AAAAAAAAAAAAAAAAAAAA", 15),
      400
    ),
    (
      start + upgrade + version + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=\r\n",
      .keySize("AAAAAAAAAAAAAAAAAAAAAAA=", 17), 400
    ),
    (
      start + upgrade + version + "Sec-WebSocket-Key: not base64!\r\n",
      .keyEncoding("not base64!", .character(0x20, offset: 3)), 400
    ),
    (
      start + upgrade + version + "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==\r\n",  // the slip in 4.1 (7)
      .keyEncoding("AQIDBAUGBwgJCgsMDQ4PEC==", .trailingBits(offset: 21)), 400
    ),
    (
      start + upgrade + version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n",
      .keyEncoding("dGhlIHNhbXBsZSBub25jZQ", .length(22)), 400
    ),
    (good + key, .keyRepeated(["dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="]), 400),
    // 4.2.1 (2); RFC 9112, section 3.2
    ("GET / HTTP/1.1\r\n" + upgrade + key + version, .hostMissing, 400),
    ("GET / HTTP/1.1\r\n", .hostMissing, 400),
    (good + "Host: b\r\n", .hostRepeated(["server.example.com", "b"]), 400),
    (good.replacing("server.example.com", with: ""), .hostValue(""), 400),
    (good.replacing("server.example.com", with: "a b"), .hostValue("a b"), 400),
    (good.replacing("server.example.com", with: "u@h"), .hostValue("u@h"), 400),
    (good.replacing("server.example.com", with: "h:x"), .hostValue("h:x"), 400),
    (good.replacing("server.example.com", with: "h/p"), .hostValue("h/p"), 400),
    (good.replacing("server.example.com", with: "::1"), .hostValue("::1"), 400),
    // 4.2.1 (1)
    (good.replacing("GET", with: "POST"), .requestMethod("POST"), 405),
    (good.replacing("GET", with: "HEAD"), .requestMethod("HEAD"), 405),
    (good.replacing("GET", with: "PUT"), .requestMethod("PUT"), 405),
    (good.replacing("GET", with: "get"), .requestMethodUnknown("get"), 501),
    (good.replacing("GET", with: "FETCH"), .requestMethodUnknown("FETCH"), 501),
    (good.replacing("HTTP/1.1", with: "HTTP/1.0"), .requestVersion(.http10), 400),
    (good.replacing("HTTP/1.1", with: "HTTP/2.0"), .head(.version("HTTP/2.0")), 505),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n", .head(.foreign(.http2)), 505),
    (good.replacing("/chat", with: "*"), .requestTarget("*"), 400),
    (good.replacing("/chat", with: "chat"), .requestTarget("chat"), 400),
    (good.replacing("/chat", with: "/a#b"), .requestTarget("/a#b"), 400),
    (good.replacing("/chat", with: "/%zz"), .requestTarget("/%zz"), 400),
    (good.replacing("/chat", with: "http:///x"), .requestTarget("http:///x"), 400),
    (good.replacing("/chat", with: "ftp://h/x"), .requestTarget("ftp://h/x"), 400),
    (good.replacing("/chat", with: "h:80"), .requestTarget("h:80"), 400),
    // 4.2.1 (3) and (4); RFC 9110, sections 7.8 and 15.5.22
    (start + "Connection: Upgrade\r\n" + key + version, .requestUpgrade(nil), 426),
    (start + "Upgrade: h2c\r\nConnection: Upgrade\r\n" + key + version, .requestUpgrade("h2c"), 426),
    (start + "Upgrade: websocket\r\n" + key + version, .requestConnection(nil), 426),
    (
      start + "Upgrade: websocket\r\nConnection: keep-alive\r\nConnection: close\r\n" + key + version,
      .requestConnection("keep-alive, close"), 426
    ),
    // RFC 9112, section 6: no body, lest its bytes be taken for frames
    (good + "Content-Length: 5\r\n", .requestBody(HTTPHeader("Content-Length", "5")), 400),
    (good + "Transfer-Encoding: chunked\r\n", .requestBody(HTTPHeader("Transfer-Encoding", "chunked")), 400),
    (good + "Transfer-Encoding: rot13\r\n", .transferCoding("rot13"), 501),
    (good + "Content-Length: x\r\n", .contentLength(["x"]), 400),
    (good + "Content-Length: -1\r\n", .contentLength(["-1"]), 400),
    (good + "Content-Length:\r\n", .contentLength([""]), 400),
    (good + "Content-Length: 0\r\nContent-Length: 5\r\n", .contentLength(["0", "5"]), 400),
    (start + "Content-Length: 5x\r\n", .contentLength(["5x"]), 400),
    // 4.1 (10), 11.3.4
    (good + "Sec-WebSocket-Protocol:\r\n", .offeredSubprotocolSyntax(""), 400),
    (good + "Sec-WebSocket-Protocol: ,\r\n", .offeredSubprotocolSyntax(","), 400),
    (good + "Sec-WebSocket-Protocol: a b\r\n", .offeredSubprotocolSyntax("a b"), 400),
    (good + "Sec-WebSocket-Protocol: a, b, a\r\n", .offeredSubprotocolRepeated("a"), 400),
    (good + "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a\r\n", .offeredSubprotocolRepeated("a"), 400),
    // 9.1, 11.3.2
    (good + "Sec-WebSocket-Extensions:\r\n", .extensionSyntax("", .empty), 400),
    (good + "Sec-WebSocket-Extensions: a;\r\n", .extensionSyntax("a;", .unexpectedEnd), 400),
    (good + "Sec-WebSocket-Extensions: a b\r\n", .extensionSyntax("a b", .unexpected(0x62, offset: 2)), 400),
    // RFC 9112, sections 2.2, 5.1, 5.2; RFC 9110, section 15.5.15; RFC 6585, section 5
    (good + " fold\r\n", .head(.folding(name: "Sec-WebSocket-Version")), 400),
    (good + "X: y\n", .head(.bareLineFeed(line: 7)), 400),
    (good + "X : y\r\n", .head(.blankBeforeColon(name: "X")), 400),
    ("GET /" + String(repeating: "x", count: 20_000), .head(.startLineTooLong(limit: 16 << 10)), 414),
    (good + "X: " + String(repeating: "y", count: 20_000), .head(.headerTooLong(limit: 16 << 10, name: "X")), 431),
    (good + String(repeating: "X: y\r\n", count: 101), .head(.tooManyHeaders(limit: 100)), 431),
    ("\u{16}\u{3}\u{1}", .head(.foreign(.tlsHandshake)), 400),
    ("\u{81}", .head(.notHTTP([0xC2])), 400),
  ]

  @Test("refuses with the status that fits", arguments: failures)
  func refuses(text: String, failure: HandshakeFailure, status: Int) throws {
    guard case .failed(let found, let response) = outcome(text + "\r\n") else {
      Issue.record("accepted: \(outcome(text + "\r\n"))")
      return
    }
    #expect(found == failure)
    #expect(failure.section.hasPrefix("RFC "))
    var parser = HTTPHeadParser(kind: .response)
    let (size, result) = parser.feed(response.span)
    guard case .response(let head) = result else { Issue.record("\(result)"); return }
    #expect(head.status == status && failure.status == status)
    #expect(head.headers.list("Connection", contains: "close"))
    #expect(!head.headers.contains("Sec-WebSocket-Accept"))  // RFC 6455, section 4.2.2: no word of consent
    let body = text.hasPrefix("HEAD") ? 0 : Int(head.headers.first("Content-Length") ?? "")
    #expect(body == response.count - size)
    #expect((head.headers.first("Allow") == "GET") == (status == 405))
    #expect(head.headers.list("Upgrade", contains: "websocket") == (status == 426))
    #expect(head.headers.list("Connection", contains: "Upgrade") == (status == 426))
    if status == 426 || failure == .versionMissing { #expect(head.headers.all("Sec-WebSocket-Version") == ["13"]) }
  }

  // RFC 9110, section 7.8: without a sign of WebSocket it is plain HTTP.
  @Test(
    "leaves a plain request to the caller",
    arguments: [
      "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET /healthz HTTP/1.0\r\n\r\n", "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
    ])
  func plain(text: String) {
    guard case .plain(let head) = outcome(text) else { Issue.record("\(outcome(text))"); return }
    #expect(text.hasPrefix("\(head.method) \(head.target) \(head.version)\r\n"))
  }

  // RFC 6455, section 4.1: a client has to wait; one that does not loses nothing here.
  @Test func `leaves frames right behind the request alone`() {
    let text = good + "\r\n"
    var server = ServerHandshake()
    let (consumed, result) = server.receive(Array((text + "\u{1}\u{2}").utf8).span)
    guard case .upgrade = result else { Issue.record("\(result)"); return }
    #expect(consumed == text.utf8.count)
    #expect(server.receive([1, 2].span).consumed == 0)
  }

  @Test func `chooses a subprotocol, or sends no header at all`() throws {
    func preferred(_ policy: ServerHandshakeOptions.Subprotocols, _ lines: String) -> String? {
      var server = ServerHandshake(options: ServerHandshakeOptions(subprotocols: policy))
      _ = server.receive(Array((good + lines + "\r\n").utf8).span)
      return server.preferredSubprotocol
    }
    let offer = "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Protocol: c\r\n"
    #expect(request(good + offer + "\r\n")?.subprotocols == ["a", "b", "c"])
    #expect(preferred(.any, offer) == "a")
    #expect(preferred(.any, "") == nil)
    #expect(preferred(.none, offer) == nil)
    #expect(preferred(.supported(["x", "c", "a"]), offer) == "c")
    #expect(preferred(.supported(["A"]), offer) == nil)
    var server = ServerHandshake()
    _ = server.receive(Array((good + offer + "\r\n").utf8).span)
    #expect(!(try server.accept().head.headers.contains("Sec-WebSocket-Protocol")))
    #expect(throws: HandshakeMisuse.headerValue(0x0D, name: "Sec-WebSocket-Protocol")) {
      try server.accept(subprotocol: "a\r\nb")
    }
    #expect(throws: HandshakeMisuse.headerName("")) { try server.accept(extraHeaders: [HTTPHeader("", "")]) }
  }

  @Test func `reads extensions from several lines and ignores those it does not know`() throws {
    var server = ServerHandshake()
    let lines = """
      Sec-WebSocket-Extensions: x-foo; a="b", permessage-bzip2\r
      Sec-WebSocket-Extensions: x-webkit-deflate-frame, permessage-deflate; client_max_window_bits="10"\r

      """
    let (_, result) = server.receive(Array((good + lines + "\r\n").utf8).span)
    guard case .upgrade(let request) = result else { Issue.record("\(result)"); return }
    #expect(
      request.extensions.map(\.name) == ["x-foo", "permessage-bzip2", "x-webkit-deflate-frame", "permessage-deflate"])
    #expect(request.extensions[0].parameters == [.init("a", "b")])
    #expect(request.deflateOffers == [DeflateOffer(clientWindow: .atMost(10))])
    let acceptance = try server.accept()
    #expect(
      acceptance.head.headers.all("Sec-WebSocket-Extensions") == [
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=10"
      ])
    #expect(
      acceptance.deflate
        == DeflateAgreement(serverNoContextTakeover: true, clientNoContextTakeover: true, clientWindowBits: 10))
  }

  @Test func `answers over HTTP and ends the connection`() throws {
    #expect(
      String(decoding: HTTPAnswer(status: 200, text: "ok\n").bytes(), as: UTF8.self)
        == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n"
        + "Connection: close\r\n\r\nok\n"
    )
    let page = try HTTPAnswer(status: 404, headers: [HTTPHeader("content-type", "text/html")], body: Array("no".utf8))
    #expect(
      String(decoding: page.bytes(to: "HEAD"), as: UTF8.self)
        == "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\n")
    #expect(
      String(decoding: try ServerHandshake.refusal(status: 204), as: UTF8.self)
        == "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    #expect(throws: HandshakeMisuse.headerValue(0x0A, name: "Location")) {
      try ServerHandshake.refusal(status: 302, headers: [HTTPHeader("Location", "/\nX: y")])
    }
  }

  @Test func `and our client agree`() throws {
    var asked = ClientHandshakeRequest(url: try WebSocketURL.parse("ws://[::1]:9001/a?b"), key: Array(0..<16))
    asked.subprotocols = ["x", "y"]
    asked.deflateOffers = [DeflateOffer(serverMaxWindowBits: 8), DeflateOffer(serverMaxWindowBits: 9)]
    var client = try ClientHandshake(asked)
    var server = ServerHandshake(options: ServerHandshakeOptions(subprotocols: .any))
    guard case (client.requestBytes.count, .upgrade(let request)) = server.receive(client.requestBytes.span)
    else { Issue.record("refused"); return }
    #expect(request.resource == "/a?b")
    let acceptance = try server.accept(subprotocol: server.preferredSubprotocol)
    guard case .accepted(let answer) = client.receive(acceptance.response.span).outcome
    else { Issue.record("not accepted"); return }
    #expect(answer.subprotocol == "x" && answer.notes == [])
    #expect(answer.deflate == acceptance.deflate)
    #expect(
      answer.deflate
        == DeflateAgreement(serverNoContextTakeover: true, clientNoContextTakeover: true, serverWindowBits: 9))
  }
}
