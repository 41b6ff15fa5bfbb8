import Bytes
import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

@Suite struct `A connection` {
  @Test("sends each message back", arguments: Carrier.allCases, [Role.server, .client])
  func echo(carrier: Carrier, role: Role) throws {
    let wire = try Wire(role, over: carrier)
    wire.handler.onMessage = { connection, opcode, payload in connection.send(opcode, payload.span) }
    wire.say(.text("one"), .binary([0, 255]), .text(""), .binary(pattern(70_000)))
    wire.turn { wire.peer.frames.count == 4 }
    #expect(wire.handler.calls.first == "opened")
    #expect(wire.peer.frames.map(\.opcode) == [1, 2, 1, 2])
    let isSame = wire.peer.frames.map(\.payload) == [Array("one".utf8), [0, 255], [], pattern(70_000)]
    #expect(isSame)
    // RFC 6455, section 5.1: a client masks, a server does not.
    #expect(wire.peer.frames.allSatisfy { $0.isMasked == (role == .client) })
  }

  /// RFC 6455, sections 4.1 and 5.1: frames in the same segment as the handshake are the connection's.
  @Test func `delivers what came behind the handshake, even half a frame`() throws {
    let second = RawFrame.text("second").masked.bytes
    let wire = try Wire(behind: RawFrame.text("first").masked.bytes + second.prefix(4))
    #expect(wire.handler.calls == ["opened", "frame", "message", "batch"])
    wire.peer.send(Array(second.dropFirst(4)))
    wire.turn { wire.handler.texts == ["first", "second"] }
  }

  @Test func `ends well with a Close behind the handshake`() throws {
    let wire = try Wire(behind: RawFrame.close(1001, "bye").masked.bytes)
    wire.turn { wire.peer.hasEnded }
    wire.peer.stream.close()
    let verdict = try wire.verdict()
    #expect(verdict.cause == .closedByPeer)
    #expect(verdict.receivedClose == CloseFrame(code: .goingAway, reason: "bye"))
  }

  @Test("tells calls in order")
  func order() throws {
    let wire = try Wire()
    var first = RawFrame.text("a")
    first.bits = 0
    wire.say(first, .ping([1]), RawFrame(0, Array("b".utf8)), .pong([2]))
    wire.turn { wire.handler.calls.contains("batch") }
    #expect(wire.handler.calls == ["opened", "frame", "ping", "frame", "message", "pong", "batch"])
    #expect(wire.handler.texts == ["ab"])
  }

  // MARK: Pausing

  /// Each message that is delivered may pause; each pause is followed by a resume, in a place of its own.
  @Test(
    "loses nothing and repeats nothing when it is paused in the middle of a batch", arguments: Carrier.allCases,
    ["in the same call", "at the end of the batch", "in a later turn", "never twice"])
  func pause(carrier: Carrier, resume: String) throws {
    let wire = try Wire(over: carrier)
    let handler = wire.handler
    handler.onMessage = { [loop = wire.loop] connection, _, _ in
      connection.pauseReading()
      switch resume {
      case "in the same call": connection.resumeReading()
      case "in a later turn": loop.schedule(after: .microseconds(200)) { connection.resumeReading() }
      default: break
      }
    }
    handler.onBatch = { if resume == "at the end of the batch" { $0.resumeReading() } }
    let count = 60
    wire.peer.send((0..<count).flatMap { RawFrame.text("message \($0)").masked.bytes })
    wire.peer.stream.finishWriting()
    if resume == "never twice" {
      wire.settle()
      #expect(handler.texts == ["message 0"])
      #expect(handler.verdict == nil)
      for _ in 0..<3 { wire.connection.resumeReading() }
      handler.onMessage = { _, _, _ in }
    }
    // What came is delivered before the end is told.
    #expect(try wire.verdict().cause == .endedByPeer)
    #expect(handler.texts == (0..<count).map { "message \($0)" })
  }

  @Test("holds the peer back while it is paused", arguments: Carrier.allCases)
  func holdsBack(carrier: Carrier) throws {
    let wire = try Wire(over: carrier)
    wire.connection.pauseReading()
    #expect(!wire.connection.isReading)
    let message = pattern(1 << 20)
    for _ in 0..<8 { wire.sayQuickly(message) }
    wire.settle()
    #expect(wire.peer.stream.queuedBytes > 0)
    #expect(wire.handler.calls == ["opened"])
    wire.connection.resumeReading()
    wire.turn { wire.handler.messages.count == 8 }
    let isSame = wire.handler.messages.allSatisfy { $0 == message }
    #expect(isSame)
  }

