/// How long to wait before connecting again, so that clients of a server that fell do not all come back at once
/// (RFC 6455, section 7.2.3).
public struct ReconnectPolicy: Equatable, Sendable {
  /// The longest the first wait can be.
  public var first: Duration
  /// The longest any wait can be.
  public var longest: Duration

  /// The RFC's own proposal for the first wait is a random time of up to 5 seconds; who sits at a terminal waits for
  /// less.
  public init(first: Duration = .seconds(1), longest: Duration = .seconds(60)) {
    self.first = first
    self.longest = longest
  }

  /// The wait before an attempt: up to `first` before attempt 1, twice as long before each further one, and of that
  /// a random part: all of it before the first attempt, the second half before the others.
  /// - Parameter attempt: counted from 1 since the connection was last open.
  public func wait(before attempt: Int, using random: inout some RandomNumberGenerator) -> Duration {
    let doublings = min(max(attempt, 1), 31) - 1
    let limit = min(first * (1 << doublings), longest)
    return limit * Double.random(in: attempt <= 1 ? 0...1 : 0.5...1, using: &random)
  }
}
