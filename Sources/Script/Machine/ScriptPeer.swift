import Bytes
import Inspector
import JSONSyntax
import Trace
import WebSocketCore

/// A message that came.
final class ReceivedMessage {
  let opcode: Opcode
  let payload: [UInt8]
  let time: ContinuousClock.Instant
  let isCompressed: Bool
  /// The payload sizes of its frames, on the wire.
  let fragments: [Int]
  /// The number of its last frame among all that came.
  let lastFrame: Int
  /// How long after our last message it came; nil before the first.
  let latency: Duration?
  /// As JSON; parsed when somebody asks first.
  private(set) lazy var json: Result<JSONValue, JSONFailure> = Self.parse(payload)

  init(
    opcode: Opcode, payload: [UInt8], time: ContinuousClock.Instant, isCompressed: Bool = false, fragments: [Int] = [],
    lastFrame: Int = 0, latency: Duration? = nil
  ) {
    self.opcode = opcode
    self.payload = payload
    self.time = time
    self.isCompressed = isCompressed
    self.fragments = fragments
    self.lastFrame = lastFrame
    self.latency = latency
  }

  var text: String { String(decoding: payload, as: UTF8.self) }

  /// Whether the payload holds the bytes of `text`.
  func contains(_ text: String) -> Bool {
    let payload = payload
    return ByteSearch.contains(payload.span, Array(text.utf8))
  }

  private static func parse(_ payload: [UInt8]) -> Result<JSONValue, JSONFailure> {
    do throws(JSONFailure) { return .success(try JSONParser.parse(payload.span)) } catch { return .failure(error) }
  }
}

/// What stands in a mailbox, in the order in which it came.
enum MailboxItem {
  case message(ReceivedMessage)
  case close(CloseFrame, lastFrame: Int, latency: Duration?)
  case ended(Verdict)
}

/// A Ping or Pong that came.
struct ReceivedControl {
  var payload: [UInt8]
  var latency: Duration?
  /// Of a Pong: since our Ping with this payload.
  var roundTrip: Duration?
}

/// A connection as a script sees it: what came and was not taken, and how it stands.
struct ScriptPeer {
  let number: ConnectionNumber
  /// Nil is the connection without a name; an accepted one has none before it is taken.
  var name: String?
  /// How it was connected; nil for an accepted one.
  var request: ConnectRequest?
  /// The server it came to, while no `accept` has taken it.
  var waitingServer: String?
  var acceptedHead: HTTPRequestHead?
  var isOpen = false
  /// Whether a Close of ours is on its way.
  var isClosing = false
  var isFull = false
  private(set) var verdict: Verdict?

  private(set) var mailbox = Inbox<MailboxItem>()
  private(set) var pings = Inbox<ReceivedControl>()
  private(set) var pongs = Inbox<ReceivedControl>()
  private(set) var frames = Inbox<(number: Int, frame: FrameRecord)>()
  /// How many items of the mailbox the rules have looked at.
  var judgedCount = 0
  private(set) var isPaused = false

  private let keepsFrames: Bool
  private var frameCount = 0
  private var fragments: [Int] = []
  private var waitingBytes = 0
  private var lastSent: ContinuousClock.Instant?
  private var sentPings: [(payload: [UInt8], time: ContinuousClock.Instant)] = []

  /// How much may wait to be taken before reading stops.
  static let limit = 64 << 20

  init(number: ConnectionNumber, name: String?, keepsFrames: Bool) {
    self.number = number
    self.name = name
    self.keepsFrames = keepsFrames
  }

  /// Whether messages can be sent.
  var takesMessages: Bool { isOpen && !isClosing && !hasClosed }
  /// Whether the peer's Close, or the end, has come.
  private(set) var hasClosed = false
  /// Whether it never came to be, or was given up.
  var isGone = false
  /// Whether nothing can come any more.
  var hasEnded: Bool { verdict != nil || isGone }

  // MARK: What happens

  mutating func add(_ frame: FrameRecord) {
    switch frame.direction {
    case .sent: addSent(frame)
    case .received: addReceived(frame)
    }
  }

  private mutating func addSent(_ frame: FrameRecord) {
    switch frame.header.opcode {
    case .text, .binary, .continuation: lastSent = frame.time
    case .ping:
      // Nobody answers more pings than that at a time.
      if sentPings.count == 100 { sentPings.removeFirst() }
      sentPings.append((frame.payload, frame.time))
    case .close: isClosing = true
    default: break
    }
  }

