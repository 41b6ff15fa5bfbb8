import Glibc
import Transport

/// When a capture begins a new file, and how many are kept: FILE is the newest, FILE.1 the one before.
struct CaptureRotation {
  /// Bytes that a file has at most, unless one line alone has more.
  var size: Int
  /// Files that are kept, FILE counted in.
  var fileCount: Int

  /// Makes room for a new file at `path`.
  func rename(_ path: String) throws(SystemError) {
    for number in (0..<fileCount - 1).reversed() {
      let name = number == 0 ? path : "\(path).\(number)"
      guard Glibc.rename(name, "\(path).\(number + 1)") == 0 || errno == ENOENT else {
        throw SystemError(code: errno, call: "rename")
      }
    }
    guard fileCount == 1, unlink(path) != 0 else { return }
    throw SystemError(code: errno, call: "unlink")
  }
}
