import JSONSyntax
import Trace
import WebSocketCore

/// Reads the WebSocket connections of an HTTP Archive, where a browser has saved their messages as
/// `_webSocketMessages`. It knows nothing of frames: headers are a guess.
final class HARReader: CaptureSource {
  /// One request of the archive.
  private struct Entry {
    var startTime: UTCTime?
    var method = "GET"
    var url: String?
    var requestHeaders: [HTTPHeader]?
    var status: Int?
    var responseHeaders: [HTTPHeader]?
    /// Of the connection, once it is told of.
    var number: Int?
    /// Messages that came before the request they belong to.
    var early: [(time: UTCTime?, frame: FrameRecord)] = []
    var earlySize = 0
    var hasMessages = false
  }

  private let journal: CaptureJournal
  private var slicer: JSONSlicer
  private var entry = Entry()
  private var hasFailed = false

  /// Browsers write messages before the request.
  private static let earlyLimit = 16 << 20

  init(start: ContinuousClock.Instant) {
    journal = CaptureJournal(start: start)
    slicer = JSONSlicer { path in
      guard path.count >= 4, path[0] == "log", path[1] == "entries" else { return false }
      switch path[3] {
      case "startedDateTime": return path.count == 4
      case "request": return path.count == 5 && ["method", "url", "headers"].contains(path[4])
      case "response": return path.count == 5 && ["status", "headers"].contains(path[4])
      case "_webSocketMessages": return path.count == 5
      default: return false
      }
    }
  }

  var findings: String { "no _webSocketMessages in it" }

  func read(_ bytes: Span<UInt8>, _ handle: (CaptureItem) -> Void) {
    guard !hasFailed else { return }
    var slicer = slicer
    slicer.read(bytes) { found, slice in
      switch found {
      case .slice(let path, let offset): take(path, slice, offset)
      case .end(let path): if path.count == 3, path[1] == "entries" { endEntry() }
      }
      journal.flush(handle)
    }
    self.slicer = slicer
    if slicer.isDamaged {
      hasFailed = true
      endEntry()
      journal.emit(
        CaptureDamage(offset: slicer.offset - 1, reason: "this is no JSON; nothing behind it can be read"))
      journal.flush(handle)
    }
  }

  func finish(_ handle: (CaptureItem) -> Void) {
    guard !hasFailed else { return }
    if !slicer.isAtEnd {
      endEntry()
      journal.emit(CaptureDamage(offset: slicer.offset, reason: "the file ends inside the JSON", isCut: true))
    }
    journal.flush(handle)
  }

  private func take(_ path: JSONSlicer.Path, _ slice: Span<UInt8>, _ offset: UInt64) {
    let value: JSONValue
    do throws(JSONFailure) {
      value = try JSONParser.parse(slice)
    } catch {
      return journal.emit(
        CaptureDamage(offset: offset + UInt64(error.offset), reason: error.reason.description))
    }
    switch (path[3], path.count == 5 ? path[4] : "") {
    case ("startedDateTime", _): entry.startTime = value.text.flatMap { UTCTime($0) }
    case ("request", "method"): entry.method = value.text ?? "GET"
    case ("request", "url"): entry.url = value.text
    case ("request", _): entry.requestHeaders = Self.headers(value)
    case ("response", "status"): if case .number(let digits) = value { entry.status = Int(digits) }
    case ("response", _): entry.responseHeaders = Self.headers(value)
    default: takeMessage(value, offset)
    }
  }

  private static func headers(_ value: JSONValue) -> [HTTPHeader] {
    guard case .array(let elements) = value else { return [] }
    return elements.compactMap { element in
      guard let name = element["name"]?.text, let value = element["value"]?.text else { return nil }
      return HTTPHeader(name, value)
    }
  }

  private func takeMessage(_ value: JSONValue, _ offset: UInt64) {
    entry.hasMessages = true
    guard let (direction, opcode, payload) = message(value) else {
      return journal.emit(CaptureDamage(offset: offset, reason: "a message that cannot be read"))
    }
    var time: UTCTime?
    if case .number(let seconds) = value["time"], let since = Duration(decimalSeconds: seconds) {
      time = UTCTime(seconds: 0, nanoseconds: 0).advanced(by: since)
    }
    let isMessage = opcode == .text || opcode == .binary
    let frame = FrameRecord(
      direction: direction, time: journal.start,
      header: FrameHeader(opcode: opcode, payloadLength: UInt64(payload.count)), headerBytes: [], payload: payload,
      offset: 0, part: isMessage ? MessagePart(opcode: opcode) : nil,
      message: isMessage ? MessageRecord(opcode: opcode, payload: payload) : nil)
    entry.early.append((time, frame))
    entry.earlySize += payload.count
    let isKnown = entry.number != nil || (entry.requestHeaders != nil && entry.responseHeaders != nil)
    if isKnown || entry.earlySize > Self.earlyLimit { tell() }
  }

  private func message(_ value: JSONValue) -> (Direction, Opcode, [UInt8])? {
    let direction: Direction
    switch value["type"]?.text {
    case "send": direction = .sent
    case "receive": direction = .received
    default: return nil
    }
    guard case .number(let digits) = value["opcode"], let opcode = UInt8(digits).map(Opcode.init(rawValue:)),
      opcode != .continuation, !opcode.isReserved, let data = value["data"]?.text
    else { return nil }
    if opcode == .text { return (direction, opcode, Array(data.utf8)) }
    // What is no text is written in Base64.
    guard let bytes = try? Base64.decode(data) else { return nil }
    return (direction, opcode, bytes)
  }

  private func endEntry() {
    if entry.hasMessages || entry.status == 101 { tell() }
    entry = Entry()
  }

  /// Tells of the connection, and of the messages that waited for that.
  private func tell() {
    let number = entry.number ?? begin()
    entry.number = number
    for (time, frame) in entry.early {
      journal.advance(to: time)
      var frame = frame
      frame.time = journal.time
      journal.emit(number, .frame(frame, []))
    }
    entry.early = []
    entry.earlySize = 0
  }

  private func begin() -> Int {
    let number = journal.nextNumber()
    journal.advance(to: entry.startTime ?? entry.early.first?.time)
    journal.emit(number, .start(role: .client, peer: entry.url ?? ""))
    guard let url = entry.url, let requestHeaders = entry.requestHeaders else { return number }
    let request = HTTPRequestHead(
      method: entry.method, target: Self.target(url), headers: HTTPHeaders(requestHeaders))
    journal.emit(number, .trace(.request(request.bytes)))
    guard let status = entry.status, let responseHeaders = entry.responseHeaders else { return number }
    let response = HTTPResponseHead(status: status, headers: HTTPHeaders(responseHeaders))
    journal.emit(number, .trace(.response(response)))
    if status == 101 { journal.emit(number, .trace(.opened(HandshakeAnswer(observed: response, to: request)))) }
    return number
  }

  /// Path and query of a URL.
  private static func target(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return "/" }
    let rest = url[scheme.upperBound...]
    guard let start = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
    let target = rest[start...].prefix { $0 != "#" }
    return target.hasPrefix("/") ? String(target) : "/\(target)"
  }
}
