import JSONSyntax
import PlainText
import Trace
import WebSocketCore

/// What is told about a step that failed.
extension ScriptMachine {
  /// An expectation failed.
  mutating func fail(
    _ kind: Failure.Kind, _ summary: String, in wait: Wait, _ expected: Expected, received: String? = nil,
    rows: [DiffRow] = [], _ now: Instant
  ) {
    fail(
      kind, summary, at: expected.expectation.place, step: wait.step, number: expected.number, since: wait.since,
      limit: expected.limit, expected: expected.matcher.description, received: received, rows: rows,
      skipped: skipped(wait), now)
  }

  /// What came is not what was expected.
  mutating func failMismatch(
    _ expected: Expected, _ item: MailboxItem, _ why: Mismatch, _ isOneOfMany: Bool, _ wait: Wait, _ now: Instant
  ) {
    let received = ReceivedWords.words(item)
    switch item {
    case .message:
      let summary = isOneOfMany ? "what came is none of those expected" : why.summary
      fail(
        expected.matcher.wantsEnd ? .unexpected : .mismatch,
        expected.matcher.wantsEnd ? "a message came first; <*close passes over messages" : summary, in: wait, expected,
        received: received, rows: isOneOfMany ? [] : why.rows(), now)
    case .close:
      fail(
        expected.matcher.wantsEnd ? .close : .ended,
        expected.matcher.wantsEnd ? why.summary : "the peer closed the connection", in: wait, expected,
        received: received, rows: why.rows(), now)
    case .ended(let verdict):
      let kind: Failure.Kind =
        switch verdict.cause {
        case .violation(let violation): violation.isLimit ? .limit : .violation
        default: expected.matcher.wantsEnd ? .close : .ended
        }
      fail(
        kind, kind == .violation ? "the peer broke the protocol" : "the connection ended", in: wait, expected,
        received: received, now)
    }
  }

  private func skipped(_ wait: Wait) -> [String] {
    let more = wait.skippedCount - wait.skipped.count
    return wait.skipped + (more > 0 ? ["and \(Quantity.count(more)) more"] : [])
  }

  /// Another step that waited failed.
  mutating func fail(
    _ kind: Failure.Kind, _ summary: String, in wait: Wait, number: ConnectionNumber? = nil, expected: String? = nil,
    received: String? = nil, hint: String? = nil, _ now: Instant
  ) {
    let limit = wait.ownDeadline.map { wait.since.duration(to: $0) }
    fail(
      kind, summary, at: wait.step.place, step: wait.step, number: number, since: wait.since, limit: limit,
      expected: expected, received: received, hint: hint, now)
  }

  mutating func fail(_ failure: ValueFailure, at place: SourcePlace, step: Step?, _ now: Instant) {
    fail(failure.kind, failure.sentence, at: failure.place ?? place, step: step, hint: failure.hint, now)
  }

  /// A step failed: what comes in the next moments is told with it.
  mutating func fail(
    _ kind: Failure.Kind, _ summary: String, at place: SourcePlace, step: Step? = nil,
    number: ConnectionNumber? = nil, since: Instant? = nil, limit: Duration? = nil, expected: String? = nil,
    received: String? = nil, rows: [DiffRow] = [], skipped: [String] = [], hint: String? = nil, _ now: Instant
  ) {
    switch state {
    case .running, .waiting: break
    case .failing, .closing, .over: return
    }
    let failure = Failure(
      kind, summary, line: place.line, source: settings.shown(place.text),
      file: place.file == scriptFile ? nil : place.file, connection: number.flatMap { peers[$0].name },
      expected: expected, received: received, difference: rows, waited: since.map { $0.duration(to: now) },
      limit: limit, skipped: skipped, frames: transcript.frames(of: number),
      verdict: number.flatMap { peers[$0].verdict }.map { "\($0)" }, hint: hint)
    let isOver = number.map { peers[$0].hasEnded } ?? true
    state = .failing(
      failure, step: step ?? Step(place: place, action: .wait(.zero)), since: since ?? now, number: number,
      until: isOver ? now : now + Self.lateTime)
  }

  /// What comes after a failure is told.
  mutating func noteLate(_ item: MailboxItem, _ number: ConnectionNumber, _ now: Instant) {
    guard case .failing(var failure, let step, let since, number?, var until) = state else { return }
    if case .ended(let verdict) = item {
      failure.verdict = "\(verdict)"
      until = now
    } else if failure.late.count < 10 {
      let time = Quantity.duration(since.duration(to: now))
      failure.late.append("\(ReceivedWords.words(item)), \(time) after the step began")
    }
    state = .failing(failure, step: step, since: since, number: number, until: until)
  }

  /// The failure is complete.
  mutating func endFailing(_ failure: Failure, _ step: Step, _ since: Instant, _ now: Instant) {
    record(step, isPassed: false, since.duration(to: now))
    finish(.failed(failure), now)
  }
}

extension ScriptMachine.Settings {
  /// A line of a script as reports may show it: no token of a URL.
  func shown(_ line: String) -> String {
    line.hasPrefix("connect ")
      ? line.split(separator: " ", omittingEmptySubsequences: false).map { mask.target(String($0)) }
        .joined(separator: " ") : line
  }
}

extension CaseResult {
  /// The result without `secrets`, wherever they stand.
  func hiding(_ secrets: Set<String>, by mask: SecretMask) -> CaseResult {
    guard !secrets.isEmpty else { return self }
    let pairs = secrets.sorted { $0.utf8.count > $1.utf8.count }.map { ($0, mask.standIn(for: $0)) }
    func hide(_ text: String) -> String {
      pairs.reduce(text) { text, pair in text.contains(pair.0) ? text.replacing(pair.0, with: pair.1) : text }
    }
    var result = self
    result.transcript = transcript.map(hide)
    result.leftovers = leftovers.map(hide)
    guard case .failed(var failure) = outcome else { return result }
    failure.summary = hide(failure.summary)
    failure.expected = failure.expected.map(hide)
    failure.received = failure.received.map(hide)
    failure.difference = failure.difference.map { DiffRow($0.kind, hide($0.text)) }
    failure.skipped = failure.skipped.map(hide)
    failure.frames = failure.frames.map(hide)
    failure.late = failure.late.map(hide)
    failure.verdict = failure.verdict.map(hide)
    result.outcome = .failed(failure)
    return result
  }
}
