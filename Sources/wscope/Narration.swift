import Bytes
import Glibc
import Trace
import Transport

/// What `-v` tells, on its way to standard error: gathered, written in one go, never waited for.
final class Narration {
  let narrator: Narrator
  private let port: OutputPort
  private let lines = ByteBuffer()
  private let changed: () -> Void
  private var isBroken = false

  private static let limit = 1 << 20

  /// - Parameter changed: hears that what was written has left, or never will.
  init(narrator: Narrator, loop: Loop, changed: @escaping () -> Void) {
    self.narrator = narrator
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
  func tell(_ line: String) {
    lines.append(line)
    lines.append("\n")
    if lines.count > Self.limit { flush() }
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
