import Engine
import Inspector
import Trace
import Transport
import WebSocketCore

/// Messages and control frames on their way to the view.
extension LineSession {
  func saw(_ frame: FrameRecord) {
    if let record = frame.message {
      let message = note(frame, record.opcode, record.payload)
      if record.opcode == .text { seen.take(record.payload.span) }
      if frame.direction == .received {
        received(message, record)
      } else if isAside {
        let payload = message.payload
        view?.show(
          .sent(message.opcode == .text ? .text(String(decoding: payload, as: UTF8.self)) : .bytes("hex", payload)))
      }
    } else if frame.header.opcode.isControl {
      sawControl(frame)
    }
  }

  private func note(
    _ frame: FrameRecord, _ opcode: Opcode, _ payload: [UInt8], latency: Duration? = nil
  ) -> Message {
    var message = Message(
      number: nextNumber(), direction: frame.direction, opcode: opcode, payload: payload, time: now, latency: latency)
    if frame.direction == .sent {
      if !opcode.isControl { lastSent = frame.time }
    } else if let sent = lastSent, !opcode.isControl {
      message.latency = sent.duration(to: frame.time)
      lastSent = nil
    }
    backlog.append(message)
    return message
  }

  private func sawControl(_ frame: FrameRecord) {
    var roundTrip: Duration?
    if frame.direction == .received, frame.header.opcode == .pong {
      roundTrip = pings.answer(frame.payload, at: frame.time)
    }
    guard options.showsControl || roundTrip != nil, !(frame.direction == .sent && isSending) else { return }
    show(note(frame, frame.header.opcode, frame.payload, latency: roundTrip))
  }

  private func received(_ message: Message, _ record: MessageRecord) {
    host?.received(message.payload.span)
    guard let filtering else { return show(message) }
    var marks: Set<FilterMark> = []
    if record.isCompressed { marks.insert(.compressed) }
    if record.fragmentCount > 1 { marks.insert(.fragments) }
    if message.latency != nil { marks.insert(.reply) }
    filtering.judge(
      message, FilterSubject(isReceived: true, opcode: message.opcode, connection: session.number, marks: marks))
  }

  func show(_ message: Message) {
    guard held != nil else { return view?.show(.message(message)) ?? () }
    held?.append(.message(message))
    view?.hintChanged()
  }
}

extension WaitingItems {
  /// How many messages wait or were left out.
  var messages: Int { count + skipped }
}

/// Shows only what a filter lets through; a filter with expressions answers later, in order.
final class Filtering {
  let filter: Filter
  private let matcher: PatternMatcher?
  private var waiting: [Message] = []
  private var first = 0
  private let passed: (Message) -> Void

  private static let limit = 1000

  /// - Parameters:
  ///   - passed: hears each message that matches.
  ///   - gaveUp: an expression did not finish; the filter is of no use.
  ///   - moved: a message that waited has been judged.
  init(
    _ filter: Filter, loop: Loop, passed: @escaping (Message) -> Void, gaveUp: @escaping () -> Void,
    moved: @escaping () -> Void
  ) throws(SystemError) {
    self.filter = filter
    self.passed = passed
    guard !filter.expressions.isEmpty else {
      matcher = nil
      return
    }
    weak var filtering: Filtering?
    matcher = try PatternMatcher(loop: loop, makeMatcher: { filter.makeMatcher() }) { answer in
      guard let filtering else { return }
      switch answer {
      case .late: gaveUp()
      case .found, .notFound:
        filtering.judged(answer == .found)
        moved()
      }
    }
    filtering = self
  }

  /// Whether so many wait that no more should come.
  var isFull: Bool { waiting.count - first >= Self.limit }

  func judge(_ message: Message, _ subject: FilterSubject) {
    guard filter.matches(subject, payload: message.payload.span) else { return }
    guard let matcher else { return passed(message) }
    waiting.append(message)
    matcher.ask(message.payload.span)
  }

  /// What has not been judged, when the filter is taken away.
  func takeWaiting() -> ArraySlice<Message> {
    defer { (waiting, first) = ([], 0) }
    return waiting[first...]
  }

  private func judged(_ matches: Bool) {
    guard first < waiting.count else { return }
    let message = waiting[first]
    first += 1
    if first == waiting.count { (waiting, first) = ([], 0) }
    if matches { passed(message) }
  }
}
