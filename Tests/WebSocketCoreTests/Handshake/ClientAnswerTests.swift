import Testing
import WebSocketCore

private let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
private let upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
private let good = upgrade + "Sec-WebSocket-Accept: \(accept)\r\n"

private func handshake(
  isLenient: Bool = false, _ change: (inout ClientHandshakeRequest) throws -> Void = { _ in }
) throws -> ClientHandshake {
  var request = ClientHandshakeRequest(url: try WebSocketURL.parse("ws://h/"), key: Array("the sample nonce".utf8))
  request.subprotocols = ["chat", "superchat"]
  request.deflateOffers = [DeflateOffer()]
  request.isLenient = isLenient
  try change(&request)
  return try ClientHandshake(request)
}

private func answer(
  _ text: String, to handshake: ClientHandshake, sourceLocation: SourceLocation = #_sourceLocation
) -> ClientHandshake.Outcome {
  let bytes = Array(text.utf8)
  let (result, consumed) = outcome(of: bytes, in: handshake, unfinished: .needsMore, sourceLocation: sourceLocation)
  if case .accepted = result { #expect(consumed == bytes.count, sourceLocation: sourceLocation) }
  return result
}

extension ClientHandshake.Outcome {
  fileprivate var accepted: HandshakeAnswer? { if case .accepted(let answer) = self { answer } else { nil } }
}

@Suite struct `A server's answer` {
  @Test func `of RFC 6455, section 1.2, is accepted`() throws {
    let result = answer(good + "Sec-WebSocket-Protocol: chat\r\n\r\n", to: try handshake()).accepted
    #expect(result?.subprotocol == "chat" && result?.deflate == nil && result?.extensions == nil)
    #expect(result?.notes == [] && result?.response.reason == "Switching Protocols")
  }

  @Test(
    "is accepted",
    arguments: [
      good + "\r\n",  // no subprotocol chosen: 4.2.2 /subprotocol/
      "HTTP/1.1 101 \r\nUPGRADE: WebSocket\r\nconnection: upgrade\r\nsec-websocket-accept: \(accept)\r\n\r\n",  // 4.1
      "HTTP/1.1 101 x\r\nUpgrade: WEBSOCKET\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Accept:\(accept)\r\n\r\n",
      // Two lines are one list: RFC 9110, section 5.3.
      "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: keep-alive\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: \t\(accept) \r\n\r\n",
      // Interim answers: RFC 9110, section 15.2.
      "HTTP/1.1 100 Continue\r\n\r\n" + good + "\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + good + "\r\n",
      String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 16) + good + "\r\n",
      good + "Set-Cookie: a=b\r\nX-Own: \u{E9}\r\n\r\n",
    ])
  func acceptances(text: String) throws {
    let result = answer(text, to: try handshake())
    #expect(result.accepted != nil && result.accepted?.notes == [], "\(result)")
  }

  static let failures: [(String, HandshakeFailure)] = [
    // 4.1, check 2
    ("HTTP/1.1 101 x\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \(accept)\r\n\r\n", .upgradeMissing),
    ("HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", .upgradeValue("h2c")),
    ("HTTP/1.1 101 x\r\nUpgrade: websocket, h2c\r\nConnection: Upgrade\r\n\r\n", .upgradeValue("websocket, h2c")),
    ("HTTP/1.1 101 x\r\nUpgrade: websockets\r\nConnection: Upgrade\r\n\r\n", .upgradeValue("websockets")),
    ("HTTP/1.1 101 x\r\nUpgrade:\r\nConnection: Upgrade\r\n\r\n", .upgradeValue("")),
    // 4.1, check 3
    ("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: \(accept)\r\n\r\n", .connectionMissing),
    ("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: close\r\n\r\n", .connectionValue("close")),
    ("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: xUpgrade\r\n\r\n", .connectionValue("xUpgrade")),
    // 4.1, check 4
    (upgrade + "\r\n", .acceptMissing),
    (upgrade + "Sec-WebSocket-Accept:\r\n\r\n", .acceptValue("", expected: accept)),
    (upgrade + "Sec-WebSocket-Accept: x\r\n\r\n", .acceptValue("x", expected: accept)),
    (
      upgrade + "Sec-WebSocket-Accept: C/0nmHhBztSRGR1CwL6Tf4ZjwpY=\r\n\r\n",  // that of another key
      .acceptValue("C/0nmHhBztSRGR1CwL6Tf4ZjwpY=", expected: accept)
    ),
    (
      upgrade + "Sec-WebSocket-Accept: \(accept.lowercased())\r\n\r\n",
      .acceptValue(accept.lowercased(), expected: accept)
    ),
    (good + "Sec-WebSocket-Accept: \(accept)\r\n\r\n", .acceptRepeated([accept, accept])),  // 11.3.3
    // 4.1, check 5
    (good + "Sec-WebSocket-Extensions: x-foo\r\n\r\n", .extensionNotOffered("x-foo")),
    (good + "Sec-WebSocket-Extensions: permessage-bzip2\r\n\r\n", .extensionNotOffered("permessage-bzip2")),
    (good + "Sec-WebSocket-Extensions: x-webkit-deflate-frame\r\n\r\n", .extensionNotOffered("x-webkit-deflate-frame")),
    (good + "Sec-WebSocket-Extensions: Permessage-Deflate\r\n\r\n", .extensionNotOffered("Permessage-Deflate")),
    (good + "Sec-WebSocket-Extensions: permessage-deflate, x-foo; a=b\r\n\r\n", .extensionNotOffered("x-foo; a=b")),
    (good + "Sec-WebSocket-Extensions: permessage-deflate; x=1\r\n\r\n", .deflate(.unknownParameter("x"))),
    (
      good + "Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate\r\n\r\n",
      .extensionRepeated("permessage-deflate")
    ),
    (
      good + "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
      .extensionRepeated("permessage-deflate")
    ),
    (good + "Sec-WebSocket-Extensions:\r\n\r\n", .extensionSyntax("", .empty)),  // 9.1
    (good + "Sec-WebSocket-Extensions: ,\r\n\r\n", .extensionSyntax(",", .empty)),  // 9.1
    (
      good + "Sec-WebSocket-Extensions: permessage-deflate; =1\r\n\r\n",
      .extensionSyntax("permessage-deflate; =1", .unexpected(0x3D, offset: 20))  // 9.1
    ),
    // 4.1, check 6
    (
      good + "Sec-WebSocket-Protocol: other\r\n\r\n",
      .subprotocolNotOffered("other", offered: ["chat", "superchat"])
    ),
    (good + "Sec-WebSocket-Protocol: Chat\r\n\r\n", .subprotocolNotOffered("Chat", offered: ["chat", "superchat"])),
    (good + "Sec-WebSocket-Protocol: chat, superchat\r\n\r\n", .subprotocolRepeated(["chat", "superchat"])),  // 11.3.4
    (
      good + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
      .subprotocolRepeated(["chat", "chat"])  // 11.3.4
    ),
    (good + "Sec-WebSocket-Protocol:\r\n\r\n", .subprotocolSyntax("")),  // 4.2.2: the empty string is no value
    (good + "Sec-WebSocket-Protocol: a b\r\n\r\n", .subprotocolSyntax("a b")),
    // 4.1 and 4.2.2: the answer is HTTP/1.1
    (good.replacing("HTTP/1.1", with: "HTTP/1.0") + "\r\n", .answerVersion(.http10)),
    ("HTTP/1.1 101\r\n", .head(.statusLineWithoutBlank("HTTP/1.1 101"))),  // RFC 9112, section 4
    ("HTTP/2 101\r\n", .head(.notHTTP(Array("HTTP/2 ".utf8)))),  // RFC 9112, section 2.3
    ("\0\0\u{6}\u{4}\0\0\0\0\0", .head(.foreign(.http2))),
    ("\u{15}\u{3}\u{1}\0\u{2}\u{2}\u{50}", .head(.foreign(.tlsAlert))),
    ("\u{1}\u{2}\u{3}", .head(.notHTTP([1]))),
    (good + " folded\r\n\r\n", .head(.folding(name: "Sec-WebSocket-Accept"))),  // RFC 9112, section 5.2
    (good + "X : y\r\n\r\n", .head(.blankBeforeColon(name: "X"))),  // RFC 9112, section 5.1
    (good + "X: y\n\r\n", .head(.bareLineFeed(line: 5))),  // RFC 9112, section 2.2
    (good + "X: y\rz\r\n", .head(.bareCarriageReturn(line: 5))),  // RFC 9112, section 2.2
    (good + "X: \0\r\n", .head(.nulInValue(name: "X"))),  // RFC 9110, section 5.5
    (good + "X\r\n", .head(.headerWithoutColon("X"))),  // RFC 9112, section 5
    (
      String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 17),
      .tooManyInterimAnswers(limit: 16)  // RFC 9110, section 15.2
    ),
  ]

  @Test("fails its own check", arguments: failures)
  func failure(text: String, failure: HandshakeFailure) throws {
    #expect(answer(text, to: try handshake()) == .failed(failure))
    #expect(!failure.description.isEmpty && failure.section.hasPrefix("RFC "))
  }

  @Test func `that shows what is wrong comes with a hint`() {
    #expect(HandshakeFailure.head(.foreign(.tlsAlert)).hint?.contains("wss://") == true)
    #expect(HandshakeFailure.head(.foreign(.ssh)).hint?.contains("port") == true)
    #expect(HandshakeFailure.connectionMissing.hint?.contains("proxy") == true)
    #expect(HandshakeFailure.acceptValue("x", expected: "y").hint == nil)
  }

  // RFC 9110, section 5.4: our limits, and no more memory than they say.
  @Test(
    "is bounded",
    arguments: [
      ("X: " + String(repeating: "y", count: 64 << 10), HTTPHeadFailure.headerTooLong(limit: 16 << 10, name: "X")),
      (String(repeating: "X: y\r\n", count: 1000), .tooManyHeaders(limit: 100)),
      (
        String(repeating: "X: " + String(repeating: "y", count: 1000) + "\r\n", count: 90),
        .headTooLong(limit: 64 << 10)
      ),
    ])
  func bounded(text: String, failure: HTTPHeadFailure) throws {
    #expect(answer(good + text, to: try handshake()) == .failed(.head(failure)))
  }

  // RFC 6455, section 4.1, check 1: anything but 101 is HTTP's.
  @Test(
    "with another status is a refusal whose body stays with the caller",
    arguments: [
      200, 204, 301, 302, 307, 400, 401, 403, 404, 407, 426, 500, 503, 999,
    ])
  func refused(status: Int) throws {
    let text = "HTTP/1.1 \(status) Words\r\nLocation: /\r\nContent-Length: 5\r\n\r\n"
    let head = HTTPResponseHead(
      status: status, reason: "Words", headers: [HTTPHeader("Location", "/"), HTTPHeader("Content-Length", "5")])
    #expect(answer(text, to: try handshake()) == .refused(head))
    var handshake = try handshake()
    #expect(handshake.receive(Array((text + "hello").utf8).span).consumed == text.utf8.count)
  }

  @Test func `with HTTP/1.0 may refuse too`() throws {
    #expect(
      answer("HTTP/1.0 404 \r\n\r\n", to: try handshake())
        == .refused(HTTPResponseHead(version: .http10, status: 404, reason: "")))
  }

  // RFC 6455, sections 4.1 and 5.1.
  @Test(
    "leaves the frames in the same packet alone",
    arguments: [
      [0x81, 0x02, 0x68, 0x69], [0x88, 0x02, 0x03, 0xE8], [0x81, 0x7E, 0x01], [0x0D, 0x0A],
      [UInt8](repeating: 0, count: 70_000),
    ] as [[UInt8]])
  func frames(bytes: [UInt8]) throws {
    let text = Array((good + "\r\n").utf8)
    var handshake = try handshake()
    let (consumed, outcome) = handshake.receive((text + bytes).span)
    #expect(consumed == text.count && outcome.accepted != nil)
    #expect(handshake.receive(bytes.span).consumed == 0)
  }

  @Test func `keeps the interim answers`() throws {
    var handshake = try handshake()
    _ = handshake.receive(Array(("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + good + "\r\n").utf8).span)
    #expect(handshake.interimAnswers == [HTTPResponseHead(status: 103, headers: [HTTPHeader("Link", "x")])])
  }

  @Test("with a body's header is accepted and noted", arguments: ["Content-Length: 5", "Transfer-Encoding: chunked"])
  func body(line: String) throws {
    // RFC 9110, section 8.6, and RFC 9112, section 6.1: not in a 101, which has no body whatever they say.
    let result = answer(good + line + "\r\n\r\n", to: try handshake()).accepted
    #expect(result?.notes.count == 1)
  }

  @Test(
    "is accepted by a lenient client, with notes",
    arguments: [
      ("HTTP/1.1 101\r\n\r\n", 4),
      ("HTTP/1.0 101 x\r\nUpgrade: foo\r\nConnection: close\r\nSec-WebSocket-Accept: x\r\n\r\n", 4),
      (good + "Sec-WebSocket-Accept: \(accept)\r\n\r\n", 1),
      (good + "Sec-WebSocket-Protocol: other\r\n\r\n", 1),
      (good + "Sec-WebSocket-Protocol: chat, superchat\r\n\r\n", 1),
      (good + "Sec-WebSocket-Protocol:\r\n\r\n", 1),
      (good + "Sec-WebSocket-Extensions: x-foo, permessage-deflate, permessage-deflate\r\n\r\n", 2),
      (good + "Sec-WebSocket-Extensions: ;\r\n\r\n", 1),
      (good + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; x\r\n\r\n", 2),
      (good.replacing("\r\n", with: "\n") + "\n", 5),
    ])
  func lenient(text: String, notes: Int) throws {
    let result = answer(text, to: try handshake(isLenient: true))
    #expect(result.accepted?.notes.count == notes, "\(result)")
  }

  @Test func `to a lenient client still has to be HTTP`() throws {
    #expect(answer("SSH-2.0-x\r\n", to: try handshake(isLenient: true)) == .failed(.head(.foreign(.ssh))))
  }

  @Test func `is judged by what the user's headers asked for`() throws {
    let offers = try handshake {
      $0.headers = try ["Sec-WebSocket-Protocol: mine", "Sec-WebSocket-Extensions: x-foo", "Sec-WebSocket-Key: abc"]
        .map(
          HeaderEdit.parse)
    }
    let accept = AcceptKey.answering("abc")
    let start = upgrade + "Sec-WebSocket-Accept: \(accept)\r\n"
    #expect(answer(start + "Sec-WebSocket-Protocol: mine\r\n\r\n", to: offers).accepted?.subprotocol == "mine")
    #expect(
      answer(start + "Sec-WebSocket-Protocol: chat\r\n\r\n", to: offers)
        == .failed(.subprotocolNotOffered("chat", offered: ["mine"])))
    #expect(
      answer(start + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", to: offers)
        == .failed(.extensionNotOffered("permessage-deflate")))
    #expect(answer(start + "Sec-WebSocket-Extensions: x-foo\r\n\r\n", to: offers).accepted?.notes.count == 1)
    #expect(
      answer(good + "\r\n", to: offers) == .failed(.acceptValue("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", expected: accept)))
    let keyless = try handshake { $0.headers = [.remove(name: "Sec-WebSocket-Key")] }
    #expect(answer(good + "\r\n", to: keyless).accepted?.notes.count == 1)
  }
}
