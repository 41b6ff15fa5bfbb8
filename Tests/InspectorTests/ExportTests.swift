import Bytes
import Inspector
import JSONSyntax
import Testing
import Trace
import WebSocketCore

/// A capture as a session writes it, frame by frame.
private struct Session {
  let bytes = ByteBuffer()
  private let writer: CaptureWriter
  private var offsets: [Direction: UInt64] = [.sent: 0, .received: 0]
  private var unfinished: [Direction: MessageRecord] = [:]
  /// Microseconds since the start.
  private var time = 0

  init(number: Int = 1, role: Role = .client, peer: String = "ws://h/chat?token=letmein&a=b", deflate: Bool = true) {
    writer = CaptureWriter(
      connection: number, role: role, mask: SecretMask(showsSecrets: true), start: ReadCapture.start)
    writer.begin(peer: peer, at: wallTime, now: now, into: bytes)
    let extensions = deflate ? [HTTPHeader("Sec-WebSocket-Extensions", "permessage-deflate")] : []
    let shared = [HTTPHeader("Upgrade", "websocket"), HTTPHeader("Connection", "Upgrade")] + extensions
    let request = HTTPRequestHead(
      method: "GET", target: "/chat?token=letmein&a=b",
      headers: HTTPHeaders(
        [HTTPHeader("Host", "h")] + shared + [
          HTTPHeader("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="), HTTPHeader("Sec-WebSocket-Version", "13"),
          HTTPHeader("Authorization", "Bearer letmein"), HTTPHeader("Cookie", "id=crumbs"),
        ]))
    let response = HTTPResponseHead(
      status: 101,
      headers: HTTPHeaders(
        shared + [
          HTTPHeader("Sec-WebSocket-Accept", AcceptKey.answering("AAAAAAAAAAAAAAAAAAAAAA==")),
          HTTPHeader("Set-Cookie", "id=crumbs"),
        ]))
    append(.request(request.bytes))
    time += 1500
    append(.response(response))
    append(.opened(HandshakeAnswer(observed: response, to: request)))
  }

  private var now: ContinuousClock.Instant { ReadCapture.start + .microseconds(time) }
  private var wallTime: UTCTime {
    UTCTime(seconds: 1_767_323_045, nanoseconds: 678_901_000).advanced(by: .microseconds(time))
  }

  private mutating func append(_ event: TraceEvent) { writer.append(event, at: wallTime, now: now, into: bytes) }

  /// - Parameter inflated: the message, where it is compressed.
  mutating func frame(
    _ direction: Direction, _ opcode: Opcode, _ payload: [UInt8], isFinal: Bool = true, inflated: [UInt8]? = nil,
    role: Role = .client
  ) {
    time += 1234
    let isMasked = (direction == .sent) == (role == .client)
    let header = FrameHeader(
      opcode: opcode, payloadLength: UInt64(payload.count), isFinal: isFinal,
      reservedBits: inflated == nil ? [] : .rsv1, maskingKey: isMasked ? MaskingKey(0x0102_0304) : nil)
    var message: MessageRecord?
    if !opcode.isControl {
      var whole = unfinished[direction] ?? MessageRecord(opcode: opcode, payload: [], fragmentCount: 0)
      whole.payload += inflated ?? payload
      whole.wireSize += header.payloadLength
      whole.fragmentCount += 1
      whole.isCompressed = inflated != nil
      unfinished[direction] = isFinal ? nil : whole
      message = isFinal ? whole : nil
    }
    append(
      .frame(
        FrameRecord(
          direction: direction, time: now, header: header, headerBytes: header.bytes, payload: payload,
          offset: offsets[direction] ?? 0, message: message)))
    offsets[direction, default: 0] += UInt64(header.encodedSize + payload.count)
  }

