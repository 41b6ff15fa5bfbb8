import Bytes
public import Transport

/// Finds a regular expression in what peers sent, on a helper thread: the standard library's matcher backtracks without
/// limit, and no peer may stop the loop by its text.
public final class PatternMatcher {
  /// What became of a text.
  public enum Answer: Sendable {
    case found
    case notFound
    /// The matcher did not finish in time, and is given up.
    case late
  }

  private enum Question: Sendable {
    case text(String)
    /// Nobody asks any more: the thread ends.
    case end
  }

  private let loop: Loop
  private let answered: (Answer) -> Void
  private let questions: Mailbox<Question>
  private var hearing: Cancellation?
  private var limit: TimerToken?
  /// Texts that wait for an answer.
  public private(set) var waitingCount = 0
  private var isGivenUp = false

  /// How long one text may take.
  public static let limit = Duration.seconds(1)

  /// - Parameters:
  ///   - makeMatcher: makes what says whether a text matches, on the helper thread; it has been tried before.
  ///   - answered: hears one answer for each text, in order, in a later turn of the loop.
  public init(
    loop: Loop, makeMatcher: @escaping @Sendable () -> ((String) -> Bool)?, answered: @escaping (Answer) -> Void
  ) throws(SystemError) {
    self.loop = loop
    self.answered = answered
    let questions = try Mailbox<Question>()
    let answers = try Mailbox<Bool>()
    self.questions = questions
    hearing = try loop.hear(answers) { [weak self] found in self?.heard(found) }
    try HelperThread.start {
      guard let matches = makeMatcher() else { return }
      while true {
        for question in questions.wait() {
          guard case .text(let text) = question else { return }
          answers.post(matches(text))
        }
      }
    }
  }

  /// A matcher that looks for one expression.
  /// - Parameter makePattern: makes the expression, on the helper thread; it has been tried before.
  public convenience init(
    loop: Loop, makePattern: @escaping @Sendable () -> Regex<AnyRegexOutput>?, answered: @escaping (Answer) -> Void
  ) throws(SystemError) {
    try self.init(
      loop: loop,
      makeMatcher: { makePattern().map { pattern in { text in text.firstMatch(of: pattern) != nil } } },
      answered: answered)
  }

  deinit {
    hearing?.cancel()
    if let limit { loop.cancel(limit) }
    questions.post(.end)
  }

  /// Asks about `text`; once an answer was late, nothing more is asked.
  public func ask(_ text: Span<UInt8>) {
    guard !isGivenUp else { return }
    waitingCount += 1
    questions.post(.text(String(decoding: Array(copying: text), as: UTF8.self)))
    if limit == nil { startLimit() }
  }

  private func startLimit() {
    limit = loop.schedule(after: Self.limit) { [weak self] in
      self?.giveUp()
    }
  }

  private func giveUp() {
    isGivenUp = true
    hearing?.cancel()
    waitingCount = 0
    answered(.late)
  }

  private func heard(_ found: Bool) {
    waitingCount -= 1
    if let limit { loop.cancel(limit) }
    limit = nil
    if waitingCount > 0 { startLimit() }
    answered(found ? .found : .notFound)
  }
}
