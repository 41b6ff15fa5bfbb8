import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

@Suite struct `The end of a connection` {
  private static let short = ConnectionSettings(closeTimeout: .milliseconds(60))

  // MARK: The closing handshake (RFC 6455, section 7)

  @Test("by our Close", arguments: [Role.server, .client], Carrier.allCases)
  func closedByUs(role: Role, carrier: Carrier) throws {
    let wire = try Wire(role, over: carrier)
    try wire.connection.close(.goingAway, reason: "bye")
    wire.turn { wire.peer.frames.last?.opcode == 8 }
    #expect(wire.peer.frames.last?.closeCode == 1001)
    #expect(!wire.peer.isOver)
    wire.say(.close(1000, "so long"))
    if role == .server {
      // Section 7.1.1: the server ends the transport first.
      wire.turn { wire.peer.hasEnded }
      #expect(wire.handler.verdict == nil)
    } else {
      wire.settle()
      #expect(!wire.peer.isOver)
    }
    wire.peer.stream.finishWriting()
    let verdict = try wire.verdict()
    #expect(verdict.cause == .closedByUs)
    #expect(verdict.sentClose == CloseFrame(code: .goingAway, reason: "bye"))
    #expect(verdict.receivedClose == CloseFrame(code: .normal, reason: "so long"))
    #expect(verdict.isNormal)
    wire.turn { wire.peer.hasEnded }
  }

  /// Section 5.5.1: the answer has the code received, and is empty for an empty Close.
  @Test("by the peer's Close", arguments: [Role.server, .client], [1000, 1001, 3000, 4999, nil] as [UInt16?])
  func closedByPeer(role: Role, code: UInt16?) throws {
    let wire = try Wire(role)
    wire.say(.close(code))
    wire.turn { !wire.peer.frames.isEmpty }
    #expect(wire.peer.frames.map(\.payload) == [RawFrame.close(code).payload])
    wire.peer.stream.close()
    let verdict = try wire.verdict()
    #expect(verdict.cause == .closedByPeer)
    #expect(verdict.isNormal == (code == nil || code == 1000 || code == 1001))
    #expect(verdict.receivedClose?.code?.rawValue == code)
  }

  /// Section 7.1.5: also in the middle of a fragmented message.
  @Test func `by a Close between fragments, and nothing behind it counts`() throws {
    let wire = try Wire()
    var first = RawFrame.text("a")
    first.bits = 0
    wire.say(first, .close(1000), RawFrame(0, [98]), .ping(), .text("late"), RawFrame(15))
    wire.turn { wire.peer.hasEnded }
    wire.peer.stream.close()
    #expect(try wire.verdict().cause == .closedByPeer)
    #expect(wire.handler.messages.isEmpty)
    #expect(wire.peer.frames == [.close(1000)])
  }

  @Test("by both at once", arguments: [Role.server, .client])
  func simultaneous(role: Role) throws {
    let wire = try Wire(role)
    try wire.connection.close(.normal)
    wire.say(.close(1001))
    wire.turn { wire.peer.frames.count == 1 }
    wire.settle()
    #expect(wire.peer.frames.count == 1)
    wire.peer.stream.close()
    let verdict = try wire.verdict()
    #expect(verdict.cause == .closedByUs)
    #expect(verdict.receivedClose?.code == .goingAway)
  }

  /// Sections 1.4 and 5.5.2.
  @Test func `messages and pings behind our Close are still taken`() throws {
    let wire = try Wire()
    try wire.connection.close(.normal)
    wire.say(.text("in flight"), .ping([1]))
    wire.turn { wire.peer.frames.count == 2 }
    #expect(wire.handler.texts == ["in flight"])
    #expect(wire.peer.frames == [.close(1000), .pong([1])])
  }

  // MARK: Limits

  @Test("by our limit, when the peer never answers our Close", arguments: [Role.server, .client], [true, false])
  func unanswered(role: Role, isTalking: Bool) throws {
    let wire = try Wire(role, settings: Self.short)
    try wire.connection.close(.normal)
    // Traffic does not extend the limit.
    while isTalking, wire.handler.verdict == nil {
      wire.say(.text("la"))
      wire.settle(.milliseconds(1))
    }
    let verdict = try wire.verdict()
    #expect(verdict.cause == .closeTimeout(.milliseconds(60)))
    #expect(verdict.lifetime >= .milliseconds(60))
    #expect(verdict.lifetime < .seconds(5))
    #expect(verdict.isReading)
    #expect(!verdict.isNormal)
    wire.turn { wire.peer.isOver }
  }