  @Test func `pausing at the opening leaves what came behind the handshake for later`() throws {
    let wire = try Wire(behind: RawFrame.text("early").masked.bytes) { $0.onOpened = { $0.pauseReading() } }
    wire.say(.text("late"))
    wire.settle()
    #expect(!wire.handler.calls.contains("message"))
    wire.connection.resumeReading()
    wire.turn { wire.handler.texts == ["early", "late"] }
  }

  // MARK: Acting inside calls

  @Test(
    "may be ended inside every call",
    arguments: ["opened", "frame", "message", "ping", "batch", "drained", "tolerated"], ["abandon", "reset"])
  func endsInside(call: String, how: String) throws {
    let settings = ConnectionSettings(rules: ProtocolRules(isLenient: call == "tolerated"))
    let end: (Connection) -> Void = { how == "reset" ? $0.reset() : $0.abandon() }
    let wire = try Wire(settings: settings, behind: RawFrame.text("a").masked.bytes) {
      switch call {
      case "opened": $0.onOpened = end
      case "frame": $0.onFrame = end
      case "message": $0.onMessage = { connection, _, _ in end(connection) }
      case "ping": $0.onControl = end
      case "batch": $0.onBatch = end
      case "drained": $0.onDrained = end
      default: $0.onTolerated = end
      }
    }
    wire.say(.ping(), RawFrame(11), .text("b"))
    if call == "drained" {
      for _ in 0..<40 { wire.connection.send(binary: pattern(50_000)) }
    }
    #expect(try wire.verdict().cause == .abandoned)
    wire.settle()
    #expect(wire.handler.calls.last == "ended")
    #expect(wire.handler.calls.filter { $0 == "ended" }.count == 1)
    #expect(wire.peer.isOver)
    #expect(wire.connection.isOver)
    #expect(!wire.connection.send(text: "x"))
  }

  @Test("may be closed inside every call", arguments: ["opened", "frame", "message", "ping", "batch"])
  func closesInside(call: String) throws {
    let close: (Connection) -> Void = { try? $0.close(.goingAway, reason: call) }
    let wire = try Wire(behind: RawFrame.text("a").masked.bytes) {
      switch call {
      case "opened": $0.onOpened = close
      case "frame": $0.onFrame = close
      case "message": $0.onMessage = { connection, _, _ in close(connection) }
      case "ping": $0.onControl = close
      default: $0.onBatch = close
      }
    }
    wire.say(.ping(), .text("b"))
    wire.turn { wire.peer.frames.contains { $0.opcode == 8 } }
    wire.say(.close(1001, call))
    wire.turn { wire.peer.hasEnded }
    wire.peer.stream.finishWriting()
    let verdict = try wire.verdict()
    #expect(verdict.cause == .closedByUs)
    #expect(verdict.sentClose == CloseFrame(code: .goingAway, reason: call))
    // After our Close messages are still received, until the peer's (RFC 6455, section 1.4).
    #expect(wire.handler.texts == ["a", "b"])
    #expect(wire.peer.frames.filter { $0.opcode == 8 }.count == 1)
  }

  @Test("what is sent before it is left arrives", arguments: Carrier.allCases, [true, false])
  func lastWords(carrier: Carrier, isInside: Bool) throws {
    let wire = try Wire(over: carrier)
    let speak: (Connection) -> Void = {
      $0.send(text: "last words")
      $0.abandon()
    }
    wire.handler.onMessage = { connection, _, _ in if isInside { speak(connection) } }
    wire.say(.text("a"))
    wire.turn { !wire.handler.messages.isEmpty }
    if !isInside { speak(wire.connection) }
    wire.turn { wire.peer.isOver }
    #expect(wire.peer.frames == [.text("last words")])
  }

