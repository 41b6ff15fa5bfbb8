import Bytes
import Glibc
import Inspector
import Trace
import Transport

/// What `-v` tells, on its way to standard error: gathered, written in one go, never waited for.
final class Narration {
  private let narrator: Narrator
  private let port: OutputPort
  private let lines = ByteBuffer()
  private let isColored: Bool
  private let changed: () -> Void
  private let loop: Loop
  private var isFlushAwaited = false
  // Used for every frame, and calls nobody back.
  @exclusivity(unchecked) private var frameLine: FrameLine
  private var isBroken = false

  private static let limit = 1 << 20
  /// What is gathered before it is written: a file takes so much at once, and the cache still has it.
  private static let block = 64 << 10

  /// - Parameters:
  ///   - isColored: lines are told apart by colour as well as by their first sign.
  ///   - changed: hears that what was written has left, or never will.
  init(
    detail: Narrator.Detail, mask: SecretMask, isServer: Bool = false, loop: Loop, isColored: Bool,
    changed: @escaping () -> Void
  ) {
    narrator = Narrator(detail: detail, mask: mask, start: loop.now, isServer: isServer)
    frameLine = FrameLine(since: loop.now)
    self.isColored = isColored
    self.changed = changed
    self.loop = loop
    port = OutputPort(loop: loop, descriptor: STDERR_FILENO)
    port.handler = self
  }

  /// Whether so much waits that whoever makes more should wait too.
  var isFull: Bool { !isBroken && port.queuedBytes > Self.limit }

  /// Whether everything has left.
  var isFlushed: Bool { isBroken || (lines.isEmpty && port.queuedBytes == 0) }

  /// - Parameter connection: what begins each line.
  func tell(_ event: TraceEvent, of connection: String = "") {
    for line in narrator.lines(for: event) { tell(line, of: connection) }
  }

  /// How much is told.
  var detail: Narrator.Detail { narrator.detail }

  /// Tells a frame, whether or not frames are told.
  /// - Parameter connection: what begins the line.
  func tell(_ frame: LiveFrame, at time: ContinuousClock.Instant, of connection: String = "") {
    begin(connection, color: frame.direction == .sent ? Self.sent : Self.received)
    frameLine.append(frame, at: time, to: lines)
    end()
  }

  /// A line that is safe for a terminal.
  func tell(_ line: String, of connection: String = "") {
    let color =
      switch line.first {
      case ">": Self.sent
      case "<": Self.received
      default: "\u{1b}[2m"
      }
    begin(connection, color: color)
    lines.append(line)
    end()
  }

  // ECMA-48, 8.3.117.
  static let sent = "\u{1b}[36m"
  static let received = "\u{1b}[32m"

  private func begin(_ connection: String, color: String) {
    if !connection.isEmpty { lines.append(connection) }
    if isColored { lines.append(color) }
  }

  private func end() {
    lines.append(literal: isColored ? "\u{1b}[m\n" : "\n")
    if lines.count > Self.block { flush() }
  }

  /// Whether `--color` and the environment ask for colour, on standard error if nothing else is said.
  static func isColored(_ choice: String, _ environment: Environment, on descriptor: Int32 = STDERR_FILENO) -> Bool {
    switch choice {
    case "always": true
    case "never": false
    default: isatty(descriptor) == 1 && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
    }
  }

  /// Writes at the end of the turn what has been told in it.
  func flushSoon() {
    guard !isFlushAwaited else { return }
    isFlushAwaited = true
    loop.atEndOfTurn { [self] in
      isFlushAwaited = false
      flush()
    }
  }

  func flush() {
    guard !lines.isEmpty else { return }
    if !isBroken { port.write(UnsafeRawBufferPointer(lines.bytes)) }
    lines.removeAll()
  }
}

extension Narration: OutputPortHandler {
  func outputDrained() { changed() }

  func outputFailed(_ error: SystemError) {
    isBroken = true
    changed()
  }
}
