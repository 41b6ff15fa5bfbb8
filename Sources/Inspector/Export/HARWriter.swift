import Bytes
import JSONSyntax
import Trace
import WebSocketCore

/// Writes an HTTP Archive: an entry for each connection, with its messages and control frames as browsers have them.
///
/// An archive has one connection after the other. The oldest that has not ended goes straight to the output; what comes
/// on others meanwhile waits.
final class HARWriter {
  private final class Entry {
    let role: Role
    let peer: String
    let isFirst: Bool
    let startTime: UTCTime
    var lastTime: UTCTime
    /// The lines of the request, masked.
    var request: [String] = []
    var response: HTTPResponseHead?
    /// Whether all before the messages is written, and a message.
    var hasHead = false
    var hasMessage = false
    var hasEnded = false
    let waiting = ByteBuffer()

    init(role: Role, peer: String, isFirst: Bool, time: UTCTime) {
      (self.role, self.peer, self.isFirst) = (role, peer, isFirst)
      (startTime, lastTime) = (time, time)
    }
  }

  private let mask: SecretMask
  /// By the number of the connection, those that have not ended.
  private var open: [Int: Entry] = [:]
  /// Those that are not wholly in the output, the oldest first.
  private var order: [Entry] = []
  private var isFirst = true
  private var waitingSize = 0

  /// Bytes of connections that wait for an older one.
  private static let limit = 256 << 20
  /// What a connection costs by itself.
  private static let entrySize = 1024

