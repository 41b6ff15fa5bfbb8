import TestSupport
import Testing
import Trace
import Transport
import WebSocketCore

@testable import Engine

/// RFC 6455, sections 5.5.2 and 5.5.3.
@Suite struct `Keep-alive` {
  private func wire(
    interval: Duration, timeout: Duration, closeTimeout: Duration = .seconds(5), isObserved: Bool = false
  ) throws -> Wire {
    try Wire(
      .client,
      settings: ConnectionSettings(closeTimeout: closeTimeout, pingInterval: interval, pingTimeout: timeout),
      isObserved: isObserved)
  }

  private func pings(_ wire: Wire) -> [RawFrame] { wire.peer.frames.filter { $0.opcode == 9 } }

  @Test func `pings a silent peer, once for each silence`() throws {
    let wire = try wire(interval: .milliseconds(40), timeout: .seconds(10), isObserved: true)
    let start = Instant.now
    wire.turn { pings(wire).count == 1 }
    #expect(start.duration(to: .now) >= .milliseconds(40))
    wire.settle(.milliseconds(100))
    // It is waited for, and not repeated.
    #expect(pings(wire).count == 1)
    wire.say(.pong(pings(wire)[0].payload))
    wire.turn { pings(wire).count == 2 }
    #expect(pings(wire)[0].payload != pings(wire)[1].payload)
    let trips = try #require(wire.connection.statistics).roundTrips
    #expect(trips.count == 1)
    #expect(try #require(trips.last) >= .milliseconds(100))
  }

  @Test func `measures the round trip of every ping of ours`() throws {
    let wire = try wire(interval: .seconds(100), timeout: .seconds(100), isObserved: true)
    for payload in [[1], [2], [2], []] as [[UInt8]] { try wire.connection.ping(payload.span) }
    wire.turn { pings(wire).count == 4 }
    wire.say(.pong([9]), .pong([2]), .pong([1]), .pong([2]), .pong())
    wire.turn { wire.connection.statistics?.received.frames[.pong] == 5 }
    // The first was passed over by the answer to the second.
    #expect(wire.connection.statistics?.roundTrips.count == 3)
  }

  @Test func `a talking peer is not pinged`() throws {
    let wire = try wire(interval: .milliseconds(300), timeout: .milliseconds(300))
    for _ in 0..<50 {
      wire.say(.text("la"))
      wire.settle(.milliseconds(10))
    }
    #expect(pings(wire).isEmpty)
    #expect(wire.handler.verdict == nil)
  }

  @Test("gives up on a peer that does not answer", arguments: ["nothing", "older", "other", "messages"])
  func unanswered(instead: String) throws {
    let wire = try wire(interval: .milliseconds(20), timeout: .milliseconds(150))
    wire.turn { pings(wire).count == 1 }
    let first = pings(wire)[0].payload
    switch instead {
    case "older":
      wire.say(.pong(first))
      wire.turn { pings(wire).count == 2 }
      wire.say(.pong(first))
    case "other": wire.say(.pong([1, 2, 3]), .pong())
    case "messages": wire.say(.text("la"))
    default: break
    }
    let verdict = try wire.verdict()
    #expect(verdict.cause == .pingTimeout(.milliseconds(150)))
    #expect(verdict.lifetime >= .milliseconds(170))
    #expect(verdict.lastSent?.opcode == .ping)
    wire.turn { wire.peer.isOver }
  }

  @Test func `the limit stands still while we do not read`() throws {
    let wire = try wire(interval: .milliseconds(20), timeout: .milliseconds(100))
    wire.turn { pings(wire).count == 1 }
    wire.connection.pauseReading()
    wire.say(.pong(pings(wire)[0].payload))
    wire.settle(.milliseconds(400))
    #expect(wire.handler.verdict == nil)
    wire.connection.resumeReading()
    wire.turn { pings(wire).count == 2 }
  }

  @Test func `nobody is pinged while we do not read, and no time is spent on it`() throws {
    let wire = try wire(interval: .milliseconds(20), timeout: .milliseconds(100))
    wire.connection.pauseReading()
    let start = Instant.now
    var turns = 0
    while start.duration(to: .now) < .milliseconds(200) {
      wire.loop.turn(waitAtMost: .milliseconds(100))
      turns += 1
    }
    #expect(turns < 40)
    #expect(pings(wire).isEmpty)
    wire.connection.resumeReading()
    wire.turn { pings(wire).count == 1 }
  }

  @Test func `a closing connection has other limits`() throws {
    let wire = try wire(interval: .milliseconds(20), timeout: .milliseconds(50), closeTimeout: .milliseconds(300))
    wire.turn { pings(wire).count == 1 }
    wire.say(.close(1000))
    #expect(try wire.verdict().cause == .closedByPeer)
  }
}
