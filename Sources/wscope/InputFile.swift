import Arguments
import Glibc
import Inspector
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

  /// The file that a command is given; without one standard input, where it comes from somewhere.
  convenience init(of parsed: Parsed) throws(Stop) {
    if parsed.words.isEmpty, isatty(STDIN_FILENO) == 1 {
      let name = parsed.command.name
      throw Stop(
        .usage, "the file is missing", hint: "wscope \(name) FILE; wscope help \(name) tells more")
    }
    try self.init(parsed.words.first ?? "-")
  }

  /// Whether it is the file of that device and number.
  func isFile(device: dev_t, number: ino_t) -> Bool {
    var facts = stat()
    return fstat(descriptor, &facts) == 0 && facts.st_dev == device && facts.st_ino == number
  }

  private func failure(_ call: String) -> Stop {
    Stop(.cannotRead, "cannot read \(name): \(SystemError(code: errno, call: call))")
  }

  /// Reads all of it with `reader`, and calls `take` with what each piece makes, and with what the end does.
  func read(
    with reader: inout CaptureReader, _ take: ([CaptureItem], CaptureFormat?) throws(Stop) -> Void
  ) throws(Stop) {
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
      var items: [CaptureItem] = []
      if count > 0 {
        reader.read(piece.span.extracting(..<count)) { items.append($0) }
      } else {
        reader.finish { items.append($0) }
      }
      try take(items, reader.format)
      if count == 0 { return }
    }
  }
}
