public import Inspector
import PlainText
public import Trace
import WebSocketCore

/// The connections in a file on their way to becoming a script. As a recording, it is made when all of them are known.
public final class CapturedScript {
  /// What is known of a connection before the script says anything of it.
  private struct Connection {
    var role = Role.client
    var peer = ""
    var request: HTTPRequestHead?
    /// Whether anything happened on it that a script can do again.
    var isUsed = false
  }

  private let start: ContinuousClock.Instant
  private let showsSecrets: Bool
  private var events: [CapturedEvent] = []
  private var connections: [Int: Connection] = [:]
  private var size = 0

  /// - Parameters:
  ///   - showsSecrets: whether passwords and the like are written down.
  ///   - start: what times count from, as the reader of the events has it.
  public init(showsSecrets: Bool, start: ContinuousClock.Instant) {
    self.showsSecrets = showsSecrets
    self.start = start
  }

  /// Takes what happened next.
  public func append(_ event: CapturedEvent) {
    // More than a recording holds; it then says so itself.
    guard size <= Recording.limit else { return }
    var connection = connections[event.connection] ?? Connection()
    switch event.content {
    case .start(let role, let peer): (connection.role, connection.peer) = (role, peer)
    case .trace(.request(let bytes)):
      if let head = HTTPRequestHead(captured: bytes) { connection.request = head }
    case .trace(.response), .trace(.opened), .trace(.sentBytes), .end: connection.isUsed = true
    case .frame(let frame, _):
      connection.isUsed = true
      size += frame.payload.count + (frame.message?.payload.count ?? 0)
    case .trace, .refused, .failed, .remark: break
    }
    size += 256
    connections[event.connection] = connection
    events.append(event)
  }

  /// The script that does again what was captured, and expects what came.
  /// - Parameter now: times near the first of the file are taken for times; `now` where it has none.
  public func script(now: UTCTime) -> String {
    let used = connections.filter(\.value.isUsed)
    let hasName = used.count > 1 || used.values.contains { $0.role == .server }
    var recording = Recording(showsSecrets: showsSecrets)
    let mask = SecretMask(showsSecrets: false) { recording.standIn(forSecret: $0, of: $1) }
    var begun: Set<Int> = []
    var hasServer = false
    for event in events {
      guard let connection = used[event.connection] else { continue }
      let name = hasName ? "c\(event.connection)" : nil
      let time = start.advanced(by: event.elapsed)
      if begun.insert(event.connection).inserted {
        var lines = opening(connection, name, mask)
        if connection.role == .server, !hasServer {
          hasServer = true
          lines.insert("server \(Self.server)", at: 0)
        }
        recording.begin(name, lines: lines, now: time)
      }
      recording.saw(event, on: name, now: time)
    }
    return recording.script(now: events.lazy.compactMap(\.wallTime).first ?? now).text
  }
}

/// How a connection is made.
extension CapturedScript {
  private static let server = "s"

  private func opening(_ connection: Connection, _ name: String?, _ mask: SecretMask) -> [String] {
    if connection.role == .server { return ["accept \(name ?? "c") from \(Self.server)"] }
    let url = url(connection.peer, mask)
    let lines =
      ["connect \(name.map { "\($0) " } ?? "")\(url ?? "ws://localhost/")"] + options(connection.request, mask)
    return url == nil
      ? ["# of the connection's URL no more is known: \(SafeText(connection.peer).string)"] + lines : lines
  }

  private func url(_ peer: String, _ mask: SecretMask) -> String? {
    guard let url = try? WebSocketURL.parse(SecretMask.inWords(peer)) else { return nil }
    return mask.target(Recording.literal(url.normalized))
  }

  /// What the request asks for beyond what every one does.
  private func options(_ request: HTTPRequestHead?, _ mask: SecretMask) -> [String] {
    guard let request else { return [] }
    var lines: [String] = []
    for header in request.headers where SafeText(header.value).string == header.value {
      switch header.name.lowercased() {
      case "host", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions",
        "user-agent", "accept-encoding", "accept-language", "cache-control", "pragma", "content-length":
        break
      case "sec-websocket-protocol":
        for word in header.value.split(separator: ",") {
          lines.append("  subprotocol \(Recording.literal(String(word.drop { $0 == " " })))")
        }
      default:
        lines.append("  header \(header.name): \(mask.value(ofHeader: header.name, Recording.literal(header.value)))")
      }
    }
    if request.headers.first("Sec-WebSocket-Extensions") == nil { lines.append("  no-deflate") }
    return lines
  }
}