  mutating func end() {
    let close = CloseFrame(code: .normal)
    append(
      .ended(
        Verdict(
          cause: .closedByUs, sentClose: close, receivedClose: close, lifetime: .microseconds(time), silence: .zero,
          lastReceived: nil, lastSent: nil)))
  }

  /// Messages of every kind, whole, in pieces and compressed (RFC 7692, section 7.2.3.1), and all control frames.
  static func whole(number: Int = 1, role: Role = .client) -> [UInt8] {
    var session = Session(number: number, role: role)
    session.frame(.sent, .text, Array("\"é\"\u{1}".utf8), role: role)
    session.frame(.received, .binary, [0, 0xFF, 10], role: role)
    session.frame(.received, .text, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 7, 0], inflated: Array("Hello".utf8), role: role)
    session.frame(.received, .text, Array("a".utf8), isFinal: false, role: role)
    session.frame(.received, .ping, Array("p".utf8), role: role)
    session.frame(.sent, .pong, Array("p".utf8), role: role)
    session.frame(.received, .continuation, Array("b".utf8), role: role)
    session.frame(.sent, .binary, (0..<70_000).map { UInt8(truncatingIfNeeded: $0) }, role: role)
    session.frame(.sent, .text, [], role: role)
    session.frame(.sent, .close, [3, 0xE8], role: role)
    session.frame(.received, .close, [3, 0xE8], role: role)
    session.end()
    return Array(session.bytes.bytes)
  }
}

/// The file that is made of another one.
private func export(_ file: [UInt8], to format: ExportFormat, showsSecrets: Bool = false) throws -> [UInt8] {
  let output = ByteBuffer()
  let export = CaptureExport(
    to: format, mask: SecretMask(showsSecrets: showsSecrets), start: ReadCapture.start, into: output)
  for event in ReadCapture(file).events { try export.append(event, into: output) }
  export.finish(into: output)
  return Array(output.bytes)
}

extension ReadCapture {
  /// Every frame, as it was on the wire, at its time since the first.
  fileprivate var timedFrames: [FrameRecord] {
    let first = frames.first?.time ?? Self.start
    return frames.map { frame in
      var frame = frame
      frame.time = Self.start + first.duration(to: frame.time)
      return frame
    }
  }

  /// Every message and control frame: its direction, its microseconds since the first, what it is.
  fileprivate var timedMessages: [String] {
    timedFrames.filter { $0.message != nil || $0.header.opcode.isControl }.map { frame in
      let opcode = frame.message?.opcode ?? frame.header.opcode
      let time = Self.start.duration(to: frame.time) / .microseconds(1)
      return "\(frame.direction) \(time) \(opcode.name) \(frame.message?.payload ?? frame.payload)"
    }
  }

  /// Whether the wall clock showed the same at the first and the last event, to the millisecond that a capture has.
  fileprivate func isNear(_ other: ReadCapture) -> Bool {
    zip([events.first, events.last], [other.events.first, other.events.last]).allSatisfy { one, other in
      guard let time = one?.wallTime, let otherTime = other?.wallTime else { return false }
      let distance = otherTime.duration(to: time)
      return distance < .milliseconds(1) && distance > .milliseconds(-1)
    }
  }
}

@Suite struct `A capture that is exported` {
  @Test func `to HAR and back keeps messages, directions and times`() throws {
    let original = ReadCapture(Session.whole())
    let archive = try export(Session.whole(), to: .har)
    let read = ReadCapture(archive)
    #expect(read.damages == [])
    #expect(read.outline.hasPrefix("start request 101 open text binary"))
    #expect(read.timedMessages == original.timedMessages)
    #expect(read.timedMessages.count == 10)
    let back = ReadCapture(try export(archive, to: .jsonl))
    #expect(back.damages == [])
    #expect(back.timedMessages == original.timedMessages)
    #expect(read.isNear(original))
  }

