import Testing
import WebSocketCore

private func answer(
  _ text: String, limits: HeadLimits = HeadLimits(), isLenient: Bool = false,
  sourceLocation: SourceLocation = #_sourceLocation
) -> HeadResult { answer(Array(text.utf8), limits: limits, isLenient: isLenient, sourceLocation: sourceLocation) }

private func answer(
  _ bytes: [UInt8], limits: HeadLimits = HeadLimits(), isLenient: Bool = false,
  sourceLocation: SourceLocation = #_sourceLocation
) -> HeadResult {
  let parser = HTTPHeadParser(kind: .response, limits: limits, isLenient: isLenient)
  return outcome(of: bytes, in: parser, unfinished: .needsMore, sourceLocation: sourceLocation).result
}

private func request(
  _ text: String, limits: HeadLimits = HeadLimits(), sourceLocation: SourceLocation = #_sourceLocation
) -> HeadResult {
  let parser = HTTPHeadParser(kind: .request, limits: limits)
  return outcome(of: Array(text.utf8), in: parser, unfinished: .needsMore, sourceLocation: sourceLocation).result
}

@Suite struct `An HTTP head` {
  static let answerRows: [(String, Int, String, HTTPHeaders)] = [
    ("HTTP/1.1 101 Switching Protocols\r\n\r\n", 101, "Switching Protocols", HTTPHeaders()),
    ("HTTP/1.1 204 \r\n\r\n", 204, "", []),  // RFC 9112, section 4: the reason may be empty
    ("HTTP/1.1 999 \t so \u{E9}\r\n\r\n", 999, "\t so \u{E9}", []),
    (
      "HTTP/1.1 200 OK\r\nA:1\r\nb:  2\t \r\nA:\r\n\r\n", 200, "OK",
      [HTTPHeader("A", "1"), .init("b", "2"), .init("A", "")]
    ),
    ("HTTP/1.1 200 OK\r\nA: b: c\r\n\r\n", 200, "OK", [HTTPHeader("A", "b: c")]),
    ("HTTP/1.1 200 OK\r\n!#$%&'*+-.^_`|~09az: x\r\n\r\n", 200, "OK", [HTTPHeader("!#$%&'*+-.^_`|~09az", "x")]),
  ]

  @Test("of an answer is read", arguments: answerRows)
  func answers(text: String, status: Int, reason: String, headers: HTTPHeaders) {
    #expect(answer(text) == .response(HTTPResponseHead(status: status, reason: reason, headers: headers)))
  }

  static let requestRows: [(String, HTTPRequestHead)] = [
    ("GET / HTTP/1.1\r\n\r\n", HTTPRequestHead(method: "GET", target: "/")),
    ("\r\nGET / HTTP/1.1\r\n\r\n", HTTPRequestHead(method: "GET", target: "/")),  // RFC 9112, section 2.2
    (
      "SEARCH /a?b HTTP/1.0\r\nX: y\r\n\r\n",
      HTTPRequestHead(method: "SEARCH", target: "/a?b", version: .http10, headers: [HTTPHeader("X", "y")])
    ),
    ("OPTIONS * HTTP/1.1\r\n\r\n", HTTPRequestHead(method: "OPTIONS", target: "*")),
  ]

