import Glibc

/// Names of files, for completion.
enum FileNames {
  /// More names than these are not read: no folder shall hold up the keys.
  private static let limit = 10_000

  /// The names in `folder`, which may be empty for the current one or begin with `~/`; folders end in a slash.
  static func inFolder(_ folder: String) -> [String] {
    guard let directory = opendir(folder.isEmpty ? "." : expanded(folder)) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while names.count < limit, let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      names.append(name + (entry.pointee.d_type == UInt8(DT_DIR) ? "/" : ""))
    }
    return names
  }

  /// `path` with the home folder in place of `~/`.
  static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }
}
