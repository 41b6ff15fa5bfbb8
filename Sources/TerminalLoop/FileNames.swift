import Glibc
public import Terminal

/// Names of files, for completion.
public enum FileNames {
  /// More names than these are not read: no folder shall hold up the keys.
  private static let limit = 10_000

  /// The names in `folder`, which may be empty for the current one or begin with `~/`; folders end in a slash.
  @Sendable public static func inFolder(_ folder: String) -> [String] {
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

  /// What may stand for `typed`, the start of a path: its folder, and the names in it that go on so; hidden ones only
  /// where a dot is typed. More candidates than 200 help nobody.
  public static func completion(
    of typed: Substring, names: (_ folder: String) -> [String] = inFolder
  ) -> Completion {
    let start = typed.lastIndex(of: "/").map(typed.index(after:)) ?? typed.startIndex
    let name = typed[start...]
    let candidates = names(String(typed[..<start]))
      .filter { $0.hasPrefix(name) && (name.hasPrefix(".") || !$0.hasPrefix(".")) }
      .sorted().prefix(200).map { Completion.Candidate($0) }
    return Completion(replacing: start..<typed.endIndex, candidates: candidates)
  }

  /// `path` with the home folder in place of `~/`.
  public static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }
}
