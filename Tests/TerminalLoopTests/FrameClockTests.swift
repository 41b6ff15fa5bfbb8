import Testing

@testable import TerminalLoop

@Suite struct `The frame clock` {
  let start = ContinuousClock.now

  @Test func `lets the first frame after a silence go at once`() {
    var clock = FrameClock()
    #expect(clock.delay(at: start) == .zero)
    clock.drew(at: start, taking: .milliseconds(1))
    #expect(clock.delay(at: start + .seconds(1)) == .zero)
  }

  @Test func `keeps frames apart`() {
    var clock = FrameClock()
    clock.drew(at: start, taking: .milliseconds(1))
    #expect(clock.delay(at: start + .milliseconds(10)) == .microseconds(6667))
    #expect(clock.delay(at: start + .milliseconds(17)) == .zero)
  }

  @Test func `draws the next frame in time after one that was a little late`() {
    var clock = FrameClock()
    var time = start
    for _ in 0..<60 {
      clock.drew(at: time, taking: .milliseconds(1))
      // Timers come late by up to a millisecond.
      time += clock.delay(at: time) + .microseconds(900)
    }
    #expect(start.duration(to: time) < .milliseconds(1002))
  }

  @Test func `does not hurry after a frame that was late by more than an interval`() {
    var clock = FrameClock()
    clock.drew(at: start, taking: .milliseconds(1))
    clock.drew(at: start + .milliseconds(40), taking: .milliseconds(1))
    #expect(clock.delay(at: start + .milliseconds(40)) == .microseconds(16_667))
  }

  @Test func `slows down where drawing takes long, and recovers`() {
    var clock = FrameClock()
    let rates = (0..<6).map { _ in
      clock.drew(at: start, taking: .milliseconds(9))
      return clock.interval
    }
    let (fast, medium, slow) = (
      Duration.microseconds(16_667), Duration.microseconds(33_333), Duration.milliseconds(100)
    )
    #expect(rates == [fast, medium, medium, slow, slow, slow])
    clock.drew(at: start, taking: .milliseconds(1))
    #expect(clock.interval == medium)
    clock.drew(at: start, taking: .milliseconds(3))
    #expect(clock.interval == medium)
    clock.drew(at: start, taking: .milliseconds(1))
    #expect(clock.interval == fast)
  }

  @Test func `is not slowed by one slow frame in a while`() {
    var clock = FrameClock()
    for _ in 0..<5 {
      clock.drew(at: start, taking: .milliseconds(30))
      clock.drew(at: start, taking: .milliseconds(5))
    }
    #expect(clock.interval == .microseconds(16_667))
  }
}
