import Bytes
import Glibc
import Trace
import Transport

/// What `-v` tells, on its way to standard error: gathered, written in one go, never waited for.
final class Narration {
  let narrator: Narrator
  private let port: OutputPort
  private let lines = ByteBuffer()
  private let isColored: Bool
  private let changed: () -> Void
  private var isBroken = false

  private static let limit = 1 << 20

  /// - Parameters:
  ///   - isColored: lines are told apart by colour as well as by their first sign.
  ///   - changed: hears that what was written has left, or never will.
  init(narrator: Narrator, loop: Loop, isColored: Bool, changed: @escaping () -> Void) {
    self.narrator = narrator
    self.isColored = isColored
    self.changed = changed
    port = OutputPort(loop: loop, descriptor: STDERR_FILENO)
    port.handler = self
  }

  /// Whether so much waits that whoever makes more should wait too.
  var isFull: Bool { !isBroken && port.queuedBytes > Self.limit }

  /// Whether everything has left.
  var isFlushed: Bool { isBroken || (lines.isEmpty && port.queuedBytes == 0) }

  func tell(_ event: TraceEvent) {
    for line in narrator.lines(for: event) { tell(line) }
  }

  /// A line that is safe for a terminal.
  func tell(_ line: String, of connection: String = "") {
    lines.append(isColored ? "\(connection)\(Self.color(of: line))\(line)\u{1b}[m\n" : "\(connection)\(line)\n")
    if lines.count > Self.limit { flush() }
  }

  /// ECMA-48, 8.3.117: sent, received, and what is about them.
  private static func color(of line: String) -> String {
    switch line.first {
    case ">": "\u{1b}[36m"
    case "<": "\u{1b}[32m"
    default: "\u{1b}[2m"
    }
  }

  /// Whether `--color` and the environment ask for colour on standard error.
  static func isColored(_ choice: String, _ environment: Environment) -> Bool {
    switch choice {
    case "always": true
    case "never": false
    default: isatty(STDERR_FILENO) == 1 && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
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
