import Arguments
import Engine
import Inspector
import PlainText
import Trace
import Transport
import WscopeOptions

/// What `wscope echo -v` tells of each connection, its number before every line.
final class ServerLog {
  private let narration: Narration

  init(_ parsed: Parsed, loop: Loop) {
    narration = Narration(
      detail: Narrator.Detail(parsed), mask: SecretMask(showsSecrets: parsed.flag(Options.showSecrets)),
      isServer: true, loop: loop, isColored: Narration.isColored(parsed.choice(Options.color), Main.environment),
      changed: {})
  }

  func tap(number: Int, peer: String) -> any Tap {
    narration.tell("* from \(SafeText(peer).string)", of: "[\(number)] ")
    narration.flush()
    return ConnectionLog(number: number, narration: narration)
  }

  private final class ConnectionLog: Tap {
    private let name: String
    private let narration: Narration

    init(number: Int, narration: Narration) {
      name = "[\(number)] "
      self.narration = narration
    }

    func saw(_ event: TraceEvent) {
      // A reader that does not keep up misses lines; a server waits for nobody's log.
      guard !narration.isFull else { return }
      narration.tell(event, of: name)
      narration.flush()
    }

    func saw(_ frame: LiveFrame, at time: ContinuousClock.Instant) {
      guard narration.detail >= .frames, !narration.isFull else { return }
      narration.tell(frame, at: time, of: name)
      narration.flushSoon()
    }
  }
}
