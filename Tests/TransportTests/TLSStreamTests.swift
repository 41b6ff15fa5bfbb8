import Glibc
import Testing

@testable import Transport

@Suite(.enabled(if: TLSCertificates.made != nil, TLSCertificates.reason))
struct `A TLS stream` {
  @Test("shakes hands and tells what was agreed", arguments: [StreamKind.memory, .ipv4], [TLSVersion.tls12, .tls13])
  func handshake(kind: StreamKind, version: TLSVersion) throws {
    let pair = try TLSFixture(kind, client: { configuration, _ in configuration.maximumVersion = version })
    #expect(pair.client.facts == nil)
    pair.open()
    let facts = try #require(pair.client.facts)
    #expect(facts.version == (version == .tls12 ? "TLS 1.2" : "TLS 1.3"))
    #expect(facts.cipher.contains("AES") || facts.cipher.contains("CHACHA"))
    #expect(facts.keyExchange?.lowercased() == "x25519")
    #expect(facts.alpn == "http/1.1")
    #expect(facts.serverName == "localhost")
    #expect(facts.verification == "trusted")
    let certificate = try #require(facts.chain.first)
    #expect(facts.chain.count == 1)
    #expect(certificate.subject == "CN=localhost, O=wscope tests")
    #expect(certificate.issuer == "CN=Test CA, O=wscope tests")
    #expect(certificate.names == ["localhost", "127.0.0.1", "::1"])
    #expect(certificate.notBefore == "2020-01-01T00:00:00Z")
    #expect(certificate.notAfter == "2099-01-01T00:00:00Z")
    #expect(certificate.fingerprint.count == 32 * 3 - 1)
    let other = try #require(pair.server.facts)
    #expect(other.version == facts.version)
    #expect(other.alpn == "http/1.1")
    #expect(other.serverName == "localhost")
    #expect(other.chain.isEmpty)
    #expect(other.verification == "no certificate asked for")
  }

  @Test(
    "carries bytes both ways", arguments: [StreamKind.memory, .ipv4], [1, 16383, 16384, 16385, 1 << 20, 2_500_000])
  func carries(kind: StreamKind, size: Int) throws {
    let pair = try TLSFixture(kind)
    let sent = pattern(size)
    pair.open()
    pair.client.write(sent)
    pair.server.write(sent)
    pair.turn { pair.clientSide.receivedCount == size && pair.serverSide.receivedCount == size }
    #expect(pair.clientSide.received == sent)
    #expect(pair.serverSide.received == sent)
    pair.turn { pair.client.queuedBytes == 0 && pair.server.queuedBytes == 0 }
  }

  @Test(
    "sends a head and a body as one", arguments: [(0, 10), (10, 0), (2, 10), (14, 16384), (4, 1 << 20), (70000, 70000)])
  func headAndBody(sizes: (Int, Int)) throws {
    let pair = try TLSFixture()
    let all = pattern(sizes.0 + sizes.1)
    pair.open()
    pair.client.write(Array(all[..<sizes.0]), Array(all[sizes.0...]))
    pair.turn { pair.serverSide.receivedCount == all.count }
    #expect(pair.serverSide.received == all)
  }

  @Test func `delivers many records in one piece`() throws {
    let pair = try TLSFixture()
    pair.open()
    pair.client.write(pattern(100_000))
    pair.turn { pair.serverSide.receivedCount == 100_000 }
    #expect(pair.serverSide.largestReceive == 100_000)
  }

  @Test func `sends what was written before the handshake`() throws {
    let pair = try TLSFixture()
    pair.client.write("early")
    pair.client.finishWriting()
    pair.start()
    pair.turn { pair.serverSide.hasEnded }
    #expect(pair.serverSide.received == Array("early".utf8))
    #expect(pair.clientSide.calls == ["opened", "drained"])
  }

  @Test func `keeps plaintext while the stream below is full`() throws {
    let pair = try TLSFixture(.ipv4)
    let size = 24 << 20
    pair.serverSide.keepsBytes = false
    pair.open()
    pair.server.pauseReading()
    pair.client.write([UInt8](repeating: 1, count: size))
    pair.lower.settle()
    #expect(pair.serverSide.receivedCount == 0)
    #expect(pair.client.queuedBytes > size / 4)
    #expect(pair.lower.client.queuedBytes < 512 << 10)
    #expect(!pair.clientSide.hasDrained)
    pair.server.resumeReading()
    pair.turn { pair.serverSide.receivedCount == size }
    pair.turn { pair.clientSide.hasDrained }
    #expect(pair.clientSide.calls == ["opened", "drained"])
    #expect(pair.client.queuedBytes == 0)
  }

