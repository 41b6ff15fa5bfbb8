import Testing
import WebSocketCore

@Suite struct `A WebSocket URL` {
  // RFC 6455, section 3; RFC 3986, section 3.
  static let networkRows: [(String, WebSocketURL.Scheme, String, Int, String, String)] = [
    ("ws://example.com", WebSocketURL.Scheme.ws, "example.com", 80, "/", "example.com"),
    ("ws://example.com/", .ws, "example.com", 80, "/", "example.com"),
    ("wss://example.com/chat", .wss, "example.com", 443, "/chat", "example.com"),
    ("WSS://Example.COM/Chat", .wss, "Example.COM", 443, "/Chat", "Example.COM"),
    ("ws://example.com:80/", .ws, "example.com", 80, "/", "example.com"),
    ("ws://example.com:/", .ws, "example.com", 80, "/", "example.com"),
    ("ws://example.com:443/", .ws, "example.com", 443, "/", "example.com:443"),
    ("wss://example.com:443/", .wss, "example.com", 443, "/", "example.com"),
    ("wss://example.com:80/", .wss, "example.com", 80, "/", "example.com:80"),
    ("ws://h:65535", .ws, "h", 65535, "/", "h:65535"),
    ("ws://h:0080", .ws, "h", 80, "/", "h"),
    ("http://h/a", .ws, "h", 80, "/a", "h"),
    ("https://h/a", .wss, "h", 443, "/a", "h"),
    ("ws://h?a=b", .ws, "h", 80, "/?a=b", "h"),
    ("ws://h/?", .ws, "h", 80, "/", "h"),  // an empty query takes its mark with it
    ("ws://h/a?", .ws, "h", 80, "/a", "h"),
    ("ws://h/a??", .ws, "h", 80, "/a??", "h"),
    ("ws://h/a?b=c?", .ws, "h", 80, "/a?b=c?", "h"),
    ("ws://h//x", .ws, "h", 80, "//x", "h"),
    ("ws://h/a/../b/./c;d=e", .ws, "h", 80, "/a/../b/./c;d=e", "h"),
    ("ws://h/%41%2f", .ws, "h", 80, "/%41%2f", "h"),
    ("ws://h/a:b@c", .ws, "h", 80, "/a:b@c", "h"),
    ("ws://h/caf\u{E9}?q=\u{1F600}", .ws, "h", 80, "/caf%C3%A9?q=%F0%9F%98%80", "h"),
    ("ws://h/{a}[b]|\\^`\"<>", .ws, "h", 80, "/%7Ba%7D%5Bb%5D%7C%5C%5E%60%22%3C%3E", "h"),
    ("ws://h/a\u{308}", .ws, "h", 80, "/a%CC%88", "h"),
    ("ws://h/\u{308}", .ws, "h", 80, "/%CC%88", "h"),
    ("ws://127.0.0.1:9001/", .ws, "127.0.0.1", 9001, "/", "127.0.0.1:9001"),
    ("ws://[::1]/", .ws, "::1", 80, "/", "[::1]"),
    ("ws://[::1]:9001/x", .ws, "::1", 9001, "/x", "[::1]:9001"),
    ("ws://[2001:DB8::8:800:200C:417A]", .ws, "2001:DB8::8:800:200C:417A", 80, "/", "[2001:DB8::8:800:200C:417A]"),
    ("wss://[::ffff:192.0.2.1]:443", .wss, "::ffff:192.0.2.1", 443, "/", "[::ffff:192.0.2.1]"),
    ("ws://[fe80::1%25eth0]:9001/", .ws, "fe80::1%eth0", 9001, "/", "[fe80::1]:9001"),  // RFC 6874
    ("ws://a_b.example./", .ws, "a_b.example.", 80, "/", "a_b.example."),
    ("localhost", .ws, "localhost", 80, "/", "localhost"),
    ("LocalHost", .ws, "LocalHost", 80, "/", "LocalHost"),
    ("localhost:9001", .ws, "localhost", 9001, "/", "localhost:9001"),
    ("example.com", .ws, "example.com", 80, "/", "example.com"),
    ("example/chat", .ws, "example", 80, "/chat", "example"),
    ("[::1]", .ws, "::1", 80, "/", "[::1]"),
    ("[::1]:9001/x", .ws, "::1", 9001, "/x", "[::1]:9001"),
    ("ws:9001/x", .ws, "ws", 9001, "/x", "ws:9001"),  // a host of that name
    ("redis:6379", .ws, "redis", 6379, "/", "redis:6379"),
    ("example.com/?u=http://x/", .ws, "example.com", 80, "/?u=http://x/", "example.com"),
    ("loopback:", .loopback, "localhost", 80, "/", "localhost"),
    ("loopback:blast?count=10", .loopback, "localhost", 80, "/blast?count=10", "localhost"),
    ("loopback:/blast", .loopback, "localhost", 80, "/blast", "localhost"),
    ("loopback://blast", .loopback, "localhost", 80, "/blast", "localhost"),
    ("LOOPBACK:?fragments=keep", .loopback, "localhost", 80, "/?fragments=keep", "localhost"),
  ]