  private mutating func addReceived(_ frame: FrameRecord) {
    frameCount += 1
    if keepsFrames { frames.append((frameCount, frame)) }
    // A frame that broke a rule says nothing; the verdict tells of it.
    if frame.isRefused { return }
    let latency = lastSent.map { $0.duration(to: frame.time) }
    switch frame.header.opcode {
    case .ping: append(ReceivedControl(payload: frame.payload, latency: latency), to: \.pings)
    case .pong:
      let ping = sentPings.firstIndex { $0.payload == frame.payload }
      let roundTrip = ping.map { sentPings.remove(at: $0).time.duration(to: frame.time) }
      append(ReceivedControl(payload: frame.payload, latency: latency, roundTrip: roundTrip), to: \.pongs)
    case .close:
      hasClosed = true
      let close = CloseFrame.read(frame.payload.span).frame
      mailbox.append(.close(close, lastFrame: frameCount, latency: latency))
    default:
      fragments.append(frame.payload.count)
      guard let message = frame.message else { break }
      let received = ReceivedMessage(
        opcode: message.opcode, payload: message.payload, time: frame.time, isCompressed: message.isCompressed,
        fragments: fragments, lastFrame: frameCount, latency: latency)
      fragments = []
      mailbox.append(.message(received))
      waitingBytes += Self.size(received)
    }
  }

  /// Of controls that nobody takes the newest are kept.
  private mutating func append(
    _ control: ReceivedControl, to path: WritableKeyPath<ScriptPeer, Inbox<ReceivedControl>>
  ) {
    if self[keyPath: path].count == 1000 { self[keyPath: path].removeFirst() }
    self[keyPath: path].append(control)
  }

  mutating func end(_ verdict: Verdict) {
    self.verdict = verdict
    isOpen = false
    hasClosed = true
    mailbox.append(.ended(verdict))
  }

  /// The body of a refusal, as a message.
  mutating func addBody(_ body: [UInt8], at time: ContinuousClock.Instant) {
    guard !body.isEmpty else { return }
    mailbox.append(.message(ReceivedMessage(opcode: .text, payload: body, time: time)))
    waitingBytes += Self.size(ReceivedMessage(opcode: .text, payload: body, time: time))
  }

  /// With what a message costs besides its payload, roughly.
  private static func size(_ message: ReceivedMessage) -> Int { message.payload.count + 512 }

  // MARK: Taking

  /// Takes the item at `index`, with the frames it came in.
  mutating func take(at index: Int = 0) {
    let item = mailbox.remove(at: index)
    if index < judgedCount { judgedCount -= 1 }
    switch item {
    case .message(let message):
      waitingBytes -= Self.size(message)
      dropFrames(to: message.lastFrame)
    case .close(_, let lastFrame, _): dropFrames(to: lastFrame)
    case .ended: break
    }
  }

  private mutating func dropFrames(to number: Int) {
    while let first = frames.first, first.number <= number { frames.removeFirst() }
  }

  mutating func takePing() { pings.removeFirst() }

  mutating func takePong() { pongs.removeFirst() }

  /// Takes a frame, and the message or Close that it completes.
  mutating func takeFrame() {
    guard let number = frames.first?.number else { return }
    frames.removeFirst()
    while let first = mailbox.first {
      switch first {
      case .message(let message) where message.lastFrame <= number: take()
      case .close(_, let lastFrame, _) where lastFrame <= number: take()
      default: return
      }
    }
  }

  /// Whether reading should stop or go on; nil for no change.
  mutating func pauseChange() -> Bool? {
    if !isPaused, waitingBytes > Self.limit {
      isPaused = true
      return true
    }
    if isPaused, waitingBytes < Self.limit / 2 {
      isPaused = false
      return false
    }
    return nil
  }
}

/// A queue whose front is taken in constant time.
struct Inbox<Item> {
  private var items: [Item] = []
  private var start = 0

  var count: Int { items.count - start }
  var isEmpty: Bool { count == 0 }
  var first: Item? { isEmpty ? nil : items[start] }
  var last: Item? { isEmpty ? nil : items.last }

  subscript(_ index: Int) -> Item { items[start + index] }

  mutating func append(_ item: Item) { items.append(item) }

  @discardableResult
  mutating func remove(at index: Int) -> Item {
    guard index == 0 else { return items.remove(at: start + index) }
    return removeFirst()
  }

  @discardableResult
  mutating func removeFirst() -> Item {
    let item = items[start]
    start += 1
    // What was taken is given back when it is as much as what is left.
    if start > 32, start * 2 > items.count {
      items.removeFirst(start)
      start = 0
    }
    return item
  }
}
