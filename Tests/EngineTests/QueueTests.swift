import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

@Suite struct `A connection's output` {
  /// The peer reads nothing until `resumeReading()`.
  private func slow(
    _ role: Role = .server, _ carrier: Carrier = .memory, settings: ConnectionSettings = ConnectionSettings(),
    isObserved: Bool = false
  ) throws -> Wire {
    let wire = try Wire(role, over: carrier, settings: settings, isObserved: isObserved)
    wire.peer.stream.pauseReading()
    return wire
  }

  @Test(
    "arrives whole at a slow reader, large payloads where they lie included",
    arguments: [(.memory, .server, 1 << 20), (.memory, .client, 1 << 20), (.tcp, .server, 6 << 20)]
      as [(Carrier, Role, Int)])
  func large(carrier: Carrier, role: Role, size: Int) throws {
    let wire = try slow(role, carrier, isObserved: role == .client)
    let large = pattern(size)
    wire.connection.send(text: "before")
    wire.connection.send(binary: large)
    wire.connection.batch {
      wire.connection.send(text: "inside")
      wire.connection.send(binary: large)
    }
    wire.connection.send(text: "after")
    wire.settle()
    #expect(wire.connection.isFull)
    #expect(wire.handler.drained == 0)
    wire.peer.stream.resumeReading()
    wire.turn { wire.peer.frames.last?.payload == Array("after".utf8) }
    #expect(wire.peer.frames.map(\.payload.count) == [6, size, 6, size, 5])
    let isWhole = wire.peer.frames[1].payload == large && wire.peer.frames[3].payload == large
    #expect(isWhole)
    #expect(wire.handler.drained > 0)
    #expect(wire.connection.queuedBytes == 0)
    #expect(!wire.connection.isFull)
    if role == .client { #expect(try #require(wire.connection.statistics).queueHighWater > 1 << 20) }
  }

  @Test("drained is told once the queue is short, however short it may be", arguments: [1, 1000, 100_000, 1 << 20])
  func drained(maximum: Int) throws {
    let wire = try slow(settings: ConnectionSettings(maximumQueue: maximum))
    var count = 0
    while !wire.connection.isFull {
      wire.connection.send(binary: pattern(10_000))
      count += 1
    }
    wire.settle()
    #expect(wire.handler.drained == 0)
    wire.peer.stream.resumeReading()
    wire.turn { wire.handler.drained > 0 && wire.peer.frames.count == count }
    #expect(!wire.connection.isFull)
  }

  /// RFC 6455, section 10.4: who sends and does not read must not make a server grow.
  @Test("of a server that is full stops its reading, until it has drained", arguments: Carrier.allCases, [1, 200_000])
  func stopsReading(carrier: Carrier, maximum: Int) throws {
    let wire = try slow(.server, carrier, settings: ConnectionSettings(maximumQueue: maximum))
    wire.handler.onMessage = { connection, opcode, payload in connection.send(opcode, payload.span) }
    let messages = 400
    let large = pattern(30_000)
    for number in 0..<messages { wire.sayQuickly(Array(large[..<(20_000 + number)])) }
    // The kernel's own buffers may hold all of this.
    if carrier == .memory {
      wire.turn { !wire.connection.isReading }
      #expect(wire.handler.messages.count < messages)
    } else {
      wire.settle(.milliseconds(100))
    }
    #expect(wire.connection.queuedBytes < max(maximum, 64 << 10) + (1 << 19))
    wire.peer.stream.resumeReading()
    wire.turn { wire.peer.frames.count == messages }
    let isInOrder = wire.peer.frames.map(\.payload.count) == (0..<messages).map { 20_000 + $0 }
    #expect(isInOrder)
    #expect(wire.connection.isReading)
  }

  @Test func `of a client does not stop its reading`() throws {
    let wire = try slow(.client, settings: ConnectionSettings(maximumQueue: 100_000))
    for _ in 0..<10 { wire.connection.send(binary: pattern(100_000)) }
    #expect(wire.connection.isFull)
    wire.say(.text("read all the same"))
    wire.turn { !wire.handler.messages.isEmpty }
  }

  /// RFC 6455, section 5.5.3.
  @Test("answers only the newest Ping while it is full", arguments: [Role.server, .client], [70_000, 1 << 20])
  func pings(role: Role, maximum: Int) throws {
    let wire = try slow(role, settings: ConnectionSettings(maximumQueue: maximum))
    wire.connection.send(binary: pattern(2 << 20))
    wire.settle()
    for number in UInt8(0)..<100 { wire.say(.ping([number])) }
    wire.settle()
    wire.peer.stream.resumeReading()
    wire.turn { wire.peer.frames.count >= 2 }
    wire.settle()
    let pongs = wire.peer.frames.filter { $0.opcode == 10 }.map(\.payload)
    #expect(pongs.last == [99])
    // A server stops reading while it is full, so that the rest is answered in time.
    if role == .client { #expect(pongs == [[99]]) }
    wire.say(.ping([100]))
    wire.turn { wire.peer.frames.last?.payload == [100] }
  }

  /// RFC 6455, section 10.4.
  @Test("does not grow by pings that are not read", arguments: [Role.server, .client])
  func pingFlood(role: Role) throws {
    let wire = try slow(role, settings: ConnectionSettings(maximumQueue: 100_000))
    let ping = role == .server ? RawFrame.ping(pattern(125)).masked.bytes : RawFrame.ping(pattern(125)).bytes
    var flood: [UInt8] = []
    for _ in 0..<4000 { flood += ping }
    for _ in 0..<20 {
      wire.peer.send(flood)
      wire.settle(.milliseconds(2))
    }
    #expect(wire.connection.queuedBytes < 1 << 20)
  }
}
