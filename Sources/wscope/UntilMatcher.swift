import Arguments
import Engine
import Glibc
import Transport
import WscopeOptions

/// Looks for what `--until` awaits: a text at once, an expression on the matcher's thread.
final class UntilMatcher {
  private let text: [UInt8]
  private let expressions: PatternMatcher?
  private let judged: (PatternMatcher.Answer) -> Void

  /// - Parameter judged: hears an answer for every message.
  init(_ pattern: Pattern, loop: Loop, judged: @escaping (PatternMatcher.Answer) -> Void) throws(Stop) {
    self.judged = judged
    switch pattern.form {
    case .text(let text):
      self.text = Array(text.utf8)
      expressions = nil
    case .expression(let expression):
      text = []
      do { _ = try Regex(expression) } catch {
        throw Stop(.usage, "--until: /\(expression)/ is no regular expression: \(error)")
      }
      do {
        expressions = try PatternMatcher(
          loop: loop,
          makePattern: {
            try? Regex(expression)
              .matchingSemantics(.unicodeScalar)
              .ignoresCase(pattern.ignoresCase)
              .anchorsMatchLineEndings(pattern.anchorsMatchLines)
              .dotMatchesNewlines(pattern.dotMatchesNewlines)
          }, answered: judged)
      } catch {
        throw Stop(.cannotRead, "--until: no thread for the matcher: \(error)")
      }
    }
  }

  /// Whether an answer is awaited, and what comes behind the message must wait: nothing is written behind a match.
  var isBusy: Bool { expressions.map { $0.waitingCount > 0 } ?? false }

  func judge(_ payload: Span<UInt8>) {
    if let expressions { return expressions.ask(payload) }
    judged(contains(payload) ? .found : .notFound)
  }

  private func contains(_ payload: Span<UInt8>) -> Bool {
    guard !text.isEmpty else { return true }
    return payload.withUnsafeBytes { payload in
      guard let start = payload.baseAddress, payload.count >= text.count else { return false }
      let last = payload.count - text.count
      var position = 0
      while let found = memchr(start + position, Int32(text[0]), last - position + 1) {
        if memcmp(found, text, text.count) == 0 { return true }
        position = UnsafeRawPointer(found) - start + 1
        if position > last { return false }
      }
      return false
    }
  }
}
