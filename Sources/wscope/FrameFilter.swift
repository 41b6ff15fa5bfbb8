import Arguments
import Engine
import Inspector
import Trace
import Transport
import WebSocketCore
import WscopeOptions

/// Says which frames of a file `--filter` lets through; its expressions are matched on the matcher's thread.
final class FrameFilter {
  private final class Expression {
    let isNegated: Bool
    var matcher: PatternMatcher?
    var answer: PatternMatcher.Answer?

    init(isNegated: Bool) { self.isNegated = isNegated }
  }

  private let filter: Filter
  private let loop: Loop
  private var expressions: [Expression] = []
  private let now = UTCTime.now

  /// The filter that was given, if one was.
  init?(_ parsed: Parsed) throws(Stop) {
    guard let text = parsed.value(Options.filter) else { return nil }
    do { filter = try Filter(text) } catch {
      throw Stop(.usage, "--filter \"\(text)\": \(error)")
    }
    loop = try Loops.context().loop
    for expression in filter.expressions {
      let asked = Expression(isNegated: expression.isNegated)
      do {
        asked.matcher = try PatternMatcher(
          loop: loop, makePattern: { expression.compiled() }, answered: { [unowned asked] in asked.answer = $0 })
      } catch {
        throw Stop(.cannotRead, "--filter: no thread for the matcher: \(error)")
      }
      expressions.append(asked)
    }
  }

  /// Whether a frame is shown.
  func passes(_ frame: FrameRecord, _ event: CapturedEvent) throws(Stop) -> Bool {
    let payload = frame.message?.payload ?? frame.payload
    var subject = FilterSubject(
      isReceived: frame.direction == .received, opcode: frame.message?.opcode ?? frame.header.opcode,
      connection: event.connection)
    if let time = event.wallTime { subject.age = time.duration(to: now) }
    if event.violationCount > 0 { subject.marks.insert(.error) }
    if frame.part?.isCompressed == true { subject.marks.insert(.compressed) }
    if !frame.header.isFinal || frame.header.opcode == .continuation { subject.marks.insert(.fragments) }
    guard filter.matches(subject, payload: payload.span) else { return false }
    for expression in expressions {
      guard try matches(expression, payload) != expression.isNegated else { return false }
    }
    return true
  }

  private func matches(_ expression: Expression, _ payload: [UInt8]) throws(Stop) -> Bool {
    expression.answer = nil
    expression.matcher?.ask(payload.span)
    while true {
      switch expression.answer {
      case .found: return true
      case .notFound: return false
      case .late:
        throw Stop(.limit, "--filter: the expression did not finish on one message within \(PatternMatcher.limit)")
      case nil: loop.turn(waitAtMost: PatternMatcher.limit)
      }
    }
  }
}
