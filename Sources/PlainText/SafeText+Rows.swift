extension SafeText {
  /// The row of a text that begins at `start`, as it is read: to the end of its line, or as far as `columns` cells go.
  /// Takes time for what it shows, not for all of `text`.
  /// - Returns: the row, and where the next one begins; nil for the last row.
  public static func row(
    of text: Span<UInt8>, from start: Int, columns: Int, widths: Widths
  ) -> (text: SafeText, next: Int?) {
    let columns = max(1, columns)
    let plain = plainBytes(of: text, from: start, atMost: columns)
    if plain == columns || start + plain == text.count || text[start + plain] == lineFeed {
      let end = start + plain
      let row = SafeText(bytes: text.extracting(start..<end), maximumLength: .max)
      if end < text.count, text[end] == lineFeed { return (row, end + 1) }
      return (row, end < text.count ? end : nil)
    }
    return escapedRow(of: text, from: start, columns: columns, widths: widths)
  }

  private static let lineFeed = UInt8(ascii: "\n")

  /// How many characters from `start` on are ASCII that can be seen and that no mark follows.
  private static func plainBytes(of text: Span<UInt8>, from start: Int, atMost limit: Int) -> Int {
    let end = min(text.count, start + limit)
    var index = start
    while index < end, text[index] >= 0x20, text[index] < 0x7F { index += 1 }
    return index > start && index < text.count && text[index] >= 0x80 ? index - start - 1 : index - start
  }

  private static func escapedRow(
    of text: Span<UInt8>, from start: Int, columns: Int, widths: Widths
  ) -> (text: SafeText, next: Int?) {
    var escaping = Escaping(maximumLength: .max, keepsNewlines: false, keepsTabs: false)
    /// Behind each character or escape: bytes put out, and the place in the text.
    var ends: [(output: Int, index: Int)] = []
    var index = start
    var wanted = 2 * columns
    while true {
      while index < text.count, text[index] != lineFeed, ends.count < wanted {
        index += escaping.step(text, at: index)
        ends.append((escaping.output.count, index))
      }
      let string = String(decoding: escaping.output, as: UTF8.self)
      let fitting = widths.fit(string[...], columns: columns).end
      if fitting < string.endIndex {
        // An escape is not broken, unless a row has no room for it.
        let size = string.utf8.distance(from: string.startIndex, to: fitting)
        let whole = ends.last { $0.output <= size } ?? (size, ends[0].index)
        return (SafeText(escaped: escaping.output[..<whole.output]), whole.index)
      }
      guard index < text.count, text[index] != lineFeed else {
        return (SafeText(escaped: escaping.output[...]), index < text.count ? index + 1 : nil)
      }
      wanted *= 2
    }
  }
}