  init(mask: SecretMask, into output: ByteBuffer) {
    self.mask = mask
    output.append(#"{"log":{"version":"1.2","creator":{"name":"wscope","version":"1"},"pages":[],"entries":["#)
  }

  func append(_ event: CapturedEvent, at time: UTCTime, into output: ByteBuffer) throws(ExportFailure) {
    if case .start(let role, let peer) = event.content {
      end(event.connection, output)
      begin(event.connection, role: role, peer: peer, at: time)
    }
    let entry = open[event.connection] ?? begin(event.connection, role: .client, peer: "", at: time)
    entry.lastTime = time
    let place = place(of: entry, output)
    let before = place.count
    switch event.content {
    case .trace(.request(let bytes)): entry.request = mask.lines(ofHead: bytes)
    case .trace(.response(let head)): entry.response = head
    case .frame(let frame, _): append(frame, entry, at: time, into: place)
    case .end, .failed: end(event.connection, output)
    default: break
    }
    if place === entry.waiting { waitingSize += max(0, place.count - before) }
    if waitingSize + order.count * Self.entrySize > Self.limit { throw .tooMuchWaits(limit: Self.limit) }
  }

  func finish(into output: ByteBuffer) {
    for number in open.keys.sorted() { end(number, output) }
    output.append("]}}\n")
  }

  @discardableResult
  private func begin(_ number: Int, role: Role, peer: String, at time: UTCTime) -> Entry {
    let entry = Entry(role: role, peer: peer, isFirst: isFirst, time: time)
    isFirst = false
    open[number] = entry
    order.append(entry)
    return entry
  }

  private func place(of entry: Entry, _ output: ByteBuffer) -> ByteBuffer {
    order.first === entry ? output : entry.waiting
  }

  /// Ends a connection's entry, and writes those that waited for it.
  private func end(_ number: Int, _ output: ByteBuffer) {
    guard let entry = open.removeValue(forKey: number) else { return }
    let place = place(of: entry, output)
    writeHead(entry, into: place)
    place.append(#"],"time":"#)
    place.append(JSONObjectWriter.decimal(entry.startTime.duration(to: entry.lastTime) * 1000))
    place.append(UInt8(ascii: "}"))
    entry.hasEnded = true
    while let oldest = order.first, oldest.hasEnded {
      order.removeFirst()
      guard let next = order.first else { break }
      let waiting = next.waiting
      output.append(waiting.span)
      waitingSize = max(0, waitingSize - waiting.count)
      waiting.release()
    }
  }
}

/// The parts of an entry.
extension HARWriter {
  private func writeHead(_ entry: Entry, into output: ByteBuffer) {
    guard !entry.hasHead else { return }
    entry.hasHead = true
    if !entry.isFirst { output.append(UInt8(ascii: ",")) }
    var object = JSONObjectWriter(output)
    object.add("startedDateTime", entry.startTime)
    object.add("_resourceType", "websocket")
    object.add("request") { request in
      let url = url(of: entry)
      request.add("method", entry.request.first?.split(separator: " ").first.map(String.init) ?? "GET")
      request.add("url", url)
      request.add("httpVersion", "HTTP/1.1")
      request.add("headers", Array(Self.headers(entry.request))) { Self.add($1, to: &$0) }
      request.add("queryString", Self.parameters(of: url)) { Self.add($1, to: &$0) }
      Self.addSizes(&request)
    }
    object.add("response") { response in
      let head = entry.response
      response.add("status", head?.status ?? 0)
      response.add("statusText", head?.reason ?? "")
      response.add("httpVersion", "HTTP/1.1")
      let headers = (head?.headers ?? []).map { HTTPHeader($0.name, mask.value(ofHeader: $0.name, $0.value)) }
      response.add("headers", headers) { Self.add($1, to: &$0) }
      Self.addSizes(&response)
      response.add("redirectURL", "")
      response.add("content") { content in
        content.add("size", 0)
        content.add("mimeType", "x-unknown")
      }
    }
    object.add("cache") { _ in }
    object.add("timings") { timings in
      for name in ["send", "wait", "receive"] as [StaticString] { timings.add(name, -1) }
    }
    // The entry stays open for the messages.
    output.append(#","_webSocketMessages":["#)
  }

  private static func add(_ pair: HTTPHeader, to object: inout JSONObjectWriter) {
    object.add("name", pair.name)
    object.add("value", pair.value)
  }

  /// What every request and response must have, and nobody knows here.
  private static func addSizes(_ object: inout JSONObjectWriter) {
    object.add("cookies", [])
    object.add("headersSize", -1)
    object.add("bodySize", -1)
  }

  private static func headers(_ lines: [String]) -> HTTPHeaders {
    HTTPHeaders(
      lines.dropFirst().compactMap { line in
        guard let colon = line.firstIndex(of: ":") else { return nil }
        return HTTPHeader(String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
      })
  }

  private static func parameters(of url: String) -> [HTTPHeader] {
    guard let mark = url.firstIndex(of: "?") else { return [] }
    return url[url.index(after: mark)...].split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return HTTPHeader(String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
    }
  }

  private func url(of entry: Entry) -> String {
    if entry.role == .client, !entry.peer.isEmpty { return mask.target(entry.peer) }
    // A server knows the URL by the request alone, which is masked already.
    let host = Self.headers(entry.request).first("Host") ?? "unknown"
    let words = SecretMask.inWords(entry.request.first ?? "").split(separator: " ")
    return "ws://\(host)\(words.count > 1 ? words[1] : "/")"
  }

  /// A whole message, or a control frame. What the connection failed for is neither.
  private func append(_ frame: FrameRecord, _ entry: Entry, at time: UTCTime, into output: ByteBuffer) {
    let opcode = frame.message?.opcode ?? frame.header.opcode
    guard frame.message != nil || (opcode.isControl && !opcode.isReserved), !frame.isRefused else { return }
    writeHead(entry, into: output)
    if entry.hasMessage { output.append(UInt8(ascii: ",")) }
    entry.hasMessage = true
    var object = JSONObjectWriter(output)
    // An archive is a client's.
    let isSent = frame.direction.sender(entry.role) == .client
    object.add("type", isSent ? "send" : "receive")
    object.add("time", secondsOf: time)
    object.add("opcode", opcode.rawValue)
    let payload = frame.message?.payload ?? frame.payload
    if opcode == .text {
      object.add("data", String(decoding: payload, as: UTF8.self))
    } else {
      object.add("data", Base64.encode(payload))
    }
    object.end()
  }
}
