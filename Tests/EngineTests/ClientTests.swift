import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

/// RFC 6455, section 4.1, against servers that do what their steps say.
@Suite struct `A client` {
  private static let brief: @Sendable (inout ConnectionPlan) -> Void = {
    $0.limits.handshake = .milliseconds(200)
  }

  @Test func `opens a connection and talks`() throws {
    let server = try RawServer(
      RawStep.handshake() + [.send(RawFrame.text("hello").bytes), .receiveClose, .send(RawFrame.close(1000).bytes)])
    let attempt = try Attempt.connect(server.url)
    #expect(attempt.outcome == "open")
    #expect(attempt.answer?.response.status == 101)
    attempt.turn { attempt.handler.texts == ["hello"] }
    try attempt.connection?.close(.normal)
    attempt.turn { attempt.handler.verdict != nil }
    #expect(attempt.handler.verdict?.cause == .closedByUs)
    let seen = server.finish()
    #expect(seen.close?.closeCode == 1000)
    #expect(seen.head.hasPrefix("GET / HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"))
    let told = attempt.tap.events.map { event in
      switch event {
      case .began(let phase, _): "began \(phase)"
      case .finished(let phase, _, _): "finished \(phase)"
      case .request: "request"
      case .response(let head): "response \(head.status)"
      case .opened: "opened"
      case .frame(let frame): "\(frame.direction) \(frame.header.opcode.name)"
      case .ended: "ended"
      default: "?"
      }
    }
    #expect(
      told == [
        "began resolve", "finished resolve", "began connect", "finished connect", "began handshake", "request",
        "finished handshake", "response 101", "opened", "received text", "sent close", "received close", "ended",
      ])
  }

  private static let accepted =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    + "Sec-WebSocket-Accept: {accept}\r\n\r\n"

  /// Sections 4.1 and 5.1: the first messages may come in the packet of the 101.
  @Test(
    "loses nothing that comes right behind the answer",
    arguments: [
      RawFrame.text("first").bytes, RawFrame.text("first").bytes + [0x81],
      RawFrame.text("first").bytes + [0x81, 2, 65],
    ])
  func behind(bytes: [UInt8]) throws {
    let rest = Array((RawFrame.text("first").bytes + RawFrame.text("AB").bytes).dropFirst(bytes.count))
    let server = try RawServer([
      .head, .answer(Self.accepted, followedBy: bytes), .pause(.milliseconds(20)), .send(rest),
    ])
    let attempt = try Attempt.connect(server.url)
    attempt.turn { attempt.handler.verdict != nil }
    #expect(attempt.handler.texts == ["first", "AB"])
  }

  @Test func `hears a Close in the packet of the answer`() throws {
    let server = try RawServer([.head, .answer(Self.accepted, followedBy: RawFrame.close(1013, "later").bytes)])
    let attempt = try Attempt.connect(server.url)
    attempt.turn { attempt.handler.verdict != nil }
    #expect(attempt.handler.verdict?.cause == .closedByPeer)
    #expect(attempt.handler.verdict?.receivedClose?.reason == "later")
  }

  /// A stream has no packets: every cut means the same.
  @Test func `takes an answer that is cut anywhere`() throws {
    let loop = try Loop()
    let url = try WebSocketURL.parse("ws://localhost/")
    let request = ClientHandshakeRequest(url: url, key: [UInt8](0..<16))
    let answer =
      Array(
        replacing(
          "{accept}", by: acceptKey(for: base64(request.key)),
          in: "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + Self.accepted
        )
        .utf8) + RawFrame.text("first").bytes
    let listener = try Listener(loop: loop, address: try #require(SocketAddress(numericHost: "127.0.0.1", port: 0)))
    let port = try #require(listener.address.port)
    for cut in 1..<answer.count {
      var peer: RawPeer?
      listener.accepted = { peer = RawPeer($0, loop) }
      let attempt = try Attempt(loop)
      try attempt.begin("ws://127.0.0.1:\(port)/") { $0.request = request }
      attempt.turn { peer?.received.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) == true }
      peer?.send(Array(answer[..<cut]))
      loop.turn(waitAtMost: .milliseconds(1))
      loop.turn(waitAtMost: .zero)
      peer?.send(Array(answer[cut...]))
      attempt.turn { !attempt.handler.messages.isEmpty || attempt.failure != nil }
      #expect(attempt.handler.texts == ["first"], "cut at \(cut): \(attempt.outcome)")
      attempt.connection?.abandon()
      peer?.stream.close()
    }
    listener.close()
  }

  // MARK: Answers that are none

  struct Row: Sendable, CustomTestStringConvertible {
    var steps: [RawStep]
    var outcome: String
    var testDescription: String { outcome }
    init(_ steps: [RawStep], _ outcome: String) {
      self.steps = steps
      self.outcome = outcome
    }
  }

  static let rows: [Row] = [
    Row([.head], "closed without an answer"),
    Row([.head, .finish, .receiveEnd], "closed without an answer"),
    Row([.head, .send(Array("HTTP/1.1 101 Swi".utf8))], "truncated"),
    Row([.head, .send(Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n".utf8))], "truncated"),
    Row([.head, .send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))], "truncated"),
    Row([.head, .reset], "broken: connection reset by peer"),
    Row(
      [.head, .send(Array("HTTP/1.1 1".utf8)), .pause(.milliseconds(50)), .reset], "broken: connection reset by peer"),
    Row(
      [.head, .send(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)), .receiveEnd],
      "handshake: an SSH banner came in place of HTTP/1.1"),
    Row(
      [.head, .send([0xDE, 0xAD, 0xBE, 0xEF]), .receiveEnd],
      "handshake: what came is not HTTP/1.1: it begins with 0xDE"),
    Row(
      [.head, .answer("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"), .receiveEnd],
      "handshake: the server's answer has no Sec-WebSocket-Accept header"),
    Row([.head, .flood(Array("A: b\r\n".utf8), times: 1 << 20)], "handshake: "),
    Row([.head, .answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), .receiveEnd], #"refused 200 "ok""#),
    Row([.head, .answer("HTTP/1.1 403 Forbidden\r\n\r\nno"), .finish, .receiveEnd], #"refused 403 "no""#),
    Row([.head, .answer("HTTP/1.1 403 Forbidden\r\n\r\nno"), .reset], #"refused 403 "no""#),
    Row([.head, .answer("HTTP/1.1 403 Forbidden\r\n\r\nno"), .receiveEnd], #"refused 403 "no""#),
    Row(
      [.head, .answer("HTTP/1.1 404 Not Found\r\nContent-Length: 100000\r\n\r\nshort"), .receiveEnd],
      #"refused 404 "short""#),
    Row(
      [.head, .answer("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nlonger than it says"), .receiveEnd],
      #"refused 404 "longe""#),
    Row([.head, .answer("HTTP/1.1 404 N\r\nContent-Length: -5\r\n\r\nbody"), .receiveEnd], #"refused 404 "body""#),
    Row(
      [.head, .answer("HTTP/1.1 404 N\r\nContent-Length: 99999999999999999999\r\n\r\nbody"), .receiveEnd],
      #"refused 404 "body""#),
    Row(
      [.head, .answer("HTTP/1.1 404 N\r\nContent-Length: 18446744073709551615\r\n\r\nbody"), .receiveEnd],
      #"refused 404 "body""#),
    Row([.head, .answer("HTTP/1.1 204 No Content\r\n\r\n"), .receiveEnd], #"refused 204 """#),
    Row([.head, .answer("HTTP/1.1 304 Not Modified\r\n\r\n"), .receiveEnd], #"refused 304 """#),
    Row([.head, .answer("HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n"), .receiveEnd], #"refused 301 """#),
  ]

  /// Sections 4.1, 7.1.7 and 7.2.1; RFC 9112, sections 2.3 and 6.3.
  @Test("tells what came in place of an answer", arguments: rows)
  func failures(row: Row) throws {
    let server = try RawServer(row.steps)
    let attempt = try Attempt.connect(server.url)
    #expect(attempt.outcome.hasPrefix(row.outcome), "\(attempt.outcome)")
    #expect(attempt.duration < .seconds(5))
    #expect(attempt.failure?.target == server.url)
    #expect(attempt.handler.calls.isEmpty)
    _ = server.finish()
  }

  @Test func `keeps 4 KiB of a body without end`() throws {
    let server = try RawServer([
      .head, .answer("HTTP/1.1 500 Oh\r\n\r\n"), .flood([UInt8](repeating: 65, count: 8192), times: 1 << 16),
    ])
    let attempt = try Attempt.connect(server.url)
    #expect(attempt.body?.count == 4096)
    #expect(attempt.duration < .seconds(5))
    #expect(!server.finish().isComplete)
  }

  @Test func `waits a second for a body, however it drips`() throws {
    let server = try RawServer([
      .head, .answer("HTTP/1.1 500 Oh\r\n\r\n"), .drip([UInt8](repeating: 65, count: 200), every: .milliseconds(50)),
    ])
    let attempt = try Attempt.connect(server.url)
    let size = try #require(attempt.body).count
    #expect((1..<100).contains(size))
    #expect(attempt.duration < .seconds(4))
  }

  // MARK: Limits

  @Test(
    "is not kept longer than its limit",
    arguments: [
      [.head, .receiveEnd],
      [.head, .drip(Array("HTTP/1.1 101 Switching Protocols\r\n".utf8), every: .milliseconds(30)), .receiveEnd],
      [.head, .drip(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), every: .milliseconds(20)), .receiveEnd],
    ] as [[RawStep]])
  func silence(steps: [RawStep]) throws {
    let server = try RawServer(steps)
    let attempt = try Attempt.connect(server.url, Self.brief)
    #expect(attempt.outcome == "handshake longer than 0.2 seconds")
    #expect((.milliseconds(200) ..< .seconds(4)).contains(attempt.duration))
    _ = server.finish()
  }

  @Test func `has one limit for the whole`() throws {
    let server = try RawServer([.head, .receiveEnd])
    let attempt = try Attempt.connect(server.url) { $0.limits.connect = .milliseconds(100) }
    #expect(attempt.outcome == "handshake longer than 0.1 seconds")
  }

  @Test func `gives up on an address that does not answer`() throws {
    // TEST-NET-1 (RFC 5737) answers nobody; a machine without a route says so at once.
    let attempt = try Attempt.connect("ws://192.0.2.1/") { $0.limits.connect = .milliseconds(100) }
    #expect(attempt.outcome == "connect longer than 0.1 seconds" || attempt.outcome.hasPrefix("not connected"))
    #expect(attempt.duration < .seconds(4))
  }

  @Test func `tells a name that does not exist`() throws {
    let attempt = try Attempt.connect("ws://nowhere.invalid/")
    #expect(attempt.outcome == "not resolved")
  }

  @Test func `tells what cannot be sent`() throws {
    let attempt = try Attempt.connect("loopback:") { $0.request.subprotocols = ["a b"] }
    #expect(attempt.outcome.hasPrefix("misuse: \"a b\" cannot be a subprotocol"))
  }

  // MARK: Routes

  @Test func `tries the next address when the first refuses`() throws {
    let server = try RawServer(RawStep.handshake() + [.receiveEnd])
    let attempt = try Attempt.connect("ws://wscope.test:\(server.port)/") {
      $0.route.addresses = [("WScope.test", Int(server.port), ["127.0.0.2", "::1", "127.0.0.1"])]
    }
    #expect(attempt.outcome == "open")
    attempt.connection?.abandon()
    #expect(server.finish().head.contains("Host: wscope.test:\(server.port)\r\n"))
    let failed = attempt.tap.events.compactMap { if case .attemptFailed(_, let what) = $0 { what } else { nil } }
    #expect(failed.contains("127.0.0.2:\(server.port): connection refused"))
  }

  @Test func `tells every address that refused`() throws {
    let attempt = try Attempt.connect("ws://wscope.test:1/") {
      $0.route.addresses = [("*", 1, ["127.0.0.2", "127.0.0.3"])]
    }
    guard case .connect(let attempts) = attempt.failure?.cause else { return #expect(attempt.outcome == "") }
    #expect(attempts.map(\.address.description) == ["127.0.0.2:1", "127.0.0.3:1"])
    #expect(attempts.allSatisfy { $0.error?.isRefusal == true })
  }

  @Test("goes where --connect-to says", arguments: [("wscope.test", 80), ("WSCOPE.TEST", nil), (nil, 80), (nil, nil)])
  func redirection(host: String?, port: Int?) throws {
    let server = try RawServer(RawStep.handshake() + [.receiveEnd])
    let attempt = try Attempt.connect("ws://wscope.test/") {
      $0.route.redirections = [
        Route.Redirection(host: "other.test", port: nil, newHost: "nowhere.invalid", newPort: nil),
        Route.Redirection(host: host, port: port, newHost: "127.0.0.1", newPort: Int(server.port)),
      ]
    }
    #expect(attempt.outcome == "open")
    attempt.connection?.abandon()
    #expect(server.finish().head.contains("Host: wscope.test\r\n"))
  }

  @Test("reaches a Unix socket", arguments: [true, false])
  func unix(isURL: Bool) throws {
    let folder = try ScratchFolder()
    let path = folder.path("socket")
    let attempt = try Attempt()
    let server = EchoServer(context: attempt.context, options: EchoServer.Options())
    _ = try server.listen(on: .unix(path))
    try attempt.begin(isURL ? "ws+unix:\(path):/headers" : "ws://wscope.test/headers") {
      if !isURL { $0.route.unixSocket = path }
      // No proxy stands before a socket of this machine.
      $0.proxy = ProxyPlan(host: "nowhere.invalid", port: 1, credentials: nil, name: "nowhere.invalid:1")
    }
    attempt.wait()
    #expect(attempt.outcome == "open")
    attempt.turn { !attempt.handler.messages.isEmpty }
    #expect(attempt.handler.texts[0].contains(#""target":"/headers""#))
    attempt.connection?.abandon()
  }

  @Test func `reaches the server inside the process, whatever the environment says of proxies`() throws {
    let attempt = try Attempt.connect("loopback:subprotocol?name=x") {
      $0.request.subprotocols = ["x"]
      $0.proxy = ProxyPlan(host: "nowhere.invalid", port: 1, credentials: nil, name: "nowhere.invalid:1")
    }
    #expect(attempt.outcome == "open")
    #expect(attempt.answer?.subprotocol == "x")
    // The server outlives the client that made it.
    attempt.forgetClient()
    attempt.connection?.send(text: "echo")
    attempt.turn { attempt.handler.texts == ["echo"] }
    try attempt.connection?.close(.normal)
    attempt.turn { attempt.handler.verdict != nil }
    #expect(attempt.handler.verdict?.cause == .closedByUs)
    settleLoop(attempt.loop, .milliseconds(10))
  }

  // MARK: Cancelling, and what is left

  @Test("hears nothing after it is cancelled", arguments: ["at once", "connecting", "shaking", "refused", "opening"])
  func cancel(when: String) throws {
    let server = try RawServer(
      when == "refused"
        ? [.head, .answer("HTTP/1.1 500 Oh\r\n\r\nbody"), .receiveEnd]
        : when == "opening" ? RawStep.handshake() + [.receiveEnd] : [.head, .receiveEnd],
      limit: .milliseconds(500))
    weak var client: Client?
    weak var connection: Connection?
    let loop: Loop
    do {
      let attempt = try Attempt()
      loop = attempt.loop
      attempt.onOpened = { [unowned attempt] _ in attempt.client?.cancel() }
      try attempt.begin(server.url)
      client = attempt.client
      switch when {
      case "connecting": loop.turn(waitAtMost: .milliseconds(10))
      case "shaking": attempt.turn { attempt.tap.events.contains { if case .request = $0 { true } else { false } } }
      case "refused": attempt.turn { attempt.tap.events.contains { if case .response = $0 { true } else { false } } }
      case "opening": attempt.wait()
      default: break
      }
      attempt.client?.cancel()
      settleLoop(loop, .milliseconds(30))
      #expect(attempt.failure == nil)
      #expect((attempt.connection != nil) == (when == "opening"))
      // What is open is no longer the client's.
      #expect(attempt.connection?.isOpen != false)
      connection = attempt.connection
      attempt.connection?.abandon()
    }
    #expect(client == nil)
    #expect(connection == nil)
    _ = server.finish()
  }

  @Test("keeps nothing alive when it is done", arguments: ["open", "refused", "garbage", "limit", "no address"])
  func releases(outcome: String) throws {
    var steps: [RawStep] = [.head, .receiveEnd]
    switch outcome {
    case "open": steps = RawStep.handshake() + [.receiveEnd]
    case "refused": steps[1] = .answer("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")
    case "garbage": steps[1] = .send([0, 1, 2, 3])
    default: break
    }
    let server = try RawServer(steps)
    weak var client: Client?
    weak var attemptLeft: Attempt?
    weak var connection: Connection?
    let loop: Loop
    do {
      let attempt = try Attempt()
      loop = attempt.loop
      try attempt.begin(outcome == "no address" ? "ws://127.0.0.1:1" : server.url, Self.brief)
      client = attempt.client
      attempt.wait()
      connection = attempt.connection
      attempt.connection?.abandon()
      attemptLeft = attempt
    }
    #expect(client == nil)
    #expect(attemptLeft == nil)
    #expect(connection == nil)
    settleLoop(loop, .milliseconds(10))
    if outcome == "no address" { _ = try RawSocket(port: server.port) }
    _ = server.finish()
  }

  @Test func `lives without its maker, but only until its limit`() throws {
    let server = try RawServer([.head, .receiveEnd])
    weak var client: Client?
    let loop: Loop
    do {
      let attempt = try Attempt()
      loop = attempt.loop
      try attempt.begin(server.url, Self.brief)
      client = attempt.client
    }
    #expect(client != nil)
    turnLoop(loop) { client == nil }
    #expect(server.finish().ending == .fin)
  }

  @Test func `a connection that is closed before it starts tells so`() throws {
    let server = try RawServer(RawStep.handshake() + [.receiveEnd])
    let attempt = try Attempt()
    attempt.onOpened = { $0.abandon() }
    try attempt.begin(server.url) { $0.settings = ConnectionSettings(pingInterval: .milliseconds(1)) }
    attempt.wait()
    settleLoop(attempt.loop, .milliseconds(10))
    #expect(attempt.handler.calls == ["ended"])
    #expect(server.finish().ending == .fin)
  }
}
