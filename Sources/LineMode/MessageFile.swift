import Glibc
import PlainText

/// Files that become messages, and messages that become files.
enum MessageFile {
  /// A larger file is no message.
  private static let maximumSize = 1 << 30

  static func read(_ path: String) throws(LineFailure) -> [UInt8] {
    // A pipe or terminal without a writer must not hold up the session.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw failure("read", path) }
    guard facts.st_mode & S_IFMT == S_IFREG else { throw LineFailure("cannot read \(path): it is no file") }
    guard facts.st_size <= maximumSize else {
      throw LineFailure("cannot send \(path): it is larger than \(Quantity.bytes(maximumSize))")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(facts.st_size) + 1)
    var block = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= maximumSize {
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", path) }
      if count == 0 { break }
      bytes += block[..<count]
    }
    return bytes
  }

  static func write(_ bytes: [UInt8], to path: String) throws(LineFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0o666)
    guard descriptor >= 0 else { throw failure("write", path) }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write", path) }
      rest = rest.dropFirst(count)
    }
  }

  private static func failure(_ action: String, _ path: String) -> LineFailure {
    LineFailure("cannot \(action) \(path): \(String(cString: strerror(errno)))")
  }
}