  @Test(arguments: [Role.client, .server]) func `to pcapng and back keeps every frame`(role: Role) throws {
    let original = ReadCapture(Session.whole(role: role))
    let packets = try export(Session.whole(role: role), to: .pcapng)
    let read = ReadCapture(packets)
    #expect(read.damages == [])
    #expect(read.remarks == [])
    #expect(read.outline.hasPrefix("start connect request 101 open text binary"))
    #expect(read.outline.hasSuffix(role == .client ? "closed-by-us" : "closed-by-peer"))
    var expected = original.timedFrames
    if role == .server {
      // A packet capture is seen from the client's side.
      for index in expected.indices {
        expected[index].direction = expected[index].direction == .sent ? .received : .sent
      }
    }
    #expect(read.timedFrames == expected)
    #expect(expected.count == 11)
    let back = ReadCapture(try export(packets, to: .jsonl))
    #expect(back.damages == [])
    #expect(back.timedFrames == expected)
    #expect(read.isNear(original))
  }

  @Test func `to another capture is the same again`() throws {
    let once = try export(Session.whole(), to: .jsonl)
    #expect(try export(once, to: .jsonl) == once)
    #expect(ReadCapture(once).timedFrames == ReadCapture(Session.whole()).timedFrames)
  }

  @Test(arguments: ExportFormat.allCases) func `has no secret, and equal ones stay equal`(format: ExportFormat) throws {
    let text = String(decoding: try export(Session.whole(), to: format), as: UTF8.self)
    #expect(!text.contains("letmein") && !text.contains("crumbs"))
    #expect(text.contains("token=[secret 1]"))
    #expect(text.contains("Bearer [secret 1]"))
    #expect(text.contains("a=b"))
    // The cookie that was sent, and that came.
    #expect(text.ranges(of: "[secret 2]").count == 2)
    let open = String(decoding: try export(Session.whole(), to: format, showsSecrets: true), as: UTF8.self)
    #expect(open.contains("token=letmein") && open.contains("id=crumbs") && !open.contains("[secret"))
  }

  @Test func `to text is what inspect prints`() throws {
    let text = String(decoding: try export(Session.whole(), to: .text), as: UTF8.self)
    #expect(text.hasPrefix("[1] * connection 1 to ws://h/chat?token=[secret 1]&a=b, 2026-01-02T03:04:05.678Z\n"))
    #expect(text.contains("\n[1] 5.2 ms < text 7 B fin rsv1 inflated 5 B \"Hello\"\n"))
  }

