import Inspector
import Trace
import WebSocketCore

/// All that a file holds.
struct ReadCapture {
  var events: [CapturedEvent] = []
  var damages: [CaptureDamage] = []
  var findings: String?
  static let start = ContinuousClock.now

  /// Gives the file to the reader in pieces.
  init(_ bytes: [UInt8], pieceSize: Int = .max, format: CaptureFormat? = nil, stream: RawStream = RawStream()) {
    var reader = CaptureReader(start: Self.start, format: format, stream: stream)
    var items: [CaptureItem] = []
    var index = 0
    while index < bytes.count {
      let end = index + min(pieceSize, bytes.count - index)
      reader.read(bytes.span.extracting(index..<end)) { items.append($0) }
      index = end
    }
    reader.finish { items.append($0) }
    for item in items {
      switch item {
      case .event(let event): events.append(event)
      case .damage(let damage): damages.append(damage)
      }
    }
    findings = reader.findings
  }

  init(_ text: String, stream: RawStream = RawStream()) { self.init(Array(text.utf8), stream: stream) }

  var frames: [FrameRecord] {
    events.compactMap { if case .frame(let frame, _) = $0.content { frame } else { nil } }
  }

  var remarks: [Remark] { events.flatMap(\.remarks) }

  /// Text and binary messages as `> text`, and closes as `< close 1000`.
  var messages: [String] {
    frames.compactMap { frame in
      let arrow = frame.direction == .sent ? ">" : "<"
      if let message = frame.message { return "\(arrow) \(String(decoding: message.payload, as: UTF8.self))" }
      guard frame.header.opcode == .close else { return nil }
      let code = CloseFrame.read(frame.payload.span).frame.code.map { " \($0.rawValue)" } ?? ""
      return "\(arrow) close\(code)"
    }
  }

  /// One word for each event.
  var outline: String {
    events.map { event in
      switch event.content {
      case .start: "start"
      case .trace(.began), .trace(.finished): "connect"
      case .trace(.request): "request"
      case .trace(.response(let head)): "\(head.status)"
      case .trace(.opened): "open"
      case .trace: "trace"
      case .refused: "refused"
      case .failed: "failed"
      case .frame(let frame, _): frame.header.opcode.name
      case .remark(let remark): remark.name
      case .end(let end): end.cause
      }
    }.joined(separator: " ")
  }
}
