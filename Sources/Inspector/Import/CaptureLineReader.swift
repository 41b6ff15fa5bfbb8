import JSONSyntax
import Trace
import WebSocketCore

/// Reads a capture of ours, the JSON Lines that `CaptureWriter` writes, and those of `--jsonl`, which lack the wire.
final class CaptureLineReader: CaptureSource {
  /// What is remembered of an open connection.
  private struct Connection {
    var number: Int
    /// Of a capture that was appended to another: from the start of the first.
    var shift: Duration
    var request: HTTPRequestHead?
    var response: HTTPResponseHead?
    var role = Role.client
    /// What was agreed upon; nil where that is not in the file.
    var answer: HandshakeAnswer?
    /// Of the frames we sent, and of those we received.
    var judges: (sent: FrameJudge, received: FrameJudge)?
    /// Whether frames came before those that are judged: in an older file, or where what was known of them was let go.
    var lacksFrames = false
    /// Whether lines that follow may repeat how it was opened, and what of that has been told.
    var isRepeated = false
    var told: Set<String> = []
    /// What was tolerated while it was open, in a frame that comes.
    var tolerated: [Remark] = []

    /// Bytes of memory that it holds, about.
    var heldBytes: Int {
      let heads = request == nil && response == nil ? 0 : CaptureLineReader.headSize
      return (1 << 10) + heads + (judges.map { $0.sent.heldBytes + $0.received.heldBytes } ?? 0)
    }
  }

  private let start: ContinuousClock.Instant
  private var splitter = LineSplitter(limit: CaptureLineReader.lineLimit)
  /// By the number in the file, which begins anew with each capture that is appended.
  private var connections: [Int: Connection] = [:]
  private var connectionCount = 0
  private var shift = Duration.zero
  private var latest = Duration.zero
  /// When the file's clock stood at zero.
  private var origin: UTCTime?

  /// The largest message twice, as text and as base64, and what is around it.
  private static let lineLimit = 384 << 20
  private static let connectionLimit = 1 << 16
  /// What the two heads of a handshake may have.
  private static let headSize = 128 << 10
  /// Remarks on one frame.
  private static let toleratedLimit = 100
  private let pool = FrameJudge.Pool()
  private var leftOver: [Remark] = []
  /// By the number in the file.
  private var budget = MemoryBudget<Int>()
  private var hasLetGo = false
  /// What a server agreed upon with the answer that was read last: its own capture has no line for that.
  private var opened: HandshakeAnswer?

  init(start: ContinuousClock.Instant) { self.start = start }

  var findings: String { "no event in it" }

  func read(_ bytes: Span<UInt8>, _ handle: (CaptureItem) -> Void) {
    // The splitter is no part of what its lines change.
    var splitter = splitter
    splitter.read(bytes) { line, place, isWhole in take(line, place, isWhole: isWhole, isLast: false, handle) }
    self.splitter = splitter
  }

  func finish(_ handle: (CaptureItem) -> Void) {
    var splitter = splitter
    splitter.finish { line, place, isWhole in take(line, place, isWhole: isWhole, isLast: true, handle) }
    self.splitter = splitter
  }

  private func take(
    _ line: Span<UInt8>, _ place: LineSplitter.Place, isWhole: Bool, isLast: Bool, _ handle: (CaptureItem) -> Void
  ) {
    guard isWhole else { return handle(damage(place, 0, "a line of more than \(Self.lineLimit) bytes")) }
    guard line.indices.contains(where: { line[$0] > 0x20 }) else { return }
    do throws(JSONFailure) {
      let value = try JSONParser.parse(line)
      guard case .object = value else { return handle(damage(place, 0, "a line that is no JSON object")) }
      do throws(CapturedLine.Failure) {
        let wasLettingGo = hasLetGo
        guard let event = try event(CapturedLine(value)) else { return }
        if hasLetGo, !wasLettingGo {
          handle(
            damage(
              place, 0,
              "more is under way than can be held: of connections that were silent long, what comes later is judged "
                + "without what came before"))
        }
        // What was tolerated in a frame that never came whole.
        for remark in leftOver {
          var told = event
          told.content = .remark(remark)
          handle(.event(told))
        }
        leftOver = []
        handle(.event(event))
        if let answer = opened.take() {
          var told = event
          told.content = .trace(.opened(answer))
          handle(.event(told))
        }
      } catch {
        handle(damage(place, 0, error.description))
      }
    } catch {
      if isLast, Self.isCut(error, line.count) {
        handle(damage(place, 0, "the file ends inside this line", isCut: true))
      } else {
        handle(damage(place, error.offset, error.reason.description))
      }
    }
  }

