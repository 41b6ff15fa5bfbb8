import Arguments
import PlainText
import WebSocketCore
import WscopeOptions

/// Why a command ends early: a status, a sentence and what to do.
struct Stop: Error {
  var status: ExitStatus
  var text: String
  var hint: String?

  init(_ status: ExitStatus, _ text: String, hint: String? = nil) {
    self.status = status
    self.text = text
    self.hint = hint
  }

  /// Says it, safe for a terminal.
  func tell() {
    Console.error(SafeText(text).string, hint: hint.map { SafeText($0).string })
  }

  /// All of it in one line.
  var line: String { text + (hint.map { "; \($0)" } ?? "") }

  func report() -> Never {
    tell()
    Console.exit(status)
  }
}

extension Stop {
  /// A word that is no URL: a word like a command's is a mistake in the usage, all else a malformed URL.
  init(urlFailure failure: URLFailure, word: String) {
    guard case .notAURL = failure else {
      self.init(.malformedURL, "\(word): \(failure) (\(failure.section))")
      return
    }
    let suggestion = Main.program.commandSuggestion(for: word).map { "did you mean \"wscope \($0)\"? " } ?? ""
    self.init(
      .usage, "\"\(word)\" is neither a command nor a URL", hint: "\(suggestion)for a host write ws://\(word)")
  }
}
