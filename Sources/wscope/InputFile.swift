import Glibc
import Transport
import WscopeOptions

/// A file that a command reads from start to end, or standard input.
final class InputFile {
  /// As people know it.
  let name: String
  private let descriptor: Int32

  private static let pieceSize = 256 << 10

  /// Opens the file; `-` is standard input.
  init(_ path: String) throws(Stop) {
    name = path == "-" ? "standard input" : path
    descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw failure("open") }
  }

  private func failure(_ call: String) -> Stop {
    Stop(.cannotRead, "cannot read \(name): \(SystemError(code: errno, call: call))")
  }

  /// Calls `take` with each piece of the file, while it says so.
  func read(_ take: (Span<UInt8>) throws(Stop) -> Bool) throws(Stop) {
    var piece = [UInt8](repeating: 0, count: Self.pieceSize)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&waiting, 1, -1)
        continue
      }
      guard count >= 0 else { throw failure("read") }
      guard count > 0, try take(piece.span.extracting(..<count)) else { return }
    }
  }
}
