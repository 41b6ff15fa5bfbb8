import Bytes
import Inspector
import JSONSyntax
import TestSupport
import Testing
import Trace
import WebSocketCore

private let start = ContinuousClock.now
private let time = UTCTime(seconds: 1_767_323_045, nanoseconds: 678_000_000)

/// The lines for events, each parsed.
private func lines(_ events: [TraceEvent], role: Role = .client, showsSecrets: Bool = false) throws -> [JSONValue] {
  let writer = CaptureWriter(
    connection: 2, role: role, mask: SecretMask(showsSecrets: showsSecrets), start: start)
  let output = ByteBuffer()
  writer.begin(peer: "ws://h/?token=abc", at: time, now: start, into: output)
  for event in events { writer.append(event, at: time, now: start + .microseconds(1_000_005), into: output) }
  writer.fail("no luck", at: time, now: start, into: output)
  let text = output.span.indices.map { output.span[$0] }
  #expect(text.last == 0x0A)
  return try text.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false).map {
    try JSONParser.parse(Array($0).span)
  }
}

private func record(
  _ header: FrameHeader, _ payload: [UInt8], direction: Direction = .received, message: MessageRecord? = nil
) -> FrameRecord {
  let output = ByteBuffer()
  header.write(into: output)
  return FrameRecord(
    direction: direction, time: start + .milliseconds(12), header: header,
    headerBytes: output.span.indices.map { output.span[$0] }, payload: payload, offset: 7, message: message)
}

/// The only line for a frame, without what is the same in all.
private func line(_ frame: FrameRecord) throws -> JSONValue {
  try lines([.frame(frame)])[1]
}

private func bytes(_ value: JSONValue?) throws -> [UInt8]? {
  if case .string(let text) = value?["text"] { return Array(text.utf8) }
  if case .string(let text) = value?["base64"] { return try Base64.decode(text) }
  return nil
}

private func json(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8).span) }

