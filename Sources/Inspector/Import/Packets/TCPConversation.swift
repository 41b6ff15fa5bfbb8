import Trace
import WebSocketCore

/// A TCP connection in a packet capture, and the WebSocket connections that it carries.
final class TCPConversation {
  /// Which of the two ends.
  enum Side: Int {
    case first
    case second

    var other: Side { self == .first ? .second : .first }
  }

  /// What one end says.
  private struct Half {
    var stream = TCPStream()
    var finder = UpgradeFinder()
    var hasEnded = false
  }

  private enum Stage {
    /// Anything, among which an upgrade may come.
    case looking
    /// A request for a WebSocket was seen.
    case asked(HTTPRequestHead)
    case open(ObservedConnection)
    /// The WebSocket connection has ended.
    case over
  }

  private let first: TCPEndpoint
  private let second: TCPEndpoint
  private var halves = [Half(), Half()]
  private var stage = Stage.looking
  /// Who asked for the WebSocket.
  private var client = Side.first
  private var number = 0
  /// Whether the SYN came, and when.
  private var synTime: ContinuousClock.Instant?
  private var handshakeDuration: Duration?
  /// What the client sent behind its request before the answer was seen.
  private var early: [[UInt8]] = []

  private static let earlyLimit = 64
  /// Of the object and what knows it, about.
  private static let ownSize = 2 << 10

  /// - Parameter order: greater than that of connections before it.
  init(_ first: TCPEndpoint, _ second: TCPEndpoint, order: Int) {
    self.first = first
    self.second = second
    self.order = order
  }

  /// Its place among the connections of the file.
  let order: Int

  /// Whether a WebSocket connection was found.
  private(set) var isWebSocket = false

  /// Whether nothing more can come of it.
  var isOver: Bool { if case .over = stage { true } else { halves[0].hasEnded && halves[1].hasEnded } }

  /// Whether it began with a TLS handshake.
  var isTLS: Bool { halves[0].finder.isTLS || halves[1].finder.isTLS }

  /// Bytes of memory that it holds, about.
  var heldBytes: Int {
    var sum = Self.ownSize + early.reduce(0) { $0 + $1.count }
    for half in halves { sum += half.stream.heldBytes + half.finder.heldBytes }
    if case .open(let connection) = stage { sum += connection.heldBytes }
    return sum
  }

  /// Whether a SYN is the start of another connection between the same ends.
  func isFollowed(by segment: TCPSegment, from side: Side) -> Bool {
    guard segment.isSyn else { return false }
    let half = halves[side.rawValue]
    return half.stream.synSequence.map { $0 != segment.sequence } ?? !half.stream.isNew
  }

  /// Takes a segment.
  func receive(_ segment: TCPSegment, payload: Span<UInt8>, from side: Side, _ journal: CaptureJournal) {
    if segment.isReset {
      end(.reset, by: side, journal)
      return
    }
    if segment.isSyn {
      halves[side.rawValue].stream.begin(sequence: segment.sequence)
      if segment.acknowledged == nil {
        synTime = journal.time
      } else if let synTime {
        handshakeDuration = synTime.duration(to: journal.time)
      }
    }
    let sequence = segment.isSyn ? segment.sequence &+ 1 : segment.sequence
    var pieces: [(TCPStream.Piece, Side)] = []
    halves[side.rawValue].stream.receive(
      sequence: sequence, payload, size: segment.payloadSize, isFin: segment.isFin
    ) { pieces.append(($0, side)) }
    if let acknowledged = segment.acknowledged {
      halves[side.other.rawValue].stream.confirm(acknowledged) { pieces.append(($0, side.other)) }
    }
    for (piece, side) in pieces { take(piece, from: side, journal) }
  }

  /// The file has ended.
  func finish(_ journal: CaptureJournal) {
    for side in [Side.first, .second] {
      var pieces: [TCPStream.Piece] = []
      halves[side.rawValue].stream.finish { pieces.append($0) }
      for piece in pieces { take(piece, from: side, journal) }
    }
    guard case .open(let connection) = stage else { return }
    stage = .over
    connection.finish(journal)
  }

