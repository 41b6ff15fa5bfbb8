import Bytes
import Glibc
import Transport
import WscopeOptions

/// What a command writes that does nothing else meanwhile, to a file or to standard output: gathered, and written in
/// large pieces.
final class OutputFile {
  let bytes = ByteBuffer()
  private let name: String
  private let descriptor: Int32

  private static let limit = 64 << 10

  /// Standard output.
  init() { (name, descriptor) = ("standard output", STDOUT_FILENO) }

  /// Opens the file, in which what is there stays for now.
  init(_ path: String) throws(Stop) {
    name = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
    guard descriptor >= 0 else { throw failure("open") }
  }

  /// Opens the file, in place of one that is there but is not `source`.
  convenience init(_ path: String, from source: InputFile) throws(Stop) {
    try self.init(path)
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw failure("fstat") }
    guard facts.st_mode & S_IFMT == S_IFREG else { return }
    if source.isFile(device: facts.st_dev, number: facts.st_ino) {
      throw Stop(.usage, "\(path) is the file that is read", hint: "write to another one")
    }
    guard ftruncate(descriptor, 0) == 0 else { throw failure("ftruncate") }
  }

  /// Whether people look at it.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Empties the file; pipes and devices cannot be cut.
  func cut() { _ = ftruncate(descriptor, 0) }

  /// Writes what was gathered if it is much.
  func flushIfFull() throws(Stop) {
    if bytes.count >= Self.limit { try flush() }
  }

  /// Writes what was gathered.
  func flush() throws(Stop) {
    while !bytes.isEmpty {
      let count = write(descriptor, bytes.bytes.baseAddress, bytes.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
        continue
      }
      guard count > 0 else { throw failure("write") }
      bytes.removeFirst(count)
    }
  }

  private func failure(_ call: String) -> Stop {
    Stop(.cannotWrite, "cannot write \(name): \(SystemError(code: errno, call: call))")
  }
}
