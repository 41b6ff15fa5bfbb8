import Bytes
import Trace
public import WebSocketCore

/// What is known of bytes that one side of a connection sent.
public struct RawStream: Equatable, Sendable {
  /// Who sent them; nil: a client, if the first frame is masked.
  public var sender: Role?
  /// What was agreed upon for compression.
  public var deflate: DeflateAgreement?

  /// A stream.
  public init(sender: Role? = nil, deflate: DeflateAgreement? = nil) {
    self.sender = sender
    self.deflate = deflate
  }
}

/// Reads the bytes that one side of a connection sent. An opening handshake may stand before the frames.
final class RawFrameReader: CaptureSource {
  private let stream: RawStream
  private let journal: CaptureJournal
  /// The first bytes, which may be a handshake.
  private let head = ByteBuffer()
  private var frames: (cutter: FrameCutter, judge: FrameJudge)?
  private var size: UInt64 = 0

  private static let pieceSize = 16 << 10

  init(start: ContinuousClock.Instant, stream: RawStream) {
    self.stream = stream
    journal = CaptureJournal(start: start)
  }

  var findings: String { "no frame in it" }

  func read(_ bytes: Span<UInt8>, _ handle: (CaptureItem) -> Void) {
    // A frame may have two bytes, and takes a hundred times as much in the journal.
    for start in stride(from: 0, to: bytes.count, by: Self.pieceSize) {
      take(bytes.extracting(start..<min(bytes.count, start + Self.pieceSize)))
      journal.flush(handle)
    }
  }

  private func take(_ bytes: Span<UInt8>) {
    size += UInt64(bytes.count)
    guard frames == nil else { return readFrames(bytes) }
    head.append(bytes)
    readHead()
  }

  func finish(_ handle: (CaptureItem) -> Void) {
    if frames == nil, !head.isEmpty { beginFrames(stream.sender ?? .server, nil) }
    if let (current, judge) = frames {
      var cutter = current
      let isInsideFrame = !cutter.isBetweenFrames
      if let rest = cutter.finish(time: journal.start) { take(rest, judge) }
      if isInsideFrame {
        journal.emit(CaptureDamage(offset: size, reason: "the bytes end inside a frame", isCut: true))
      }
      if let violation = judge.finish() { journal.emit(1, .remark(Remark(violation))) }
    } else {
      journal.emit(CaptureDamage(offset: 0, reason: "no bytes"))
    }
    journal.flush(handle)
  }

  /// Looks for a handshake; without one, the second byte tells who sends.
  private func readHead() {
    let head = head
    guard head.count >= 2 else { return }
    let first = head.span[0]
    guard first == UInt8(ascii: "G") || first == UInt8(ascii: "H") else {
      return beginFrames(head.span[1] & 0x80 != 0 ? .client : .server, nil)
    }
    var finder = UpgradeFinder()
    switch finder.read(head.span) {
    case (.request(let request), let size)?:
      head.removeFirst(size)
      beginFrames(.client, .request(request.bytes))
    case (.response(let response), let size)?:
      head.removeFirst(size)
      beginFrames(.server, .response(response))
    case nil:
      if !finder.isInsideHead { beginFrames(head.span[1] & 0x80 != 0 ? .client : .server, nil) }
    }
  }

  private func beginFrames(_ likely: Role, _ handshake: TraceEvent?) {
    let sender = stream.sender ?? likely
    var deflate = stream.deflate
    journal.emit(journal.nextNumber(), .start(role: .client, peer: ""))
    if let handshake { journal.emit(1, .trace(handshake)) }
    if case .response(let response) = handshake {
      let answer = HandshakeAnswer(observed: response, to: nil)
      deflate = deflate ?? answer.deflate
      journal.emit(1, .trace(.opened(answer)))
    }
    let cutter = FrameCutter(direction: sender == .client ? .sent : .received, limit: FrameJudge.limit)
    let isFromStart: Bool
    switch handshake {
    case .response: isFromStart = true
    default: isFromStart = deflate != nil
    }
    let judge = FrameJudge(
      sender: sender, deflate: deflate, isFromStart: isFromStart, pool: journal.pool)
    frames = (cutter, judge)
    let head = head
    readFrames(head.span)
    head.release()
  }

  private func readFrames(_ bytes: Span<UInt8>) {
    guard let judge = frames?.judge else { return }
    frames?.cutter.read(bytes, time: journal.start) { take($0, judge) }
  }

  private func take(_ frame: FrameRecord, _ judge: FrameJudge) {
    var frame = frame
    let remarks = judge.judge(&frame)
    journal.emit(1, .frame(frame, remarks))
  }
}
