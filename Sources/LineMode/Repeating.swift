import Engine
import PlainText
import Transport

/// A message that is sent again and again.
final class Repeating {
  private var left: Int
  private let total: Int
  private let every: Duration
  private let text: String
  private weak var session: LineSession?
  private var timer: TimerToken?

  /// Messages sent in one turn where no time lies between them.
  private static let burst = 50
  /// When a full connection is tried again.
  private static let patience = Duration.milliseconds(10)

  init(count: Int, every: Duration, text: String, session: LineSession) {
    (total, left) = (count, count)
    self.every = every
    self.text = text
    self.session = session
    schedule(after: .zero)
  }

  deinit { stop() }

  func stop() {
    if let timer { session?.session.context.loop.cancel(timer) }
    timer = nil
  }

  /// `12 of 100 times sent`.
  var progress: String {
    "\(Quantity.count(total - left)) of \(Quantity.count(total, "time")) sent"
  }

  private func schedule(after delay: Duration) {
    timer = session?.session.context.loop.schedule(after: delay) { [weak self] in self?.tick() }
  }

  private func tick() {
    timer = nil
    guard let session, let connection = session.connection, connection.isOpen else { return }
    for _ in 0..<(every == .zero ? Self.burst : 1) where left > 0 {
      if connection.isFull { return schedule(after: Self.patience) }
      do { try session.send(text: text) } catch {
        session.view?.show(.failure(error))
        return session.stopRepeating()
      }
      left -= 1
    }
    if left > 0 { schedule(after: every) } else { session.stopRepeating(silently: true) }
  }
}

extension LineSession {
  func stopRepeating(silently: Bool = false) {
    guard let repeating else { return }
    repeating.stop()
    self.repeating = nil
    if !silently { view?.show(.note(["  stopped: \(repeating.progress)"])) }
  }
}
