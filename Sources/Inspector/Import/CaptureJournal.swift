import Trace
import WebSocketCore

/// Where reading stands in a file whose connections are put together, and what was found since the last look.
final class CaptureJournal {
  /// The moment that times count from.
  let start: ContinuousClock.Instant
  /// What connections lend each other.
  let pool = FrameJudge.Pool()
  /// By the wall clock, where the file says.
  private(set) var wallTime: UTCTime?
  /// Since the first time in the file.
  private(set) var elapsed = Duration.zero
  /// What was found.
  private(set) var items: [CaptureItem] = []
  private(set) var connectionCount = 0
  private var origin: UTCTime?

  init(start: ContinuousClock.Instant) { self.start = start }

  /// The time of what happens now.
  var time: ContinuousClock.Instant { start.advanced(by: elapsed) }

  /// Goes to a time; nil where the file does not say.
  func advance(to wallTime: UTCTime?) {
    self.wallTime = wallTime
    guard let wallTime else { return }
    let origin = origin ?? wallTime
    self.origin = origin
    elapsed = origin.duration(to: wallTime)
  }

  /// The number of a new connection.
  func nextNumber() -> Int {
    connectionCount += 1
    return connectionCount
  }

  /// Notes what happened on a connection.
  func emit(_ connection: Int, _ content: CapturedEvent.Content) {
    items.append(
      .event(CapturedEvent(connection: connection, wallTime: wallTime, elapsed: elapsed, content: content)))
  }

  /// Notes a place that cannot be read.
  func emit(_ damage: CaptureDamage) { items.append(.damage(damage)) }

  /// Hands over what was noted.
  func flush(_ handle: (CaptureItem) -> Void) {
    for item in items { handle(item) }
    items.removeAll(keepingCapacity: true)
  }
}
