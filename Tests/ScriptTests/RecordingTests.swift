import Bytes
import Script
import Testing
import Trace
import WebSocketCore

/// Plays a session into a recording, a second of loop time a message.
private struct Session {
  var recording = Recording()
  var now = ContinuousClock.now
  static let day = UTCTime(seconds: 1_738_325_071, nanoseconds: 0)

  static let opened = TraceEvent.opened(
    HandshakeAnswer(
      observed: HTTPResponseHead(status: 101, reason: "Switching Protocols", headers: HTTPHeaders([])), to: nil))

  init(pingsByItself: Bool = false, showsSecrets: Bool = false) {
    recording = Recording(pingsByItself: pingsByItself, showsSecrets: showsSecrets)
    recording.begin(lines: ["connect loopback:"], now: now)
    recording.saw(Self.opened, now: now)
  }

  mutating func frame(
    _ direction: Direction, _ opcode: Opcode, _ payload: [UInt8], isFinal: Bool = true, part: MessagePart? = nil,
    message: MessageRecord? = nil, key: MaskingKey? = MaskingKey(1), length: Int? = nil,
    waited: Duration = .seconds(1)
  ) {
    now += waited
    let header = FrameHeader(
      opcode: opcode, payloadLength: UInt64(length ?? payload.count), isFinal: isFinal,
      maskingKey: direction == .sent ? key : nil)
    recording.saw(
      .frame(
        FrameRecord(
          direction: direction, time: now, header: header, headerBytes: [], payload: payload, offset: 0, part: part,
          message: message)), now: now)
  }

  mutating func send(_ text: String) { data(.sent, .text, Array(text.utf8)) }

  mutating func receive(_ text: String, waited: Duration = .seconds(1)) {
    data(.received, .text, Array(text.utf8), waited: waited)
  }

  mutating func data(_ direction: Direction, _ opcode: Opcode, _ payload: [UInt8], waited: Duration = .seconds(1)) {
    frame(
      direction, opcode, payload, part: MessagePart(opcode: opcode),
      message: MessageRecord(opcode: opcode, payload: payload), waited: waited)
  }

  mutating func close(_ direction: Direction, _ code: CloseCode?, _ reason: String = "") {
    let buffer = ByteBuffer()
    CloseFrame(code: code, reason: reason).write(into: buffer)
    frame(direction, .close, [UInt8](buffer.bytes))
  }

  /// The lines behind `connect` without blank ones, which must be a script without mistakes.
  func lines(sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
    let (text, secrets) = recording.script(now: Self.day)
    do throws(ScriptErrors) {
      let surroundings = ScriptParser.Surroundings(variables: Set(secrets)) { _ in
        .failure(.init("nothing is included"))
      }
      _ = try ScriptParser.parse(text, file: "recorded.wsx", surroundings: surroundings)
    } catch {
      Issue.record("\(error)\n\(text)", sourceLocation: sourceLocation)
    }
    return text.split(separator: "\n").drop { !$0.hasPrefix("connect") }.dropFirst().map(String.init)
  }
}

