import PlainText

/// The text being written, its cursor, and which parts of it are shown as one block.
///
/// Places are offsets in UTF-8, always at the edge of a character. Everything done at the cursor looks at its
/// neighbourhood only, so that ten megabytes in one line are edited like ten bytes.
struct TextBuffer {
  private(set) var text = ""
  /// Between 0 and `count`, at the edge of a character and never inside a fold.
  private(set) var cursor = 0
  /// Parts shown as one block, in order; they neither overlap nor are empty.
  private(set) var folds: [Range<Int>] = []

  /// Bytes of text.
  var count: Int { text.utf8.count }
  var isEmpty: Bool { text.isEmpty }

  /// The place `offset` bytes into the text.
  func index(_ offset: Int) -> String.Index { text.utf8.index(text.startIndex, offsetBy: offset) }

  /// The text in `range`.
  func text(in range: Range<Int>) -> Substring { text[index(range.lowerBound)..<index(range.upperBound)] }

  /// The byte at `offset`; nil behind the last.
  func byte(at offset: Int) -> UInt8? { offset < count && offset >= 0 ? text.utf8[index(offset)] : nil }

  /// The fold that holds the byte at `offset`.
  func fold(at offset: Int) -> Range<Int>? {
    var low = 0
    var high = folds.count
    while low < high {
      let middle = (low + high) / 2
      if folds[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low < folds.count && folds[low].lowerBound <= offset ? folds[low] : nil
  }

  /// The fold that ends at `offset`.
  func fold(endingAt offset: Int) -> Range<Int>? {
    guard offset > 0, let fold = fold(at: offset - 1), fold.upperBound == offset else { return nil }
    return fold
  }

  // MARK: Characters

  /// The end of the character, or fold, that begins at `offset`.
  func next(after offset: Int) -> Int {
    guard offset < count else { return count }
    if let fold = fold(at: offset) { return fold.upperBound }
    // For Unicode CR LF is one character; here LF is a line's end, whatever stands before it.
    guard byte(at: offset) != 0x0D else { return offset + 1 }
    var end = distance(to: text.index(after: index(offset)))
    if end <= offset { end = offset + 1 }
    // A character may reach from before a fold into it, but is not drawn so.
    if let fold = fold(at: end - 1), fold.lowerBound > offset { end = fold.lowerBound }
    return end
  }

  /// The start of the character, or fold, that ends at `offset`.
  func previous(before offset: Int) -> Int {
    guard offset > 0 else { return 0 }
    if let fold = fold(at: offset - 1) { return fold.lowerBound }
    guard byte(at: offset - 1) != 0x0A else { return offset - 1 }
    let start = distance(to: text.index(before: index(offset)))
    guard let fold = fold(at: start) else { return start }
    return fold.upperBound
  }

  /// `offset`, or the end of the character or fold it lies in.
  func roundedUp(_ offset: Int) -> Int {
    guard offset > 0, offset < count else { return min(max(offset, 0), count) }
    if let fold = fold(at: offset) { return fold.lowerBound == offset ? offset : fold.upperBound }
    if fold(endingAt: offset) != nil || byte(at: offset - 1) == 0x0D { return offset }
    let place = index(offset)
    if String.Index(place, within: text) != nil { return offset }
    let end = distance(to: text.index(after: place))
    guard let fold = fold(at: end - 1), fold.lowerBound > offset else { return end }
    return fold.lowerBound
  }

  private func distance(to place: String.Index) -> Int { text.utf8.distance(from: text.startIndex, to: place) }

  // MARK: Changes

  /// Moves the cursor to `offset`, or to the end of the character it lies in.
  mutating func move(to offset: Int) { cursor = roundedUp(offset) }

  /// Replaces `range` by `replacement` and puts the cursor behind it. Folds that `range` touches are opened, those
  /// behind it move along.
  /// - Parameter asFold: whether the replacement becomes a fold.
  mutating func replace(_ range: Range<Int>, with replacement: String, asFold: Bool = false) {
    text.replaceSubrange(index(range.lowerBound)..<index(range.upperBound), with: replacement)
    let size = replacement.utf8.count
    let shift = size - range.count
    if !folds.isEmpty {
      folds = folds.compactMap { fold in
        if fold.upperBound <= range.lowerBound { return fold }
        if fold.lowerBound >= range.upperBound { return fold.lowerBound + shift..<fold.upperBound + shift }
        return nil
      }
    }
    if asFold, size > 0 {
      let place = folds.firstIndex { $0.lowerBound >= range.lowerBound } ?? folds.count
      folds.insert(range.lowerBound..<range.lowerBound + size, at: place)
    }
    move(to: range.lowerBound + size)
  }

  /// Shows the text of the fold at `offset` as text.
  mutating func open(_ fold: Range<Int>) { folds.removeAll { $0 == fold } }

  /// Brings back what was folded; `folds` were taken from this very text.
  mutating func restore(folds: [Range<Int>], cursor: Int) {
    self.folds = folds
    move(to: cursor)
  }
}
