import Glibc

/// The file a listening Unix socket has, remembered by its identity.
struct SocketFile {
  private let path: String
  private let device: dev_t
  private let inode: ino_t

  /// Binds a socket to `path`. A file left behind by a process that is gone is replaced; any other is in use.
  static func bind(_ descriptor: Int32, _ path: String) throws(SystemError) -> SocketFile? {
    do throws(SystemError) {
      try SystemCalls.bind(descriptor, .unix(path))
    } catch {
      guard error.code == EADDRINUSE, isStale(path) else { throw error }
      unlink(path)
      try SystemCalls.bind(descriptor, .unix(path))
    }
    return SocketFile(path)
  }

  private init?(_ path: String) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return nil }
    (self.path, device, inode) = (path, facts.st_dev, facts.st_ino)
  }

  /// Removes the file, unless another one has taken its place.
  func remove() {
    if let current = SocketFile(path), current.device == device, current.inode == inode { unlink(path) }
  }

  /// Whether `path` is a socket that refuses connections. A crowded one says EAGAIN: it lives.
  private static func isStale(_ path: String) -> Bool {
    var facts = stat()
    guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFSOCK,
      let socket = try? SystemCalls.socket(AF_UNIX)
    else { return false }
    let status = SocketAddress.unix(path).withSystemAddress { connect(socket.number, $0, $1) }
    return status != 0 && errno == ECONNREFUSED
  }
}
