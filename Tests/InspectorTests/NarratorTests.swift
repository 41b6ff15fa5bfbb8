import Inspector
import Testing
import Trace

@testable import WebSocketCore

@Suite struct `A narrator` {
  private static let start = ContinuousClock.now
  private static let hostile = "a\u{1B}[2Jb\u{202E}\r\nc\u{7F}\u{9B}"

  private func lines(
    _ event: TraceEvent, _ detail: Narrator.Detail = .frames, isServer: Bool = false
  ) -> [String] {
    Narrator(detail: detail, mask: SecretMask(showsSecrets: false), start: Self.start, isServer: isServer)
      .lines(for: event)
  }

  private static func frame(
    _ header: FrameHeader, _ payload: [UInt8], _ direction: Direction = .received, part: MessagePart? = nil,
    message: MessageRecord? = nil, violations: [Violation] = []
  ) -> TraceEvent {
    .frame(
      FrameRecord(
        direction: direction, time: start + .microseconds(12_400), header: header, headerBytes: [], payload: payload,
        offset: 0, part: part, message: message, violations: violations))
  }

  private static let head = HTTPResponseHead(
    status: 101, headers: [HTTPHeader("Upgrade", "websocket"), HTTPHeader("Set-Cookie", "a=b")])
  private static let answer = HandshakeAnswer.sample(head)

