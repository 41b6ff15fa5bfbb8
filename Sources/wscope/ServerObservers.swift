import Engine
import Trace
import WebSocketCore

/// Who listens to a server's connections: the log of `-v`, the file of `--capture`, both, nobody.
struct ServerObservers {
  var log: ServerLog?
  var capture: CaptureFile?

  /// Makes the tap of each connection; nil where nobody listens.
  var observe: ((_ number: Int, _ peer: String) -> (any Tap)?)? {
    guard log != nil || capture != nil else { return nil }
    return { number, peer in
      let log = log?.tap(number: number, peer: peer)
      let capture = capture?.tap(role: .server, number: number, peer: peer)
      guard let log, let capture else { return log ?? capture }
      return TwoTaps(log, capture)
    }
  }
}

/// Two who listen to the same connection.
private final class TwoTaps: Tap {
  private let first: any Tap
  private let second: any Tap

  init(_ first: any Tap, _ second: any Tap) {
    self.first = first
    self.second = second
  }

  func saw(_ event: TraceEvent) {
    first.saw(event)
    second.saw(event)
  }

  func saw(_ frame: LiveFrame, at time: ContinuousClock.Instant) {
    first.saw(frame, at: time)
    second.saw(frame, at: time)
  }
}
