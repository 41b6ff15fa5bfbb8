/// The lines sent before, oldest first, without duplicates; kept in a file that all sessions share, or in memory.
///
/// The file holds one JSON string a line, so that entries of many lines survive. Sessions append to it under a lock;
/// what others have appended becomes visible when this one appends.
public struct History: Sendable {
  /// Entries kept where nothing else is said.
  public static let defaultLimit = 10_000
  /// A longer entry, in bytes, is remembered in this session and not written to the file.
  public static let maximumWritten = 64 << 10

  /// The lines, oldest first.
  public private(set) var entries: [String] = []
  /// Why the file does not keep what is sent; nil while it does.
  public private(set) var failure: HistoryFailure?

  private let limit: Int
  private let isSecret: @Sendable (String) -> Bool
  private var file: HistoryFile?

  /// A history in memory.
  /// - Parameter isSecret: lines that are not kept.
  public init(limit: Int = defaultLimit, isSecret: @escaping @Sendable (String) -> Bool = { _ in false }) {
    self.limit = limit
    self.isSecret = isSecret
  }

  /// The history in the file at `path`, which is created, with its folders, when the first line is kept.
  public init(
    path: String, limit: Int = defaultLimit, isSecret: @escaping @Sendable (String) -> Bool = { _ in false }
  ) {
    self.init(limit: limit, isSecret: isSecret)
    var file = HistoryFile(path: path, limit: limit)
    do throws(HistoryFailure) { take(try file.read()) } catch { failure = error }
    self.file = file
  }

  /// Keeps `line` as the newest. Empty lines, lines that start with a blank, and secrets are not kept.
  public mutating func append(_ line: String) {
    guard let first = line.utf8.first, first != 0x20, first != 0x09, !isSecret(line) else { return }
    if var file = self.file, line.utf8.count <= Self.maximumWritten {
      do throws(HistoryFailure) {
        // What other sessions sent meanwhile is older than this line.
        take(try file.append(line))
        failure = nil
      } catch { failure = error }
      self.file = file
    }
    take([line])
  }

  /// The newest entry that begins with `prefix` and is longer.
  public func newest(beginningWith prefix: String) -> String? {
    entries.last { $0.utf8.count > prefix.utf8.count && $0.utf8.starts(with: prefix.utf8) }
  }

  /// The newest entry at or before `index` that contains `query`. Small letters also find capital ones.
  func newest(containing query: String, upTo index: Int) -> Int? {
    guard index >= 0 else { return nil }
    let pattern = SearchPattern(query)
    return entries[...min(index, entries.count - 1)].lastIndex { pattern.range(in: $0) != nil }
  }

  /// The oldest entry at or behind `index` that contains `query`.
  func oldest(containing query: String, from index: Int) -> Int? {
    guard index < entries.count else { return nil }
    let pattern = SearchPattern(query)
    return entries[index...].firstIndex { pattern.range(in: $0) != nil }
  }

  /// Adds `lines` behind the entries; of duplicates the newest stays.
  private mutating func take(_ lines: [String]) {
    if lines.count == 1, let index = entries.lastIndex(of: lines[0]) {
      entries.remove(at: index)
      entries.append(lines[0])
    } else if lines.count == 1 {
      entries.append(lines[0])
    } else if !lines.isEmpty {
      entries = Self.withoutDuplicates(entries + lines)
    }
    if entries.count > limit { entries.removeFirst(entries.count - limit) }
  }

  /// `lines` with the newest of equal ones.
  static func withoutDuplicates(_ lines: [String]) -> [String] {
    var seen = Set<String>()
    return lines.reversed().filter { seen.insert($0).inserted }.reversed()
  }
}

/// Why a history file could not be used.
public struct HistoryFailure: Error, Equatable, Sendable, CustomStringConvertible {
  public var path: String
  /// What was tried: "read", "write".
  public var action: String
  /// The system's number for the reason, and its words.
  public var code: Int32
  public var reason: String

  public var description: String { "cannot \(action) the history \(path): \(reason)" }
}

/// What is searched for: bytes, where small letters also stand for capital ones unless a capital is among them.
struct SearchPattern {
  private let bytes: [UInt8]
  private let ignoresCase: Bool

  init(_ text: String) {
    bytes = Array(text.utf8)
    ignoresCase = !bytes.contains { (0x41...0x5A).contains($0) }
  }

  /// Where the pattern first stands in `text`, in bytes.
  func range(in text: String) -> Range<Int>? {
    guard let first = bytes.first else { return nil }
    var text = text
    return text.withUTF8 { text in
      guard text.count >= bytes.count else { return nil }
      for start in 0...(text.count - bytes.count) where folded(text[start]) == first {
        if bytes.indices.allSatisfy({ folded(text[start + $0]) == bytes[$0] }) { return start..<start + bytes.count }
      }
      return nil
    }
  }

  private func folded(_ byte: UInt8) -> UInt8 {
    ignoresCase && (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
  }
}
