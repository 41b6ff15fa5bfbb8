import Testing

@testable import Engine

@Suite struct `A cadence` {
  private let start = ContinuousClock.now

  @Test func `keeps its rate though timers come late`() {
    var cadence = Cadence()
    var time = start
    for _ in 0..<100 { time += cadence.wait(.milliseconds(10), at: time) + .microseconds(900) }
    #expect(start.duration(to: time) < .milliseconds(1001))
  }

  @Test func `makes up for one interval at the most`() {
    var cadence = Cadence()
    #expect(cadence.wait(.milliseconds(10), at: start) == .milliseconds(10))
    #expect(cadence.wait(.milliseconds(10), at: start + .milliseconds(45)) == .zero)
    #expect(cadence.wait(.milliseconds(10), at: start + .milliseconds(45)) == .milliseconds(10))
  }
}
