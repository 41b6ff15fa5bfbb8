import TestSupport
import Testing

/// A file in the repository that holds what is expected; `WSCOPE_UPDATE_GOLDEN=1` writes it anew.
enum GoldenFile {
  /// Expects `text` to be what the file at `path` holds, counted from the repository's root.
  static func compare(_ text: String, with path: String, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let full = "\(Repository.root)/\(path)"
    if environment("WSCOPE_UPDATE_GOLDEN") != nil { return try Files.write(Array(text.utf8), to: full) }
    guard Files.exists(full) else {
      Issue.record("\(path) is missing", sourceLocation: sourceLocation)
      return
    }
    let stored = String(decoding: try Files.read(full), as: UTF8.self)
    guard stored != text else { return }
    let (old, new) = (lines(stored), lines(text))
    let changed = (0..<max(old.count, new.count)).filter { index in
      index >= old.count || index >= new.count || old[index] != new[index]
    }
    let shown = changed.prefix(5).map { index in
      "\(index + 1)- \(index < old.count ? old[index] : "")\n\(index + 1)+ \(index < new.count ? new[index] : "")"
    }
    Issue.record(
      "\(path) differs in \(changed.count) lines:\n\(shown.joined(separator: "\n"))", sourceLocation: sourceLocation)
  }

  private static func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }
}