  @Test("of a request is read", arguments: requestRows)
  func requests(text: String, head: HTTPRequestHead) { #expect(request(text) == .request(head)) }

  @Test func `that is written is read back`() {
    let headers: HTTPHeaders = [HTTPHeader("Host", "h"), HTTPHeader("Empty", ""), HTTPHeader("host", "H")]
    let asked = HTTPRequestHead(method: "GET", target: "/", headers: headers)
    #expect(String(decoding: asked.bytes, as: UTF8.self) == "GET / HTTP/1.1\r\nHost: h\r\nEmpty:\r\nhost: H\r\n\r\n")
    #expect(request(String(decoding: asked.bytes, as: UTF8.self)) == .request(asked))
    let answered = HTTPResponseHead(status: 404, headers: headers)
    #expect(answer(answered.bytes) == .response(answered))
  }

  @Test func `holds text that is no UTF-8 as ISO-8859-1`() {
    let bytes = Array("HTTP/1.1 200 OK\r\nName: caf".utf8) + [0xE9] + Array("\r\n\r\n".utf8)
    #expect(answer(bytes) == .response(HTTPResponseHead(status: 200, headers: [HTTPHeader("Name", "caf\u{E9}")])))
  }

  // Sections of RFC 9112 where no other is named.
  static let refusedAnswers: [(String, HTTPHeadFailure)] = [
    ("HTTP/1.1 101\r\n", HTTPHeadFailure.statusLineWithoutBlank("HTTP/1.1 101")),  // 4
    ("HTTP/1.1 10\r\n", .statusLine("HTTP/1.1 10")),  // 4
    ("HTTP/1.1\r\n", .statusLine("HTTP/1.1")),  // 4
    ("HTTP/1.1 1x1 OK", .statusLine("HTTP/1.1 1x")),  // 4
    ("HTTP/1.1 099 OK", .statusLine("HTTP/1.1 0")),  // 4
    ("HTTP/1.1 1010 OK", .statusLine("HTTP/1.1 1010")),  // 4
    ("HTTP/1.1  101 OK", .statusLine("HTTP/1.1  ")),  // 4
    ("HTTP/1.1\t101 OK", .statusLine("HTTP/1.1\t")),  // 4
    ("HTTP/1.1 101 a\u{1B}b", .reasonCharacter(0x1B)),  // 4
    ("HTTP/1.1 101 a\0b", .reasonCharacter(0)),  // 4
    ("HTTP/1.1 101 \u{7F}", .reasonCharacter(0x7F)),  // 4
    ("HTTP/2.0 200 OK", .version("HTTP/2.0")),  // 2.3
    ("HTTP/0.9 200 OK", .version("HTTP/0.9")),  // 2.3
    ("HTTP/11.1 200 OK", .notHTTP(Array("HTTP/11".utf8))),  // 2.3
    ("http/1.1 200 OK", .notHTTP(Array("h".utf8))),  // 2.3: the name is case-sensitive
    ("HTTPS/1.1 200", .notHTTP(Array("HTTPS".utf8))),  // 2.3
    ("\r\nHTTP/1.1 200 OK", .statusLine("")),  // 4: empty lines are skipped before requests only
    ("\u{15}\u{03}\u{01}\0\u{02}\u{02}\u{28}", .foreign(.tlsAlert)),
    ("\u{16}\u{03}\u{01}", .foreign(.tlsHandshake)),
    ("SSH-2.0-OpenSSH_9.2\r\n", .foreign(.ssh)),
    ("SMTP", .notHTTP(Array("SM".utf8))),
    ("\0\0\u{12}\u{04}\0\0\0\0\0", .foreign(.http2)),
    ("\0\0\u{12}\u{05}", .notHTTP([0, 0, 0x12, 5])),
    ("220 mail.example ESMTP\r\n", .foreign(.mailOrFiles)),
    ("-ERR unknown command\r\n", .foreign(.redis)),
    ("<html>", .foreign(.html)),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .notHTTP(Array("P".utf8))),
    ("garbage", .notHTTP(Array("g".utf8))),
    ("HTTP/1.1 101 OK\n", .bareLineFeed(line: 1)),  // 2.2
    ("HTTP/1.1 101 OK\rX", .bareCarriageReturn(line: 1)),  // 2.2
    ("HTTP/1.1 101 OK\r\nA: b\nC: d\r\n\r\n", .bareLineFeed(line: 2)),  // 2.2
    ("HTTP/1.1 101 OK\r\nA: b\rc\r\n\r\n", .bareCarriageReturn(line: 2)),  // 2.2
    ("HTTP/1.1 101 OK\r\nA: b\r\n\n", .bareLineFeed(line: 3)),  // 2.2
    ("HTTP/1.1 101 OK\r\nA: b\r\n\rX", .bareCarriageReturn(line: 3)),  // 2.2
    ("HTTP/1.1 101 OK\r\n A: b\r\n\r\n", .blankBeforeHeaders),  // 2.2
    ("HTTP/1.1 101 OK\r\nA: b\r\n c\r\n\r\n", .folding(name: "A")),  // 5.2
    ("HTTP/1.1 101 OK\r\nA: b\r\n\tc\r\n\r\n", .folding(name: "A")),  // 5.2
    ("HTTP/1.1 101 OK\r\nA : b\r\n\r\n", .blankBeforeColon(name: "A")),  // 5.1
    ("HTTP/1.1 101 OK\r\nA\t: b\r\n\r\n", .blankBeforeColon(name: "A")),  // 5.1
    ("HTTP/1.1 101 OK\r\nA\r\n\r\n", .headerWithoutColon("A")),  // 5
    ("HTTP/1.1 101 OK\r\nA \r\n\r\n", .headerWithoutColon("A")),  // 5
    ("HTTP/1.1 101 OK\r\n: b\r\n\r\n", .emptyName(line: 2)),  // 5
    ("HTTP/1.1 101 OK\r\nA b: c\r\n\r\n", .nameCharacter(0x20, name: "A")),  // RFC 9110, 5.1
    ("HTTP/1.1 101 OK\r\nA(b: c\r\n\r\n", .nameCharacter(0x28, name: "A")),  // RFC 9110, 5.1
    ("HTTP/1.1 101 OK\r\n\u{E9}: c\r\n\r\n", .nameCharacter(0xC3, name: "")),  // RFC 9110, 5.1
    ("HTTP/1.1 101 OK\r\nA\0: c\r\n\r\n", .nameCharacter(0, name: "A")),  // RFC 9110, 5.1
    ("HTTP/1.1 101 OK\r\nA: b\0c\r\n\r\n", .nulInValue(name: "A")),  // RFC 9110, 5.5
    ("HTTP/1.1 101 OK\r\nA: b\u{1B}c\r\n\r\n", .valueCharacter(0x1B, name: "A")),  // RFC 9110, 5.5
    ("HTTP/1.1 101 OK\r\nA: b\u{7F}c\r\n\r\n", .valueCharacter(0x7F, name: "A")),  // RFC 9110, 5.5
  ]