  /// Whether a failure is what the end of the text does, which may stand inside a character or a pair of escapes.
  private static func isCut(_ failure: JSONFailure, _ size: Int) -> Bool {
    switch failure.reason {
    case .endsEarly: true
    case .invalidUTF8: failure.offset >= size - 3
    case .loneSurrogate: failure.offset >= size - 12
    default: false
    }
  }

  private func damage(
    _ place: LineSplitter.Place, _ index: Int, _ reason: String, isCut: Bool = false
  ) -> CaptureItem {
    .damage(
      CaptureDamage(offset: place.offset + UInt64(index), line: place.number, reason: reason, isCut: isCut))
  }

  /// What a line tells; nil for types that are not known here.
  private func event(_ line: CapturedLine) throws(CapturedLine.Failure) -> CapturedEvent? {
    guard let type = line.text("type") else { throw .missing("type") }
    let wallTime = line.text("at").flatMap { UTCTime($0) }
    let elapsedInFile = line.duration("elapsed")
    let number = line.integer("connection") ?? 1
    if type == "start", connections[number] != nil {
      // The next file of a capture in several begins with the connections that are open.
      if line.isContinued {
        connections[number]?.isRepeated = true
        return nil
      }
      beginCapture(at: wallTime, elapsed: elapsedInFile ?? .zero)
    }
    if connections[number] == nil { open(number) }
    if type == "start", line.isContinued { connections[number]?.lacksFrames = true }
    if isRepeated(type, number) { return nil }
    let shift = connections[number]?.shift ?? shift
    var elapsed = latest
    if let elapsedInFile {
      elapsed = elapsedInFile + shift
    } else if let wallTime, let origin {
      elapsed = origin.duration(to: wallTime)
    }
    latest = max(latest, elapsed)
    if origin == nil, let wallTime { origin = wallTime.advanced(by: .zero - elapsed) }
    guard
      let content = try content(type, line, number, time: start.advanced(by: elapsed)),
      let ours = connections[number]?.number
    else { return nil }
    switch content {
    case .end, .failed:
      leftOver = connections[number]?.tolerated ?? []
      connections[number] = nil
      budget.forget(number)
    default:
      if let connection = connections[number], budget.note(number, holds: connection.heldBytes) { makeRoom() }
    }
    return CapturedEvent(connection: ours, wallTime: wallTime, elapsed: elapsed, content: content)
  }

  /// Whether a line says again what an older file has said.
  private func isRepeated(_ type: String, _ number: Int) -> Bool {
    switch type {
    case "request", "response", "open":
      let isNew = connections[number]?.told.insert(type).inserted
      return connections[number]?.isRepeated == true && isNew == false
    default:
      connections[number]?.isRepeated = false
      return false
    }
  }

  /// Another capture begins in the same file, with numbers and a clock of its own.
  private func beginCapture(at wallTime: UTCTime?, elapsed: Duration) {
    (connections, budget) = ([:], MemoryBudget())
    let since = wallTime.flatMap { wallTime in origin.map { $0.duration(to: wallTime) } } ?? latest
    // Its clock stood at zero when it began.
    shift = max(since - elapsed, latest - elapsed)
  }

  /// Lets go of what is known of the frames of connections that were silent longest. Their messages are in the file.
  private func makeRoom() {
    hasLetGo = true
    for number in budget.eldest {
      budget.forget(number)
      connections[number]?.judges = nil
      connections[number]?.request = nil
      connections[number]?.response = nil
      connections[number]?.lacksFrames = true
    }
  }

