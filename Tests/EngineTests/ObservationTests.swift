import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

@Suite struct `A tap` {
  @Test("sees exactly what was on the wire", arguments: [Role.server, .client])
  func wire(role: Role) throws {
    let wire = try Wire(role, isObserved: true)
    wire.handler.onMessage = { connection, opcode, payload in connection.send(opcode, payload.span) }
    var first = RawFrame.text("a")
    first.bits = 0
    wire.say(.text("one"), .ping([1, 2]), first, .ping(), RawFrame(0, Array("b".utf8)), .binary(pattern(70_000)))
    wire.turn { wire.peer.frames.count == 5 }
    try wire.connection.ping([5])
    wire.say(.close(1000, "done"))
    wire.turn { wire.peer.frames.last?.opcode == 8 }
    let received = wire.tap.frames(.received)
    let sent = wire.tap.frames(.sent)
    let isSame = wire.tap.wire(.sent) == wire.peer.received
    #expect(isSame)
    #expect(sent.map(\.header.opcode.name) == ["text", "pong", "pong", "text", "binary", "ping", "close"])
    #expect(received.map(\.header.opcode.name) == ["text", "ping", "text", "ping", "continuation", "binary", "close"])
    #expect(offsetsMatch(sent))
    #expect(offsetsMatch(received))
    #expect(received.last?.payload == [0x03, 0xE8] + Array("done".utf8))
    #expect(received.allSatisfy { ($0.header.maskingKey != nil) == (role == .server) })
  }

  /// An offset is where the frame's first byte stands, counted behind the handshake.
  private func offsetsMatch(_ frames: [FrameRecord]) -> Bool {
    var offset: UInt64 = 0
    return frames.allSatisfy { frame in
      defer { offset += UInt64(frame.headerBytes.count + frame.payload.count) }
      return frame.offset == offset
    }
  }

  @Test func `sees what is acted on before the action, and the end last`() throws {
    let wire = try Wire(isObserved: true)
    wire.say(.ping([1]), .close(1000))
    wire.turn { wire.peer.hasEnded }
    wire.peer.stream.close()
    _ = try wire.verdict()
    let told = wire.tap.events.map { event in
      switch event {
      case .frame(let frame): "\(frame.direction) \(frame.header.opcode.name)"
      case .ended: "ended"
      default: "?"
      }
    }
    #expect(told == ["received ping", "sent pong", "received close", "sent close", "ended"])
  }

  @Test func `sees our Close of a violation`() throws {
    let wire = try Wire(isObserved: true)
    wire.say(.text("fine"), RawFrame(11))
    wire.turn { wire.peer.hasEnded }
    #expect(wire.tap.wire(.sent) == wire.peer.received)
    #expect(wire.tap.frames(.sent).map(\.header.opcode) == [.close])
    #expect(wire.tap.frames(.received).map(\.header.opcode) == [.text, Opcode(rawValue: 11)])
  }

  @Test("sees the frame that the connection failed for, as far as it came", arguments: [Role.server, .client])
  func refused(role: Role) throws {
    let wire = try Wire(role, isObserved: true)
    var text = RawFrame.text("a")
    text.payload = [0x61, 0xFF]
    wire.say(.text("fine"), text)
    wire.turn { wire.peer.hasEnded }
    let received = wire.tap.frames(.received)
    #expect(received.map(\.isRefused) == [false, true])
    #expect(received.last?.payload == [0x61, 0xFF])
    #expect(received.last?.violations == [.invalidUTF8(byte: 0xFF, offset: 1)])
    #expect(offsetsMatch(received))
    #expect(wire.tap.directions.suffix(2) == [.received, .sent], "what broke the rule comes before our Close")
  }

  @Test func `sees what is tolerated with the frame it is in`() throws {
    let wire = try Wire(
      settings: ConnectionSettings(rules: ProtocolRules(isLenient: true)), isObserved: true)
    var odd = RawFrame.text("odd")
    odd.bits = 0xA0
    wire.say(odd, .text("fine"))
    wire.turn { wire.tap.frames(.received).count == 2 }
    #expect(wire.tap.frames(.received).map(\.violations) == [[.reservedBits(.rsv2, .text)], []])
    #expect(wire.tap.frames(.received).allSatisfy { !$0.isRefused })
  }

