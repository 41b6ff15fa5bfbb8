/// Words and lines.
extension TextBuffer {
  /// The start of the line that holds `offset`; newlines in folds are none.
  func lineStart(of offset: Int) -> Int {
    var place = offset
    while place > 0 {
      if let fold = fold(at: place - 1) {
        place = fold.lowerBound
        continue
      }
      let start = folds.last { $0.upperBound <= place }?.upperBound ?? 0
      if let newline = newline(in: start..<place, fromEnd: true) { return newline + 1 }
      place = start
    }
    return 0
  }

  /// The end of the line that holds `offset`: before its newline, or the text's end.
  func lineEnd(of offset: Int) -> Int {
    var place = offset
    while place < count {
      if let fold = fold(at: place) {
        place = fold.upperBound
        continue
      }
      let end = folds.first { $0.lowerBound > place }?.lowerBound ?? count
      if let newline = newline(in: place..<end, fromEnd: false) { return newline }
      place = end
    }
    return count
  }

  /// The first or the last newline in `range`.
  func newline(in range: Range<Int>, fromEnd: Bool) -> Int? {
    let bytes = text.utf8[index(range.lowerBound)..<index(range.upperBound)]
    guard let found = fromEnd ? bytes.lastIndex(of: 0x0A) : bytes.firstIndex(of: 0x0A) else { return nil }
    return text.utf8.distance(from: text.startIndex, to: found)
  }

  /// How many newlines are in `range`.
  func newlines(in range: Range<Int>) -> Int {
    // Of a fold with ten megabytes they are counted for each frame: as bytes in memory.
    let count = text.utf8.withContiguousStorageIfAvailable { bytes in
      UnsafeBufferPointer(rebasing: bytes[range]).count { $0 == 0x0A }
    }
    return count ?? self.text(in: range).utf8.count { $0 == 0x0A }
  }

  /// The end of the word that `offset` lies in or before, as emacs has it.
  func wordEnd(from offset: Int) -> Int {
    var place = offset
    while place < count, !isWord(at: place) { place = next(after: place) }
    while place < count, isWord(at: place) { place = next(after: place) }
    return place
  }

  /// The start of the word that `offset` lies in or behind.
  func wordStart(from offset: Int) -> Int {
    var place = offset
    while place > 0, !isWord(at: previous(before: place)) { place = previous(before: place) }
    while place > 0, isWord(at: previous(before: place)) { place = previous(before: place) }
    return place
  }

  /// The start of the run without blanks that `offset` lies in or behind, for Ctrl-W.
  func runStart(from offset: Int) -> Int {
    var place = offset
    while place > 0, isBlank(at: previous(before: place)) { place = previous(before: place) }
    while place > 0, !isBlank(at: previous(before: place)) { place = previous(before: place) }
    return place
  }

  /// Whether the character at `offset` belongs to a word: letters, digits, and a fold as a whole.
  func isWord(at offset: Int) -> Bool {
    if fold(at: offset) != nil { return true }
    guard offset < count else { return false }
    let scalar = text.unicodeScalars[index(offset)]
    if scalar.isASCII { return Self.isWord(scalar) }
    let properties = scalar.properties
    return properties.isAlphabetic || properties.numericType != nil || properties.isEmojiPresentation
  }

  /// Whether an ASCII scalar belongs to a word.
  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }

  private func isBlank(at offset: Int) -> Bool {
    guard fold(at: offset) == nil, let byte = byte(at: offset) else { return false }
    return byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  // MARK: Lines above and below

  /// Characters between the start of a line and `offset`, counted up to `limit`: a line of megabytes is not walked
  /// through for a column nobody sees.
  func column(of offset: Int, limit: Int = 10_000) -> Int {
    var place = offset
    var column = 0
    while place > 0, column < limit, fold(at: place - 1) != nil || byte(at: place - 1) != 0x0A {
      place = previous(before: place)
      column += 1
    }
    return column
  }

  /// The place `column` characters into the line that starts at `start`, or the line's end.
  func place(column: Int, inLineAt start: Int) -> Int {
    var place = start
    for _ in 0..<column {
      guard place < count, fold(at: place) != nil || byte(at: place) != 0x0A else { break }
      place = next(after: place)
    }
    return place
  }
}
