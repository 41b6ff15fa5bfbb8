import Glibc
import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

@Suite struct `A server` {
  // MARK: HTTP

  struct Page: Sendable, CustomTestStringConvertible {
    var request: String
    var status: Int
    var body: String?
    var testDescription: String { "\(request.prefix { $0 != "\r\n" }) → \(status)" }
    init(_ line: String, headers: String = "", _ status: Int, _ body: String? = nil) {
      request = "\(line) HTTP/1.1\r\nHost: a\r\n\(headers)\r\n"
      self.status = status
      self.body = body
    }
  }

  static let pages: [Page] = [
    Page("GET /", 200, "the index\n"),
    Page("GET /?x=y", 200, "the index\n"),
    Page("GET http://a/", 200, "the index\n"),
    Page("HEAD /", 200, ""),
    Page("GET /healthz", 200, "ok\n"),
    Page("GET http://a/healthz?x", 200, "ok\n"),
    Page("HEAD /healthz", 200, ""),
    Page("GET /nowhere", 404),
    Page("HEAD /nowhere", 404, ""),
    Page("GET *", 404),
    Page("GET /broadcast", 426, "this path speaks WebSocket\n"),
    Page("HEAD /broadcast", 426, ""),
    Page("POST /", headers: "Content-Length: 5\r\n", 405),
    Page("DELETE /", 405),
    Page("GET /", headers: "Upgrade: websocket\r\nConnection: Upgrade\r\n", 400),
    Page(
      "GET /",
      headers: "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 426),
    Page("GET /", headers: "Bad Header: x\r\n", 400),
    Page("GET /", headers: "A: \(String(repeating: "x", count: 20_000))\r\n", 431),
  ]

  /// RFC 6455, section 4.2; RFC 9110, sections 9.3.2, 15.5.6 and 15.5.22.
  @Test("answers what is no handshake with HTTP, and ends", arguments: pages)
  func http(page: Page) throws {
    let bench = try EchoBench()
    let client = bench.call(page.request)
    bench.turn { client.hasEnded }
    #expect(client.status == page.status)
    if let body = page.body { #expect(client.body == body) }
    let head = try #require(client.head)
    #expect(header("connection", in: head)?.contains("close") == true)
    if page.status == 426 {
      #expect(header("upgrade", in: head) == "websocket")
      #expect(header("sec-websocket-version", in: head) == "13")
    }
    if page.status == 405 { #expect(header("allow", in: head) != nil) }
    client.stream.finishWriting()
    bench.turn { bench.server.connectionCount == 0 }
  }

  /// RFC 9112, section 6: a body is not read as frames, nor as another request.
  @Test func `reads nothing behind a request that it refuses`() throws {
    let bench = try EchoBench()
    let client = bench.call("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n")
    client.send(RawFrame.text("body").masked.bytes + Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
    bench.turn { client.hasEnded }
    for _ in 0..<20 {
      client.send(pattern(100_000))
      bench.settle(.milliseconds(1))
    }
    #expect(client.received.text.split(separator: "HTTP/1.1 ").count == 1)
    #expect(client.failure == nil)
  }

  @Test func `lets go of who stays behind a refusal, after a while`() throws {
    let bench = try EchoBench()
    let client = bench.call("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
    bench.turn { client.hasEnded }
    #expect(bench.server.connectionCount == 1)
    let start = Instant.now
    while bench.server.connectionCount > 0, start.duration(to: .now) < .seconds(20) {
      client.send([0])
      bench.settle(.milliseconds(5))
    }
    #expect((.seconds(1) ..< .seconds(6)).contains(start.duration(to: .now)))
  }

  @Test("a slow reader gets a long refusal whole", arguments: [true, false])
  func slowRefusal(isHalfClosed: Bool) throws {
    let loop = try Loop()
    let context = ConnectionContext(loop: loop)
    let body = String(repeating: "x", count: 1 << 20)
    let server = Server(context: context, options: Server.Options(), tls: nil) { _, _ in
      .refuse(status: 503, headers: [], body: body)
    }
    let (ours, theirs) = MemoryStream.pair(on: loop)
    server.adopt(theirs)
    let client = RawPeer(ours, loop)
    client.send(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
    if isHalfClosed { ours.finishWriting() }
    ours.pauseReading()
    settleLoop(loop, .milliseconds(50))
    #expect(server.connectionCount == 1)
    ours.resumeReading()
    turnLoop(loop) { client.isOver }
    #expect(client.hasEnded)
    #expect(client.body.utf8.count == 1 << 20)
    ours.close()
    turnLoop(loop) { server.connectionCount == 0 }
  }

  // MARK: Limits

  @Test("gives a handshake so much time, however it drips", arguments: [false, true])
  func handshakeLimit(isDripping: Bool) throws {
    let bench = try EchoBench { $0.handshakeTimeout = .milliseconds(100) }
    let client = bench.call("GET / HTTP/1.1\r\nHost: a\r\n")
    let start = Instant.now
    while client.head == nil, start.duration(to: .now) < .seconds(10) {
      if isDripping { client.send(Array("A: b\r\n".utf8)) }
      bench.settle(.milliseconds(5))
    }
    #expect(client.status == 408)
    #expect((.milliseconds(100) ..< .seconds(4)).contains(start.duration(to: .now)))
    bench.turn { client.hasEnded }
    client.stream.close()
    bench.turn { bench.server.connectionCount == 0 }
  }

  @Test func `gives a silent client no more time than others`() throws {
    let bench = try EchoBench { $0.handshakeTimeout = .milliseconds(50) }
    let client = bench.call("")
    bench.turn { client.hasEnded }
    #expect(client.status == 408)
  }

  @Test func `takes so many connections, unfinished handshakes included, and no more`() throws {
    let bench = try EchoBench { $0.maximumConnections = 2 }
    let open = bench.open("/")
    let silent = bench.call("GET")
    let refused = bench.call(RawClient.request("/"))
    bench.turn { refused.hasEnded }
    #expect(refused.status == 503)
    #expect(refused.frames.isEmpty)
    refused.stream.close()
    silent.stream.close()
    bench.turn { bench.server.connectionCount == 1 }
    let next = bench.open("/")
    next.say(.text("in"))
    open.say(.text("still"))
    bench.turn { next.frames == [.text("in")] && open.frames == [.text("still")] }
  }

  @Test("frees the place of a client that leaves", arguments: ["", "GET / HT", "open", "message"], [true, false])
  func leaves(after words: String, isReset: Bool) throws {
    let bench = try EchoBench()
    let client = words == "open" || words == "message" ? bench.open("/") : bench.call(words)
    if words == "message" { client.send(Array(RawFrame.text("half").masked.bytes.dropLast())) }
    bench.settle(.milliseconds(5))
    #expect(bench.server.connectionCount == 1)
    if isReset { client.stream.reset() } else { client.stream.close() }
    bench.turn { bench.server.connectionCount == 0 }
  }

  // MARK: Shutting down

  @Test func `says 1001 to everybody when it shuts down`() throws {
    let bench = try EchoBench()
    let clients = (0..<5).map { _ in bench.open("/") }
    let greeting = bench.call("GET")
    bench.settle(.milliseconds(2))
    var isDone = false
    bench.server.shutDown(within: .seconds(5)) { isDone = true }
    bench.turn { clients.allSatisfy { !$0.frames.isEmpty } && greeting.isOver }
    #expect(clients.allSatisfy { $0.frames == [.close(1001)] })
    #expect(!isDone)
    for client in clients {
      client.say(.close(1001))
      client.stream.finishWriting()
    }
    bench.turn { isDone }
    #expect(bench.server.connectionCount == 0)
  }

  @Test func `waits for nobody longer than it was told`() throws {
    let bench = try EchoBench()
    let deaf = bench.open("/")
    let stalled = bench.open("/stall")
    var isDone = false
    let start = Instant.now
    bench.server.shutDown(within: .milliseconds(50)) { isDone = true }
    bench.turn { isDone }
    #expect((.milliseconds(50) ..< .seconds(4)).contains(start.duration(to: .now)))
    bench.turn { deaf.isOver && stalled.isOver }
  }

  @Test func `an empty one is down at once`() throws {
    let bench = try EchoBench()
    var isDone = false
    bench.server.shutDown(within: .seconds(5)) { isDone = true }
    #expect(isDone)
  }

  // MARK: Nothing stays behind

  @Test func `gives back the descriptors and objects of a thousand connections`() throws {
    let loop = try Loop()
    let context = ConnectionContext(loop: loop)
    var left: [Weak] = []
    weak var lostServer: Server?
    do {
      let server = Server(context: context, options: Server.Options(), tls: nil) { head, _ in
        let handler = Witness()
        handler.onMessage = { connection, opcode, payload in connection.send(opcode, payload.span) }
        handler.onOpened = { [unowned handler] in left.append(Weak(connection: $0, handler: handler)) }
        return head.target == "/no"
          ? .refuse(status: 403, headers: [], body: "no\n")
          : .accept(handler, subprotocol: nil, deflates: true)
      }
      lostServer = server
      let address = try server.listen(on: try #require(SocketAddress(numericHost: "127.0.0.1", port: 0)))
      let port = try #require(address.port)
      for round in 0..<10 {
        var clients: [RawPeer] = []
        for _ in 0..<100 {
          _ = Connector(loop: loop).connect(to: [address]) { result in
            guard let stream = try? result.get().stream else { return }
            clients.append(RawPeer(stream, loop))
          }
        }
        turnLoop(loop) { clients.count == 100 }
        for (index, client) in clients.enumerated() {
          client.send(Array(RawClient.request(index % 10 == 9 ? "/no" : "/").utf8))
        }
        turnLoop(loop) { clients.allSatisfy { $0.head != nil } }
        for client in clients where client.status == 101 { client.say(.text("hello")) }
        turnLoop(loop) { clients.allSatisfy { $0.status != 101 || $0.frames == [.text("hello")] } }
        #expect(server.connectionCount >= 90)
        #expect(try descriptors(at: port) > 90)
        for (index, client) in clients.enumerated() {
          switch (index + round) % 5 {
          case 0: client.stream.close()
          case 1: client.stream.reset()
          case 2:
            client.say(.close(1000))
            client.stream.finishWriting()
          case 3:
            client.say(RawFrame(11))
            client.stream.finishWriting()
          default:
            client.send([0x81])
            client.stream.finishWriting()
          }
        }
        turnLoop(loop) { server.connectionCount == 0 }
        for client in clients { client.stream.close() }
      }
      settleLoop(loop, .milliseconds(10))
      // The listener's.
      #expect(try descriptors(at: port) == 1)
      #expect(left.count == 900)
      #expect(left.filter { $0.connection != nil || $0.handler != nil }.count == 0)
    }
    #expect(lostServer == nil)
  }

  private struct Weak {
    weak var connection: Connection?
    weak var handler: Witness?
  }

  /// Descriptors of this process whose own end has `port`; other tests' are not counted.
  private func descriptors(at port: UInt16) throws -> Int {
    try Files.names(in: "/proc/self/fd").filter { name in
      guard let number = Int32(name) else { return false }
      var address = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let error = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &size) }
      }
      return error == 0 && address.sin_family == AF_INET && UInt16(bigEndian: address.sin_port) == port
    }.count
  }

  @Test func `lives as long as its last connection, and no longer`() throws {
    let loop = try Loop()
    let context = ConnectionContext(loop: loop)
    weak var server: Server?
    let folder = try ScratchFolder()
    let (ours, theirs) = MemoryStream.pair(on: loop)
    var address: SocketAddress?
    do {
      let made = Server(context: context, options: Server.Options(), tls: nil) { _, _ in
        .accept(EchoHandler(), subprotocol: nil, deflates: false)
      }
      server = made
      address = try made.listen(on: .unix(folder.path("socket")))
      made.adopt(theirs)
    }
    let client = RawPeer(ours, loop)
    client.send(Array(RawClient.request().utf8))
    turnLoop(loop) { client.head != nil }
    #expect(server != nil)
    client.say(.text("echo"))
    turnLoop(loop) { client.frames == [.text("echo")] }
    client.stream.close()
    turnLoop(loop) { server == nil }
    // Nobody listens any more.
    var failed = false
    _ = Connector(loop: loop).connect(to: [try #require(address)]) { if case .failure = $0 { failed = true } }
    turnLoop(loop) { failed }
  }

  @Test("leaves no behaviour behind", arguments: EchoServer.paths.sorted())
  func behaviours(path: String) throws {
    weak var server: EchoServer?
    let loop: Loop
    do {
      let bench = try EchoBench()
      loop = bench.loop
      server = bench.server
      let client = bench.call(RawClient.request(path))
      bench.turn { client.head != nil }
      client.say(.text("hello"), .text("hello"))
      bench.settle(.milliseconds(3))
      if path == "/stall" {
        // It reads nothing, so it cannot see that a client has gone.
        bench.server.shutDown(within: .milliseconds(1)) {}
      } else if client.stream.queuedBytes == 0 {
        client.say(.close(1000))
      }
      client.stream.close()
      bench.turn { bench.server.connectionCount == 0 }
    }
    #expect(server == nil)
    settleLoop(loop, .milliseconds(5))
  }

  // MARK: TLS

  @Test(
    .enabled(if: Need.openssl.isMet, "\(Need.openssl.reason)"), arguments: ["close", "violation", "silence", "cut"])
  func `ends well over TLS`(how: String) throws {
    let files = try TestCertificate.shared.get()
    let bench = try EchoBench(
      {
        $0.handshakeTimeout = .milliseconds(200)
        $0.settings = ConnectionSettings(closeTimeout: .milliseconds(200))
      }, tls: try TLSContext(files.configuration, role: .server))
    let (ours, theirs) = MemoryStream.pair(on: bench.loop)
    bench.server.adopt(theirs)
    if how == "silence" {
      let client = RawPeer(ours, bench.loop)
      bench.turn { client.isOver }
      return bench.turn { bench.server.connectionCount == 0 }
    }
    var configuration = TLSConfiguration()
    configuration.caFile = files.certificate
    let context = try TLSContext(configuration, role: .client)
    let client = RawPeer(
      TLSStream(over: ours, context: context, loop: bench.loop, serverName: "localhost"), bench.loop)
    defer { client.stream.close() }
    client.send(Array(RawClient.request("/").utf8))
    bench.turn { client.head != nil }
    for _ in 0..<20 { client.say(.binary(pattern(10_000))) }
    switch how {
    case "close": client.say(.close(1000))
    case "violation": client.say(RawFrame(11))
    default: return ours.close()
    }
    bench.turn { client.isOver }
    // An end without close_notify would be a failure.
    #expect(client.hasEnded)
    #expect(client.frames.count == 21)
    #expect(client.frames.last?.closeCode == (how == "close" ? 1000 : 1002))
    client.stream.finishWriting()
    bench.turn { bench.server.connectionCount == 0 }
  }
}
