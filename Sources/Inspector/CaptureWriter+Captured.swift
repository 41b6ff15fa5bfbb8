public import Bytes
import Trace
import WebSocketCore

/// What was read from a file, of whatever kind, written as a capture.
extension CaptureWriter {
  /// Appends the line of an event of this writer's connection. What the file does not know is left out.
  /// - Parameters:
  ///   - dissection: the event's frame taken apart, of which `views` are added as `dissection`.
  public func append(
    _ event: CapturedEvent, dissection: Dissection? = nil, views: Set<DissectionView> = [], into output: ByteBuffer
  ) {
    let now = start.advanced(by: event.elapsed)
    let time = event.wallTime
    switch event.content {
    case .start(_, let peer): begin(peer: peer, at: time, now: now, into: output)
    case .trace(let trace): append(trace, at: time, now: now, into: output)
    case .refused(let words): line("refused", nil, time, now, output) { $0.add("text", words) }
    case .failed(let words): fail(words, at: time, now: now, into: output)
    case .frame(let frame, let remarks):
      append(frame, time, output) { object in
        guard let dissection, !views.isEmpty else { return }
        object.add("dissection") { dissection.add(views, to: &$0) }
      }
      for remark in remarks { append(remark, time, now, output) }
    case .remark(let remark): append(remark, time, now, output)
    case .end(let end): append(end, time, now, output)
    }
  }

  private func append(_ remark: Remark, _ time: UTCTime?, _ now: ContinuousClock.Instant, _ output: ByteBuffer) {
    line("remark", nil, time, now, output) { object in
      object.add("name", remark.name)
      object.add("text", remark.text)
      if let section = remark.section { object.add("section", section) }
    }
  }
}