  @Test("is read as scheme, host, port and resource", arguments: networkRows)
  func read(
    word: String, scheme: WebSocketURL.Scheme, host: String, port: Int, resource: String, hostHeader: String
  ) throws {
    let url = try WebSocketURL.parse(word)
    #expect(url.scheme == scheme)
    #expect(url.host == host)
    #expect(url.port == port)
    #expect(url.resource == resource)
    #expect(url.hostHeader == hostHeader)
    #expect(url.userinfo == nil && url.unixPath == nil)
    #expect(url.description == word)
  }

  @Test(
    "names a Unix socket and a resource",
    arguments: [
      ("ws+unix:/run/a.sock", "/run/a.sock", "/"),
      ("ws+unix:a.sock", "a.sock", "/"),
      ("ws+unix:a.sock:/chat?x=1", "a.sock", "/chat?x=1"),
      ("ws+unix:///run/a.sock", "/run/a.sock", "/"),
      ("ws+unix:///run/a.sock:/chat", "/run/a.sock", "/chat"),
      ("WS+UNIX:/run/a.sock:", "/run/a.sock", "/"),
      ("ws+unix:/run/a:b.sock", "/run/a:b.sock", "/"),
      ("ws+unix:/run/a%3A%2Fb%20c.sock:/x", "/run/a:/b c.sock", "/x"),
      ("ws+unix:/run/\u{E9}.sock", "/run/\u{E9}.sock", "/"),
    ])
  func unix(word: String, path: String, resource: String) throws {
    let url = try WebSocketURL.parse(word)
    #expect(url.scheme == .wsUnix && url.unixPath == path && url.resource == resource)
    #expect(url.hostHeader == "localhost" && url.description == word)
  }

  @Test(
    "carries a user name and a password, which its description hides",
    arguments: [
      ("ws://alice:secret@h/x", "alice", "secret", "ws://***@h/x"),
      ("ws://alice@h:81", "alice", "", "ws://***@h:81"),
      ("ws://alice:@h", "alice", "", "ws://***@h"),
      ("ws://:p@h", "", "p", "ws://***@h"),
      ("wss://a%40b:c%3Ad%2F:e@h", "a@b", "c:d/:e", "wss://***@h"),
      ("ws://caf%C3%A9:caf\u{E9}@h", "caf\u{E9}", "caf\u{E9}", "ws://***@h"),
      ("alice:secret@h.example", "alice", "secret", "***@h.example"),
    ])
  func userinfo(word: String, user: String, password: String, description: String) throws {
    let url = try WebSocketURL.parse(word)
    #expect(url.userinfo?.user == user && url.userinfo?.password == password)
    #expect(url.description == description)
  }

