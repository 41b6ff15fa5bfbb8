import Trace
import WebSocketCore

/// A message, or a control frame, that is shown.
struct Message: Equatable {
  /// Its number in the session, from 1; messages both ways and control frames are counted.
  var number: Int
  var direction: Direction
  var opcode: Opcode
  var payload: [UInt8]
  /// When it came, by the wall clock.
  var time: UTCTime
  /// The time since our last message, where it is the first that came behind one; of a pong, since our ping.
  var latency: Duration?
}

/// The newest messages, to be shown whole or saved: as many as fit into a number of bytes.
struct Backlog {
  /// Bytes kept; the newest message is kept whatever its size.
  static let limit = 64 << 20
  /// What a message costs beside its payload.
  private static let overhead = 128

  private var messages: [Message] = []
  /// Messages at the front that are kept no more; they are dropped in one go now and then.
  private var dropped = 0
  private var size = 0

  /// Whether nothing is kept.
  var isEmpty: Bool { dropped == messages.count }

  /// The kept messages, oldest first.
  var kept: ArraySlice<Message> { messages[dropped...] }

  mutating func append(_ message: Message) {
    messages.append(message)
    size += message.payload.count + Self.overhead
    while size > Self.limit, dropped < messages.count - 1 {
      size -= messages[dropped].payload.count + Self.overhead
      messages[dropped].payload = []
      dropped += 1
    }
    if dropped > 1024, dropped > messages.count / 2 {
      messages.removeFirst(dropped)
      dropped = 0
    }
  }

  /// The message of this number; nil where there is none, or it is kept no more.
  subscript(number: Int) -> Message? {
    guard let first = kept.first, number >= first.number, number - first.number < kept.count else { return nil }
    return kept[kept.startIndex + number - first.number]
  }

  /// The newest for which `condition` holds.
  func newest(where condition: (Message) -> Bool = { _ in true }) -> Message? { kept.last(where: condition) }
}
