import Engine
import PlainText
import Terminal
import Trace
import WebSocketCore

/// One connection as the screen knows it.
struct ConnectionState {
  /// From 1, as it is shown.
  let number: Int
  /// What it was asked to connect to, secrets masked.
  var url: String
  /// A short name.
  var name: String
  let store: MessageStore
  var gatherer: FrameGatherer
  var pairing = ReplyPairing()
  var phase = Phase.connecting(nil)
  var facts = ConnectionFacts()
  /// The code that the last connection was closed with; 1006 where there was no Close.
  var closeCode: UInt16?
  /// Silence after which we ping; nil for never.
  var pingInterval: Duration?
  var list: MessageList
  var composer: Composer
  /// Of the connection that is or was last open.
  var statistics: Statistics?
  var history = RateHistory()
  var queuedBytes = 0
  var isStalled = false
  /// Ours; in a capture of a server's, the server.
  var role = Role.client
  /// Whether it connects again by itself.
  var reconnects: Bool
  /// Attempts since it was last open.
  var attempts = 0
  /// The number behind the last row that has been seen.
  var seenEnd: UInt64 = 1
  /// The last frame that came, in the screen's time.
  var lastReceived: Int64?

  enum Phase: Equatable {
    /// On the way; the step that is being taken.
    case connecting(Trace.Phase?)
    /// Since then, in the screen's time.
    case open(since: Int64)
    case closing
    /// It has ended, or never came to be: why.
    case closed(String)
    /// It has ended and connects again at that time.
    case waiting(until: Int64, String)
    /// Read from a file.
    case file
  }

  init(
    number: Int, url: String, name: String, limits: StoreLimits, widths: Widths, history: History,
    reconnects: Bool = false
  ) {
    self.number = number
    self.url = url
    self.name = name
    self.reconnects = reconnects
    store = MessageStore(limits: limits)
    gatherer = FrameGatherer(maximumWire: limits.maximumPayload)
    list = MessageList([number])
    composer = Composer(widths: widths, history: history)
  }

  /// A step of connecting begins, perhaps of another attempt than before.
  mutating func began(_ step: Trace.Phase?) {
    switch phase {
    case .connecting: break
    case .closed, .waiting: facts = ConnectionFacts(problems: facts.problems)
    case .open, .closing, .file: return
    }
    phase = .connecting(step)
  }

  /// Whether messages can be sent.
  var isOpen: Bool { if case .open = phase { true } else { false } }

  /// Whether something is there that would be lost.
  var isAlive: Bool {
    switch phase {
    case .open, .closing, .connecting, .waiting: true
    case .closed, .file: false
    }
  }

  /// Rows that came while another connection was looked at.
  var unseenCount: Int { Int(store.nextID - max(seenEnd, min(store.firstID, store.nextID))) }

  /// Keeps a frame, and finds out what it answers.
  /// - Returns: whether it completed a row.
  @discardableResult
  mutating func take(_ frame: FrameRecord, start: ContinuousClock.Instant) -> Bool {
    guard let id = gatherer.take(frame, into: store, start: start), let row = store.row(id) else { return false }
    if row.isReceived { lastReceived = row.time }
    guard row.isReceived else {
      _ = store.withPayload(id) { row, payload in
        pairing.sent(row.frameOpcode, payload, id: id, time: row.time)
      }
      return true
    }
    guard pairing.isWaiting else { return true }
    let answered = store.withPayload(id) { row, payload in
      pairing.received(row.frameOpcode, payload, time: row.time)
    }
    if let question = answered ?? nil {
      store.change(id) { $0.reply = UInt32(clamping: max(1, (row.time - question.time) / 1000)) }
      store.change(question.id) { $0.flags.insert(.answered) }
    }
    return true
  }

  /// Keeps a word of ours about the connection.
  mutating func note(_ text: String, isProblem: Bool, time: Int64) {
    var row = MessageRow()
    row.time = time
    row.flags = isProblem ? [.note, .problem, .received] : [.note, .received]
    let (frames, payload) = ([UInt8](), Array(text.utf8))
    store.append(row, frames: frames.span, payload: payload.span, wire: frames.span)
    if isProblem { facts.note(problem: text) }
  }
}
