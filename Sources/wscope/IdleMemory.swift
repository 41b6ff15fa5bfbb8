import CPlatform
import Transport

/// Gives back what only starting up and opening handshakes needed, once a server has had a moment of quiet: most of the
/// memory that counts as an idle server's is the pages of such code, ours and the libraries'.
final class IdleMemory {
  private let loop: Loop
  private var lastHandshake: ContinuousClock.Instant
  private var isScheduled = false

  private static let quiet = Duration.milliseconds(250)

  init(loop: Loop) {
    self.loop = loop
    lastHandshake = loop.now
  }

  /// Every opening handshake that had begun is over.
  func settled() {
    lastHandshake = loop.now
    if !isScheduled { schedule(after: Self.quiet) }
  }

  private func schedule(after delay: Duration) {
    isScheduled = true
    loop.schedule(after: delay) { [self] in
      let wanted = Self.quiet - lastHandshake.duration(to: loop.now)
      if wanted > .zero { return schedule(after: wanted) }
      isScheduled = false
      platform_release_code()
    }
  }
}