  @Test func `by our limit, and it says that we did not read`() throws {
    let wire = try Wire(settings: Self.short)
    wire.connection.pauseReading()
    try wire.connection.close(.normal)
    wire.say(.close(1000))
    let verdict = try wire.verdict()
    #expect(verdict.cause == .closeTimeout(.milliseconds(60)))
    #expect(!verdict.isReading)
  }

  @Test("well, when the peer never ends its transport", arguments: [Role.server, .client], [true, false])
  func staying(role: Role, isOurs: Bool) throws {
    let wire = try Wire(role, settings: Self.short)
    if isOurs { try wire.connection.close(.normal) }
    wire.say(.close(1000))
    while wire.handler.verdict == nil {
      wire.say(.text("la"))
      wire.settle(.milliseconds(1))
    }
    let verdict = try wire.verdict()
    #expect(verdict.cause == (isOurs ? .closedByUs : .closedByPeer))
    #expect(verdict.isNormal)
    #expect(verdict.lifetime >= .milliseconds(60))
    #expect(wire.handler.messages.isEmpty)
    wire.turn { wire.peer.isOver }
  }

  @Test func `sooner, when a second close gives it less time`() throws {
    let wire = try Wire()
    try wire.connection.close(.goingAway)
    try wire.connection.close(.normal)
    wire.settle()
    #expect(wire.handler.verdict == nil)
    try wire.connection.close(.normal, within: .milliseconds(30))
    #expect(try wire.verdict().cause == .closeTimeout(.milliseconds(30)))
    #expect(wire.peer.frames == [.close(1001)])
  }

  @Test func `a close's own limit holds for the answer and for the end behind it`() throws {
    let wire = try Wire(.client)
    try wire.connection.close(.normal, within: .milliseconds(300))
    wire.say(.close(1000))
    // The settings' five seconds would be the other limit.
    let verdict = try wire.verdict()
    #expect(verdict.cause == .closedByUs)
    #expect((.milliseconds(300) ..< .seconds(4)).contains(verdict.lifetime))
  }

  @Test func `whoever pauses does not keep it from being noticed after both Closes`() throws {
    let wire = try Wire()
    wire.handler.onBatch = { $0.pauseReading() }
    wire.say(.close(1000))
    wire.turn { wire.peer.hasEnded }
    wire.peer.stream.finishWriting()
    let verdict = try wire.verdict()
    #expect(verdict.cause == .closedByPeer)
    #expect(verdict.lifetime < .seconds(4))
  }

  /// Section 7.1.1: what was sent before the Close arrives.
  @Test(
    "with all output gone, when the peer ends its side and still reads", arguments: Carrier.allCases, [true, false])
  func halfClosed(carrier: Carrier, isViolating: Bool) throws {
    let wire = try Wire(over: carrier)
    wire.peer.stream.pauseReading()
    for _ in 0..<24 { wire.connection.send(binary: pattern(400_000)) }
    if isViolating { wire.say(RawFrame(11)) } else { wire.say(.close(1000)) }
    wire.peer.stream.finishWriting()
    wire.settle()
    #expect(wire.handler.verdict == nil)
    wire.peer.stream.resumeReading()
    wire.turn { wire.peer.isOver }
    #expect(wire.peer.hasEnded)
    #expect(wire.peer.frames.count == 25)
    #expect(wire.peer.frames.last?.closeCode == (isViolating ? 1002 : 1000))
    let cause = try wire.verdict().cause
    #expect(cause == (isViolating ? .violation(.reservedOpcode(Opcode(rawValue: 11))) : .closedByPeer))
  }

  @Test func `not even the last output keeps it longer than its limit`() throws {
    let wire = try Wire(settings: Self.short)
    wire.peer.stream.pauseReading()
    wire.connection.send(binary: pattern(2 << 20))
    wire.say(.close(1000))
    wire.peer.stream.finishWriting()
    #expect(try wire.verdict().cause == .closedByPeer)
  }

  // MARK: Without a Close