  @Test("ends one direction after the other", arguments: [StreamKind.memory, .ipv4])
  func halfClose(kind: StreamKind) throws {
    let pair = try TLSFixture(kind)
    pair.open()
    pair.client.write("request")
    pair.client.finishWriting()
    pair.turn { pair.serverSide.hasEnded }
    #expect(pair.serverSide.calls == ["opened", "received", "ended"])
    pair.client.write("too late")
    pair.server.write("answer")
    pair.server.finishWriting()
    pair.turn { pair.clientSide.hasEnded }
    #expect(pair.clientSide.received == Array("answer".utf8))
    #expect(pair.serverSide.received == Array("request".utf8))
    pair.lower.settle()
    #expect(pair.clientSide.failure == nil)
    #expect(pair.serverSide.failure == nil)
  }

  @Test func `ends cleanly for the peer when it is closed`() throws {
    let pair = try TLSFixture()
    pair.open()
    pair.client.write("last words")
    pair.client.close()
    #expect(pair.client.facts == nil)
    pair.turn { pair.serverSide.isOver }
    #expect(pair.serverSide.calls == ["opened", "received", "ended"])
    pair.server.write("into the void")
    pair.turn { pair.serverSide.failure != nil }
    #expect(pair.clientSide.calls == ["opened"])
  }

  @Test("tells a cut from an end", arguments: [StreamKind.memory, .ipv4])
  func truncation(kind: StreamKind) throws {
    let pair = try TLSFixture(kind)
    pair.open()
    pair.server.write("so far")
    pair.lower.server.finishWriting()
    pair.turn { pair.clientSide.isOver }
    #expect(pair.clientSide.received == Array("so far".utf8))
    #expect(pair.clientSide.failure == .endWithoutCloseNotify)
    #expect(pair.clientSide.calls == ["opened", "received", "failed"])
  }

  @Test func `passes a reset on`() throws {
    let pair = try TLSFixture(.ipv4)
    pair.open()
    pair.server.reset()
    pair.turn { pair.clientSide.isOver }
    #expect(pair.clientSide.failure == .system(SystemError(code: ECONNRESET, call: "recv")))
  }

  @Test func `delivers what came before a broken record`() throws {
    let pair = try TLSFixture()
    pair.open()
    pair.server.write("good")
    pair.lower.server.write([0x17, 3, 3, 0, 32] + [UInt8](repeating: 7, count: 32))
    pair.turn { pair.clientSide.isOver && pair.serverSide.isOver }
    #expect(pair.clientSide.received == Array("good".utf8))
    let reason = "decryption failed or bad record mac"
    #expect(pair.clientSide.failure == .tls(.protocol(reason: reason, peer: .server)))
    #expect(pair.serverSide.failure == .tls(.alert(TLSAlert(rawValue: 20), from: .client)))
    #expect(TLSAlert(rawValue: 20).name == "bad_record_mac")
  }

  @Test func `holds everything back while it is paused`() throws {
    let pair = try TLSFixture()
    pair.open()
    pair.clientSide.onReceive = { stream, _ in stream.pauseReading() }
    pair.server.write("one")
    pair.server.finishWriting()
    pair.turn { !pair.clientSide.received.isEmpty }
    pair.lower.settle()
    #expect(pair.clientSide.calls == ["opened", "received"])
    pair.client.resumeReading()
    pair.turn { pair.clientSide.isOver }
    #expect(pair.clientSide.calls == ["opened", "received", "ended"])
  }

  @Test func `may be paused as it opens`() throws {
    let pair = try TLSFixture()
    let early = OpeningHandler { $0.pauseReading() }
    pair.server.handler = early
    pair.client.write("with the handshake's last flight")
    pair.client.finishWriting()
    pair.start()
    pair.turn { early.isOpen }
    pair.lower.settle()
    #expect(early.rest.calls.isEmpty)
    pair.server.resumeReading()
    #expect(early.rest.calls.isEmpty)
    pair.turn { early.rest.hasEnded }
    #expect(early.rest.received == Array("with the handshake's last flight".utf8))
  }

