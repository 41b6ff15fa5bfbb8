import Bytes
import Inspector
import Testing
import Trace
import WebSocketCore

private let start = ReadCapture.start
private let time = UTCTime(seconds: 1_767_323_045, nanoseconds: 678_000_000)

private func record(
  _ header: FrameHeader, _ payload: [UInt8], direction: Direction = .received, message: MessageRecord? = nil,
  at milliseconds: Int = 12, offset: UInt64 = 7
) -> FrameRecord {
  let output = ByteBuffer()
  header.write(into: output)
  return FrameRecord(
    direction: direction, time: start + .milliseconds(milliseconds), header: header,
    headerBytes: output.span.indices.map { output.span[$0] }, payload: payload, offset: offset, message: message)
}

/// Frames of every kind, and what they complete.
private let frames: [FrameRecord] = [
  record(
    FrameHeader(opcode: .text, payloadLength: 2, maskingKey: MaskingKey(0x0102_0304)), Array("a\"".utf8),
    direction: .sent, message: MessageRecord(opcode: .text, payload: Array("a\"".utf8))),
  record(FrameHeader(opcode: .text, payloadLength: 1, isFinal: false), [0xC3]),
  record(FrameHeader(opcode: .ping, payloadLength: 2), [0xFF, 0]),
  record(
    FrameHeader(opcode: .continuation, payloadLength: 1), [0xA9],
    message: MessageRecord(opcode: .text, payload: Array("é".utf8), fragmentCount: 2)),
  // The start of its message was not seen, and what it completes is more than it holds.
  record(
    FrameHeader(opcode: .continuation, payloadLength: 1), [0xA9],
    message: MessageRecord(opcode: .text, payload: Array("é".utf8))),
  record(
    FrameHeader(opcode: .binary, payloadLength: 3, reservedBits: .rsv1), [1, 2, 3],
    message: MessageRecord(opcode: .binary, payload: [9, 9], isCompressed: true)),
  record(FrameHeader(opcode: .text, payloadLength: 0), [], message: MessageRecord(opcode: .text, payload: [])),
  record(FrameHeader(opcode: .pong, payloadLength: 2), Array("hi".utf8), direction: .sent),
  record(FrameHeader(opcode: Opcode(rawValue: 11), payloadLength: 1), [1]),
  record(FrameHeader(opcode: .close, payloadLength: 1), [3]),
  record(FrameHeader(opcode: .close, payloadLength: 0), []),
  record(FrameHeader(opcode: .close, payloadLength: 5), [3, 0xE8] + Array("bye".utf8), direction: .sent),
]

/// A capture as it is written.
private func capture(_ events: [TraceEvent], role: Role = .client, number: Int = 1) -> [UInt8] {
  let writer = CaptureWriter(connection: number, role: role, mask: SecretMask(showsSecrets: true), start: start)
  let output = ByteBuffer()
  writer.begin(peer: "ws://h/", at: time, now: start, into: output)
  for event in events { writer.append(event, at: time, now: start + .milliseconds(5), into: output) }
  return output.span.indices.map { output.span[$0] }
}

private let request = HTTPRequestHead(
  method: "GET", target: "/",
  headers: [HTTPHeader("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")])
private let response = HTTPResponseHead(
  status: 101,
  headers: [
    HTTPHeader("Sec-WebSocket-Extensions", "permessage-deflate; server_no_context_takeover; client_max_window_bits=10")
  ])

