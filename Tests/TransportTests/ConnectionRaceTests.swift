import Testing

@testable import Transport

@Suite struct `A connection race` {
  private static func four(_ digit: UInt32) -> SocketAddress { .ipv4(digit, port: 80) }
  private static func six(_ digit: UInt64) -> SocketAddress { .ipv6(high: 0, low: digit, port: 80) }

  @Test(arguments: [
    ([four(1), six(1)], [six(1), four(1)]),
    ([four(1), four(2), six(1), six(2)], [six(1), four(1), six(2), four(2)]),
    ([six(1), six(2), six(3), four(1)], [six(1), four(1), six(2), six(3)]),
    ([four(1), four(2), four(3), six(1)], [six(1), four(1), four(2), four(3)]),
    ([four(2), four(1)], [four(2), four(1)]),
    ([.unix("/run/x")], [.unix("/run/x")]),
    ([], []),
  ])
  func `tries the families in turn, IPv6 first`(given: [SocketAddress], order: [SocketAddress]) {
    #expect(ConnectionRace(to: given).addresses == order)
  }

  let origin = Instant.now
  func at(_ milliseconds: Int) -> Instant { origin + .milliseconds(milliseconds) }

  @Test func `starts an attempt every 250 ms while none has ended`() {
    var race = ConnectionRace(to: [Self.six(1), Self.four(1), Self.six(2)])
    #expect(race.next(at: at(0)) == .attempt(0))
    #expect(race.next(at: at(0)) == .wait(until: at(250)))
    #expect(race.next(at: at(249)) == .wait(until: at(250)))
    #expect(race.next(at: at(250)) == .attempt(1))
    #expect(race.next(at: at(250)) == .wait(until: at(500)))
    #expect(race.next(at: at(600)) == .attempt(2))
    #expect(race.next(at: at(600)) == .wait(until: nil))
  }

  @Test func `starts the next attempt at once when one fails`() {
    var race = ConnectionRace(to: [Self.six(1), Self.four(1), Self.six(2)])
    #expect(race.next(at: at(0)) == .attempt(0))
    race.failed(0)
    #expect(race.next(at: at(1)) == .attempt(1))
    #expect(race.next(at: at(1)) == .wait(until: at(251)))
    #expect(race.next(at: at(251)) == .attempt(2))
    race.failed(1)
    #expect(race.next(at: at(252)) == .wait(until: nil))
  }

  @Test func `is won by the first that connects, even a late one`() {
    var race = ConnectionRace(to: [Self.six(1), Self.four(1)])
    #expect(race.next(at: at(0)) == .attempt(0))
    #expect(race.next(at: at(250)) == .attempt(1))
    race.connected(0)
    race.connected(1)
    #expect(race.next(at: at(260)) == .won(0))
  }

  @Test func `is lost when every address has failed, and when there is none`() {
    var race = ConnectionRace(to: [Self.six(1), Self.four(1)])
    #expect(race.next(at: at(0)) == .attempt(0))
    race.failed(0)
    #expect(race.next(at: at(0)) == .attempt(1))
    race.failed(1)
    #expect(race.next(at: at(0)) == .lost)
    var empty = ConnectionRace(to: [])
    #expect(empty.next(at: at(0)) == .lost)
  }
}
