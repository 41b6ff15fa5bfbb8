import Inspector
import JSONSyntax
import PlainText
import Trace
import WebSocketCore

/// What is told about a step that failed.
extension ScriptMachine {
  /// An expectation failed.
  mutating func fail(
    _ kind: Failure.Kind, _ summary: String, in wait: Wait, _ expected: Expected, wanted: String? = nil,
    received: String? = nil, rows: [DiffRow] = [], _ now: Instant
  ) {
    fail(
      kind, summary, at: expected.expectation.place, step: wait.step, number: expected.number, since: wait.since,
      limit: expected.limit, expected: wanted ?? expected.matcher.description, received: received, rows: rows,
      skipped: skipped(wait), now)
  }

  /// What came is not what was expected.
  /// - Parameter all: the expectations that it could have been, `expected` the first of them.
  mutating func failMismatch(
    _ expected: Expected, of all: [Expected], _ item: MailboxItem, _ why: Mismatch, _ wait: Wait, _ now: Instant
  ) {
    let isOneOfMany = all.count > 1
    let wanted = isOneOfMany ? all.map(\.matcher.description).joined(separator: ", or ") : nil
    let received = ReceivedWords.words(item)
    switch item {
    case .message:
      let summary = isOneOfMany ? "what came is none of those expected" : why.summary
      fail(
        expected.matcher.wantsEnd ? .unexpected : .mismatch,
        expected.matcher.wantsEnd ? "a message came first; <*close passes over messages" : summary, in: wait, expected,
        wanted: wanted, received: received, rows: isOneOfMany ? [] : why.rows(), now)
    case .close:
      fail(
        expected.matcher.wantsEnd ? .close : .ended,
        expected.matcher.wantsEnd ? why.summary : "the peer closed the connection", in: wait, expected,
        wanted: wanted, received: received, rows: why.rows(), now)
    case .ended(let verdict):
      let kind: Failure.Kind =
        switch verdict.cause {
        case .violation(let violation): violation.isLimit ? .limit : .violation
        default: expected.matcher.wantsEnd ? .close : .ended
        }
      let summary =
        switch kind {
        case .violation: "the peer broke the protocol"
        case .limit: "the peer exceeded a limit of ours"
        default: "the connection ended"
        }
      fail(kind, summary, in: wait, expected, wanted: wanted, received: received, now)
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
    received: String? = nil, message: String? = nil, rows: [DiffRow] = [], skipped: [String] = [],
    hint: String? = nil, _ now: Instant
  ) {
    switch state {
    case .running, .waiting: break
    case .failing, .closing, .over: return
    }
    let failure = Failure(
      kind, summary, line: place.line, source: settings.shown(place.text),
      step: settings.lines((step?.place ?? place).source, place), round: round,
      file: place.file == scriptFile ? nil : place.file, connection: number.flatMap { peers[$0].name },
      expected: expected, received: received, message: message, difference: rows,
      waited: since.map { $0.duration(to: now) },
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
    // Most lines are messages.
    guard let first = line.utf8.first, TextCursor.isLetter(first) else { return line }
    let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2 else { return line }
    switch words[0] {
    case "connect":
      return line.split(separator: " ", omittingEmptySubsequences: false).map { url(String($0)) }
        .joined(separator: " ")
    case "header", "proxy-header": return "\(words[0]) \(mask.line(String(words[1])))"
    case "user", "oauth2-bearer", "pass", "cookie", "proxy-user":
      return words[1].hasPrefix("${") ? line : "\(words[0]) \(mask.standIn(for: String(words[1])))"
    default: return line
    }
  }

  /// A URL without its password and the secrets among its parameters.
  private func url(_ word: String) -> String {
    guard let scheme = word.firstRange(of: "://"), let end = word[scheme.upperBound...].firstIndex(of: "@"),
      let colon = word[scheme.upperBound..<end].firstIndex(of: ":")
    else { return mask.target(word) }
    let password = String(word[word.index(after: colon)..<end])
    return "\(word[...colon])\(mask.standIn(for: password))\(mask.target(String(word[end...])))"
  }

  /// The lines of a step, as reports may show them; of many those around the one that failed.
  func lines(_ line: SourceLine, _ place: SourcePlace) -> [ScriptLine] {
    guard line.contains(place.line) else { return [ScriptLine(place.line, shown(place.text))] }
    var lines: [ScriptLine] = []
    add(line, depth: 0, to: &lines)
    return lines
  }

  private func add(_ line: SourceLine, depth: Int, to lines: inout [ScriptLine]) {
    guard lines.count < Self.lineLimit else { return }
    lines.append(ScriptLine(line.number, String(repeating: " ", count: 2 * depth) + shown(line.text)))
    for child in line.children { add(child, depth: depth + 1, to: &lines) }
  }

  private static let lineLimit = 100
}

extension CaseResult {
  /// The result without `secrets`, wherever they stand.
  func hiding(_ secrets: Set<String>, by mask: SecretMask) -> CaseResult {
    guard !secrets.isEmpty else { return self }
    let secrets = HiddenSecrets(secrets, mask)
    func hide(_ text: String) -> String { secrets.hide(text) }
    var result = self
    result.transcript = transcript.map(hide)
    result.leftovers = leftovers.map(hide)
    result.steps = steps.map { step in
      var step = step
      step.text = hide(step.text)
      return step
    }
    guard case .failed(var failure) = outcome else { return result }
    failure.summary = hide(failure.summary)
    failure.expected = failure.expected.map(hide)
    failure.received = failure.received.map(hide)
    failure.message = failure.message.map(hide)
    failure.source = hide(failure.source)
    failure.step = failure.step.map { ScriptLine($0.number, hide($0.text)) }
    failure.difference = failure.difference.map { DiffRow($0.kind, hide($0.text)) }
    failure.skipped = failure.skipped.map(hide)
    failure.frames = failure.frames.map(hide)
    failure.late = failure.late.map(hide)
    failure.verdict = failure.verdict.map(hide)
    result.outcome = .failed(failure)
    return result
  }
}
