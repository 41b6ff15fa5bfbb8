import Engine
import Trace
import WebSocketCore

/// Keeps what happens on the connections of a session: in the capture, a number for each, and in the recording.
final class SessionRecorder: ClientSessionRecorder {
  private let capture: CaptureFile?
  private let record: RecordFile?
  private let mask: SecretMask
  private var tap: CaptureTap?

  init(_ capture: CaptureFile?, _ record: RecordFile?, _ mask: SecretMask) {
    self.capture = capture
    self.record = record
    self.mask = mask
  }

  func began(connection number: Int, _ plan: ConnectionPlan) {
    tap = capture?.tap(role: .client, peer: plan.url.description)
    record?.begin(plan.url)
  }

  func saw(_ event: TraceEvent) {
    tap?.saw(event)
    record?.saw(event)
  }

  func failed(_ failure: ClientFailure) {
    tap?.fail(failure.stop(mask).text)
    record?.failed(failure)
    capture?.flush()
  }
}
