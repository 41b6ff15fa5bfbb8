import CPlatform
import Glibc

/// The file that keeps the history, shared by all sessions of a user.
///
/// It is opened for each use: another session may have put a new file in its place.
struct HistoryFile: Sendable {
  private let path: String
  private let limit: Int
  /// How far this session knows the file, and which file that was.
  private var known = (inode: ino_t(0), size: 0)
  /// Lines in the file, as far as it is known.
  private var lineCount = 0

  init(path: String, limit: Int) {
    self.path = path
    self.limit = limit
  }

  /// The lines that are new to this session; none if there is no file.
  mutating func read() throws(HistoryFailure) -> [String] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return [] }
      throw failure("read")
    }
    defer { close(descriptor) }
    try lock(descriptor, LOCK_SH)
    return try readNew(descriptor)
  }

  /// Writes `line` behind all others.
  /// - Returns: the lines that other sessions wrote since this one last looked.
  mutating func append(_ line: String) throws(HistoryFailure) -> [String] {
    let descriptor = try openLocked()
    defer { close(descriptor) }
    let others = try readNew(descriptor)
    var bytes = HistoryLine.encoded(line) + [0x0A]
    // A session that died while it wrote has left half a line: ours begins a new one.
    if known.size > 0, try !endsInNewline(descriptor) { bytes.insert(0x0A, at: 0) }
    try write(bytes, to: descriptor)
    known.size += bytes.count
    lineCount += 1
    // A tenth more than is kept, so that not every line beyond the limit rewrites the file.
    if lineCount > limit + limit / 10 { try merge(descriptor) }
    return others
  }

  // MARK: Steps

  /// Opens the file, creates it and its folders, and locks it; again, if another session has replaced it meanwhile.
  private func openLocked() throws(HistoryFailure) -> Int32 {
    while true {
      var descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
      if descriptor < 0, errno == ENOENT {
        makeFolders()
        descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
      }
      guard descriptor >= 0 else { throw failure("write") }
      do throws(HistoryFailure) { try lock(descriptor, LOCK_EX) } catch {
        close(descriptor)
        throw error
      }
      var (ours, theirs) = (stat(), stat())
      if fstat(descriptor, &ours) == 0, stat(path, &theirs) == 0, ours.st_ino == theirs.st_ino {
        // Such as /dev/null, whose mode is not ours to change.
        guard ours.st_mode & S_IFMT == S_IFREG else {
          close(descriptor)
          throw HistoryFailure(path: path, action: "write", code: EINVAL, reason: "not a regular file")
        }
        if ours.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
        return descriptor
      }
      close(descriptor)
    }
  }

  /// Waits for the lock, but not for a session that was stopped while it held it: at most 50 ms.
  private func lock(_ descriptor: Int32, _ operation: Int32) throws(HistoryFailure) {
    for _ in 0..<50 {
      if flock(descriptor, operation | LOCK_NB) == 0 { return }
      guard errno == EWOULDBLOCK || errno == EINTR else { break }
      usleep(1000)
    }
    // A file system that knows no locks still appends whole lines.
    guard errno == EWOULDBLOCK else { return }
    throw failure("lock")
  }

  private func makeFolders() {
    for end in path.indices.dropFirst() where path[end] == "/" { mkdir(String(path[..<end]), 0o700) }
  }

  private mutating func readNew(_ descriptor: Int32) throws(HistoryFailure) -> [String] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read") }
    // A file that another session has merged holds all it knew: it is read from its start.
    if status.st_ino != known.inode || Int(status.st_size) < known.size {
      known = (status.st_ino, 0)
      lineCount = 0
    }
    let bytes = try bytes(of: descriptor, in: known.size..<Int(status.st_size))
    known.size += bytes.count
    let lines = bytes.split(separator: 0x0A)
    lineCount += lines.count
    return lines.compactMap(HistoryLine.decoded)
  }

  /// Puts a new file in place of the old one, with the newest of its lines and without duplicates.
  private mutating func merge(_ descriptor: Int32) throws(HistoryFailure) {
    let lines = try bytes(of: descriptor, in: 0..<known.size).split(separator: 0x0A).compactMap(HistoryLine.decoded)
    let kept = History.withoutDuplicates(lines).suffix(limit)
    // The file itself, where the path is a link to it.
    let target = realpath(path, nil)
    defer { free(target) }
    let place = target.map { String(cString: $0) } ?? path
    let temporary = "\(place).\(getpid())"
    let fresh = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard fresh >= 0 else { throw failure("write") }
    defer { close(fresh) }
    let bytes: [UInt8] = kept.flatMap { line -> [UInt8] in HistoryLine.encoded(line) + [0x0A] }
    do throws(HistoryFailure) {
      try write(bytes, to: fresh)
      guard fsync(fresh) == 0, rename(temporary, place) == 0 else { throw failure("write") }
    } catch {
      unlink(temporary)
      throw error
    }
    var status = stat()
    known = (fstat(fresh, &status) == 0 ? status.st_ino : 0, bytes.count)
    lineCount = kept.count
  }

  // MARK: System calls

  private func endsInNewline(_ descriptor: Int32) throws(HistoryFailure) -> Bool {
    try bytes(of: descriptor, in: known.size - 1..<known.size) == [0x0A]
  }

  private func bytes(of descriptor: Int32, in range: Range<Int>) throws(HistoryFailure) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: range.count)
    var filled = 0
    while filled < result.count {
      let count = result.withUnsafeMutableBytes { buffer in
        pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, off_t(range.lowerBound + filled))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read") }
      if count == 0 { break }
      filled += count
    }
    result.removeLast(result.count - filled)
    return result
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32) throws(HistoryFailure) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write") }
      written += count
    }
  }

  private func failure(_ action: String) -> HistoryFailure {
    let code = errno
    var text = [CChar](repeating: 0, count: 128)
    platform_error_text(code, &text, text.count)
    let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let words = reason.prefix(1).lowercased() + reason.dropFirst()
    return HistoryFailure(path: path, action: action, code: code, reason: words)
  }
}
