/// Finds what may stand at the cursor. Asked at Tab, and at each key while its list is open.
public protocol Completer: Sendable {
  /// What may be written at `cursor` in `text`; nil where nothing is known.
  func completion(of text: String, at cursor: String.Index) -> Completion?
}

/// What may be written at the cursor, and what it replaces.
public struct Completion: Sendable {
  /// What a candidate takes the place of; it ends at the cursor or behind it.
  public var replaced: Range<String.Index>
  public var candidates: [Candidate]

  public init(replacing replaced: Range<String.Index>, candidates: [Candidate]) {
    self.replaced = replaced
    self.candidates = candidates
  }

  public struct Candidate: Hashable, Sendable {
    /// What is written.
    public var text: String
    /// Written behind it when it is taken whole, such as a blank after a command.
    public var ending: String
    /// What it is, in a few words.
    public var description: String

    public init(_ text: String, ending: String = "", description: String = "") {
      self.text = text
      self.ending = ending
      self.description = description
    }
  }

  /// The longest beginning that all candidates share.
  var commonPrefix: String {
    guard var prefix = candidates.first?.text else { return "" }
    for candidate in candidates.dropFirst() {
      var end = prefix.startIndex
      for (mine, other) in zip(prefix.indices, candidate.text) {
        guard prefix[mine] == other else { break }
        end = prefix.index(after: mine)
      }
      prefix = String(prefix[..<end])
    }
    return prefix
  }
}

/// The list of candidates while it is open.
struct CompletionList {
  /// Rows it takes at the most, the count of the rest included.
  static let maximumRows = 8

  var candidates: [Completion.Candidate]
  /// What is replaced, in bytes.
  var replaced: Range<Int>
  var selection: Int?

  /// Walks on, round the ends.
  mutating func walk(by step: Int) {
    guard let selection else {
      self.selection = step > 0 ? 0 : candidates.count - 1
      return
    }
    self.selection = (selection + step + candidates.count) % candidates.count
  }

  /// The candidates that are shown.
  func window(rows: Int) -> Range<Int> {
    guard candidates.count > rows else { return 0..<candidates.count }
    let first = min(max(0, (selection ?? 0) - rows / 2), candidates.count - rows)
    return first..<first + rows
  }
}
