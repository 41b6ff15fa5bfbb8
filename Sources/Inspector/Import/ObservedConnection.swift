import Trace
import WebSocketCore

/// An open WebSocket connection between two others, seen from the client's side.
final class ObservedConnection {
  /// How one side ends it.
  enum Ending {
    case fin
    case reset
  }

  /// What one side says.
  private struct Way {
    var cutter: FrameCutter
    let judge: FrameJudge
    /// Whether it is known where frames begin.
    var isInStep: Bool
    var close: CloseFrame?
    var last: FrameGlance?

    init(sender: Role, answer: HandshakeAnswer?, pool: FrameJudge.Pool) {
      cutter = FrameCutter(direction: sender == .client ? .sent : .received, limit: FrameJudge.limit)
      judge = FrameJudge(
        sender: sender, deflate: answer?.deflate, isFromStart: answer != nil, pool: pool)
      isInStep = answer != nil
    }
  }

  private let number: Int
  private var client: Way
  private var server: Way
  private let openTime: ContinuousClock.Instant
  private var receivedTime: ContinuousClock.Instant
  /// Whose Close came first.
  private var clientClosedFirst: Bool?
  private var clientEndedFirst: Bool?

  /// - Parameter answer: what was agreed upon; nil where the handshake is not in the file.
  init(number: Int, answer: HandshakeAnswer?, _ journal: CaptureJournal) {
    self.number = number
    client = Way(sender: .client, answer: answer, pool: journal.pool)
    server = Way(sender: .server, answer: answer, pool: journal.pool)
    (openTime, receivedTime) = (journal.time, journal.time)
    if let answer {
      journal.emit(number, .trace(.opened(answer)))
    } else {
      journal.emit(
        number,
        .remark(
          Remark(
            name: "began-too-late",
            text: "the capture began after the opening handshake: what was agreed upon in it is not known")))
    }
  }

  /// Bytes of memory that it holds, about.
  var heldBytes: Int { [client, server].reduce(0) { $0 + $1.cutter.heldBytes + $1.judge.heldBytes } }

  /// Takes what one side sent.
  func receive(_ bytes: Span<UInt8>, fromClient: Bool, _ journal: CaptureJournal) {
    if !fromClient { receivedTime = journal.time }
    var way = fromClient ? client : server
    if !way.isInStep {
      guard FrameHeader.looksLikeFrames(bytes, isMasked: fromClient, endsWithFrame: true) else { return }
      way.isInStep = true
    }
    var frames: [FrameRecord] = []
    way.cutter.read(bytes, time: journal.time) { frames.append($0) }
    set(way, fromClient)
    for frame in frames { take(frame, fromClient: fromClient, journal) }
  }

  /// Passes over what one side sent and nobody captured.
  func lose(_ count: UInt64, fromClient: Bool, _ journal: CaptureJournal) {
    var way = fromClient ? client : server
    guard way.isInStep else { return }
    var frames: [FrameRecord] = []
    way.isInStep = way.cutter.skip(count, time: journal.time) { frames.append($0) }
    set(way, fromClient)
    for frame in frames { take(frame, fromClient: fromClient, journal) }
    guard !way.isInStep else { return }
    way.judge.loseBytes()
    let sender = fromClient ? "client" : "server"
    journal.emit(
      number,
      .remark(
        Remark(
          name: "bytes-lost",
          text: "\(count) bytes from the \(sender) are not in the file; "
            + "what follows is read from the next packet on that begins with a frame")))
  }

  /// One side says no more.
  func end(_ ending: Ending, byClient: Bool, isLast: Bool, _ journal: CaptureJournal) {
    if clientEndedFirst == nil { clientEndedFirst = byClient }
    if ending == .reset {
      finish(journal)
    } else {
      finishWay(fromClient: byClient, isEndOfStream: true, journal)
    }
    guard isLast else { return }
    let verdict = Verdict(
      cause: cause(ending, byClient: byClient), sentClose: client.close, receivedClose: server.close,
      lifetime: openTime.duration(to: journal.time), silence: receivedTime.duration(to: journal.time),
      lastReceived: server.last, lastSent: client.last)
    journal.emit(number, .end(CapturedEnd(verdict)))
  }

  /// The file has ended.
  func finish(_ journal: CaptureJournal) {
    finishWay(fromClient: true, isEndOfStream: false, journal)
    finishWay(fromClient: false, isEndOfStream: false, journal)
  }

  private func cause(_ ending: Ending, byClient: Bool) -> Verdict.Cause {
    if client.close != nil, server.close != nil {
      return clientClosedFirst == true ? .closedByUs : .closedByPeer
    }
    if ending == .reset { return byClient ? .abandoned : .resetByPeer }
    return clientEndedFirst == true ? .abandoned : .endedByPeer
  }

  private func set(_ way: Way, _ isClient: Bool) {
    if isClient { client = way } else { server = way }
  }

  private func take(_ frame: FrameRecord, fromClient: Bool, _ journal: CaptureJournal, _ violation: Violation? = nil) {
    var way = fromClient ? client : server
    var frame = frame
    let remarks = way.judge.judge(&frame)
    if let violation { frame.violations.append(violation) }
    way.last = FrameGlance(opcode: frame.header.opcode, size: frame.header.payloadLength)
    if frame.header.opcode == .close, way.close == nil {
      way.close = CloseFrame.read(frame.payload.span).frame
      if clientClosedFirst == nil { clientClosedFirst = fromClient }
    }
    set(way, fromClient)
    journal.emit(number, .frame(frame, remarks))
  }

  /// Shows what has come of a frame, and says what is missing.
  /// - Parameter isEndOfStream: whether the sender ended it there, and not the file.
  private func finishWay(fromClient: Bool, isEndOfStream: Bool, _ journal: CaptureJournal) {
    var way = fromClient ? client : server
    let isInsideHeader = !way.cutter.isBetweenFrames
    let rest = way.cutter.finish(time: journal.time)
    set(way, fromClient)
    if let rest {
      let missing = rest.header.payloadLength - UInt64(rest.payload.count)
      take(rest, fromClient: fromClient, journal, isEndOfStream ? .endInsideFrame(missing: missing) : nil)
    } else if isInsideHeader, isEndOfStream {
      journal.emit(number, .remark(Remark(.endInsideFrame(missing: nil))))
    }
    if let violation = way.judge.finish(), isEndOfStream { journal.emit(number, .remark(Remark(violation))) }
  }
}
