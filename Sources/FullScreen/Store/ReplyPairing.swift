import Bytes
import JSONSyntax
import WebSocketCore

/// Finds out what a received message answers: by an `id` that was sent and comes back, by a ping's payload, and, where
/// nothing that was sent has an `id`, as the first message after the oldest that is unanswered.
struct ReplyPairing {
  private struct Question {
    var id: UInt64
    var time: Int64
    /// What an answer holds; nil where anything may be the answer.
    var key: [UInt8]?
  }

  private var messages: [Question] = []
  private var pings: [Question] = []

  /// What is remembered, and for how long in nanoseconds.
  private static let maximumCount = 64
  private static let maximumAge: Int64 = 60_000_000_000
  /// How much of a payload is looked at.
  private static let lookedAt = 16 << 10
  private static let names: Set = ["id", "request_id", "requestId", "correlation_id", "correlationId"]

  /// Whether anything could be answered.
  var isWaiting: Bool { !messages.isEmpty || !pings.isEmpty }

  /// We sent something.
  mutating func sent(_ opcode: Opcode, _ payload: Span<UInt8>, id: UInt64, time: Int64) {
    switch opcode {
    case .ping: Self.add(Question(id: id, time: time, key: Self.array(payload)), to: &pings)
    case .text, .binary:
      Self.add(Question(id: id, time: time, key: opcode == .text ? Self.key(payload) : nil), to: &messages)
    default: break
    }
  }

  /// Something came.
  /// - Returns: the row it answers, and that row's time.
  mutating func received(_ opcode: Opcode, _ payload: Span<UInt8>, time: Int64) -> (id: UInt64, time: Int64)? {
    switch opcode {
    case .pong:
      guard let index = pings.lastIndex(where: { $0.key.map { Self.isEqual(payload, $0) } ?? false }) else {
        return nil
      }
      let ping = pings[index]
      pings.removeSubrange(...index)
      return (ping.id, ping.time)
    case .text, .binary:
      guard !messages.isEmpty else { return nil }
      messages.removeAll { time - $0.time > Self.maximumAge }
      let hasKeys = messages.contains { $0.key != nil }
      // Among messages with ids, one without is no answer to any.
      let key = hasKeys ? Self.key(payload) : nil
      guard let index = hasKeys ? key.flatMap({ key in messages.firstIndex { $0.key == key } }) : messages.indices.first
      else { return nil }
      let question = messages.remove(at: index)
      return (question.id, question.time)
    default: return nil
    }
  }

  private static func add(_ question: Question, to list: inout [Question]) {
    if list.count >= maximumCount { list.removeFirst() }
    list.append(question)
  }

  /// The value, as it is written, of a member at the top that names the message.
  private static func key(_ payload: Span<UInt8>) -> [UInt8]? {
    guard payload.count <= lookedAt, payload.count > 1 else { return nil }
    var scanner = JSONScanner()
    var isNamed = false
    while let token = try? scanner.next(payload) {
      if token.kind == .name, scanner.depth == 1 {
        let name = payload.extracting(token.range.lowerBound + 1..<token.range.upperBound - 1)
        isNamed = names.contains { isEqual(name, Array($0.utf8)) }
      } else if isNamed {
        guard token.kind == .string || token.kind == .number else { return nil }
        return (token.range).map { payload[$0] }
      }
    }
    return nil
  }

  private static func array(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

  private static func isEqual(_ span: Span<UInt8>, _ bytes: [UInt8]) -> Bool {
    span.count == bytes.count && span.indices.allSatisfy { span[$0] == bytes[$0] }
  }
}