  static let refusals: [(String, URLFailure)] = [
    ("", URLFailure.empty),
    ("conect", .notAURL("conect")),
    ("caf\u{E9}", .notAURL("caf\u{E9}")),
    ("ftp://h/", .unknownScheme("ftp")),
    ("file:///etc/passwd", .unknownScheme("file")),
    ("ws+tcp://h", .unknownScheme("ws+tcp")),
    ("ws:example.com", .missingSlashes(scheme: "ws")),
    ("wss:/example.com", .missingSlashes(scheme: "wss")),
    ("http:", .missingSlashes(scheme: "http")),
    ("ws://h/a#b", .fragment("#b")),  // RFC 6455, section 3
    ("ws://h#", .fragment("#")),
    ("ws://h/#\u{308}", .fragment("#\u{308}")),
    ("loopback:echo#x", .fragment("#x")),
    ("ws+unix:/s:/r#x", .fragment("#x")),
    ("ws://", .missingHost),
    ("ws:///path", .missingHost),
    ("ws://:80/", .missingHost),
    ("ws://user@/", .missingHost),
    ("/path", .missingHost),
    ("ws://b\u{FC}cher.example/", .internationalHost("b\u{FC}cher.example")),
    ("ws://h%41/", .hostCharacter("%", host: "h%41")),
    ("ws://a<b/", .hostCharacter("<", host: "a<b")),
    ("ws://a\\b/", .hostCharacter("\\", host: "a\\b")),
    ("ws://[::1/", .unclosedBracket("[::1")),
    ("ws://[]/", .notIPv6("")),
    ("ws://[1::2::3]/", .notIPv6("1::2::3")),
    ("ws://[1:2:3:4:5:6:7]/", .notIPv6("1:2:3:4:5:6:7")),
    ("ws://[1:2:3:4:5:6:7:8:9]/", .notIPv6("1:2:3:4:5:6:7:8:9")),
    ("ws://[1:2:3:4::5:6:7:8]/", .notIPv6("1:2:3:4::5:6:7:8")),
    ("ws://[:1]/", .notIPv6(":1")),
    ("ws://[12345::]/", .notIPv6("12345::")),
    ("ws://[::256.0.0.1]/", .notIPv6("::256.0.0.1")),
    ("ws://[::1.2.3]/", .notIPv6("::1.2.3")),
    ("ws://[1.2.3.4::]/", .notIPv6("1.2.3.4::")),
    ("ws://[::g]/", .notIPv6("::g")),
    ("ws://[fe80::1%eth0]/", .notIPv6("fe80::1%eth0")),  // RFC 6874: %25
    ("ws://[v1.x]/", .notIPv6("v1.x")),
    ("ws://[127.0.0.1]/", .notIPv6("127.0.0.1")),
    ("ws://[::1]x/", .textBehindBracket("x")),
    ("ws://[::1]9001/", .textBehindBracket("9001")),
    ("ws://::1/", .ipv6WithoutBrackets("::1")),
    ("::1", .ipv6WithoutBrackets("::1")),
    ("ws://fe80::1:9001/", .ipv6WithoutBrackets("fe80::1:9001")),
    ("ws://h:80:90/", .ipv6WithoutBrackets("h:80:90")),
    ("ws://h:x/", .portNotNumber("x")),
    ("ws://h:-1/", .portNotNumber("-1")),
    ("ws://h:+80/", .portNotNumber("+80")),
    ("ws://h:\u{308}80/", .portNotNumber("\u{308}80")),
    ("mailto:a", .portNotNumber("a")),
    ("ws://h:0/", .portOutOfRange("0")),
    ("ws://h:65536/", .portOutOfRange("65536")),
    ("ws://h:99999999999999999999/", .portOutOfRange("99999999999999999999")),
    ("ws://h/a b", .blank(offset: 8)),
    (" ws://h/", .blank(offset: 0)),
    ("ws://\u{E9}/\u{E9} ", .blank(offset: 10)),
    ("ws://h/\r\nX: y", .controlCharacter("\r", offset: 7)),
    ("ws://h/\0", .controlCharacter("\0", offset: 7)),
    ("ws://h/\u{9B}", .controlCharacter("\u{9B}", offset: 7)),
    ("ws://h/%", .percentEscape("%")),
    ("ws://h/%4", .percentEscape("%4")),
    ("ws://h/%4g/", .percentEscape("%4g")),
    ("ws://h/?a=100%", .percentEscape("%")),
    ("ws://a%zz@h/", .percentEscape("%zz")),
    ("ws://a@b@h/", .userinfoCharacter("@")),
    ("ws://a[b@h/", .userinfoCharacter("[")),
    ("ws://%FF@h/", .userinfoNotUTF8),
    ("ws+unix:", .missingSocketPath),
    ("ws+unix://", .missingSocketPath),
    ("ws+unix::/r", .missingSocketPath),
    ("ws+unix://run/a.sock", .socketHost("run")),
    ("ws+unix:/a%00b", .socketPathNotText),
    ("ws+unix:/a%FF", .socketPathNotText),
    ("ws+unix:/a%2", .percentEscape("%2")),
  ]

  @Test("is refused with its own reason", arguments: refusals)
  func refusal(word: String, failure: URLFailure) {
    #expect(throws: failure) { try WebSocketURL.parse(word) }
    #expect(!failure.description.isEmpty && failure.section.hasPrefix("RFC "))
  }

  @Test(
    "is spelled in full without its secrets",
    arguments: [
      ("localhost:9001", "ws://localhost:9001/"), ("https://a:b@h", "wss://h/"),
      ("ws://[::1]:81?x", "ws://[::1]:81/?x"),
      ("ws+unix:///s:/r", "ws+unix:/s:/r"), ("ws+unix:s", "ws+unix:s"), ("loopback:", "loopback:"),
      ("loopback:/tick?every=1s", "loopback:tick?every=1s"),
    ])
  func normalized(word: String, normalized: String) throws {
    #expect(try WebSocketURL.parse(word).normalized == normalized)
  }
}
