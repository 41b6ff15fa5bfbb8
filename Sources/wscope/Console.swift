import Glibc
import PlainText
import WscopeOptions

/// What the program says to people: to standard error, `wscope:` first, no capital, no full stop; a second line is a
/// hint.
/// Everything here must already be safe for a terminal.
enum Console {
  static func error(_ text: String, hint: String? = nil) {
    write("wscope: \(text)\n" + (hint.map { "  \($0)\n" } ?? ""), to: STDERR_FILENO)
  }

  static func note(_ text: String) {
    write(text + "\n", to: STDERR_FILENO)
  }

  /// Writes for people who asked, such as help; false when the reader has gone.
  @discardableResult
  static func print(_ text: String) -> Bool {
    write(text, to: STDOUT_FILENO)
  }

  @discardableResult
  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // A reader that takes nothing must not keep an ending program.
        guard poll(&waiting, 1, 1000) > 0 else { return false }
        continue
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  static func exit(_ status: ExitStatus) -> Never {
    Glibc.exit(status.rawValue)
  }
}