  @Test("by the peer's FIN", arguments: Carrier.allCases, ["frame", "header", "message", "between", "after our Close"])
  func fin(carrier: Carrier, place: String) throws {
    let wire = try Wire(over: carrier)
    var first = RawFrame.text("a").masked
    first.bits = 0
    switch place {
    case "frame": wire.peer.send(Array(RawFrame.text("hello").masked.bytes.dropLast()))
    case "header": wire.peer.send([0x81])
    case "message": wire.peer.send(first.bytes)
    case "between": wire.say(.text("whole"))
    default: try wire.connection.close(.normal)
    }
    wire.peer.stream.finishWriting()
    let verdict = try wire.verdict()
    #expect(verdict.cause == .endedByPeer)
    #expect(verdict.isInsideFrame == (place == "frame" || place == "header"))
    let cut: Violation? =
      switch place {
      case "frame": .endInsideFrame(missing: 1)
      case "header": .endInsideFrame(missing: nil)
      case "message": .endInsideMessage(fragments: 1)
      default: nil
      }
    #expect(verdict.cut == cut)
    #expect(verdict.isInsideMessage == (place == "message" || place == "frame"))
    #expect(!verdict.isNormal)
    #expect(wire.handler.texts == (place == "between" ? ["whole"] : []))
    if place == "between" { #expect(verdict.lastReceived?.opcode == .text) }
    #expect(verdict.sentClose?.code == (place == "after our Close" ? .normal : nil))
    wire.turn { wire.peer.isOver }
  }

  @Test("by the peer's RST, after what had come", arguments: Carrier.allCases)
  func reset(carrier: Carrier) throws {
    let wire = try Wire(over: carrier)
    wire.say(.text("whole"))
    wire.turn { !wire.handler.messages.isEmpty }
    wire.peer.stream.reset()
    let verdict = try wire.verdict()
    #expect(verdict.cause == .resetByPeer)
    #expect(!verdict.isNormal)
  }

  @Test("a reset behind both Closes is an end like others", arguments: Carrier.allCases)
  func lateReset(carrier: Carrier) throws {
    let wire = try Wire(.client, over: carrier)
    wire.say(.close(1000))
    wire.turn { !wire.peer.frames.isEmpty }
    wire.peer.stream.reset()
    #expect(try wire.verdict().cause == .closedByPeer)
  }

  @Test("by leaving", arguments: Carrier.allCases, [true, false])
  func leaving(carrier: Carrier, isReset: Bool) throws {
    let wire = try Wire(over: carrier)
    if isReset { wire.connection.reset() } else { wire.connection.abandon() }
    #expect(wire.handler.verdict?.cause == .abandoned)
    #expect(wire.handler.verdict?.sentClose == nil)
    wire.turn { wire.peer.isOver }
    #expect(wire.peer.isReset == isReset)
    // A second end is none.
    wire.connection.abandon()
    wire.connection.reset()
    try wire.connection.close(.normal)
    #expect(wire.handler.calls == ["opened", "ended"])
  }

  @Test func `what a call was given stays while the call lasts, also behind the end`() throws {
    let wire = try Wire()
    // More than the pool keeps of what is given back.
    let size = 9 << 20
    wire.handler.onFrame = { $0.abandon() }
    wire.handler.onLateFrame = { $0.withUnsafeBufferPointer { #expect($0.count == size && $0[size - 1] == 7) } }
    wire.sayQuickly([UInt8](repeating: 7, count: size))
    let verdict = try wire.verdict()
    #expect(verdict.cut == nil)
    wire.settle(.milliseconds(2))
  }

  // MARK: Violations (section 7.1.7)

  struct Offence: Sendable, CustomTestStringConvertible {
    var bytes: [UInt8]
    var violation: Violation
    var code: UInt16
    var testDescription: String { violation.name }
  }

  static let offences: [Offence] = [
    Offence(bytes: RawFrame(11).masked.bytes, violation: .reservedOpcode(Opcode(rawValue: 11)), code: 1002),
    Offence(bytes: RawFrame.text("a").bytes, violation: .unmaskedByClient, code: 1002),
    Offence(
      bytes: RawFrame(1, [0xFF]).masked.bytes, violation: .invalidUTF8(byte: 0xFF, offset: 0), code: 1007),
    Offence(
      bytes: [0x82, 0xFF, 0, 0, 1, 0, 0, 0, 0, 0], violation: .frameTooLarge(length: 1 << 40, limit: 128 << 20),
      code: 1009),
    Offence(
      bytes: RawFrame.close(1005).masked.bytes, violation: .reservedCloseCode(.noStatusReceived), code: 1002),
    Offence(bytes: RawFrame(8, [3]).masked.bytes, violation: .closePayloadOfOneByte, code: 1002),
  ]

  @Test("by a violation: our Close leaves, and the verdict names the frame", arguments: offences, Carrier.allCases)
  func violation(offence: Offence, carrier: Carrier) throws {
    let wire = try Wire(over: carrier)
    wire.handler.onMessage = { connection, opcode, payload in connection.send(opcode, payload.span) }
    let fine = RawFrame.text("fine").masked.bytes
    wire.peer.send(fine + offence.bytes + fine)
    wire.turn { wire.peer.hasEnded }
    #expect(wire.peer.frames.count == 2)
    #expect(wire.peer.frames.last?.closeCode == offence.code)
    #expect(wire.handler.texts == ["fine"])
    #expect(!wire.connection.isOpen)
    wire.peer.stream.finishWriting()
    let verdict = try wire.verdict()
    #expect(verdict.cause == .violation(offence.violation))
    #expect(verdict.violationOffset == UInt64(fine.count))
    #expect(verdict.sentClose?.code?.rawValue == offence.code)
    #expect(verdict.lifetime < .seconds(1))
    #expect(wire.handler.calls.last == "ended")
  }

  @Test("a peer that neither reads nor ends holds a failed connection for a second", arguments: [true, false])
  func linger(isPaused: Bool) throws {
    let wire = try Wire()
    wire.peer.stream.pauseReading()
    if isPaused { wire.handler.onBatch = { $0.pauseReading() } }
    wire.connection.send(binary: pattern(2 << 20))
    let start = Instant.now
    wire.say(RawFrame(11))
    #expect(try wire.verdict().cause == .violation(.reservedOpcode(Opcode(rawValue: 11))))
    #expect(start.duration(to: .now) < .seconds(4))
    #expect(start.duration(to: .now) >= .seconds(1))
  }

  @Test func `a peer that talks on cannot make a failed connection stay`() throws {
    let wire = try Wire()
    wire.say(RawFrame(11))
    let start = Instant.now
    while wire.handler.verdict == nil, start.duration(to: .now) < .seconds(10) {
      wire.say(.text("and another thing"))
      wire.settle(.milliseconds(2))
    }
    #expect(start.duration(to: .now) < .seconds(4))
    #expect(wire.handler.messages.isEmpty)
  }

  @Test func `a violation behind our Close needs no second Close`() throws {
    let wire = try Wire()
    try wire.connection.close(.normal)
    wire.say(RawFrame(11))
    wire.turn { wire.peer.hasEnded }
    wire.peer.stream.close()
    #expect(try wire.verdict().cause == .violation(.reservedOpcode(Opcode(rawValue: 11))))
    #expect(wire.peer.frames == [.close(1000)])
  }

  @Test func `a lenient connection tells of a violation and goes on`() throws {
    let wire = try Wire(settings: ConnectionSettings(rules: ProtocolRules(isLenient: true)))
    wire.peer.send(RawFrame.text("unmasked").bytes)
    wire.turn { wire.handler.texts == ["unmasked"] }
    #expect(wire.handler.calls.contains("tolerated"))
    #expect(wire.connection.isOpen)
  }

  // MARK: Nothing stays behind

  @Test(
    "leaves no connection, handler or timer behind",
    arguments: ["close", "peer", "FIN", "reset", "violation", "abandon", "timeout", "paused"])
  func releases(how: String) throws {
    weak var connection: Connection?
    weak var handler: Witness?
    let loop: Loop
    do {
      let wire = try Wire(
        settings: ConnectionSettings(closeTimeout: .milliseconds(20), pingInterval: .milliseconds(5)))
      loop = wire.loop
      connection = wire.connection
      handler = wire.handler
      wire.settle()
      switch how {
      case "close":
        try wire.connection.close(.normal)
        wire.say(.close(1000))
        wire.peer.stream.finishWriting()
      case "peer":
        wire.say(.close(1000))
        wire.peer.stream.finishWriting()
      case "FIN": wire.peer.stream.finishWriting()
      case "reset": wire.peer.stream.reset()
      case "violation":
        wire.say(RawFrame(11))
        wire.peer.stream.finishWriting()
      case "paused":
        wire.say(.text("a"), .text("b"))
        wire.handler.onMessage = { connection, _, _ in connection.pauseReading() }
        wire.settle()
        wire.connection.abandon()
      case "timeout": try wire.connection.close(.normal)
      default: wire.connection.abandon()
      }
      _ = try wire.verdict()
    }
    #expect(connection == nil)
    #expect(handler == nil)
    // What still ran would trap now.
    settleLoop(loop, .milliseconds(30))
  }
}
