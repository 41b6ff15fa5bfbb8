import Glibc

/// A system call that failed where a test cannot go on.
public struct SystemCallFailure: Error, CustomStringConvertible {
  public var call: String
  public var code: Int32
  public var description: String { "\(call): \(String(cString: strerror(code)))" }

  init(_ call: String, code: Int32 = errno) {
    self.call = call
    self.code = code
  }
}

/// Files, without Foundation.
public enum Files {
  /// All bytes of a file.
  public static func read(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw SystemCallFailure("cannot open \(path)") }
    defer { close(file) }
    var bytes = [UInt8]()
    let chunk = 1 << 16
    while true {
      let count = try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: chunk) { buffer in
        let count = Glibc.read(file, buffer.baseAddress, chunk)
        guard count >= 0 else { throw SystemCallFailure("cannot read \(path)") }
        bytes.append(contentsOf: buffer[..<count])
        return count
      }
      if count == 0 { return bytes }
    }
  }

  /// A file's lines without their ends.
  public static func lines(_ path: String) throws -> [String] {
    var lines = try read(path).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// Makes a file of these bytes, in place of one that is there.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw SystemCallFailure("cannot make \(path)") }
    defer { close(file) }
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      guard count > 0 else { throw SystemCallFailure("cannot write \(path)") }
      offset += count
    }
  }

  /// The names in a folder, sorted.
  public static func names(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else { throw SystemCallFailure("cannot open \(folder)") }
    defer { closedir(stream) }
    var names = [String]()
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The paths of all files under a folder with that ending, sorted, from the folder on.
  public static func paths(under folder: String, ending: String = "") throws -> [String] {
    try names(in: folder).flatMap { name in
      let path = folder + "/" + name
      if isFolder(path) { return try paths(under: path, ending: ending).map { name + "/" + $0 } }
      return name.hasSuffix(ending) ? [name] : []
    }
  }

  /// Whether the path is a folder (a link to one is none).
  public static func isFolder(_ path: String) -> Bool {
    var facts = stat()
    return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether something is there under that path.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

/// A new folder that goes, with what is in it, when the last reference does.
public final class ScratchFolder: Sendable {
  public let path: String

  public init() throws {
    var template = Array("\(environment("TMPDIR") ?? "/tmp")/wscope-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemCallFailure("cannot make a scratch folder") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The path of a name in it.
  public func path(_ name: String) -> String { path + "/" + name }

  /// Makes a file in it and gives its path.
  @discardableResult
  public func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Files.write(bytes, to: path(name))
    return path(name)
  }

  deinit { remove() }

  /// Removes it and what is in it now, for a folder that lives as long as the process.
  public func remove() { Self.remove(path) }

  private static func remove(_ path: String) {
    guard Files.isFolder(path) else {
      unlink(path)
      return
    }
    for name in (try? Files.names(in: path)) ?? [] { remove(path + "/" + name) }
    rmdir(path)
  }
}

/// A variable of the environment.
public func environment(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}