@Suite struct `A capture of ours` {
  @Test(arguments: [1, 7, .max]) func `is read as it was written`(pieceSize: Int) throws {
    let read = ReadCapture(capture(frames.map { .frame($0) }), pieceSize: pieceSize)
    #expect(read.damages == [])
    // What was found out about them is not in the file.
    let plain = read.frames.map { frame in
      var frame = frame
      (frame.part, frame.violations) = (nil, [])
      return frame
    }
    #expect(plain == frames)
    #expect(read.events.allSatisfy { $0.connection == 1 && $0.wallTime == time })
    #expect(read.events.last?.elapsed == .milliseconds(12))
    guard case .start(.client, "ws://h/") = try #require(read.events.first).content else {
      Issue.record("no start")
      return
    }
  }

  @Test func `has the way to the open connection`() throws {
    let security = SecurityRecord(version: "TLS 1.3", cipher: "c", certificates: ["a", "b"], verification: "fine")
    let answer = HandshakeAnswer(observed: response, to: request)
    let read = ReadCapture(
      capture([
        .began(.resolve, "h"), .attemptFailed(.connect, "refused"), .finished(.connect, "", .milliseconds(1500)),
        .secured(security), .request(request.bytes), .response(response), .opened(answer),
      ]))
    #expect(read.damages == [])
    let events = read.events.dropFirst().compactMap { if case .trace(let event) = $0.content { event } else { nil } }
    try #require(events.count == 7)
    if case .began(.resolve, "h") = events[0] {} else { Issue.record("\(events[0])") }
    if case .attemptFailed(.connect, "refused") = events[1] {} else { Issue.record("\(events[1])") }
    if case .finished(.connect, "", let taken) = events[2], taken == .milliseconds(1500) {
    } else {
      Issue.record("\(events[2])")
    }
    if case .secured(security) = events[3] {} else { Issue.record("\(events[3])") }
    if case .request(request.bytes) = events[4] {} else { Issue.record("\(events[4])") }
    if case .response(response) = events[5] {} else { Issue.record("\(events[5])") }
    if case .opened(answer) = events[6] {} else { Issue.record("\(events[6])") }
    #expect(
      answer.deflate
        == DeflateAgreement(serverNoContextTakeover: true, serverWindowBits: 15, clientWindowBits: 10))
  }

  @Test func `has what went wrong, and the end, in words`() throws {
    let verdict = Verdict(
      cause: .violation(.reservedOpcode(Opcode(rawValue: 11))), sentClose: CloseFrame(code: .protocolError),
      receivedClose: CloseFrame(code: nil), lifetime: .seconds(2), silence: .milliseconds(1), lastReceived: nil,
      lastSent: nil)
    let read = ReadCapture(capture([.refused(.versionMissing), .tolerated(.maskedByServer), .ended(verdict)]))
    let contents = read.events.map(\.content)
    try #require(contents.count == 4)
    if case .refused(HandshakeFailure.versionMissing.description) = contents[1] {} else { Issue.record("\(contents)") }
    if case .remark(Remark(.maskedByServer)) = contents[2] {} else { Issue.record("\(contents)") }
    guard case .end(let end) = contents[3] else {
      Issue.record("\(contents)")
      return
    }
    #expect(
      end
        == CapturedEnd(
          cause: "violation", text: verdict.description, violation: "reserved-opcode",
          sentClose: CloseFrame(code: .protocolError), receivedClose: CloseFrame(code: nil), lifetime: .seconds(2),
          silence: .milliseconds(1)))
  }

  @Test func `is read up to where it was cut, wherever that is`() {
    let whole = capture(frames.map { .frame($0) })
    var ends: [Int] = []
    for index in whole.indices where whole[index] == 0x0A { ends.append(index) }
    for size in 1...whole.count {
      let read = ReadCapture(Array(whole[..<size]))
      // A line is whole even without its LF.
      let lines = ends.count { $0 <= size }
      #expect(read.events.count == lines)
      let isBetweenLines = ends.contains(size - 1) || ends.contains(size)
      #expect(read.damages.map(\.isCut) == (isBetweenLines ? [] : [true]), "cut at \(size): \(read.damages)")
    }
  }

  @Test(
    "tells of a damaged line and reads the rest",
    arguments: [
      ("{\"type\":", "line 1, byte 8: the JSON ends too early"),
      ("[1]", "line 1, byte 0: a line that is no JSON object"),
      ("{\"type\":\"text\"}", "line 1, byte 0: a line without \"dir\""),
      ("{}", "line 1, byte 0: a line without \"type\""),
      ("{\"type\":\"text\",\"dir\":\"up\"}", "line 1, byte 0: \"dir\" cannot be read"),
      ("{\"type\":\"text\",\"dir\":\"in\"}", "line 1, byte 0: a line without \"text\""),
      ("{\"type\":\"ping\",\"dir\":\"in\",\"base64\":\"?\"}", "line 1, byte 0: \"base64\" cannot be read"),
      (
        "{\"type\":\"ping\",\"dir\":\"in\",\"frame\":{\"header\":\"81\"}}",
        "line 1, byte 0: \"header\" cannot be read"
      ),
      ("\u{1B}[2J", "line 1, byte 0: byte 0x1B in place of a JSON value"),
    ])
  func damage(line: String, words: String) {
    let read = ReadCapture("\(line)\n\n{\"type\":\"ping\",\"dir\":\"in\",\"text\":\"\"}\n")
    #expect(read.damages.map(\.description) == [words])
    #expect(read.frames.count == 1)
  }

  @Test func `is none without a byte, or without a line of JSON`() {
    #expect(ReadCapture("").damages.map(\.description) == ["byte 0: the file is empty"])
    #expect(
      ReadCapture("\u{7F}ELF").damages.map(\.description) == [
        "byte 0: no format begins like this that is known here: a capture of wscope, pcap, pcapng, HAR, a hex dump; "
          + "raw bytes need --raw"
      ])
  }

  @Test func `is known by its start, in whatever pieces that comes`() {
    let blanks = String(repeating: " ", count: 70)
    let late = String(repeating: "?", count: 5000)
    for text in ["{\(blanks)\"log\":{\"entries\":[]}}", "\(late)\n{\"type\":1}", "{\(blanks)", "{\"lo"] {
      let whole = ReadCapture(text)
      for size in [1, 64, 4000, 5001] {
        let read = ReadCapture(Array(text.utf8), pieceSize: size)
        #expect(read.damages == whole.damages, "\(size) bytes of \(text.prefix(9))")
        #expect(read.findings == whole.findings)
      }
    }
  }

  @Test func `may hold what is not known here`() {
    let read = ReadCapture(
      "{\"type\":\"weather\",\"x\":1}\n{\"type\":\"pong\",\"dir\":\"out\",\"text\":\"x\",\"y\":{}}\n")
    #expect(read.damages == [])
    #expect(read.frames.map(\.payload) == [[0x78]])
  }

  @Test func `may be what --jsonl prints, without the wire`() throws {
    let read = ReadCapture(
      """
      {"at":"2026-01-02T03:04:05.000Z","dir":"out","type":"text","text":"a"}
      {"at":"2026-01-02T03:04:06.500Z","dir":"in","type":"close","code":1000,"reason":"x"}

      """)
    #expect(read.damages == [])
    #expect(read.events.map(\.elapsed) == [.zero, .milliseconds(1500)])
    #expect(read.frames.map(\.headerBytes) == [[], []])
    #expect(read.frames.map(\.payload) == [[0x61], [3, 0xE8, 0x78]])
    #expect(read.frames.map(\.header.opcode) == [.text, .close])
  }

  @Test func `of a server's is open with the server's answer`() throws {
    let lines = capture([.request(request.bytes), .response(response), .frame(frames[7])], role: .server)
    let read = ReadCapture(lines)
    #expect(read.outline == "start request 101 open pong")
    guard case .trace(.opened(let answer)) = read.events[3].content else { return }
    #expect(answer.deflate?.clientWindowBits == 10)
    #expect(answer.deflate?.serverNoContextTakeover == true)
    // Written again, it has a line for that, which says nothing new.
    let output = ByteBuffer()
    let writer = CaptureWriter(connection: 1, role: .server, mask: SecretMask(showsSecrets: true), start: start)
    for event in read.events { writer.append(event, into: output) }
    #expect(ReadCapture(Array(copying: output.span)).outline == read.outline)
  }

  @Test func `keeps a Close of which neither header nor words are known`() throws {
    let frame = FrameRecord(
      direction: .received, time: start, header: FrameHeader(opcode: .close, payloadLength: 3), headerBytes: [],
      payload: [3, 0xE8, 0xFF], offset: 0)
    #expect(ReadCapture(capture([.frame(frame)])).frames.map(\.payload) == [frame.payload])
  }

  @Test func `that was appended to another has connections and times of its own`() {
    let later = String(decoding: capture([.frame(frames[0])]), as: UTF8.self)
      .replacing("03:04:05", with: "03:04:15")
    let read = ReadCapture(capture([.frame(frames[0])]) + Array(later.utf8))
    #expect(read.damages == [])
    #expect(read.events.map(\.connection) == [1, 1, 2, 2])
    #expect(
      read.events.map(\.elapsed) == [.zero, .milliseconds(12), .seconds(10), .seconds(10) + .milliseconds(12)])
  }

  @Test func `in several files may be read as one`() {
    let next = """
      {"elapsed":1.0,"connection":1,"type":"start","role":"client","peer":"ws://h/","continued":true}
      {"elapsed":1.5,"connection":1,"dir":"in","type":"ping","text":"x"}

      """
    let read = ReadCapture(capture([.frame(frames[0])]) + Array(next.utf8))
    #expect(read.events.map(\.connection) == [1, 1, 1])
    #expect(ReadCapture(next).events.map(\.connection) == [1, 1])
    #expect(read.events.last?.elapsed == .milliseconds(1500))
  }

  @Test func `may have more under way than is held, which is said`() {
    func text(_ number: Int, _ wire: String, _ header: String) -> String {
      "{\"connection\":\(number),\"dir\":\"in\",\"type\":\"text\",\"text\":\"Hello\",\"compressed\":true,"
        + "\"frame\":{\"header\":\"\(header)\",\"base64\":\"\(wire)\"}}\n"
    }
    var lines = ""
    for number in 1...3500 {
      lines += "{\"connection\":\(number),\"type\":\"start\",\"role\":\"client\",\"peer\":\"\"}\n"
      lines += "{\"connection\":\(number),\"type\":\"open\",\"extensions\":\"permessage-deflate\"}\n"
      lines += text(number, "8kjNyckHAA==", "c107")
    }
    // It refers to the message before, whose window is no longer there.
    lines += text(1, "8gARAAA=", "c105")
    let read = ReadCapture(lines)
    #expect(read.damages.map { $0.reason.hasPrefix("more is under way than can be held") } == [true])
    #expect(read.frames.count == 3501)
    #expect(read.messages.allSatisfy { $0 == "< Hello" })
    #expect(read.frames.allSatisfy { $0.violations.isEmpty })
    #expect(read.remarks.map(\.name) == ["not-inflated"])
  }

  @Test func `in several files tells once how its connections were opened`() throws {
    let answer = HandshakeAnswer(observed: response, to: request)
    let opening: [TraceEvent] = [.request(request.bytes), .response(response), .opened(answer)]
    let first = capture(opening + [.frame(frames[0])])
    let empty = try #require(frames.first { $0.header.opcode == .text && $0.payload.isEmpty })
    let again = String(decoding: capture(opening + [.frame(frames[2]), .frame(empty)]), as: UTF8.self)
      .replacing("\"peer\":\"ws://h/\"", with: "\"peer\":\"ws://h/\",\"continued\":true")
    let read = ReadCapture(first + Array(again.utf8))
    #expect(read.damages == [])
    #expect(read.outline == "start request 101 open text ping text")
    // By itself, the second begins inside the connection: its first frame may go on with a message of the first.
    #expect(ReadCapture(again).outline == "start request 101 open ping text")
    let late = again.replacing("\"header\":\"8100\"", with: "\"header\":\"8000\"")
    #expect(ReadCapture(late).remarks.map(\.name) == ["message-cut"])
    #expect(ReadCapture(first + Array(late.utf8)).frames.last?.violations.map(\.name) == ["unexpected-continuation"])
  }

  @Test func `has any number of connections`() {
    let read = ReadCapture((1...70_000).map { "{\"type\":\"start\",\"connection\":\($0)}\n" }.joined())
    #expect(read.events.last?.connection == 70_000)
  }
}