  private func take(_ piece: TCPStream.Piece, from side: Side, _ journal: CaptureJournal) {
    switch piece {
    case .bytes(let bytes): take(bytes, from: side, journal)
    case .gap(let count):
      halves[side.rawValue].finder.loseBytes()
      if case .open(let connection) = stage { connection.lose(count, fromClient: side == client, journal) }
    case .end:
      halves[side.rawValue].hasEnded = true
      end(.fin, by: side, journal)
    }
  }

  private func take(_ bytes: [UInt8], from side: Side, _ journal: CaptureJournal) {
    switch stage {
    case .open(let connection): connection.receive(bytes.span, fromClient: side == client, journal)
    case .over: break
    case .asked where side == client:
      if early.count < Self.earlyLimit { early.append(bytes) }
    case .looking, .asked: look(bytes, from: side, journal)
    }
  }

  private func look(_ bytes: [UInt8], from side: Side, _ journal: CaptureJournal) {
    let isFirstPiece = !halves[side.rawValue].finder.hasRead
    guard let (found, size) = halves[side.rawValue].finder.read(bytes.span) else {
      if isFirstPiece { lookForFrames(bytes, from: side, journal) }
      return
    }
    let rest = Array(bytes[size...])
    switch found {
    case .request(let head) where head.headers.areForWebSocket: ask(head, rest, from: side, journal)
    case .response(let head):
      answer(head, rest, from: side, journal)
    case .request: break
    }
  }

  /// A connection whose start is not in the file may be one all the same.
  private func lookForFrames(_ bytes: [UInt8], from side: Side, _ journal: CaptureJournal) {
    guard halves[side.rawValue].stream.synSequence == nil, let secondByte = bytes.dropFirst().first,
      FrameHeader.looksLikeFrames(bytes.span, isMasked: nil, endsWithFrame: true)
    else { return }
    // Clients mask.
    begin(client: secondByte & 0x80 != 0 ? side : side.other, peer: nil, journal)
    open(nil, journal)
    take(bytes, from: side, journal)
  }

  private func ask(_ head: HTTPRequestHead, _ rest: [UInt8], from side: Side, _ journal: CaptureJournal) {
    begin(client: side, peer: head, journal)
    journal.emit(number, .trace(.request(head.bytes)))
    stage = .asked(head)
    early = rest.isEmpty ? [] : [rest]
  }

  private func begin(client: Side, peer request: HTTPRequestHead?, _ journal: CaptureJournal) {
    self.client = client
    isWebSocket = true
    number = journal.nextNumber()
    let (from, to) = client == .first ? (first, second) : (second, first)
    let url = request.map { "ws://\($0.headers.first("Host") ?? to.description)\($0.target)" }
    journal.emit(number, .start(role: .client, peer: url ?? "\(to.description)"))
    let what = "\(from.description) to \(to.description)"
    journal.emit(
      number, .trace(handshakeDuration.map { .finished(.connect, what, $0) } ?? .began(.connect, what)))
  }

  private func answer(_ head: HTTPResponseHead, _ rest: [UInt8], from side: Side, _ journal: CaptureJournal) {
    var request: HTTPRequestHead?
    if case .asked(let head) = stage {
      guard side != client else { return }
      request = head
    }
    if head.status == 101, head.headers.areForWebSocket || request != nil {
      if request == nil { begin(client: side.other, peer: nil, journal) }
      journal.emit(number, .trace(.response(head)))
      open(HandshakeAnswer(observed: head, to: request), journal)
      let early = early
      self.early = []
      for bytes in early { take(bytes, from: side.other, journal) }
      if !rest.isEmpty { take(rest, from: side, journal) }
    } else if head.status >= 200, request != nil {
      journal.emit(number, .trace(.response(head)))
      journal.emit(number, .failed("refused: \(head.status) \(head.reason)"))
      stage = .looking
      early = []
    }
  }

  private func open(_ answer: HandshakeAnswer?, _ journal: CaptureJournal) {
    stage = .open(ObservedConnection(number: number, answer: answer, journal))
  }

  private func end(_ ending: ObservedConnection.Ending, by side: Side, _ journal: CaptureJournal) {
    let isLast = ending == .reset || halves[side.other.rawValue].hasEnded
    switch stage {
    case .open(let connection):
      connection.end(ending, byClient: side == client, isLast: isLast, journal)
      if isLast { stage = .over }
    case .asked where isLast || side != client:
      journal.emit(number, .failed("closed without an answer"))
      stage = .over
    case .looking, .asked, .over:
      if isLast { stage = .over }
    }
  }
}
