import Inspector
import Trace
import WebSocketCore

/// What happened on the connections of a case, the newest of it.
struct ScriptTranscript {
  private struct Entry {
    var number: Int
    var name: String?
    var isServer: Bool
    var event: TraceEvent
  }

  private var entries: [Entry] = []
  private var omitted = 0
  private let mask: SecretMask
  private let start: ContinuousClock.Instant

  /// How many events are kept.
  private static let limit = 200
  /// How much of a payload is kept, in bytes; a line shows less.
  private static let payloadLimit = 512

  init(mask: SecretMask, start: ContinuousClock.Instant) {
    self.mask = mask
    self.start = start
  }

  mutating func add(_ event: TraceEvent, number: Int, name: String?, isServer: Bool) {
    if entries.count >= 2 * Self.limit {
      entries.removeFirst(Self.limit)
      omitted += Self.limit
    }
    entries.append(Entry(number: number, name: name, isServer: isServer, event: Self.trimmed(event)))
  }

  /// Large payloads are not kept for a line that shows their beginning.
  private static func trimmed(_ event: TraceEvent) -> TraceEvent {
    guard case .frame(var frame) = event else { return event }
    frame.message = nil
    if frame.payload.count > payloadLimit { frame.payload = Array(frame.payload.prefix(payloadLimit)) }
    return .frame(frame)
  }

  /// All that is kept, a line each.
  var lines: [String] {
    let shown = entries.suffix(Self.limit)
    let missing = omitted + entries.count - shown.count
    return (missing > 0 ? ["… \(missing) earlier events"] : []) + shown.flatMap(lines)
  }

  /// The last ten frames of a connection, or of all.
  func frames(of number: Int?) -> [String] {
    entries.filter { entry in
      guard case .frame = entry.event else { return false }
      return number == nil || entry.number == number
    }.suffix(10).flatMap(lines)
  }

  private func lines(_ entry: Entry) -> [String] {
    let narrator = Narrator(detail: .frames, mask: mask, start: start, isServer: entry.isServer)
    return narrator.lines(for: entry.event).map { line in entry.name.map { "\($0) \(line)" } ?? line }
  }
}