  static let rows: [(TraceEvent, [String])] = [
    (.began(.resolve, "localhost"), ["* resolving the name: localhost"]),
    (.began(.handshake, "ws://a/?token=x"), ["* the opening handshake: ws://a/?token=[secret 1]"]),
    (.attemptFailed(.connect, "[::1]:80: connection refused"), ["* failed: [::1]:80: connection refused"]),
    (.finished(.connect, "127.0.0.1:80", .microseconds(80)), ["* connect: done in 80 µs: 127.0.0.1:80"]),
    (.finished(.handshake, "", .milliseconds(312)), ["* handshake: done in 312 ms"]),
    (
      .secured(
        SecurityRecord(version: "TLS 1.3", cipher: "X", certificates: ["CN=a"], verification: "trusted")),
      ["* TLS 1.3, X; certificate trusted", "*   CN=a"]
    ),
    (
      .request(Array("GET /?key=x HTTP/1.1\r\nHost: a\r\nCookie: b\r\n\r\n".utf8)),
      ["> GET /?key=[secret 1] HTTP/1.1", "> Host: a", "> Cookie: [secret 2]"]
    ),
    (
      .response(head),
      ["< HTTP/1.1 101 Switching Protocols", "< Upgrade: websocket", "< Set-Cookie: [secret 1]"]
    ),
    (.refused(.hostMissing), ["* refused: the request has no Host header (RFC 9112, section 3.2)"]),
    (.tolerated(.maskedByServer), ["* tolerated: the server masked a frame (RFC 6455, section 5.1)"]),
    (frame(FrameHeader(opcode: .text, payloadLength: 5), Array("hello".utf8)), [#"12.4 ms < text 5 B fin "hello""#]),
    (
      frame(
        FrameHeader(
          opcode: .binary, payloadLength: 3, isFinal: false, reservedBits: [.rsv1, .rsv3],
          maskingKey: MaskingKey(0x0102)), [0, 10, 255], .sent),
      ["12.4 ms > binary 3 B rsv1 rsv3 mask 00000102 00 0a ff"]
    ),
    (
      frame(FrameHeader(opcode: .close, payloadLength: 5), [0x03, 0xE9] + Array("bye".utf8)),
      [#"12.4 ms < close 5 B fin 1001 (going away) "bye""#]
    ),
    (frame(FrameHeader(opcode: .close, payloadLength: 0), []), ["12.4 ms < close 0 B fin"]),
    (
      frame(FrameHeader(opcode: .text, payloadLength: 100), Array(repeating: 65, count: 100)),
      ["12.4 ms < text 100 B fin \"" + String(repeating: "A", count: 60) + "\"…"]
    ),
    (
      frame(FrameHeader(opcode: Opcode(rawValue: 11), payloadLength: 30), Array(repeating: 1, count: 30)),
      ["12.4 ms < reserved 11 30 B fin " + Array(repeating: "01", count: 20).joined(separator: " ") + " …"]
    ),
    (.sentBytes([0x81, 0x05], offset: 9), ["* raw bytes 2 B 81 05"]),
    (
      frame(FrameHeader(opcode: .text, payloadLength: 3), Array("a\"é".utf8) + [0xFF, 0x1B]),
      [#"12.4 ms < text 3 B fin "a"é\xff\x1b""#]
    ),
    (frame(FrameHeader(opcode: .ping, payloadLength: 2), Array("hb".utf8)), [#"12.4 ms < ping 2 B fin "hb""#]),
    (
      frame(
        FrameHeader(opcode: .text, payloadLength: 7, reservedBits: .rsv1), [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 7, 0],
        part: MessagePart(opcode: .text, isCompressed: true),
        message: MessageRecord(opcode: .text, payload: Array("Hello".utf8), wireSize: 7, isCompressed: true)),
      [#"12.4 ms < text 7 B fin rsv1 inflated 5 B "Hello""#]
    ),
    (
      frame(
        FrameHeader(opcode: .text, payloadLength: 3, isFinal: false, reservedBits: .rsv1), [0xF2, 0x48, 0xCD],
        part: MessagePart(opcode: .text, isCompressed: true)),
      ["12.4 ms < text 3 B rsv1 f2 48 cd"]
    ),
    (
      frame(
        FrameHeader(opcode: .continuation, payloadLength: 2), Array("lo".utf8),
        part: MessagePart(opcode: .text, index: 1),
        message: MessageRecord(opcode: .text, payload: Array("Hello".utf8), fragmentCount: 2)),
      [#"12.4 ms < continuation 2 B fin completes text 5 B of 2 frames "lo""#]
    ),
    (
      frame(
        FrameHeader(opcode: .continuation, payloadLength: 4), [0xC9, 0xC9, 7, 0],
        part: MessagePart(opcode: .text, index: 1, isCompressed: true),
        message: MessageRecord(
          opcode: .text, payload: Array("Hello".utf8), wireSize: 7, fragmentCount: 2, isCompressed: true)),
      [#"12.4 ms < continuation 4 B fin completes text 5 B of 2 frames, inflated "Hello""#]
    ),
    (
      frame(FrameHeader(opcode: .continuation, payloadLength: 0), [], violations: [.unexpectedContinuation]),
      [
        "12.4 ms < continuation 0 B fin ! a continuation frame with no message to continue "
          + "(RFC 6455, section 5.4)"
      ]
    ),
    (
      frame(
        FrameHeader(opcode: .binary, payloadLength: 1 << 63), [0],
        violations: [.maskedByServer, .negativeLength(1 << 63)]),
      [
        "12.4 ms < binary 8,388,608 TB fin 00, 1 B of it are here ! the server masked a frame "
          + "(RFC 6455, section 5.1) ! payload length 0x8000000000000000 has its highest bit set "
          + "(RFC 6455, section 5.2)"
      ]
    ),
  ]

  @Test("tells an event in its lines", arguments: rows.indices)
  func tells(index: Int) {
    let (event, expected) = Self.rows[index]
    #expect(lines(event) == expected)
  }

  /// A text is looked at eight bytes at a time.
  @Test("shows no byte that cannot be seen, wherever it stands", arguments: [0, 0x1F, 0x20, 0x7E, 0x7F, 0x80, 0xFF])
  func unseen(byte: UInt8) {
    for size in 1...24 {
      for place in 0..<size {
        var text = [UInt8](repeating: UInt8(ascii: "a"), count: size)
        text[place] = byte
        let line = lines(Self.frame(FrameHeader(opcode: .text, payloadLength: UInt64(size)), text)).joined()
        let isPlain = line.hasSuffix(" \"\(String(decoding: text, as: UTF8.self))\"")
        #expect(isPlain == (0x20...0x7E).contains(byte), "\(line)")
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
      }
    }
  }

  @Test func `tells a server's heads the other way round`() {
    #expect(lines(.request(Array("GET / HTTP/1.1\r\n\r\n".utf8)), isServer: true) == ["< GET / HTTP/1.1"])
    #expect(lines(.response(Self.head), isServer: true).first == "> HTTP/1.1 101 Switching Protocols")
  }

  @Test func `tells no more than it was asked for`() {
    for (event, _) in Self.rows {
      let isFrame =
        switch event {
        case .frame, .sentBytes: true
        default: false
        }
      let isTolerated = if case .tolerated = event { true } else { false }
      #expect(lines(event, .phases).isEmpty == isFrame)
      #expect(lines(event, .quiet).isEmpty == !isTolerated)
    }
  }

  /// Whatever a peer may have written, no line holds a control character or turns the direction of writing.
  @Test func `is safe for a terminal`() {
    let hostile = Self.hostile
    let close = CloseFrame(code: .normal, reason: hostile)
    let events: [TraceEvent] = [
      .began(.connect, hostile), .attemptFailed(.connect, hostile), .finished(.proxy, hostile, .zero),
      .secured(
        SecurityRecord(version: hostile, cipher: hostile, certificates: [hostile], verification: hostile)),
      .request(Array("GET /\(hostile) HTTP/1.1\r\nA: \(hostile)\r\n\r\n".utf8) + [0xFF, 0x1B]),
      .response(HTTPResponseHead(status: 101, reason: hostile, headers: [HTTPHeader("A", hostile)])),
      .opened(HandshakeAnswer.sample(Self.head, subprotocol: hostile, notes: [hostile])),
      .refused(.hostValue(hostile)),
      Self.frame(FrameHeader(opcode: .text, payloadLength: 9), Array(hostile.utf8) + [0xFF, 0x9B]),
      Self.frame(FrameHeader(opcode: .close, payloadLength: 9), [3, 232] + Array(hostile.utf8)),
      Self.frame(FrameHeader(opcode: .ping, payloadLength: 9), Array(hostile.utf8)),
      .ended(
        Verdict(
          cause: .closedByPeer, sentClose: close, receivedClose: close, lifetime: .zero, silence: .zero,
          lastReceived: nil, lastSent: nil)),
      .ended(
        Verdict(
          cause: .broken(hostile), sentClose: nil, receivedClose: nil, lifetime: .zero, silence: .zero,
          lastReceived: nil, lastSent: nil)),
    ]
    for event in events {
      let told = lines(event)
      #expect(!told.isEmpty)
      for scalar in told.joined().unicodeScalars {
        let isHarmful = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar == "\u{202E}"
        #expect(!isHarmful, "\(told)")
      }
    }
  }
}

extension HandshakeAnswer {
  fileprivate static func sample(
    _ head: HTTPResponseHead, subprotocol: String? = nil, notes: [String] = []
  ) -> HandshakeAnswer {
    HandshakeAnswer(response: head, subprotocol: subprotocol, deflate: nil, extensions: nil, notes: notes)
  }
}
