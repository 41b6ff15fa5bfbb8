public import Inspector
public import Trace
import WebSocketCore

/// A session on its way to becoming a script: what was sent and what came, in order.
///
/// The script is made at the end, as only then it is known which of the values that the peer gave were sent back.
public struct Recording {
  /// A message or event, and the connection it was on.
  struct Entry {
    var connection: String?
    var event: Event
    /// Since the entry before it.
    var waited: Duration
  }

  enum Event {
    /// Lines that make a connection.
    case opening([String])
    case sent(Payload, fragmentSize: Int?)
    case received(Payload)
    /// A frame that was made by hand.
    case frame(FrameRecord)
    case bytes([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    case receivedPong([UInt8])
    case close(CloseFrame)
    case receivedClose(CloseFrame)
    case reconnected
    /// The body of a refusal that is not written out.
    case receivedAnything
    /// The peer ended the connection without a Close.
    case ended(isReset: Bool)
    /// We did, by a reset.
    case dropped
    /// What no step can do again.
    case remark(String)
    /// What became part of another.
    case nothing
  }

  struct Payload {
    var isText: Bool
    var bytes: [UInt8]
  }

  private(set) var entries: [Entry] = []
  private var states: [String?: ConnectionState] = [:]
  private var size = 0
  private var last: ContinuousClock.Instant?
  /// Why the recording is not the whole session.
  public private(set) var shortfall: String?
  private let pingsByItself: Bool
  private let keepsReceived: Bool
  /// What is not written down; nil: everything is.
  private(set) var secrets: RecordedSecrets?

  private struct ConnectionState {
    var lines: [String]
    /// Entries that hold the frames of a message that is not complete.
    var unfinished: [Int] = []
    /// Pings of the peer, whose pongs go out by themselves.
    var pings: [[UInt8]] = []
    /// Pings of ours that wait for their pong.
    var awaitedPongs: [[UInt8]] = []
    var isOpened = false
    var isRefused = false
    /// Whether a Close of ours would only be the answer to what the peer did.
    var isClosing = false
  }

  /// Bytes of payload that are kept.
  public static let limit = 64 << 20

  /// - Parameters:
  ///   - pingsByItself: whether pings are sent that nobody asked for, which a script would only repeat.
  ///   - showsSecrets: whether passwords and the like are written down.
  public init(pingsByItself: Bool = false, showsSecrets: Bool = false) {
    self.init(pingsByItself: pingsByItself, showsSecrets: showsSecrets, keepsReceived: true)
  }

  /// - Parameter keepsReceived: whether it matters what came, and not only that something did.
  init(pingsByItself: Bool = false, showsSecrets: Bool = true, keepsReceived: Bool) {
    self.pingsByItself = pingsByItself
    self.keepsReceived = keepsReceived
    secrets = showsSecrets ? nil : RecordedSecrets()
  }

  /// What stands for a secret in the lines of a connection: `${token}`.
  /// - Parameter owner: the name of what holds it.
  public mutating func standIn(forSecret value: String, of owner: String) -> String {
    guard let name = secrets?.name(for: value, of: owner) else { return value }
    return "${\(name)}"
  }

  /// Begins an attempt to connect.
  /// - Parameter lines: the lines of the script that make the connection: `connect URL` and its options.
  public mutating func begin(_ connection: String? = nil, lines: [String], now: ContinuousClock.Instant) {
    last = last ?? now
    if let state = states[connection], !state.isRefused {
      // Where the same is tried again, `open` tells what came of it.
      if state.lines == lines { return }
      // What nobody answered would only fail again.
      if !state.isOpened, let place = lastOpening(of: connection) { entries[place].event = .nothing }
    }
    states[connection] = ConnectionState(lines: lines)
    add(.opening(lines), connection, now)
  }

  /// Notes what happened on a connection that has begun.
  public mutating func saw(_ event: TraceEvent, on connection: String? = nil, now: ContinuousClock.Instant) {
    guard shortfall == nil else { return }
    switch event {
    case .opened: open(connection, now)
    case .frame(let frame):
      if frame.direction == .sent { sent(frame, connection) } else { received(frame, connection) }
    case .sentBytes(let bytes, _): add(.bytes(bytes), connection, now, size: bytes.count)
    case .ended(let verdict): ended(CapturedEnd(verdict), connection, now)
    default: break
    }
  }

  /// Notes what is in a file of a connection that has begun.
  public mutating func saw(_ event: CapturedEvent, on connection: String? = nil, now: ContinuousClock.Instant) {
    switch event.content {
    case .trace(.response(let head)) where head.status != 101:
      refused(connection, status: head.status, body: [], now: now)
    case .trace(let trace): saw(trace, on: connection, now: now)
    case .frame(let frame, _): saw(.frame(frame), on: connection, now: now)
    case .end(let end): ended(end, connection, now)
    case .start, .refused, .failed, .remark: break
    }
  }

  private mutating func add(
    _ event: Event, _ connection: String?, _ now: ContinuousClock.Instant, size: Int = 0
  ) {
    guard self.size + size + 64 * entries.count <= Self.limit else {
      shortfall = "the recording stops here: it holds no more than \(Self.limit >> 20) MB"
      return
    }
    self.size += size
    entries.append(Entry(connection: connection, event: event, waited: last.map { $0.duration(to: now) } ?? .zero))
    last = now
  }

  private mutating func open(_ connection: String?, _ now: ContinuousClock.Instant) {
    guard let state = states[connection] else { return }
    states[connection] = ConnectionState(lines: state.lines, isOpened: true)
    if state.isOpened { add(.reconnected, connection, now) }
  }

  /// The server refused the handshake; the body of its answer is a message.
  public mutating func refused(
    _ connection: String? = nil, status: Int, body: [UInt8], now: ContinuousClock.Instant
  ) {
    guard states[connection]?.isOpened == false, let place = lastOpening(of: connection),
      case .opening(let lines) = entries[place].event
    else { return }
    states[connection]?.isRefused = true
    entries[place].event = .opening(lines + ["  assert status == \(status)"])
    guard !body.isEmpty else { return }
    // A page is seldom the same twice.
    let isText = body.count <= Self.longestBody && String(validating: body, as: UTF8.self) != nil
    add(isText ? .received(Payload(isText: true, bytes: body)) : .receivedAnything, connection, now, size: body.count)
  }

  private static let longestBody = 256

  private func lastOpening(of connection: String?) -> Int? {
    entries.lastIndex { entry in
      if entry.connection == connection, case .opening = entry.event { true } else { false }
    }
  }
}

/// Frames.
extension Recording {
  /// Notes how a connection of a capture ended, where no frame tells it.
  mutating func ended(_ connection: String?, _ event: Event, _ now: ContinuousClock.Instant) {
    add(event, connection, now)
  }

