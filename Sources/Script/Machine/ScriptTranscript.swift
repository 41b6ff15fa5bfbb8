import Inspector
import Trace
import WebSocketCore

/// What happened on the connections of a case, the newest of it.
struct ScriptTranscript {
  private struct Entry {
    var number: Int
    var isFrame: Bool
    var name: String?
    var isServer: Bool
    var content: Content
  }

  private enum Content {
    /// Made into lines when somebody reads them.
    case event(TraceEvent)
    /// What is too large to be kept, as lines already.
    case lines([String])
  }

  private var entries: [Entry] = []
  private var omitted = 0
  private let mask: SecretMask
  private let start: ContinuousClock.Instant

  /// How many events are kept.
  private static let limit = 200
  /// The largest payload that is kept, in bytes.
  private static let payloadLimit = 1024

  init(mask: SecretMask, start: ContinuousClock.Instant) {
    self.mask = mask
    self.start = start
  }

  mutating func add(_ event: TraceEvent, number: Int, name: String?, isServer: Bool) {
    if entries.count >= 2 * Self.limit {
      entries.removeFirst(Self.limit)
      omitted += Self.limit
    }
    var entry = Entry(number: number, isFrame: false, name: name, isServer: isServer, content: .event(event))
    if case .frame(let frame) = event {
      entry.isFrame = true
      let size = max(frame.payload.count, frame.message?.payload.count ?? 0)
      if size > Self.payloadLimit { entry.content = .lines(lines(event, isServer: isServer)) }
    }
    entries.append(entry)
  }

  /// All that is kept, a line each.
  var lines: [String] {
    let shown = entries.suffix(Self.limit)
    let missing = omitted + entries.count - shown.count
    return (missing > 0 ? ["… \(missing) earlier events"] : []) + shown.flatMap(lines)
  }

  /// The last ten frames of a connection, or of all.
  func frames(of number: Int?) -> [String] {
    entries.filter { $0.isFrame && (number == nil || $0.number == number) }.suffix(10).flatMap(lines)
  }

  private func lines(_ entry: Entry) -> [String] {
    let lines =
      switch entry.content {
      case .event(let event): lines(event, isServer: entry.isServer)
      case .lines(let lines): lines
      }
    return lines.map { line in entry.name.map { "\($0) \(line)" } ?? line }
  }

  private func lines(_ event: TraceEvent, isServer: Bool) -> [String] {
    Narrator(detail: .frames, mask: mask, start: start, isServer: isServer).lines(for: event)
  }
}
