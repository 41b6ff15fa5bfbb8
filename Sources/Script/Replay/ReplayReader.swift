public import Inspector
import PlainText
import Trace
import WebSocketCore

/// Makes a plan of what a file says that happened on its connections.
public struct ReplayReader {
  /// Why a file cannot be sent again.
  public enum Failure: Error, Equatable, CustomStringConvertible {
    /// No connection is in it.
    case empty
    /// None of those in it was open.
    case nothing
    /// There is no connection of that number.
    case noStream(Int, count: Int)
    /// Of something that a client sent, bytes are missing.
    case incomplete(connection: Int)
    /// It is more than is held at once.
    case tooLarge(String)

    public var description: String {
      switch self {
      case .empty: "no connection in it"
      case .nothing: "no connection in it was open"
      case .noStream(let number, let count):
        "it has no connection \(number), it has \(Quantity.count(count, "connection"))"
      case .incomplete(let connection): "not all that the client sent on connection \(connection) is in it"
      case .tooLarge(let limit): limit
      }
    }
  }

  private let start: ContinuousClock.Instant
  private let stream: Int?
  private var recording = Recording(keepsReceived: false)
  private var roles: [Int: Role] = [:]
  private var open: Set<Int> = []
  private var subprotocols: [Int: [String]] = [:]
  private var count = 0
  private var incomplete: Int?

  /// - Parameters:
  ///   - start: the moment that the times of the file's frames count from.
  ///   - stream: the only connection that counts; nil: all do.
  public init(start: ContinuousClock.Instant, stream: Int? = nil) {
    self.start = start
    self.stream = stream
  }

  /// Takes what happened next.
  public mutating func take(_ event: CapturedEvent, from format: CaptureFormat?) {
    let number = event.connection
    count = max(count, number)
    if let stream, number != stream { return }
    let name = "\(number)"
    let now = start.advanced(by: event.elapsed)
    switch event.content {
    case .start(let role, _):
      roles[number] = role
      recording.begin(name, lines: [name], now: now)
    case .trace(let traced):
      switch traced {
      case .request(let bytes):
        subprotocols[number] = HTTPRequestHead(captured: bytes)?.headers.tokens(of: "Sec-WebSocket-Protocol") ?? []
      case .opened:
        open.insert(number)
        recording.saw(traced, on: name, now: now)
      case .sentBytes where roles[number] != .server: recording.saw(traced, on: name, now: now)
      default: break
      }
    case .frame(let frame, _): take(frame, number, from: format)
    case .end(let end): take(end, number, now)
    case .refused, .failed, .remark: break
    }
  }

  private mutating func take(_ frame: FrameRecord, _ number: Int, from format: CaptureFormat?) {
    var frame = frame
    if roles[number] == .server { frame.direction = frame.direction == .sent ? .received : .sent }
    open.insert(number)
    if frame.direction == .sent, Self.isIncomplete(frame, format) { incomplete = incomplete ?? number }
    recording.saw(.frame(frame), on: "\(number)", now: frame.time)
  }

  /// Whether bytes of the frame, or of what it needs to be inflated, were lost. What we captured ourselves is all that
  /// was sent, even where the header lies.
  private static func isIncomplete(_ frame: FrameRecord, _ format: CaptureFormat?) -> Bool {
    if format != .capture, UInt64(frame.payload.count) < frame.header.payloadLength { return true }
    return frame.header.isFinal && frame.message == nil && frame.part?.isCompressed == true
  }

  private mutating func take(_ end: CapturedEnd, _ number: Int, _ now: ContinuousClock.Instant) {
    let isServer = roles[number] == .server
    let hasClose = (isServer ? end.sentClose : end.receivedClose) != nil
    guard !hasClose, open.contains(number) else { return }
    let weLeft = end.cause == "abandoned"
    let theyLeft = ["ended-by-peer", "reset-by-peer", "truncated"].contains(end.cause)
    guard weLeft || theyLeft else { return }
    recording.ended("\(number)", weLeft == isServer ? .ended(isReset: false) : .dropped, now)
  }

  /// The plan, when the file has ended.
  public func plan() throws(Failure) -> ReplayPlan {
    if let stream, stream > count { throw .noStream(stream, count: count) }
    guard !open.isEmpty else { throw count == 0 ? .empty : .nothing }
    if let shortfall = recording.shortfall { throw .tooLarge(shortfall) }
    if let incomplete { throw .incomplete(connection: incomplete) }
    let connections = Dictionary(uniqueKeysWithValues: open.map { ("\($0)", $0) })
    return ReplayPlan(recording, connections: connections, subprotocols: subprotocols)
  }
}