  @Test func `sends from every call, in order and in one piece for each read`() throws {
    let wire = try Wire(behind: RawFrame.text("a").masked.bytes) {
      $0.onOpened = { $0.send(text: "opened") }
      $0.onFrame = { $0.send(text: "frame") }
      $0.onMessage = { connection, _, _ in connection.send(text: "message") }
      $0.onControl = { $0.send(text: "control") }
      $0.onBatch = { $0.send(text: "batch") }
    }
    wire.say(.ping([7]))
    wire.turn { wire.peer.frames.count == 7 }
    // A Ping is answered before the owner hears of it.
    #expect(
      wire.peer.frames == [
        .text("opened"), .text("frame"), .text("message"), .text("batch"), .pong([7]), .text("control"),
        .text("batch"),
      ])
  }

  @Test func `a batch leaves in one write`() throws {
    let wire = try Wire(over: .memory)
    wire.connection.batch {
      for number in 0..<100 { wire.connection.send(text: "\(number)") }
      // A batch in a batch is part of it.
      wire.connection.batch { wire.connection.send(text: "inner") }
      #expect(wire.peer.received.isEmpty)
    }
    wire.turn { wire.peer.frames.count == 101 }
    #expect(wire.peer.frames.last == .text("inner"))
  }

  @Test func `ending inside a batch drops nothing and leaves the cork empty for the others`() throws {
    let wire = try Wire()
    wire.connection.batch {
      wire.connection.send(text: "before")
      wire.connection.abandon()
      wire.connection.send(text: "after")
    }
    #expect(wire.context.cork.isEmpty)
    wire.turn { wire.peer.isOver }
    #expect(wire.peer.frames == [.text("before")])
  }

  @Test func `a connection that is ended before it starts stays ended`() throws {
    let loop = try Loop()
    let (ours, theirs) = MemoryStream.pair(on: loop)
    let peer = RawPeer(theirs, loop)
    let handler = Witness()
    let connection = Connection(
      stream: ours, role: .client, deflate: nil, context: ConnectionContext(loop: loop),
      settings: ConnectionSettings(pingInterval: .milliseconds(1)), handler: handler, readsOnlyWhileWritable: false)
    connection.abandon()
    connection.start(received: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    settleLoop(loop, .milliseconds(20))
    #expect(handler.calls == ["ended"])
    #expect(peer.received.isEmpty)
    theirs.close()
  }

  // MARK: Fragments

  /// RFC 6455, section 5.4.
  @Test func `fragments are sent as told, and no message goes between them`() throws {
    let wire = try Wire()
    let big = pattern(100_000)
    #expect(wire.connection.fragment(.binary, [1], isFinal: false))
    #expect(!wire.connection.send(text: "between"))
    #expect(!wire.connection.send(binary: big))
    #expect(!wire.connection.fragment(.text, [1], isFinal: true))
    try wire.connection.ping([9])
    #expect(wire.connection.fragment(.continuation, [1], isFinal: true))
    #expect(wire.connection.send(binary: big))
    wire.turn { wire.peer.frames.count == 4 }
    #expect(Array(wire.peer.frames[..<3]) == [RawFrame(2, [1], bits: 0), .ping([9]), RawFrame(0, [1])])
    let isSame = wire.peer.frames[3] == .binary(big)
    #expect(isSame)
  }

  @Test func `nothing but a Close is sent after a Close`() throws {
    let wire = try Wire()
    try wire.connection.close(.normal)
    #expect(!wire.connection.isOpen)
    #expect(!wire.connection.send(text: "x"))
    try wire.connection.ping([])
    wire.settle()
    #expect(wire.peer.frames == [.close(1000)])
    #expect(!wire.connection.isOver)
  }

  /// RFC 6455, sections 7.4.1 and 5.5.
  @Test(
    "refuses to close with what must not be sent",
    arguments: [
      (1005, 0), (1006, 0), (1015, 0), (999, 0), (5000, 0), (1000, 124),
    ] as [(UInt16, Int)])
  func misuse(code: UInt16, reasonSize: Int) throws {
    let reason = String(repeating: "x", count: reasonSize)
    let wire = try Wire()
    #expect(throws: Misuse.self) { try wire.connection.close(CloseCode(rawValue: code), reason: reason) }
    #expect(throws: Misuse.self) { try wire.connection.ping(pattern(126)) }
    #expect(wire.connection.isOpen)
    wire.settle()
    #expect(wire.peer.received.isEmpty)
  }
}
