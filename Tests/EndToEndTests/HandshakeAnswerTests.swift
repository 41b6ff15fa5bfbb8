import TestSupport
import Testing

/// An answer to our handshake, and what is said about it.
private struct Answer: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var text: String
  var status: Int32
  var says: [String]
  var options: [String]
  /// The server's FIN follows.
  var ends: Bool

  init(
    _ name: String, _ text: String, _ status: Int32, says: String..., options: [String] = [], ends: Bool = false
  ) {
    testDescription = name
    self.text = text
    self.status = status
    self.says = says
    self.options = options
    self.ends = ends
  }

  private static let good =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n"

  /// A good answer with these lines more, or one in place of another.
  private static func switching(_ more: String = "", without: String = "") -> String {
    "HTTP/1.1 101 Switching Protocols\r\n" + replacing(without, by: "", in: good) + more + "\r\n"
  }

  static let all: [Answer] = [
    Answer(
      "a refusal", "HTTP/1.1 403 Forbidden\r\nContent-Length: 13\r\n\r\ngo \u{1B}[1mhome", 22,
      says: "403"),
    Answer(
      "a refusal with header and body", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n\r\nwho are you?\n",
      22,
      says: "401", "Unauthorized", "WWW-Authenticate: Basic", "who are you?", ends: true),
    Answer(
      "a redirect", "HTTP/1.1 302 Found\r\nLocation: ws://elsewhere/\r\n\r\n", 22, says: "302", "ws://elsewhere/",
      ends: true),
    Answer("200", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 22, says: "200"),
    Answer("HTTP/1.0", "HTTP/1.0 101 Switching Protocols\r\n\r\n", 8, says: "HTTP/1.0"),
    Answer("no Upgrade", switching(without: "Upgrade: websocket\r\n"), 8, says: "Upgrade"),
    Answer("no Connection", switching(without: "Connection: Upgrade\r\n"), 8, says: "Connection"),
    Answer("no Accept", switching(without: "Sec-WebSocket-Accept: {accept}\r\n"), 8, says: "Sec-WebSocket-Accept"),
    Answer(
      "a wrong Accept",
      switching(
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
        without: "Sec-WebSocket-Accept: {accept}\r\n"), 8,
      says: "Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    Answer("two Accepts", switching("Sec-WebSocket-Accept: {accept}\r\n"), 8, says: "2 Sec-WebSocket-Accept"),
    Answer(
      "an unsolicited extension", switching("Sec-WebSocket-Extensions: x-mux\r\n"), 8, says: "x-mux", "not offered"),
    Answer(
      "deflate that was not offered", switching("Sec-WebSocket-Extensions: permessage-deflate\r\n"), 8,
      says: "permessage-deflate", options: ["--no-deflate"]),
    Answer(
      "deflate with a bad parameter",
      switching("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99\r\n"), 8,
      says: "server_max_window_bits"),
    Answer(
      "an unsolicited subprotocol", switching("Sec-WebSocket-Protocol: chat\r\n"), 8, says: "chat", "none was offered"),
    Answer(
      "a subprotocol in another case", switching("Sec-WebSocket-Protocol: CHAT\r\n"), 8, says: "CHAT",
      options: ["-s", "chat"]),
    Answer("a long line", "HTTP/1.1 101 X\r\nX: " + String(repeating: "a", count: 20000), 100, says: "16384"),
    Answer(
      "many lines", "HTTP/1.1 101 X\r\n" + String(repeating: "a: b\r\n", count: 200), 100, says: "100 header lines"),
    Answer("a folded header", switching("X: a\r\n b\r\n"), 8, says: "fold"),
    Answer("a header without a colon", switching("nonsense\r\n"), 8, says: "nonsense"),
    Answer("a NUL", switching("X: a\u{0}b\r\n"), 8, says: "NUL"),
    Answer("an SSH banner", "SSH-2.0-OpenSSH_9.2\r\n", 8, says: "SSH"),
    Answer("a mail server", "220 mail.example ESMTP\r\n", 8, says: "SMTP"),
    Answer("nothing", "", 52, says: "", ends: true),
    Answer("half a head", "HTTP/1.1 101 Switching Proto", 56, says: "middle of the answer", ends: true),
  ]

  static let accepted: [Answer] = [
    Answer(
      "in other letters",
      "HTTP/1.1 101 x\r\nUPGRADE: WebSocket\r\nconnection: keep-alive, uPGRADE\r\n"
        + "Sec-Websocket-Accept:   {accept}  \r\n\r\n", 0),
    Answer("without a reason", "HTTP/1.1 101 \r\n" + good + "\r\n", 0),
    Answer("after early hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + switching(), 0),
    Answer("with a Content-Length", switching("Content-Length: 100\r\n"), 0),
    Answer("with two Connection lines", switching("Connection: keep-alive\r\n"), 0),
    Answer("with a subprotocol", switching("Sec-WebSocket-Protocol: b\r\n"), 0, options: ["-s", "a", "-s", "b"]),
  ]
}

@Suite struct `The answer to a handshake` {
  @Test("is judged at once", arguments: Answer.all)
  private func isJudged(_ answer: Answer) throws {
    let server = try RawServer(
      [.head, .answer(answer.text)] + (answer.ends ? [.finish] : []) + [.receiveEnd])
    let outcome = try run(Repository.wscope, answer.options + [server.url])
    #expect(outcome.status == .exited(answer.status), "\(outcome)")
    for word in answer.says where !word.isEmpty {
      #expect(outcome.errors.text.contains(word), "\(outcome)")
    }
    #expect(outcome.isClean, "\(outcome.errors.hex)")
    #expect(outcome.output.isEmpty, "standard output carries messages only")
    // What a refusal brought stands before the message.
    #expect(("\n" + outcome.errors.text).contains("\nwscope: "), "\(outcome)")
    #expect(outcome.lasted < .seconds(5), "nothing more is waited for")
    #expect(server.finish().received.isEmpty, "no frame is sent")
  }

  @Test("is accepted", arguments: Answer.accepted)
  private func isAccepted(_ answer: Answer) throws {
    // The first frames come in the same packet: none may be lost.
    let frames = RawFrame.text("first").bytes + RawFrame.close(1000).bytes
    let request = try RawServer([
      .head, .answer(answer.text, followedBy: frames), .receiveClose, .finish, .receiveEnd,
    ])
    let outcome = try run(Repository.wscope, answer.options + ["-w", "forever", request.url])
    #expect(outcome.output.text == "first\n", "\(outcome)")
    #expect(outcome.status == .exited(0), "\(outcome)")
  }

  @Test func `may come one byte at a time`() throws {
    let key = "dGhlIHNhbXBsZSBub25jZQ=="
    let server = try RawServer([
      .head,
      .drip(
        Array(
          ("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(acceptKey(for: key))\r\n\r\n").utf8) + RawFrame.text("first").bytes
          + RawFrame.close(1000).bytes, every: .milliseconds(1)),
      .receiveClose, .finish, .receiveEnd,
    ])
    let outcome = try Wscope.run("-H", "Sec-WebSocket-Key: \(key)", "-w", "forever", server.url)
    #expect(outcome.output.text == "first\n", "\(outcome)")
    #expect(outcome.status == .exited(0), "\(outcome)")
  }

  @Test func `may have an endless body, of which the start is shown`() throws {
    let server = try RawServer([
      .head, .answer("HTTP/1.1 500 Internal Server Error\r\n\r\nthe start\n"),
      .flood([UInt8](repeating: 0x41, count: 65536), times: 10000),
    ])
    let outcome = try Wscope.run(server.url)
    expect(outcome, 22, says: "500", "the start")
    #expect(outcome.errors.count < 20000, "\(outcome.errors.count) bytes are shown")
    #expect(outcome.lasted < .seconds(8) && outcome.peakMemory < 60)
  }

  @Test func `asks with what the RFC wants`() throws {
    var keys = Set<String>()
    for _ in 0..<2 {
      let server = try RawServer(RawStep.handshake() + [.send(RawFrame.close(1000).bytes), .receiveClose, .finish])
      #expect(try Wscope.run("-o", "https://a.example", server.url + "path?query").status == .exited(0))
      let head = server.finish().head
      #expect(head.hasPrefix("GET /path?query HTTP/1.1\r\n"), "\(head)")
      #expect(header("host", in: head) == "127.0.0.1:\(server.port)")
      #expect(header("upgrade", in: head)?.lowercased() == "websocket")
      #expect(header("connection", in: head)?.lowercased() == "upgrade")
      #expect(header("sec-websocket-version", in: head) == "13")
      #expect(header("origin", in: head) == "https://a.example")
      let key = try #require(header("sec-websocket-key", in: head))
      #expect(key.count == 24 && key.hasSuffix("=="), "\(key)")
      keys.insert(key)
    }
    #expect(keys.count == 2, "a key is used once")
  }

  @Test func `uses a fresh mask for each frame`() throws {
    let server = try RawServer(RawStep.handshake() + [.receiveClose, .send(RawFrame.close(1000).bytes), .finish])
    #expect(try Wscope.run("-w", "0", server.url, input: "aaaa\naaaa\naaaa\n").status == .exited(0))
    let seen = server.finish()
    #expect(seen.frames.allSatisfy { $0.isMasked })
    #expect(seen.frames.prefix(3) == [.text("aaaa").masked, .text("aaaa").masked, .text("aaaa").masked])
    let keys = Set((0..<3).map { Array(seen.received[$0 * 10 + 2..<$0 * 10 + 6]) })
    #expect(keys.count == 3, "\(keys)")
  }
}