@Suite struct `A capture` {
  @Test func `begins with who is connected to whom, secrets masked`() throws {
    let lines = try lines([])
    #expect(
      lines == [
        try json(
          #"""
          {"at":"2026-01-02T03:04:05.678Z","elapsed":0.000000,"connection":2,"type":"start","version":1,
          "role":"client","peer":"ws://h/?token=[secret 1]"}
          """#),
        try json(
          #"{"at":"2026-01-02T03:04:05.678Z","elapsed":0.000000,"connection":2,"type":"failed","text":"no luck"}"#),
      ])
  }

  @Test func `has a message as --jsonl has it, and its frame`() throws {
    let header = FrameHeader(opcode: .text, payloadLength: 2, maskingKey: MaskingKey(0x0102_0304))
    let payload = Array("a\"".utf8)
    let frame = record(header, payload, direction: .sent, message: MessageRecord(opcode: .text, payload: payload))
    #expect(
      try line(frame)
        == json(
          #"""
          {"at":"2026-01-02T03:04:05.678Z","elapsed":0.012000,"connection":2,"dir":"out","type":"text","text":"a\"",
          "size":2,"frame":{"header":"818201020304","fin":true,"rsv":0,"opcode":1,"mask":"01020304","length":2,
          "offset":7}}
          """#))
  }

  @Test func `has a compressed message and its wire bytes`() throws {
    let header = FrameHeader(opcode: .text, payloadLength: 3, reservedBits: .rsv1)
    let message = MessageRecord(opcode: .text, payload: Array("hello".utf8), wireSize: 3, isCompressed: true)
    let line = try line(record(header, [1, 2, 3], message: message))
    #expect(line["text"] == .string("hello"))
    #expect(line["size"] == .number("5"))
    #expect(line["compressed"] == .bool(true))
    #expect(line["wire"] == .number("3"))
    #expect(line["frame"]?["rsv"] == .number("4"))
    #expect(line["frame"]?["length"] == .number("3"))
    #expect(try bytes(line["frame"]) == [1, 2, 3])
  }

  @Test func `has the rules that a frame breaks, and what was made of it`() throws {
    var frame = record(FrameHeader(opcode: .ping, payloadLength: 1, reservedBits: .rsv3), [0x61])
    frame.violations = [.reservedBits(.rsv3, .ping)]
    let expected = try json(
      #"[{"violation":"reserved-bits","section":"RFC 6455, section 5.2","text":"RSV3 set on a ping frame, which no "#
        + #"agreed extension allows"}]"#)
    let tolerated = try line(frame)
    #expect(tolerated["type"] == .string("ping"))
    #expect(tolerated["frame"]?["violations"] == expected)
    #expect(tolerated["frame"]?["refused"] == nil)
    frame.isRefused = true
    let refused = try line(frame)
    #expect(refused["type"] == .string("frame"))
    #expect(refused["frame"]?["violations"] == expected)
    #expect(refused["frame"]?["refused"] == .bool(true))
    #expect(try bytes(refused["frame"]) == [0x61])
  }

  @Test func `has the frames of a message, and the message with the last one`() throws {
    let first = try line(record(FrameHeader(opcode: .text, payloadLength: 1, isFinal: false), [0xC3]))
    #expect(first["type"] == .string("frame"))
    #expect(first["base64"] == nil)
    #expect(try bytes(first["frame"]) == [0xC3])
    let message = MessageRecord(opcode: .text, payload: Array("é".utf8), fragmentCount: 2)
    let last = try line(record(FrameHeader(opcode: .continuation, payloadLength: 1), [0xA9], message: message))
    #expect(last["type"] == .string("text"))
    #expect(last["text"] == .string("é"))
    #expect(last["frames"] == .number("2"))
    #expect(try bytes(last["frame"]) == [0xA9])
  }

  @Test(
    "has control frames",
    arguments: [
      (Opcode.ping, [0x68, 0x69], #""type":"ping","text":"hi""#), (.pong, [0xFF], #""type":"pong","base64":"/w==""#),
      (.close, [], #""type":"close","reason":"""#),
      (.close, [3, 0xE8, 0x78], #""type":"close","code":1000,"reason":"x""#),
      (.close, [3], #""type":"frame""#), (.close, [3, 0xE8, 0xFF], #""type":"frame""#),
      (Opcode(rawValue: 11), [0x61], #""type":"frame""#),
    ] as [(Opcode, [UInt8], String)])
  func control(opcode: Opcode, payload: [UInt8], members: String) throws {
    let line = try line(record(FrameHeader(opcode: opcode, payloadLength: UInt64(payload.count)), payload))
    guard case .object(let expected) = try json("{\(members)}") else { return }
    for member in expected { #expect(line[member.name] == member.value) }
    let isWhole = line["type"] != .string("frame")
    #expect(try isWhole || bytes(line["frame"]) == payload)
    #expect(line["frame"]?["opcode"] == .number("\(opcode.rawValue)"))
  }

  @Test func `masks the secrets of heads unless they are asked for`() throws {
    let request = Array("GET /?key=k1 HTTP/1.1\r\nCookie: c1\r\nAuthorization: Basic k1\r\nX: \"y\"\r\n\r\n".utf8)
    let masked = try lines([.request(request)])[1]
    #expect(masked["dir"] == .string("out"))
    #expect(
      masked["head"]
        == .array(
          [
            "GET /?key=[secret 2] HTTP/1.1", "Cookie: [secret 3]", "Authorization: Basic [secret 2]", "X: \"y\"",
          ].map { .string($0) }))
    let shown = try lines([.request(request)], role: .server, showsSecrets: true)
    #expect(shown[0]["peer"] == .string("ws://h/?token=abc"))
    #expect(shown[1]["dir"] == .string("in"))
    guard case .array(let head) = shown[1]["head"] else { return #expect(Bool(false)) }
    #expect(head.contains(.string("Cookie: c1")))
  }

  @Test func `has the rest of what happens`() throws {
    let verdict = Verdict(
      cause: .violation(.maskedByServer), sentClose: CloseFrame(code: .protocolError, reason: "r"), receivedClose: nil,
      lifetime: .seconds(90), silence: .milliseconds(1), lastReceived: nil, lastSent: nil)
    let lines = try lines([
      .began(.resolve, "localhost"), .attemptFailed(.connect, "[::1]:1: connection refused"),
      .finished(.connect, "", .microseconds(1500)),
      .secured(SecurityRecord(version: "TLS 1.3", cipher: "AES", certificates: ["CN=a"], verification: "ok")),
      .response(HTTPResponseHead(status: 101, headers: [HTTPHeader("Set-Cookie", "s")])),
      .tolerated(.unexpectedContinuation), .ended(verdict),
    ]).dropFirst().dropLast()
    let expected = [
      #""type":"phase","phase":"resolve","state":"began","text":"localhost""#,
      #""type":"phase","phase":"connect","state":"failed","text":"[::1]:1: connection refused""#,
      #""type":"phase","phase":"connect","state":"done","seconds":0.001500"#,
      #""type":"tls","version":"TLS 1.3","cipher":"AES","certificates":["CN=a"],"verification":"ok""#,
      #""dir":"in","type":"response","status":101,"#
        + #""head":["HTTP/1.1 101 Switching Protocols","Set-Cookie: [secret 2]"]"#,
      #""type":"tolerated","violation":"unexpected-continuation""#,
      #""type":"end","cause":"violation","violation":"masked-by-server","#
        + #""sent":{"code":1002,"reason":"r"},"lifetime":90.000000"#,
    ]
    #expect(lines.count == expected.count)
    for (line, members) in zip(lines, expected) {
      #expect(line["elapsed"] == .number("1.000005"))
      guard case .object(let members) = try json("{\(members)}") else { continue }
      for member in members { #expect(line[member.name] == member.value, "\(line)") }
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `gives back the same bytes, whatever they were`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<300 {
      var payload = random.bytes(Int.random(in: 0...40, using: &random))
      if Bool.random(using: &random) { payload = payload.map { $0 & 0x7F } }
      let opcode = Opcode(rawValue: UInt8.random(in: 0...15, using: &random))
      var header = FrameHeader(
        opcode: opcode, payloadLength: UInt64(payload.count), isFinal: Bool.random(using: &random),
        reservedBits: ReservedBits(rawValue: UInt8.random(in: 0...7, using: &random)),
        maskingKey: Bool.random(using: &random) ? MaskingKey(UInt32.random(in: 0 ... .max, using: &random)) : nil)
      header.lengthForm = [LengthForm.seven, .sixteen, .sixtyFour].randomElement(using: &random)!
      let isMessage = Bool.random(using: &random) && !opcode.isControl
      let text = Bool.random(using: &random)
      let frame = record(
        header, payload, message: isMessage ? MessageRecord(opcode: text ? .text : .binary, payload: payload) : nil)
      let line = try line(frame)
      #expect(
        line["frame"]?["header"]
          == .string(frame.headerBytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()))
      guard line["type"] != .string("close") else { continue }
      let found = try bytes(line) ?? bytes(line["frame"])
      #expect(found == payload, "seed \(seed): \(line)")
    }
  }
}
