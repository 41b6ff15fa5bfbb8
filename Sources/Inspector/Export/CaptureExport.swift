public import Bytes
import PlainText
public import Trace

/// Another kind of file that a capture is turned into.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// HTTP Archive with `_webSocketMessages`, in the shape that browsers give it.
  case har
  /// Packets of TCP that are made up around the bytes, for Wireshark.
  case pcapng
  /// A capture of ours, JSON Lines.
  case jsonl
  /// Lines for people, as `wscope inspect --verbose` prints them.
  case text
}

/// Why a capture cannot be turned into a file.
public enum ExportFailure: Error, Equatable, CustomStringConvertible {
  /// Of connections that were open at the same time, more waits than this.
  case tooMuchWaits(limit: Int)

  /// A sentence for people.
  public var description: String {
    switch self {
    case .tooMuchWaits(let limit):
      "connections that were open at the same time hold more than \(Quantity.bytes(limit)), which must be put in order"
    }
  }

  /// What helps.
  public var hint: String { "--stream N takes one of them" }
}

/// Turns what happened on connections into a file, event by event. Secrets are masked as its `SecretMask` says.
public final class CaptureExport {
  private enum Writer {
    case har(HARWriter)
    case packets(PacketWriter)
    case capture(SecretMask, start: ContinuousClock.Instant)
    case text(CaptureNarrator, isNumbered: Bool)
  }

  private let writer: Writer
  private var clock = ExportClock()
  private var connections = CapturedConnections()

  /// The start of a file, which is appended to `output`.
  /// - Parameters:
  ///   - start: what times count from, as the reader of the events has it.
  ///   - isNumbered: whether text says of which connection a line is.
  public init(
    to format: ExportFormat, mask: SecretMask, start: ContinuousClock.Instant, isNumbered: Bool = true,
    into output: ByteBuffer
  ) {
    switch format {
    case .har: writer = .har(HARWriter(mask: mask, into: output))
    case .pcapng: writer = .packets(PacketWriter(mask: mask, into: output))
    case .jsonl: writer = .capture(mask, start: start)
    case .text: writer = .text(CaptureNarrator(detail: .all, mask: mask, start: start), isNumbered: isNumbered)
    }
  }

  /// Appends what is made of an event.
  public func append(_ event: CapturedEvent, into output: ByteBuffer) throws(ExportFailure) {
    connections.note(event)
    let role = connections.role(of: event.connection)
    switch writer {
    case .har(let har): try har.append(event, at: clock.time(of: event), into: output)
    case .packets(let packets): packets.append(event, at: clock.time(of: event), into: output)
    case .capture(let mask, let start):
      CaptureWriter(connection: event.connection, role: role, mask: mask, start: start).append(event, into: output)
    case .text(let narrator, let isNumbered):
      for line in narrator.lines(for: event, role: role) {
        if isNumbered { output.append("[\(event.connection)] ") }
        output.append("\(line)\n")
      }
    }
  }

  /// Appends the end of the file.
  public func finish(into output: ByteBuffer) {
    if case .har(let har) = writer { har.finish(into: output) }
  }
}

/// The wall clock of a file, as exactly as its other clock tells it.
struct ExportClock {
  /// When the other clock stood at zero; 1970 where the file never says.
  private var origin: UTCTime?

  mutating func time(of event: CapturedEvent) -> UTCTime {
    if origin == nil, let time = event.wallTime { origin = time.advanced(by: .zero - event.elapsed) }
    return (origin ?? UTCTime(seconds: 0, nanoseconds: 0)).advanced(by: event.elapsed)
  }
}
