import Engine
import Trace
import WebSocketCore

/// Keeps what happens on the connections of a session: in the capture, a number for each, and in the recording.
final class SessionRecorder: ClientSessionRecorder {
  private let capture: CaptureFile?
  private let record: RecordFile?
  private let mask: SecretMask
  private var tap: CaptureTap?
  private var recordTap: RecordTap?
  private var recordedURL: WebSocketURL?

  init(_ capture: CaptureFile?, _ record: RecordFile?, _ mask: SecretMask) {
    self.capture = capture
    self.record = record
    self.mask = mask
  }

  func began(connection number: Int, _ plan: ConnectionPlan) {
    tap = capture?.tap(role: .client, peer: plan.url.description)
    // A recording tells itself when the same is connected again.
    guard plan.url != recordedURL else { return }
    recordedURL = plan.url
    recordTap = record?.tap(url: plan.url)
  }

  func saw(_ event: TraceEvent) {
    tap?.saw(event)
    recordTap?.saw(event)
  }

  func failed(_ failure: ClientFailure) {
    tap?.fail(failure.stop(mask).text)
    capture?.flush()
  }
}