  @Test("of an answer is refused", arguments: refusedAnswers)
  func answerRefusals(text: String, failure: HTTPHeadFailure) {
    #expect(answer(text) == .failed(failure))
    #expect(!failure.description.isEmpty && failure.section.hasPrefix("RFC 9"))
  }

  static let refusedRequests: [(String, HTTPHeadFailure)] = [
    ("GET /\r\n", HTTPHeadFailure.requestLine("GET /")),  // 3: HTTP/0.9
    ("GET\r\n", .requestLine("GET")),  // 3
    (" GET / HTTP/1.1", .requestLine(" ")),  // 3
    ("GET  / HTTP/1.1", .requestLine("GET  ")),  // 3
    ("GET /  HTTP/1.1", .requestLine("GET /  ")),  // 3
    ("GET / HTTP/1.1 \r\n", .requestLine("GET / HTTP/1.1 ")),  // 3
    ("GET / http/1.1\r\n", .requestLine("GET / h")),  // 2.3
    ("GET / x HTTP/1.1\r\n", .requestLine("GET / x")),  // 3
    ("GET / HTTP/2.0\r\n", .version("HTTP/2.0")),  // 2.3
    ("GET / HTTP/3\r\n", .requestLine("GET / HTTP/3")),  // 2.3
    ("G\u{E9}T / HTTP/1.1\r\n", .methodCharacter(0xC3)),  // 3.1
    ("GE(T / HTTP/1.1\r\n", .methodCharacter(0x28)),  // 3.1
    ("GET /\u{E9} HTTP/1.1\r\n", .targetCharacter(0xC3)),  // 3.2
    ("GET /\t HTTP/1.1\r\n", .targetCharacter(0x09)),  // 3.2
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .foreign(.http2)),  // RFC 9113, 3.4
    ("\u{16}\u{03}\u{01}\u{02}\0", .foreign(.tlsHandshake)),
    ("SSH-2.0-OpenSSH_9.2\r\n", .foreign(.ssh)),
    ("\r\n\r\nGET / HTTP/1.1\r\n", .requestLine("")),  // 2.2: one empty line is skipped
    ("\rGET / HTTP/1.1\r\n", .bareCarriageReturn(line: 1)),  // 2.2
    ("GET / HTTP/1.1\n", .bareLineFeed(line: 1)),  // 2.2
    ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n", .folding(name: "Host")),  // 5.2
    ("GET / HTTP/1.1\r\nHost : a\r\n", .blankBeforeColon(name: "Host")),  // 5.1
  ]

  @Test("of a request is refused", arguments: refusedRequests)
  func requestRefusals(text: String, failure: HTTPHeadFailure) { #expect(request(text) == .failed(failure)) }

  @Test func `is unfinished at every cut`() {
    let bytes = Array("HTTP/1.1 101 Switching Protocols\r\nA: b\r\n\r\n".utf8)
    for cut in bytes.indices { #expect(answer(Array(bytes[..<cut])) == .needsMore) }
  }

  @Test func `is bounded as a whole, by line and by the number of lines`() {
    let limits = HeadLimits(total: 100, line: 30, lines: 3)
    let start = "HTTP/1.1 200 OK\r\n"
    func fill(_ size: Int) -> String { String(repeating: "x", count: size) }
    #expect(answer("HTTP/1.1 200 " + fill(18), limits: limits) == .failed(.startLineTooLong(limit: 30)))
    #expect(answer(start + "A:" + fill(30), limits: limits) == .failed(.headerTooLong(limit: 30, name: "A")))
    #expect(answer(start + fill(31), limits: limits) == .failed(.headerTooLong(limit: 30, name: fill(30))))
    #expect(answer(start + "A:1\r\nB:2\r\nC:3\r\nD", limits: limits) == .failed(.tooManyHeaders(limit: 3)))
    let full = start + "A:" + fill(28) + "\r\nB:" + fill(28) + "\r\nC:" + fill(13) + "\r\n"
    #expect(full.utf8.count == 98)
    guard case .response = answer(full + "\r\n", limits: limits) else { Issue.record("100 bytes fit"); return }
    let roomy = HeadLimits(total: 100, line: 30, lines: 4)
    #expect(answer(full + "D:\r\n\r\n", limits: roomy) == .failed(.headTooLong(limit: 100)))
  }

  @Test func `keeps to the default limits`() {
    let start = "GET / HTTP/1.1\r\n"
    let fits = String(repeating: "y", count: (16 << 10) - 2)
    guard case .request = request(start + "X:" + fits + "\r\n\r\n") else { Issue.record("16 KiB fit"); return }
    #expect(request(start + "X:y" + fits) == .failed(.headerTooLong(limit: 16 << 10, name: "X")))
    #expect(request("GET /y" + fits) == .failed(.startLineTooLong(limit: 16 << 10)))
    let hundred = String(repeating: "X: y\r\n", count: 100)
    guard case .request = request(start + hundred + "\r\n") else { Issue.record("100 lines fit"); return }
    #expect(request(start + hundred + "X") == .failed(.tooManyHeaders(limit: 100)))
    let long = "X:" + fits + "\r\n"
    #expect(request(start + long + long + long + long) == .failed(.headTooLong(limit: 64 << 10)))
  }

  @Test func `of a lenient peer may end its lines in LF and leave out a blank`() {
    let bytes = Array("HTTP/1.1 101\nA: b\nC: d\r\n\n".utf8)
    var parser = HTTPHeadParser(kind: .response, isLenient: true)
    let head = HTTPResponseHead(status: 101, reason: "", headers: [HTTPHeader("A", "b"), HTTPHeader("C", "d")])
    #expect(parser.feed(bytes.span).result == .response(head))
    #expect(
      parser.tolerated == [
        .bareLineFeed(line: 1), .statusLineWithoutBlank("HTTP/1.1 101"), .bareLineFeed(line: 2), .bareLineFeed(line: 4),
      ])
    #expect(answer(bytes, isLenient: true) == .response(head))
    #expect(answer("HTTP/1.1 101 OK\n A: b", isLenient: true) == .failed(.blankBeforeHeaders))
  }

  @Test func `takes time that grows with its length alone`() {
    // 60 KiB in pieces of one byte: a parser that looks again at what it has would need 2 * 10^9 steps.
    var parser = HTTPHeadParser(kind: .response)
    let line = "X: " + String(repeating: "y", count: 15_000) + "\r\n"
    let bytes = Array(("HTTP/1.1 200 OK\r\n" + line + line + line + line + "\r\n").utf8)
    var result = HeadResult.needsMore
    let elapsed = ContinuousClock().measure { for byte in bytes { result = parser.feed([byte].span).result } }
    guard case .response = result else { Issue.record("\(result)"); return }
    #expect(elapsed < .seconds(5))
  }
}

@Suite struct `Header lines` {
  private let headers: HTTPHeaders = [
    HTTPHeader("Connection", "keep-alive, Upgrade"), HTTPHeader("Via", "a"), HTTPHeader("connection", " ,x,, "),
  ]

  @Test func `are found whatever their case, in order`() {
    #expect(headers.first("CONNECTION") == "keep-alive, Upgrade")
    #expect(headers.all("connection") == ["keep-alive, Upgrade", " ,x,, "])
    #expect(headers.first("Connectio") == nil && headers.contains("VIA"))
    #expect(headers.map(\.name) == ["Connection", "Via", "connection"])
  }

  @Test func `of one name make one list (RFC 9110, section 5.3)`() {
    #expect(headers.tokens(of: "Connection") == ["keep-alive", "Upgrade", "x"])
    #expect(headers.list("Connection", contains: "upgrade"))
    #expect(!headers.list("Connection", contains: "up"))
  }
}