@Suite struct `A recording` {
  @Test func `writes texts as they were`() {
    var session = Session()
    for text in [
      "hello", "", " blank ", "tab\t", "two\nlines", "${x} costs $5", "\u{1B}[31m", "a\u{202E}b", "\"q\" \\", "$${",
    ] {
      session.send(text)
      session.receive(text)
    }
    #expect(
      session.lines() == [
        "> hello", "< hello", ">", "<", ">text \" blank \"", "<text \" blank \"", ">text \"tab\\t\"",
        "<text \"tab\\t\"",
        ">text \"two\\nlines\"", "<text \"two\\nlines\"", "> $${x} costs $5", "< $${x} costs $5",
        ">text \"\\u001b[31m\"",
        "<text \"\\u001b[31m\"", ">text \"a\\u202eb\"", "<text \"a\\u202eb\"", "> \"q\" \\", "< \"q\" \\", "> $$${",
        "< $$${",
      ])
  }

  @Test func `writes binary messages as digits, and large ones as less`() {
    var session = Session()
    session.data(.sent, .binary, [0, 1, 255])
    session.data(.received, .binary, [])
    session.data(.received, .binary, [UInt8](repeating: 7, count: 70_000))
    session.data(.sent, .binary, [UInt8](repeating: 7, count: 66))
    #expect(
      session.lines().map { String($0.prefix(20)) }
        == [
          ">hex 0001ff", "<hex", "<binary", "  assert size == 70000", ">base64 BwcHBwcHBwcHB",
        ].map { String($0.prefix(20)) })
  }

  @Test func `keeps what the peer gave and we sent back`() {
    var session = Session()
    session.receive(#"{"type":"welcome","session":{"id":7,"token":"a.b.c-123456789"},"n":5}"#)
    session.send(#"{"type": "join", "id": 7, "auth": "Bearer a.b.c-123456789", "n": 5}"#)
    session.receive(#"{"type":"joined","id":7,"path":"/rooms/7","other":8,"n":7}"#)
    session.send(#"{"auth":"a.b.c-123456789"}"#)
    #expect(
      session.lines() == [
        #"<json {"type": "welcome", "session": {"id": "<number>", "token": "<string>"}, "n": 5}"#,
        "  capture id = $.session.id", "  capture token = $.session.token",
        #">json {"type": "join", "id": ${id}, "auth": "Bearer ${token}", "n": 5}"#,
        #"<json {"type": "joined", "id": ${id}, "path": "/rooms/${id}", "other": 8, "n": 7}"#,
        #">json {"auth":"${token}"}"#,
      ])
  }

  @Test func `takes what we sent first for ours`() {
    var session = Session()
    session.send(#"{"id":"1","type":"subscribe","key":"2f1b0c9e-0000-4000-8000-1234567890ab"}"#)
    session.receive(#"{"id":"1","type":"next","key":"2f1b0c9e-0000-4000-8000-1234567890ab","count":3}"#)
    session.send(#"{"id":"1","type":"complete"}"#)
    #expect(
      session.lines() == [
        #">json {"id":"1","type":"subscribe","key":"2f1b0c9e-0000-4000-8000-1234567890ab"}"#,
        #"<json {"id": "1", "type": "next", "key": "2f1b0c9e-0000-4000-8000-1234567890ab", "count": 3}"#,
        #">json {"id":"1","type":"complete"}"#,
      ])
  }

  @Test func `puts placeholders for what is different each time`() {
    var session = Session()
    session.receive(
      #"{"a":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","b":"2025-01-31T12:04:31Z","ts":1738325070123,"c":1738,"userId":4}"#
    )
    session.receive(#"{"url":"/f/6ba7b810-9dad-11d1-80b4-00c04fd430c8.png","l":"<any>"}"#)
    session.receive(#"{"s":"lv_VI97HAXpY6yYWAAAC","h":"9f8e7d6c5b4a3928","n":"subscription-20240131","sid":"x"}"#)
    session.receive("hello 6ba7b810-9dad-11d1-80b4-00c04fd430c8, it is 2025-01-31T12:04:31.5+01:00 (now)")
    session.receive(#"0{"sid":"lv_VI97HAXpY6yYWAAAC","n":"GGGGGGGGGGGGGGGG00"}"#)
    #expect(
      session.lines() == [
        #"<json {"a": "<uuid>", "b": "<time>", "ts": "<number>", "c": 1738, "userId": "<number>"}"#,
        #"<json {"url": "<re:^\\/f\\/[0-9a-fA-F-]{36}\\.png$>", "l": "\\<any>"}"#,
        #"<json {"s": "<string>", "h": "<string>", "n": "subscription-20240131", "sid": "<string>"}"#,
        #"<match /^hello [0-9a-fA-F-]{36}, it is [0-9TtZz:. +-]+ \(now\)$/"#,
        #"<match /^0\{"sid":"[\w.-]+","n":"GGGGGGGGGGGGGGGG00"\}$/"#,
      ])
  }

  @Test func `breaks long JSON into rows`() {
    var session = Session()
    let long = String(repeating: "x", count: 60)
    session.receive(#"{"a":{"b":"\#(long)","c":[1,2]},"d":"\#(long)"}"#)
    #expect(
      session.lines() == [
        "<json", "  | {", #"  |   "a": {"b": "\#(long)", "c": [1, 2]},"#, #"  |   "d": "\#(long)""#, "  | }",
      ])
  }

  @Test func `keeps words of texts, too`() {
    var session = Session()
    session.receive("you are guest-42")
    session.send("join guest-42")
    session.receive("guest-42 joined")
    session.receive("guest-43 joined")
    #expect(
      session.lines() == [
        #"<match /^you are [\w.-]+$/"#, #"  capture value = /^you are ([\w.-]+)$/"#, "> join ${value}",
        "< ${value} joined",
        "< guest-43 joined",
      ])
  }

  @Test func `writes pings, pongs and closes, but not what goes out by itself`() {
    var session = Session()
    session.frame(.received, .ping, [1])
    session.frame(.sent, .pong, [1])
    session.frame(.sent, .ping, Array("hi".utf8))
    session.frame(.received, .pong, Array("hi".utf8))
    session.frame(.received, .pong, [9])
    session.frame(.sent, .pong, [])
    session.close(.sent, .normal, "bye")
    session.close(.received, .normal)
    #expect(session.lines() == [">ping \"hi\"", "<pong \"hi\"", ">pong", ">close 1000 bye", "<close 1000"])
    var other = Session(pingsByItself: true)
    other.frame(.sent, .ping, [])
    other.frame(.received, .pong, [])
    other.close(.received, nil)
    other.close(.sent, nil)
    #expect(other.lines() == ["<close 1005", "  within 8s"])
  }

  @Test func `writes frames made by hand, and fragments`() {
    var session = Session()
    session.frame(.sent, .text, [0x61], key: nil)
    session.frame(.sent, .ping, [], isFinal: false)
    session.frame(.sent, .text, [0x61], length: 5)
    session.frame(.sent, Opcode(rawValue: 11), [0xFF])
    session.frame(.sent, .text, Array("abc".utf8), isFinal: false, part: MessagePart(opcode: .text))
    session.receive("x")
    session.frame(
      .sent, .continuation, Array("d".utf8), part: MessagePart(opcode: .text, index: 1),
      message: MessageRecord(opcode: .text, payload: Array("abcd".utf8), fragmentCount: 2))
    session.frame(.sent, .text, Array("left".utf8), isFinal: false, part: MessagePart(opcode: .text))
    session.recording.saw(.sentBytes([0x81, 0xFF], offset: 0), now: session.now)
    #expect(
      session.lines() == [
        ">frame opcode=1 mask=off \"a\"", ">frame fin=0 opcode=9", ">frame opcode=1 length=5 \"a\"",
        ">frame opcode=11 hex ff",
        "< x",
        ">fragments 3 abcd", ">frame fin=0 opcode=1 \"left\"", ">bytes hex 81ff",
      ])
  }

  @Test func `does not write secrets down, whether in a header, in a member of that name or anywhere in a text`() {
    var session = Session()
    #expect(session.recording.standIn(forSecret: "hidden-1", of: "authorization") == "${authorization}")
    #expect(session.recording.standIn(forSecret: "hidden-1", of: "token") == "${authorization}")
    #expect(session.recording.standIn(forSecret: "b/c=", of: "__é sid") == "${sid}")
    #expect(session.recording.standIn(forSecret: "d", of: "é_1") == "${value}")
    session.send(#"{"op":"login","user":"pw","password":"pw","note":"hidden-1/x","n":"b/c="}"#)
    session.receive(#"{"password":"pw","user":"pw","accessToken":"fresh","echo":"Bearer hidden-1"}"#)
    session.send(#"{"payload":{"Authorization":"Bearer other-one"},"accessToken":"fresh"}"#)
    session.send("TOKEN other-one")
    session.close(.sent, .normal, "hidden-1")
    #expect(
      session.lines() == [
        #">json {"op":"login","user":"pw","password":"${password}","note":"${authorization}/x","n":"b/c="}"#,
        "<json", "  | {", #"  |   "password": "${password}","#, #"  |   "user": "pw","#,
        #"  |   "accessToken": "<string>","#, #"  |   "echo": "Bearer ${authorization}""#, "  | }",
        "  capture accessToken = $.accessToken",
        #">json {"payload":{"Authorization":"Bearer ${Authorization2}"},"accessToken":"${accessToken}"}"#,
        "> TOKEN ${Authorization2}", ">close 1000 ${authorization}",
      ])
    let script = session.recording.script(now: Session.day)
    #expect(script.secrets == ["authorization", "sid", "value", "password", "Authorization2"])
    #expect(script.text.hasPrefix("# Secrets are not written here."))
    #expect(!script.text.contains("hidden-1") && !script.text.contains("other-one"))
  }

  @Test func `writes secrets down where that is wanted`() {
    var session = Session(showsSecrets: true)
    #expect(session.recording.standIn(forSecret: "hidden-1", of: "token") == "hidden-1")
    session.send(#"{"password":"pw"}"#)
    #expect(session.lines() == [#">json {"password":"pw"}"#])
  }

  @Test func `has a blank line where our turn begins`() {
    var session = Session()
    session.send("a")
    session.receive("b")
    session.receive("c")
    session.send("d")
    session.recording.saw(Session.opened, now: session.now)
    session.receive("e")
    #expect(
      session.recording.script(now: Session.day).text
        == "connect loopback:\n\n> a\n< b\n< c\n\n> d\n\nreconnect\n\n< e\n")
  }

  @Test func `forgets attempts that nobody answered, once another goes elsewhere`() {
    var recording = Recording()
    let now = ContinuousClock.now
    for (url, status) in [("ws://a/", nil), ("ws://a/", nil), ("ws://b/", 503), ("ws://b/", nil), ("ws://c/", nil)] {
      recording.begin(lines: ["connect \(url)"], now: now)
      if let status { recording.refused(status: status, body: Array("sorry\n".utf8), now: now) }
    }
    recording.saw(Session.opened, now: now)
    #expect(
      recording.script(now: Session.day).text
        == "connect ws://b/\n  assert status == 503\n\n<text \"sorry\\n\"\n\nconnect ws://c/\n")
  }

  @Test func `leaves out a reason that is another one each time`() {
    var session = Session()
    session.close(.received, CloseCode(rawValue: 4000), "request 6ba7b810-9dad-11d1-80b4-00c04fd430c8")
    #expect(session.lines() == ["<close 4000"])
  }

  @Test func `gives what took long a limit of its own`() {
    var session = Session()
    session.receive("late", waited: .milliseconds(3200))
    #expect(session.lines() == ["< late", "  within 8s"])
  }

  @Test func `tells how the connection ended, was refused, or was made again`() {
    func verdict(_ cause: Verdict.Cause) -> TraceEvent {
      .ended(
        Verdict(
          cause: cause, sentClose: nil, receivedClose: nil, lifetime: .zero, silence: .zero, lastReceived: nil,
          lastSent: nil))
    }
    var session = Session()
    session.recording.saw(verdict(.resetByPeer), now: session.now)
    session.recording.saw(Session.opened, now: session.now)
    session.recording.saw(verdict(.endedByPeer), now: session.now)
    session.recording.saw(verdict(.violation(.invalidUTF8(byte: 255, offset: 3))), now: session.now)
    let lines = session.lines()
    #expect(lines.prefix(3) == ["<reset", "reconnect", "<end"] && lines.last?.hasPrefix("# here it ended: ") == true)
  }

  @Test func `stops at its limit, and says so`() {
    var session = Session()
    let payload = [UInt8](repeating: 0, count: 1 << 20)
    for _ in 0..<70 { session.data(.received, .binary, payload) }
    #expect(session.recording.shortfall != nil)
    #expect(session.lines().last == "# the recording stops here: it holds no more than 64 MB")
  }
}
