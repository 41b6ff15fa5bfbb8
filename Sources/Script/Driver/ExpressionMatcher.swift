import Transport

/// Answers a case's questions about expressions on a thread of its own: the standard library's matcher backtracks
/// without limit, and no peer may stop the loop by its text.
final class ExpressionMatcher {
  private enum Message: Sendable {
    case question(PatternQuestion)
    /// Nobody asks any more: the thread ends.
    case end
  }

  private let loop: Loop
  private let answered: (PatternQuestion, PatternAnswer) -> Void
  private var questions: Mailbox<Message>?
  private var hearing: Cancellation?
  private var waiting: [PatternQuestion] = []
  private var limit: TimerToken?

  /// How long one text may take.
  static let limit = Duration.seconds(1)

  /// - Parameter answered: hears one answer for each question, in order, in a later turn of the loop.
  init(loop: Loop, answered: @escaping (PatternQuestion, PatternAnswer) -> Void) {
    self.loop = loop
    self.answered = answered
  }

  deinit { leaveThread() }

  func ask(_ question: PatternQuestion) {
    do throws(SystemError) {
      let questions = try thread()
      waiting.append(question)
      questions.post(.question(question))
      if limit == nil { startLimit() }
    } catch {
      loop.atEndOfTurn { [weak self] in self?.answered(question, .late) }
    }
  }

  /// Where the thread's questions go; starts it where there is none.
  private func thread() throws(SystemError) -> Mailbox<Message> {
    if let questions { return questions }
    let questions = try Mailbox<Message>()
    let answers = try Mailbox<PatternAnswer>()
    hearing = try loop.hear(answers) { [weak self] answer in self?.heard(answer) }
    try HelperThread.start {
      while true {
        for message in questions.wait() {
          guard case .question(let question) = message else { return }
          answers.post(Self.answer(question))
        }
      }
    }
    self.questions = questions
    return questions
  }

  private static func answer(_ question: PatternQuestion) -> PatternAnswer {
    guard let written = try? Regex(question.pattern) else { return .notFound }
    let regex = written.matchingSemantics(.unicodeScalar)
      .ignoresCase(question.ignoresCase)
      .anchorsMatchLineEndings(question.anchorsMatchLines)
      .dotMatchesNewlines(question.dotMatchesNewlines)
    guard let match = question.text.firstMatch(of: regex) else { return .notFound }
    return .found(match.output.map { $0.substring.map(String.init) })
  }

  private func startLimit() {
    limit = loop.schedule(after: Self.limit) { [weak self] in self?.giveUp() }
  }

  /// The thread may never come back: it is left alone, and what it has not answered is late.
  private func giveUp() {
    limit = nil
    let late = waiting
    waiting = []
    leaveThread()
    for question in late { answered(question, .late) }
  }

  private func leaveThread() {
    if let limit { loop.cancel(limit) }
    limit = nil
    hearing?.cancel()
    hearing = nil
    questions?.post(.end)
    questions = nil
  }

  private func heard(_ answer: PatternAnswer) {
    guard !waiting.isEmpty else { return }
    let question = waiting.removeFirst()
    if let limit { loop.cancel(limit) }
    limit = nil
    if !waiting.isEmpty { startLimit() }
    answered(question, answer)
  }
}