  @Test("is released when it is over", arguments: ["close", "reset", "failure", "in the handshake"])
  func released(end: String) throws {
    weak var stream: TLSStream?
    weak var context: TLSContext?
    do {
      let files = try #require(TLSCertificates.made)
      let lower = try StreamFixture(.ipv4)
      var configuration = TLSConfiguration()
      configuration.certificateFile = files("both.pem")
      let made = try TLSContext(configuration, role: .server)
      let server = TLSStream(over: lower.server, context: made, loop: lower.loop)
      (stream, context) = (server, made)
      server.handler = lower.serverSide
      server.start()
      configuration = TLSConfiguration()
      configuration.caFile = files("ca.pem")
      let clientContext = try TLSContext(configuration, role: .client)
      let client = TLSStream(over: lower.client, context: clientContext, loop: lower.loop, serverName: "localhost")
      client.handler = lower.clientSide
      client.start()
      if end != "in the handshake" {
        lower.turn { lower.clientSide.calls == ["opened"] && lower.serverSide.calls == ["opened"] }
        client.write(pattern(300_000))
        lower.turn { lower.serverSide.receivedCount > 0 }
      }
      switch end {
      case "reset": server.reset()
      case "failure":
        lower.client.write("this is no record")
        lower.turn { lower.serverSide.failure != nil }
      default: server.close()
      }
      client.close()
    }
    #expect(stream == nil)
    #expect(context == nil)
  }

  @Test func `may be closed inside any call`() throws {
    let opening = try TLSFixture()
    let early = OpeningHandler { $0.close() }
    opening.server.handler = early
    opening.start()
    opening.turn { opening.clientSide.isOver }
    #expect(opening.clientSide.hasEnded)

    let receiving = try TLSFixture()
    receiving.open()
    receiving.serverSide.onReceive = { stream, _ in stream.close() }
    receiving.client.write(pattern(300_000))
    receiving.turn { receiving.clientSide.isOver }
    #expect(receiving.serverSide.calls == ["opened", "received"])
  }

  @Test func `answers from inside the call`() throws {
    let pair = try TLSFixture()
    let sent = pattern(700_000)
    pair.open()
    pair.serverSide.keepsBytes = false
    pair.serverSide.onReceive = { stream, bytes in stream.write(UnsafeRawBufferPointer(bytes)) }
    pair.client.write(sent)
    pair.turn { pair.clientSide.receivedCount == sent.count }
    #expect(pair.clientSide.received == sent)
  }

  @Test func `runs over another one of the same context`() throws {
    let pair = try TLSFixture()
    let files = try #require(TLSCertificates.made)
    var configuration = TLSConfiguration()
    configuration.caFile = files("ca.pem")
    let clientContext = try TLSContext(configuration, role: .client)
    configuration.certificateFile = files("both.pem")
    let serverContext = try TLSContext(configuration, role: .server)
    let (first, last) = (pair.lower.client, pair.lower.server)
    let below = (
      TLSStream(over: first, context: clientContext, loop: pair.loop, serverName: "localhost"),
      TLSStream(over: last, context: serverContext, loop: pair.loop)
    )
    let above = (
      TLSStream(over: below.0, context: clientContext, loop: pair.loop, serverName: "127.0.0.1"),
      TLSStream(over: below.1, context: serverContext, loop: pair.loop)
    )
    above.0.handler = pair.clientSide
    above.1.handler = pair.serverSide
    above.1.start()
    above.0.start()
    let sent = pattern(700_000)
    above.0.write(sent)
    above.1.write(sent)
    pair.turn { pair.clientSide.receivedCount == sent.count && pair.serverSide.receivedCount == sent.count }
    #expect(pair.clientSide.received == sent)
    #expect(pair.serverSide.received == sent)
    above.0.close()
    pair.turn { pair.serverSide.isOver }
    #expect(pair.serverSide.hasEnded)
    above.1.close()
  }

