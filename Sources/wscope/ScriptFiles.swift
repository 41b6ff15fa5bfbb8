import Glibc
import Script
import Transport
import WscopeOptions

/// The files of scripts.
enum ScriptFiles {
  /// The most that is read of one file.
  private static let limit = 64 << 20

  /// The scripts that a word means: itself, `-` for standard input, or in a folder those that end in `.wsx`.
  static func scripts(at word: String) throws(Stop) -> [String] {
    var facts = stat()
    guard word != "-" else { return [word] }
    guard stat(word, &facts) == 0 else {
      throw Stop(.cannotRead, "cannot read \(word): \(SystemError(code: errno, call: "stat"))")
    }
    guard facts.st_mode & S_IFMT == S_IFDIR else { return [word] }
    guard let folder = opendir(word) else {
      throw Stop(.cannotRead, "cannot read \(word): \(SystemError(code: errno, call: "opendir"))")
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".wsx"), !name.hasPrefix(".") { names.append(name) }
    }
    guard !names.isEmpty else {
      throw Stop(.cannotRead, "no script is in \(word)", hint: "of a folder the files that end in .wsx are run")
    }
    return names.sorted().map { word.hasSuffix("/") ? "\(word)\($0)" : "\(word)/\($0)" }
  }

  /// A file's bytes, or why they cannot be read.
  static func bytes(_ path: String) -> Result<[UInt8], ScriptParser.Unreadable> {
    let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      return .failure(ScriptParser.Unreadable("\(SystemError(code: errno, call: "open"))"))
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return .failure(ScriptParser.Unreadable("\(SystemError(code: errno, call: "read"))")) }
      guard count > 0 else { return .success(bytes) }
      bytes += piece[..<count]
      guard bytes.count <= limit else { return .failure(ScriptParser.Unreadable("it is larger than 64 MB")) }
    }
  }

  /// A file's text, which must be UTF-8; the mark that editors of other systems put before it is no part of it.
  static func text(_ path: String) -> Result<String, ScriptParser.Unreadable> {
    bytes(path).flatMap { bytes in
      guard let text = String(validating: bytes, as: UTF8.self) else {
        return .failure(ScriptParser.Unreadable("it is not UTF-8"))
      }
      return .success(text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text)
    }
  }

  static func read(_ path: String) throws(Stop) -> [UInt8] {
    switch bytes(path) {
    case .success(let bytes): return bytes
    case .failure(let failure): throw Stop(.cannotRead, "cannot read \(path): \(failure.reason)")
    }
  }

  /// Puts a text in the place of a file's: whole, or not at all.
  static func replace(_ path: String, with text: String) throws(Stop) {
    // A link stays one, and its target is replaced.
    let target = realpath(path, nil).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    }
    let path = target ?? path
    var facts = stat()
    let mode = stat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0o666
    let fresh = "\(path).\(getpid())"
    let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      throw Stop(.cannotWrite, "cannot write \(fresh): \(SystemError(code: errno, call: "open"))")
    }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    let isWhole = rest.isEmpty && fsync(descriptor) == 0
    let failure = SystemError(code: errno, call: "write")
    close(descriptor)
    guard isWhole, rename(fresh, path) == 0 else {
      unlink(fresh)
      throw Stop(.cannotWrite, "cannot write \(path): \(failure)")
    }
  }
}