  private mutating func sent(_ frame: FrameRecord, _ connection: String?) {
    let size = frame.payload.count
    switch frame.header.opcode {
    case _ where frame.isUnusual: add(.frame(frame), connection, frame.time, size: size)
    case .ping:
      guard !pingsByItself else { return }
      states[connection]?.awaitedPongs.append(frame.payload)
      add(.ping(frame.payload), connection, frame.time, size: size)
    case .pong:
      // The answer to a ping goes out by itself; while output was full, older pings got none.
      if let place = states[connection]?.pings.lastIndex(of: frame.payload) {
        states[connection]?.pings.removeFirst(place + 1)
      } else {
        add(.pong(frame.payload), connection, frame.time, size: size)
      }
    case .close:
      guard states[connection]?.isClosing == false else { return }
      states[connection]?.isClosing = true
      let (close, violation) = CloseFrame.read(frame.payload.span)
      add(violation == nil ? .close(close) : .frame(frame), connection, frame.time, size: size)
    default:
      if let message = frame.message { return completed(message, frame, connection) }
      states[connection]?.unfinished.append(entries.count)
      add(.frame(frame), connection, frame.time, size: size)
    }
  }

  private mutating func completed(_ message: MessageRecord, _ frame: FrameRecord, _ connection: String?) {
    var fragmentSize: Int?
    for place in states[connection]?.unfinished ?? [] where entries.indices.contains(place) {
      if fragmentSize == nil, case .frame(let first) = entries[place].event { fragmentSize = first.payload.count }
      entries[place].event = .nothing
    }
    states[connection]?.unfinished = []
    // A frame's size is that of a piece only where nothing was compressed, and a piece holds something.
    if message.isCompressed || fragmentSize == 0 { fragmentSize = nil }
    let payload = Payload(isText: message.opcode == .text, bytes: message.payload)
    add(.sent(payload, fragmentSize: fragmentSize), connection, frame.time, size: message.payload.count)
  }

  private mutating func received(_ frame: FrameRecord, _ connection: String?) {
    guard !frame.isRefused else {
      states[connection]?.isClosing = true
      return
    }
    if let message = frame.message {
      let payload = Payload(isText: message.opcode == .text, bytes: keepsReceived ? message.payload : [])
      return add(.received(payload), connection, frame.time, size: payload.bytes.count)
    }
    switch frame.header.opcode {
    case .ping:
      states[connection]?.pings.append(frame.payload)
      if let count = states[connection]?.pings.count, count > 1000 { states[connection]?.pings.removeFirst() }
    case .pong:
      // One that nobody asked for says nothing.
      guard let place = states[connection]?.awaitedPongs.firstIndex(of: frame.payload) else { return }
      states[connection]?.awaitedPongs.removeFirst(place + 1)
      add(.receivedPong(frame.payload), connection, frame.time, size: frame.payload.count)
    case .close:
      states[connection]?.isClosing = true
      add(.receivedClose(CloseFrame.read(frame.payload.span).frame), connection, frame.time)
    default: break
    }
  }

  private mutating func ended(_ end: CapturedEnd, _ connection: String?, _ now: ContinuousClock.Instant) {
    switch (end.cause, isClosed: end.receivedClose != nil) {
    case ("closed-by-us", _), ("closed-by-peer", _): break
    case ("ended-by-peer", false), ("truncated", false): add(.ended(isReset: false), connection, now)
    case ("reset-by-peer", false): add(.ended(isReset: true), connection, now)
    case ("abandoned", _): add(.dropped, connection, now)
    default: add(.remark("here it ended: \(end.text)"), connection, now)
    }
  }
}

extension FrameRecord {
  /// Whether no message of ours is sent like this, so that somebody made it by hand.
  fileprivate var isUnusual: Bool {
    let bits =
      part?.isCompressed == true && part?.index == 0 ? header.reservedBits.subtracting(.rsv1) : header.reservedBits
    let isControl = header.opcode.isControl
    let isKnown = [.text, .binary, .continuation, .ping, .pong, .close].contains(header.opcode)
    return !isKnown || !bits.isEmpty || header.lengthForm != .minimal(for: header.payloadLength)
      || header.payloadLength != UInt64(payload.count) || (!isControl && part == nil)
      || (isControl && (!header.isFinal || payload.count > 125))
  }
}