  @Test func `sees each frame's place in its message`() throws {
    let wire = try Wire(isObserved: true)
    wire.handler.onMessage = { connection, _, payload in
      connection.sendFragment(.text, payload.span.extracting(0..<1), isFinal: false)
      connection.sendFragment(.continuation, payload.span.extracting(1..<3), isFinal: true)
    }
    var first = RawFrame.text("a")
    first.bits = 0
    wire.say(first, .ping(), RawFrame(0, Array("bc".utf8)))
    wire.turn { wire.tap.frames(.sent).count == 3 }
    let places = [MessagePart(opcode: .text), nil, MessagePart(opcode: .text, index: 1)]
    let message = MessageRecord(opcode: .text, payload: Array("abc".utf8), fragmentCount: 2)
    #expect(wire.tap.frames(.received).map(\.part) == places)
    #expect(wire.tap.frames(.sent).map(\.part) == [nil, places[0], places[2]])
    #expect(wire.tap.frames(.received).map(\.message) == [nil, nil, message])
    #expect(wire.tap.frames(.sent).map(\.message) == [nil, nil, message])
  }

  @Test func `sees compressed frames as they are`() throws {
    let deflate = DeflateAgreement(
      serverNoContextTakeover: true, clientNoContextTakeover: true, serverWindowBits: 15, clientWindowBits: 15)
    let wire = try Wire(deflate: deflate, isObserved: true)
    let text = String(repeating: "compress me ", count: 100)
    wire.connection.send(text: text)
    wire.turn { !wire.peer.frames.isEmpty }
    let sent = try #require(wire.tap.frames(.sent).first)
    #expect(sent.header.reservedBits == .rsv1)
    #expect(sent.payload == wire.peer.frames[0].payload)
    let traffic = try #require(wire.connection.statistics).sent
    #expect(traffic.payloadBytes == text.utf8.count)
    #expect(traffic.wireBytes == sent.payload.count)
    #expect(traffic.compressedMessages == 1)
    #expect(traffic.compressionRatio == Double(sent.payload.count) / Double(text.utf8.count))
    // The peer sends the same bytes back, which are as good as its own.
    wire.say(RawFrame(1, sent.payload, bits: 0xC0))
    wire.turn { wire.handler.texts == [text] }
    let received = try #require(wire.connection.statistics).received
    #expect(received.payloadBytes == text.utf8.count)
    #expect(received.wireBytes == sent.payload.count)
    #expect(received.compressedMessages == 1)
    #expect(received.lastFrame == wire.tap.frames(.received).last?.time)
  }
}

@Suite struct `A connection's statistics` {
  @Test("count frames, messages and bytes each way", arguments: [Role.server, .client])
  func counts(role: Role) throws {
    let wire = try Wire(role, isObserved: true)
    #expect(wire.connection.statistics == Statistics())
    var first = RawFrame.text("ab")
    first.bits = 0
    wire.say(first, .ping([1, 2, 3]), RawFrame(0, Array("cd".utf8)), .binary(pattern(1000)), .pong([1]))
    wire.turn { wire.handler.calls.contains("pong") }
    wire.connection.send(binary: pattern(300))
    wire.connection.fragment(.text, [65], isFinal: false)
    wire.connection.send(text: "refused")
    wire.connection.fragment(.text, [65], isFinal: true)
    wire.connection.fragment(.continuation, [66], isFinal: true)
    try wire.connection.ping([1])
    let statistics = try #require(wire.connection.statistics)
    #expect(statistics.received.frames == [.text: 1, .ping: 1, .continuation: 1, .binary: 1, .pong: 1])
    #expect(statistics.received.messages == 2)
    #expect(statistics.received.payloadBytes == 1004)
    #expect(statistics.received.wireBytes == 1008)
    #expect(statistics.sent.frames == [.pong: 1, .binary: 1, .text: 1, .continuation: 1, .ping: 1])
    #expect(statistics.sent.messages == 2)
    #expect(statistics.sent.payloadBytes == 302)
    #expect(statistics.sent.wireBytes == 306)
    #expect(statistics.sent.messageWireBytes == 302)
    #expect(statistics.sent.compressionRatio == nil)
  }

  @Test func `are not kept when nobody listens`() throws {
    #expect(try Wire().connection.statistics == nil)
  }

  @Test func `keep the newest round trips`() {
    var trips = RoundTrips()
    #expect(trips.percentile(0.5) == nil)
    for number in 1...1000 { trips.add(.milliseconds(number)) }
    #expect(trips.count == 1000)
    #expect(trips.last == .milliseconds(1000))
    #expect(trips.least == .milliseconds(1))
    // 489 to 1000 are kept.
    #expect(trips.percentile(0) == .milliseconds(489))
    #expect(trips.percentile(0.5) == .milliseconds(745))
    #expect(trips.percentile(1) == .milliseconds(1000))
  }
}
