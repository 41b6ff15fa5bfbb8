/// How many bytes a frame should have at the most, so that the terminal has taken it when the next one is due: what is
/// typed behind a frame of a megabyte is seen when a slow terminal has shown all of it.
struct FrameRoom {
  private static let limits = 2 << 10...128 << 10
  /// What taking a frame may last.
  private static let time = Duration.milliseconds(16)

  private(set) var bytes = Self.limits.upperBound

  /// Notes that the terminal took a frame of so many bytes in a time.
  mutating func took(_ count: Int, in time: Duration) {
    if time > Self.time * 2 {
      bytes = Int(Double(count) * (Self.time / time))
    } else if time < Self.time, count > bytes / 2 {
      bytes *= 2
    }
    bytes = min(max(bytes, Self.limits.lowerBound), Self.limits.upperBound)
  }
}
