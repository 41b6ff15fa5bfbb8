/// When the next frame is drawn: at once after a silence, at most 60 times a second, less often where drawing itself
/// takes too long.
struct FrameClock {
  typealias Instant = ContinuousClock.Instant

  /// What a frame may take before there are fewer of them.
  static let budget = Duration.milliseconds(8)
  private static let intervals: [Duration] = [.microseconds(16_667), .microseconds(33_333), .milliseconds(100)]

  /// When the last frame was due, or drawn where that was an interval ago or more.
  private var lastFrame: Instant?
  /// Which interval holds.
  private var pace = 0
  private var slowFrames = 0

  /// The time between frames now.
  var interval: Duration { Self.intervals[pace] }

  /// How long a frame that is wanted at `now` has to wait.
  func delay(at now: Instant) -> Duration {
    guard let lastFrame else { return .zero }
    return max(.zero, now.duration(to: lastFrame + interval))
  }

  /// Notes that a frame was drawn, and how long that took.
  mutating func drew(at now: Instant, taking time: Duration) {
    // A timer that comes a little late must not put off all that follow: that took 2 of 60 frames.
    if let due = lastFrame.map({ $0 + interval }), due < now, due.duration(to: now) < interval {
      lastFrame = due
    } else {
      lastFrame = now
    }
    slowFrames = time > Self.budget ? slowFrames + 1 : 0
    if slowFrames == 2, pace + 1 < Self.intervals.count {
      pace += 1
      slowFrames = 0
    } else if time * 4 < Self.budget, pace > 0 {
      pace -= 1
    }
  }
}
