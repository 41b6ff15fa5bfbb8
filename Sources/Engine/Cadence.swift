/// When something happens that happens at intervals: a timer that comes late does not put off all that follow.
struct Cadence {
  private var due: ContinuousClock.Instant?

  /// The time from `now`, when it has happened, to the next time. Of what was missed no more than one time is made up
  /// for.
  mutating func wait(_ interval: Duration, at now: ContinuousClock.Instant) -> Duration {
    let next = max(due ?? now, now - interval) + interval
    due = next
    return now.duration(to: next)
  }
}
