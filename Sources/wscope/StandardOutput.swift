import Bytes
import Glibc
import Transport
import WscopeOptions

/// What a command prints that does nothing else meanwhile: gathered, and written in large pieces.
struct StandardOutput {
  let bytes = ByteBuffer()

  private static let limit = 64 << 10

  /// Writes what was gathered if it is much.
  func flushIfFull() throws(Stop) {
    if bytes.count >= Self.limit { try flush() }
  }

  /// Writes what was gathered.
  func flush() throws(Stop) {
    while !bytes.isEmpty {
      let count = write(STDOUT_FILENO, bytes.bytes.baseAddress, bytes.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var waiting = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
        continue
      }
      guard count > 0 else {
        throw Stop(.cannotWrite, "cannot write standard output: \(SystemError(code: errno, call: "write"))")
      }
      bytes.removeFirst(count)
    }
  }
}
