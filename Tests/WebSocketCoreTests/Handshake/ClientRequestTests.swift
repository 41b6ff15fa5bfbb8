import Testing
import WebSocketCore

private let key = Array("the sample nonce".utf8)

private func request(_ word: String = "ws://server.example.com/chat") throws -> ClientHandshakeRequest {
  ClientHandshakeRequest(url: try WebSocketURL.parse(word), key: key)
}

private func text(_ request: ClientHandshakeRequest) throws -> String {
  String(decoding: try ClientHandshake(request).requestBytes, as: UTF8.self)
}

@Suite struct `A client's request` {
  @Test func `is that of RFC 6455, section 1.2`() throws {
    var asked = try request()
    asked.origin = "http://example.com"
    asked.subprotocols = ["chat", "superchat"]
    #expect(
      try text(asked) == """
        GET /chat HTTP/1.1\r
        Host: server.example.com\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        Origin: http://example.com\r
        Sec-WebSocket-Protocol: chat, superchat\r
        \r

        """)
  }

  // RFC 6455, sections 3 and 4.1, requirements 3 to 9.
  static let urls: [(String, String, String)] = [
    ("ws://h", "GET / HTTP/1.1", "h"),
    ("ws://h:80/", "GET / HTTP/1.1", "h"),
    ("wss://h:443/", "GET / HTTP/1.1", "h"),
    ("wss://h:80/", "GET / HTTP/1.1", "h:80"),
    ("ws://h:9001/a?b=c&d", "GET /a?b=c&d HTTP/1.1", "h:9001"),
    ("ws://h?b", "GET /?b HTTP/1.1", "h"),
    ("http://h/\u{E9}", "GET /%C3%A9 HTTP/1.1", "h"),
    ("wss://[2001:db8::1]:8443/", "GET / HTTP/1.1", "[2001:db8::1]:8443"),
    ("ws+unix:/run/s:/r?q", "GET /r?q HTTP/1.1", "localhost"),
    ("loopback:blast?count=1", "GET /blast?count=1 HTTP/1.1", "localhost"),
  ]

  @Test("names resource and host", arguments: urls)
  func names(word: String, requestLine: String, host: String) throws {
    let lines = try text(try request(word)).split(separator: "\r\n")
    #expect(lines[0] == requestLine)
    #expect(lines[1] == "Host: \(host)")
    #expect(!lines.contains { $0.hasPrefix("Origin") || $0.hasPrefix("Sec-WebSocket-Protocol") })
    #expect(!lines.contains { $0.hasPrefix("Sec-WebSocket-Extensions") || $0.hasPrefix("Authorization") })
  }

  @Test func `says who asks`() throws {
    var asked = try request("ws://al%20ice:se%3Acret@h/")
    // RFC 7617, section 2; the user name and password of the URL are percent-decoded first.
    #expect(try asked.head().headers.first("Authorization") == "Basic " + Base64.encode(Array("al ice:se:cret".utf8)))
    asked.credentials = .basic(user: "Aladdin", password: "open sesame")
    #expect(try asked.head().headers.all("Authorization") == ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="])
    asked.credentials = .bearer("mF_9.B5f-4.1JqM")  // RFC 6750, section 2.1
    #expect(try asked.head().headers.all("Authorization") == ["Bearer mF_9.B5f-4.1JqM"])
    asked.cookies = ["a=b", "c=d"]
    #expect(try asked.head().headers.all("Cookie") == ["a=b; c=d"])
    #expect(!(try text(asked)).contains("al%20ice"))
  }

  @Test func `offers deflate`() throws {
    var asked = try request()
    asked.deflateOffers = [DeflateOffer(serverMaxWindowBits: 10), DeflateOffer()]
    #expect(
      try asked.head().headers.all("Sec-WebSocket-Extensions") == [
        "permessage-deflate; server_max_window_bits=10; client_max_window_bits, "
          + "permessage-deflate; client_max_window_bits"
      ])
  }

  @Test(
    "takes the user's headers as curl does",
    arguments: [
      (["X-A: 1", "X-A: 2"], "X-A", ["1", "2"]),
      (["X-A: 1", "x-a: 2"], "X-A", ["1", "2"]),
      (["Host: other.example:1"], "Host", ["other.example:1"]),
      (["host: other.example"], "Host", ["other.example"]),
      (["Host:"], "Host", []),
      (["Upgrade: h2c"], "Upgrade", ["h2c"]),
      (["Connection:"], "Connection", []),
      (["Sec-WebSocket-Version: 8"], "Sec-WebSocket-Version", ["8"]),
      (["Sec-WebSocket-Key: x"], "Sec-WebSocket-Key", ["x"]),
      (["X-Empty;"], "X-Empty", [""]),
      (["X-Absent:"], "X-Absent", []),
      (["X-A:   blank around\t "], "X-A", ["blank around"]),
      (["X-A: b: c;"], "X-A", ["b: c;"]),
      (["X-A: 1", "X-A:"], "X-A", ["1"]),
      (["Authorization: Mine"], "Authorization", ["Mine"]),
    ])
  func edits(words: [String], name: String, values: [String]) throws {
    var asked = try request("ws://u:p@h/")
    asked.headers = try words.map(HeaderEdit.parse)
    #expect(try asked.head().headers.all(name) == values)
    #expect(try asked.head().headers.first?.name.lowercased() == (words == ["Host:"] ? "upgrade" : "host"))
  }

  static let misuses: [(String, HandshakeMisuse)] = [
    ("X-A", .headerWithoutColon("X-A")), ("", .headerWithoutColon("")),
    ("X A: 1", .headerName("X A")), (": 1", .headerName("")), (";", .headerName("")),
    ("X\u{E9}: 1", .headerName("X\u{E9}")),
    ("X-A: a\r\nX-B: b", .headerValue(0x0D, name: "X-A")),  // RFC 9110, section 5.5
    ("X-A: a\nX-B: b", .headerValue(0x0A, name: "X-A")),
    ("X-A: a\0b", .headerValue(0, name: "X-A")),
    ("X-A: a\u{7F}", .headerValue(0x7F, name: "X-A")),
    ("X\r\nY: a", .headerName("X\r\nY")),
  ]

  @Test("refuses a header that is none, or more than one", arguments: misuses)
  func injection(word: String, misuse: HandshakeMisuse) {
    #expect(throws: misuse) { try HeaderEdit.parse(word) }
    #expect(!misuse.description.isEmpty)
  }

  @Test func `refuses values that would end a line wherever they come from`() throws {
    func misuse(_ change: (inout ClientHandshakeRequest) -> Void) throws -> HandshakeMisuse? {
      var asked = try request()
      change(&asked)
      do { _ = try ClientHandshake(asked) } catch { return error }
      return nil
    }
    #expect(try misuse { $0.origin = "http://a\r\nX: y" } == .headerValue(0x0D, name: "Origin"))
    #expect(try misuse { $0.cookies = ["a=b\n"] } == .headerValue(0x0A, name: "Cookie"))
    #expect(try misuse { $0.credentials = .bearer("a\0") } == .headerValue(0, name: "Authorization"))
    #expect(try misuse { $0.headers = [.set(HTTPHeader("A", "\n"))] } == .headerValue(0x0A, name: "A"))
    #expect(try misuse { $0.headers = [.set(HTTPHeader("A B", ""))] } == .headerName("A B"))
    #expect(try misuse { $0.credentials = .basic(user: "a:b", password: "") } == .colonInUser)
    #expect(try misuse { $0.subprotocols = ["a b"] } == .subprotocol("a b"))
    #expect(try misuse { $0.subprotocols = [""] } == .subprotocol(""))
    #expect(try misuse { $0.subprotocols = ["a", "b", "a"] } == .repeatedSubprotocol("a"))
    #expect(try misuse { $0.credentials = .basic(user: "a\n", password: "\r") } == nil)
  }
}
