import Testing
import WebSocketCore

/// A generator that gives the same numbers for the same seed on every machine.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// `bytes` with a few of them replaced, removed or repeated; the replacements are those that grammars care for.
private func mutated(_ bytes: [UInt8], using random: inout Seeded) -> [UInt8] {
  let telling = Array("\r\n\0\t :;,=\"\\%#?/@[]".utf8) + [0x7F, 0x80, 0xC3, 0xFF, 0x15, 0x16]
  var bytes = bytes
  for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
    let place = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: bytes.remove(at: place)
    case 1: bytes.insert(telling.randomElement(using: &random) ?? 0, at: place)
    case 2: bytes[place] = telling.randomElement(using: &random) ?? 0
    default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
    }
  }
  return bytes
}

/// What comes of `bytes` in pieces of random sizes.
private func pieces<Machine: Fed>(_ bytes: [UInt8], _ machine: Machine, using random: inout Seeded) -> (
  Int, Machine.Result?
) {
  var machine = machine
  var consumed = 0
  var result: Machine.Result?
  var rest = bytes[...]
  while !rest.isEmpty {
    let piece = rest.prefix(Int.random(in: 1...9, using: &random))
    rest = rest.dropFirst(piece.count)
    let (size, next) = machine.take(Array(piece).span)
    consumed += size
    result = next
    if size < piece.count { break }
  }
  return (consumed, result)
}

@Suite struct `Random bytes` {
  static let request = """
    GET /chat?a=%20 HTTP/1.1\r
    Host: server.example.com:80\r
    Upgrade: websocket\r
    Connection: keep-alive, Upgrade\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
    Sec-WebSocket-Version: 13\r
    Sec-WebSocket-Protocol: a, b\r
    Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits="10", x; y=z\r
    \r

    """
  static let answer = """
    HTTP/1.1 103 Early Hints\r
    \r
    HTTP/1.1 101 Switching Protocols\r
    Upgrade: websocket\r
    Connection: Upgrade\r
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
    Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r
    \r

    """

  @Test("come to the same in whatever pieces they are read", arguments: [1, 2, 3, 4])
  func handshakes(seed: UInt64) throws {
    var random = Seeded(state: seed)
    var asked = ClientHandshakeRequest(url: try WebSocketURL.parse("ws://h/"), key: Array("the sample nonce".utf8))
    asked.deflateOffers = [DeflateOffer()]
    for _ in 0..<150 {
      asked.isLenient = Bool.random(using: &random)
      let client = try ClientHandshake(asked)
      let answer = mutated(Array(Self.answer.utf8), using: &random)
      var whole = client
      let (taken, outcome) = whole.receive(answer.span)
      #expect(pieces(answer, client, using: &random) == (taken, outcome), "seed \(seed): \(answer)")
      let request = mutated(Array(Self.request.utf8), using: &random)
      var server = ServerHandshake()
      let (size, result) = server.receive(request.span)
      #expect(pieces(request, ServerHandshake(), using: &random) == (size, result), "seed \(seed): \(request)")
      // What is accepted can be answered, and our client reads the answer.
      guard case .upgrade = result else { continue }
      var parser = HTTPHeadParser(kind: .response)
      guard case .response = parser.feed(try server.accept().response.span).result else {
        Issue.record("seed \(seed): \(request)")
        continue
      }
    }
  }

  @Test("make no URL that a request could not carry", arguments: [1, 2, 3, 4])
  func urls(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let words = [
      "ws://alice:s%41cret@server.example.com:9001/a/b?c=d&e", "wss://[2001:db8::1%25eth0]:443/\u{E9}?\u{1F600}",
      "ws+unix:///run/a.sock:/chat?x", "loopback:blast?count=1", "localhost:80/a",
    ]
    for word in words {
      for _ in 0..<150 {
        let text = String(decoding: mutated(Array(word.utf8), using: &random), as: UTF8.self)
        guard let url = try? WebSocketURL.parse(text) else { continue }
        let visible = url.resource.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
        #expect(visible && url.resource.hasPrefix("/"), "seed \(seed): \(text)")
        let head = try? ClientHandshakeRequest(url: url, key: Array(0..<16)).head()
        if head == nil { #expect(url.userinfo?.user.contains(":") == true, "seed \(seed): \(text)") }
        if url.scheme != .wsUnix {
          let again = try WebSocketURL.parse(url.normalized)
          let same = again.host.prefix { $0 != "%" } == url.host.prefix { $0 != "%" }
          #expect(same && again.port == url.port && again.resource == url.resource, "seed \(seed): \(text)")
        }
      }
    }
  }
}
