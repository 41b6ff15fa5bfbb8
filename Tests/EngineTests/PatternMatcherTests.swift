import Testing
import Transport

@testable import Engine

@Suite struct `A pattern matcher` {
  private final class Answers {
    var heard: [PatternMatcher.Answer] = []
  }

  private func matcher(_ loop: Loop, _ pattern: String, _ answers: Answers) throws -> PatternMatcher {
    try PatternMatcher(
      loop: loop, makePattern: { try? Regex(pattern).matchingSemantics(.unicodeScalar) },
      answered: { answers.heard.append($0) })
  }

  @Test func `answers each text in order, in later turns`() throws {
    let loop = try Loop()
    let answers = Answers()
    let matcher = try matcher(loop, "^b+$", answers)
    for text in ["bb", "a", "", "b", "\r\n"] { matcher.ask(text.utf8Span.span) }
    #expect(answers.heard.isEmpty)
    #expect(matcher.waitingCount == 5)
    turnLoop(loop) { answers.heard.count == 5 }
    #expect(answers.heard == [.found, .notFound, .notFound, .found, .notFound])
    #expect(matcher.waitingCount == 0)
  }

  @Test func `takes text that is no UTF-8`() throws {
    let loop = try Loop()
    let answers = Answers()
    let matcher = try matcher(loop, "\u{FFFD}", answers)
    let bytes: [UInt8] = [0x61, 0xFF]
    matcher.ask(bytes.span)
    turnLoop(loop) { answers.heard == [.found] }
  }

  /// No peer may stop the loop by its text: the standard library's matcher needs exponential time for this one.
  @Test func `gives up on a pattern that does not finish, and asks it no more`() throws {
    let loop = try Loop()
    let answers = Answers()
    let matcher = try matcher(loop, "^(a+)+$", answers)
    let start = Instant.now
    matcher.ask("aaaaaaaaaaaaaaaaaaaaaaa!".utf8Span.span)
    matcher.ask("a".utf8Span.span)
    turnLoop(loop) { !answers.heard.isEmpty }
    #expect(answers.heard == [.late])
    #expect((.seconds(1) ..< .seconds(5)).contains(start.duration(to: .now)))
    matcher.ask("a".utf8Span.span)
    #expect(matcher.waitingCount == 0)
    settleLoop(loop, .milliseconds(20))
    #expect(answers.heard == [.late])
  }

  @Test func `answers nothing once it has gone`() throws {
    let loop = try Loop()
    let answers = Answers()
    do {
      let matcher = try matcher(loop, "a", answers)
      matcher.ask("a".utf8Span.span)
    }
    settleLoop(loop, .milliseconds(1100))
    #expect(answers.heard.isEmpty)
  }
}