  @Test(arguments: [ExportFormat.pcapng, .jsonl, .har])
  func `can be cut at any byte, and is read up to there`(format: ExportFormat) throws {
    var session = Session()
    session.frame(.sent, .text, Array("one".utf8))
    session.frame(.received, .text, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 7, 0], inflated: Array("Hello".utf8))
    session.frame(.received, .close, [3, 0xE8])
    let file = try export(Array(session.bytes.bytes), to: format)
    let whole = ReadCapture(file)
    #expect(whole.messages == ["> one", "< Hello", "< close 1000"])
    var most = 0
    for size in 1..<file.count {
      let read = ReadCapture(Array(file[..<size]))
      // Never less than a shorter piece has, and nothing that is not in the whole.
      #expect(whole.messages.starts(with: read.messages), "cut at \(size)")
      #expect(read.messages.count >= most, "cut at \(size)")
      #expect(read.damages.allSatisfy(\.isCut) || size < 32, "cut at \(size): \(read.damages)")
      most = read.messages.count
    }
    #expect(most >= 2)
  }

  @Test func `has connections that were open at the same time one after the other in HAR`() throws {
    var (one, two) = (Session(number: 1), Session(number: 2, peer: "ws://h/second"))
    var lines = Array(one.bytes.bytes) + Array(two.bytes.bytes)
    for (text, direction) in [("a", Direction.sent), ("b", .received), ("c", .sent)] {
      one.bytes.removeAll()
      two.bytes.removeAll()
      one.frame(direction, .text, Array("1\(text)".utf8))
      two.frame(direction, .text, Array("2\(text)".utf8))
      lines += Array(two.bytes.bytes) + Array(one.bytes.bytes)
    }
    two.bytes.removeAll()
    two.end()
    lines += Array(two.bytes.bytes)
    let archive = try export(lines, to: .har)
    _ = try JSONParser.parse(archive.span)
    let read = ReadCapture(archive)
    #expect(read.messages == ["> 1a", "< 1b", "> 1c", "> 2a", "< 2b", "> 2c"])
    #expect(read.events.map(\.connection).max() == 2)
    #expect(try ReadCapture(export(lines, to: .pcapng)).messages.sorted() == read.messages.sorted())
  }

  @Test func `has in HAR what the format demands of an entry`() throws {
    let archive = try export(Session.whole(), to: .har)
    let value = try JSONParser.parse(archive.span)
    guard case .array(let entries) = value["log"]?["entries"], let entry = entries.first else {
      Issue.record("no entry")
      return
    }
    #expect(entry["_resourceType"] == .string("websocket"))
    #expect(entry["startedDateTime"] == .string("2026-01-02T03:04:05.678Z"))
    let parts: [(String, [String])] = [
      (
        "request", ["method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"]
      ),
      (
        "response",
        [
          "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize",
          "bodySize",
        ]
      ),
      ("timings", ["send", "wait", "receive"]), ("cache", []),
    ]
    for (name, members) in parts {
      let part = try #require(entry[name], "\(name)")
      for member in members { #expect(part[member] != nil, "\(name).\(member)") }
    }
    guard case .array(let messages) = entry["_webSocketMessages"], case .number = entry["time"] else {
      Issue.record("no messages, or no time")
      return
    }
    #expect(messages.first?["type"] == .string("send"))
    #expect(messages.first?["data"] == .string("\"é\"\u{1}"))
    guard case .number(let time) = messages.first?["time"] else { return }
    #expect(time.hasPrefix("1767323045.68"))
  }

  @Test func `has in HAR the whole URL that a server was asked for`() throws {
    let archive = try export(Session.whole(role: .server), to: .har)
    let value = try JSONParser.parse(archive.span)
    guard case .array(let entries) = value["log"]?["entries"], let request = entries.first?["request"],
      case .array(let parameters) = request["queryString"]
    else {
      Issue.record("no request")
      return
    }
    #expect(request["url"] == .string("ws://h/chat?token=[secret-1]&a=b"))
    #expect(parameters.map { $0["value"] } == [.string("[secret-1]"), .string("b")])
  }

  @Test func `gets a handshake where the file has none, or nobody would find it in packets`() throws {
    let lines = """
      {"at":"2026-01-02T03:04:05.000Z","dir":"out","type":"text","text":"a"}
      {"at":"2026-01-02T03:04:06.500Z","dir":"in","type":"binary","base64":"AP8="}

      """
    let read = ReadCapture(try export(Array(lines.utf8), to: .pcapng))
    #expect(read.outline == "start connect request 101 open text binary")
    #expect(read.frames.map { $0.header.maskingKey != nil } == [true, false])
    #expect(read.frames.map(\.payload) == [[0x61], [0, 0xFF]])
    // Of raw bytes it is told by their first frame whether they are compressed.
    let raw = try export(Array("c1 07 f2 48 cd c9 c9 07 00".utf8), to: .pcapng)
    #expect(ReadCapture(raw).messages == ["< Hello"])
  }

  @Test func `without any connection is a file without one`() throws {
    let output = ByteBuffer()
    let export = CaptureExport(
      to: .har, mask: SecretMask(showsSecrets: false), start: ReadCapture.start, into: output)
    export.finish(into: output)
    let archive = Array(output.bytes)
    let value = try JSONParser.parse(archive.span)
    #expect(value["log"]?["entries"] == .array([]))
  }
}
