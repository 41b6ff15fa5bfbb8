import Bytes
import Trace
import Transport
import WebSocketCore

/// Pings a silent peer and gives up when it does not answer (RFC 6455, section 5.5.2).
final class KeepAlive {
  private unowned let connection: Connection
  private let interval: Duration
  private let timeout: Duration
  private var timer: TimerToken?
  private var waiting: Ping?
  private var sequence: UInt64 = 0

  private struct Ping {
    let payload: [UInt8]
    /// From when the limit counts: it stands still while we do not read.
    var counted: ContinuousClock.Instant
  }

  init(_ connection: Connection, interval: Duration, timeout: Duration) {
    self.connection = connection
    self.interval = interval
    self.timeout = timeout
    schedule(after: interval)
  }

  func stop() {
    if let timer { connection.context.loop.cancel(timer) }
    timer = nil
  }

  func readingResumed() {
    waiting?.counted = connection.context.loop.now
  }

  /// A Pong came; one that answers an older ping, or none, means nothing here.
  func answered(_ payload: Span<UInt8>) {
    guard let ping = waiting, ping.payload == Array(copying: payload) else { return }
    waiting = nil
    stop()
    schedule(after: interval)
  }

  private func schedule(after delay: Duration) {
    timer = connection.context.loop.schedule(after: delay) { [unowned self] in tick() }
  }

  private func tick() {
    timer = nil
    // The closing handshake has limits of its own.
    guard connection.isOpen else { return }
    let now = connection.context.loop.now
    if let waiting {
      let waited = connection.isReading ? waiting.counted.duration(to: now) : .zero
      if waited >= timeout { return connection.end(.pingTimeout(timeout)) }
      schedule(after: timeout - waited)
    } else if !connection.isReading {
      schedule(after: interval)
    } else if connection.silence >= interval {
      sequence += 1
      let payload = withUnsafeBytes(of: sequence.bigEndian) { [UInt8]($0) }
      waiting = Ping(payload: payload, counted: now)
      try? connection.ping(payload.span)
      schedule(after: timeout)
    } else {
      schedule(after: interval - connection.silence)
    }
  }
}