  private func open(_ number: Int) {
    // A hostile file may name any number of connections.
    if connections.count >= Self.connectionLimit { (connections, budget) = ([:], MemoryBudget()) }
    connectionCount += 1
    connections[number] = Connection(number: connectionCount, shift: shift)
  }

  private func content(
    _ type: String, _ line: CapturedLine, _ number: Int, time: ContinuousClock.Instant
  ) throws(CapturedLine.Failure) -> CapturedEvent.Content? {
    switch type {
    case "start":
      let role: Role = line.text("role") == "server" ? .server : .client
      connections[number]?.role = role
      return .start(role: role, peer: line.text("peer") ?? "")
    case "failed": return .failed(line.text("text") ?? "")
    case "phase": return try line.phase().map { .trace($0) }
    case "tls": return .trace(.secured(line.security()))
    case "request":
      let bytes = line.head()
      connections[number]?.request = CapturedLine.request(bytes)
      return .trace(.request(bytes))
    case "response":
      let response = line.response()
      connections[number]?.response = response
      if let connection = connections[number], connection.role == .server, response.status == 101 {
        opened = HandshakeAnswer(observed: response, to: connection.request)
        connections[number]?.answer = opened
      }
      return .trace(.response(response))
    case "open":
      let connection = connections[number]
      // It has been told of with the answer.
      if connection?.role == .server, connection?.answer != nil { return nil }
      var response = connection?.response ?? HTTPResponseHead(status: 101)
      if connection?.response == nil, let extensions = line.text("extensions") {
        response.headers.append("Sec-WebSocket-Extensions", extensions)
      }
      var answer = HandshakeAnswer(observed: response, to: connection?.request)
      answer.subprotocol = line.text("subprotocol")
      answer.notes = line.texts("notes")
      connections[number]?.request = nil
      connections[number]?.response = nil
      connections[number]?.answer = answer
      return .trace(.opened(answer))
    case "bytes":
      // Where frames begin behind them is not known.
      connections[number]?.judges?.sent.loseBytes()
      return .trace(try line.sentBytes())
    case "refused": return .refused(line.text("text") ?? "")
    case "tolerated":
      if let count = connections[number]?.tolerated.count, count < Self.toleratedLimit {
        connections[number]?.tolerated.append(line.remark())
      }
      return nil
    case "remark":
      return .remark(
        Remark(name: line.text("name") ?? "", text: line.text("text") ?? "", section: line.text("section")))
    case "end": return .end(line.end())
    case "text", "binary", "ping", "pong", "close", "frame":
      var frame = try line.frame(type: type, time: time)
      let remarks = judge(&frame, line.frameRemarks(), number)
      return .frame(frame, remarks)
    default: return nil
    }
  }
}

/// What there is to say about frames: they are judged again.
extension CaptureLineReader {
  /// - Parameter told: the rules it breaks, as the file says.
  private func judge(_ frame: inout FrameRecord, _ told: [Remark], _ number: Int) -> [Remark] {
    // Of frames without their headers nothing can be said.
    guard var connection = connections[number], !frame.headerBytes.isEmpty else { return told }
    let judges = connection.judges ?? makeJudges(connection)
    connection.judges = judges
    let isReceived = frame.direction == .received
    // What was received is in the file, whatever could be made of it here.
    let message = frame.message
    var remarks = (isReceived ? judges.received : judges.sent).judge(&frame)
    frame.message = message
    var others = told
    if isReceived {
      others += connection.tolerated
      connection.tolerated = []
    }
    let names = frame.violations.map(\.name)
    for remark in others where !names.contains(remark.name) && !remarks.contains(where: { $0.name == remark.name }) {
      remarks.append(remark)
    }
    connections[number] = connection
    return remarks
  }

  private func makeJudges(_ connection: Connection) -> (sent: FrameJudge, received: FrameJudge) {
    func judge(_ sender: Role) -> FrameJudge {
      let judge = FrameJudge(
        sender: sender, deflate: connection.answer?.deflate, isFromStart: connection.answer != nil, pool: pool)
      // What was agreed upon is known, the frames are not.
      if connection.lacksFrames { judge.loseBytes() }
      return judge
    }
    return connection.role == .client ? (judge(.client), judge(.server)) : (judge(.server), judge(.client))
  }
}
