import Engine
import Inspector
import Trace
import WebSocketCore

/// What a piped session tells and keeps of what happens on its connection.
///
/// It is no part of the session, to which weak references point: the runtime takes the long way to count references to
/// such an object, and this one is handed each frame.
final class PipedSessionTap: Tap {
  private let narration: Narration
  private let capture: CaptureTap?
  private let record: RecordFile?
  private let tellsControl: Bool

  /// - Parameter showsControl: control frames are told where other frames are not.
  init(_ narration: Narration, _ capture: CaptureTap?, _ record: RecordFile?, showsControl: Bool) {
    self.narration = narration
    self.capture = capture
    self.record = record
    tellsControl = showsControl || narration.detail >= .frames
  }

  func saw(_ event: TraceEvent) {
    capture?.saw(event)
    record?.saw(event)
    guard narration.detail > .quiet else { return }
    narration.tell(event)
    narration.flush()
  }

  func saw(_ frame: LiveFrame, at time: ContinuousClock.Instant) {
    capture?.saw(frame, at: time)
    record?.saw(frame, at: time)
    guard frame.header.opcode.isControl ? tellsControl : narration.detail >= .frames else { return }
    narration.tell(frame, at: time)
    narration.flushSoon()
  }
}
