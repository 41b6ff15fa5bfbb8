import Glibc
import PlainText
import Transport

/// Why a file of the user could not be read or written.
public struct FileFailure: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Files that become messages, and messages that become files. They are read and written at once: no pipes, no
/// terminals, nothing that could hold up the loop.
public enum UserFile {
  /// A larger file is no message.
  private static let maximumSize = 1 << 30

  public static func read(_ path: String) throws(FileFailure) -> [UInt8] {
    let blocks = try FileBlocks(path)
    var bytes: [UInt8] = []
    // A file may also grow while it is read.
    var size = blocks.size
    while size <= maximumSize, let block = try blocks.next() {
      bytes += block
      size = max(size, bytes.count)
    }
    guard size <= maximumSize else {
      throw FileFailure("cannot read \(path): it is larger than \(Quantity.bytes(maximumSize))")
    }
    return bytes
  }

  /// Writes a file that does not exist yet.
  public static func create(_ bytes: [UInt8], at path: String) throws(FileFailure) {
    try write(bytes, path, O_CREAT | O_EXCL, 0o666)
  }

  /// Writes a file, in place of what it held.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileFailure) {
    try write(bytes, path, O_CREAT | O_TRUNC, 0o666)
  }

  /// Writes a file that only the user may read, with its folders; one that exists is replaced at once by the new one.
  public static func replace(_ bytes: [UInt8], at path: String) throws(FileFailure) {
    for end in path.indices.dropFirst() where path[end] == "/" { mkdir(String(path[..<end]), 0o700) }
    let fresh = "\(path).\(getpid())"
    try write(bytes, fresh, O_CREAT | O_TRUNC, 0o600)
    guard rename(fresh, path) == 0 else {
      let failure = failure("write", path)
      unlink(fresh)
      throw failure
    }
  }

  private static func write(
    _ bytes: [UInt8], _ path: String, _ flags: Int32, _ mode: mode_t
  ) throws(FileFailure) {
    let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | flags, mode)
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

  static func failure(_ action: String, _ path: String) -> FileFailure {
    FileFailure("cannot \(action) \(path): \(SystemError(code: errno, call: action))")
  }
}

/// A file that is read a block at a time.
public struct FileBlocks: ~Copyable {
  private let path: String
  private let descriptor: Int32
  /// Bytes it held when it was opened.
  let size: Int

  private static let blockSize = 256 << 10

  public init(_ path: String) throws(FileFailure) {
    self.path = path
    // A pipe or terminal without a writer must not hold up the loop.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw UserFile.failure("read", path) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileFailure("cannot read \(path): it is no file")
    }
    self.descriptor = descriptor
    size = Int(facts.st_size)
  }

  deinit { close(descriptor) }

  /// The next block; nil at the end.
  public func next() throws(FileFailure) -> [UInt8]? {
    var block = [UInt8](repeating: 0, count: Self.blockSize)
    var count = 0
    repeat { count = Glibc.read(descriptor, &block, block.count) } while count < 0 && errno == EINTR
    guard count >= 0 else { throw UserFile.failure("read", path) }
    block.removeLast(block.count - count)
    return count == 0 ? nil : block
  }
}