  @Test func `works byte by byte`() throws {
    let pair = try TLSFixture()
    let files = try #require(TLSCertificates.made)
    var configuration = TLSConfiguration()
    configuration.caFile = files("ca.pem")
    let lower = DrippingStream(over: pair.lower.client)
    let context = try TLSContext(configuration, role: .client)
    let client = TLSStream(over: lower, context: context, loop: pair.loop, serverName: "localhost")
    client.handler = pair.clientSide
    pair.server.start()
    client.start()
    client.write(pattern(5000))
    pair.serverSide.onReceive = { stream, bytes in stream.write(UnsafeRawBufferPointer(bytes)) }
    // A pause in the middle of what the stream below hands on.
    pair.clientSide.onReceive = { stream, _ in
      stream.pauseReading()
      pair.loop.schedule(after: .zero) { stream.resumeReading() }
    }
    pair.turn { pair.clientSide.receivedCount == 5000 }
    #expect(pair.clientSide.received == pattern(5000))
    pair.server.close()
    pair.turn { pair.clientSide.isOver }
    #expect(pair.clientSide.hasEnded)
    client.close()
  }

  @Test func `begins on a stream that is open already`() throws {
    let pair = try TLSFixture()
    let files = try #require(TLSCertificates.made)
    pair.lower.client.start()
    #expect(pair.clientSide.calls == ["opened"])
    var configuration = TLSConfiguration()
    configuration.caFile = files("ca.pem")
    let context = try TLSContext(configuration, role: .client)
    let client = TLSStream(
      over: pair.lower.client, context: context, loop: pair.loop, serverName: "localhost", isLowerOpen: true)
    let side = Recorder()
    client.handler = side
    client.start()
    pair.server.start()
    pair.turn { side.calls == ["opened"] && pair.serverSide.calls == ["opened"] }
    client.close()
    pair.server.close()
  }

  @Test func `appends its secrets to a file only we can read`() throws {
    let path = scratchPath("secrets")
    for round in 1...2 {
      let pair = try TLSFixture(client: { configuration, _ in configuration.keyLogFile = path })
      pair.open()
      let lines = readText(path).split(separator: "\n").filter { $0.hasPrefix("CLIENT_TRAFFIC_SECRET_0 ") }
      #expect(lines.count == round)
    }
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }
}

/// Hands on what another stream receives, a byte at a time.
final class DrippingStream: ByteStream, ByteStreamHandler {
  var handler: (any ByteStreamHandler)?
  private let lower: any ByteStream

  init(over lower: any ByteStream) { self.lower = lower }

  var queuedBytes: Int { lower.queuedBytes }
  var peerAddress: String { lower.peerAddress }

  func start() {
    lower.handler = self
    lower.start()
  }
  func write(_ bytes: UnsafeRawBufferPointer) { lower.write(bytes) }
  func write(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) { lower.write(head, body) }
  func pauseReading() { lower.pauseReading() }
  func resumeReading() { lower.resumeReading() }
  func finishWriting() { lower.finishWriting() }
  func reset() { lower.reset() }
  func close() {
    handler = nil
    lower.close()
  }

  func streamOpened(_ stream: any ByteStream) { handler?.streamOpened(self) }
  func stream(_ stream: any ByteStream, received bytes: UnsafeMutableRawBufferPointer) {
    for index in bytes.indices {
      handler?.stream(self, received: UnsafeMutableRawBufferPointer(rebasing: bytes[index...index]))
    }
  }
  func streamEnded(_ stream: any ByteStream) { handler?.streamEnded(self) }
  func stream(_ stream: any ByteStream, failed failure: StreamFailure) { handler?.stream(self, failed: failure) }
  func streamDrained(_ stream: any ByteStream) { handler?.streamDrained(self) }
}

/// Acts as the stream opens, and records the rest.
final class OpeningHandler: ByteStreamHandler {
  let rest = Recorder()
  var isOpen = false
  private let act: (any ByteStream) -> Void

  init(act: @escaping (any ByteStream) -> Void) { self.act = act }

  func streamOpened(_ stream: any ByteStream) {
    isOpen = true
    act(stream)
  }
  func stream(_ stream: any ByteStream, received bytes: UnsafeMutableRawBufferPointer) {
    rest.stream(stream, received: bytes)
  }
  func streamEnded(_ stream: any ByteStream) { rest.streamEnded(stream) }
  func stream(_ stream: any ByteStream, failed failure: StreamFailure) { rest.stream(stream, failed: failure) }
  func streamDrained(_ stream: any ByteStream) { rest.streamDrained(stream) }
}
