import PlainText

extension Difference {
  /// Rows for a text. Lines that are the same at the start and the end are shown once, the nearest two of each; in two
  /// lines that belong to each other a mark stands below the first character that differs.
  public static func text(expected: String, received: String) -> [DiffRow] {
    guard !expected.utf8.elementsEqual(received.utf8) else { return [] }
    // LF alone ends a line: a CR that is there on one side only must be seen.
    let one = expected.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    let other = received.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    let shortest = min(one.count, other.count)
    var start = 0
    while start < shortest, isSame(one[start], other[start]) { start += 1 }
    var end = 0
    while end < shortest - start, isSame(one[one.count - 1 - end], other[other.count - 1 - end]) { end += 1 }
    var rows: [DiffRow] = []
    if start > 2 { rows.append(DiffRow(.omitted, "… \(Quantity.count(start - 2, "line")) the same")) }
    rows += one[max(0, start - 2)..<start].map { DiffRow(.same, cut($0)) }
    rows += changed(Array(one[start..<one.count - end]), Array(other[start..<other.count - end]))
    rows += one[(one.count - end)...].prefix(2).map { DiffRow(.same, cut($0)) }
    if end > 2 { rows.append(DiffRow(.omitted, "… \(Quantity.count(end - 2, "line")) the same")) }
    return rows
  }

  private static func isSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }

  private static func changed(_ one: [String], _ other: [String]) -> [DiffRow] {
    if one.count == 1, other.count == 1 { return pair(one[0], other[0]) }
    let half = (maximumRows - 6) / 2
    return side(.expected, one, half) + side(.received, other, half)
  }

  private static func side(_ kind: DiffRow.Kind, _ lines: [String], _ limit: Int) -> [DiffRow] {
    let rows = lines.prefix(limit).map { DiffRow(kind, cut($0)) }
    return lines.count > limit
      ? rows + [DiffRow(.omitted, "… \(Quantity.count(lines.count - limit, "more line"))")] : rows
  }

  /// Two lines, both from where they can be told apart, and the mark.
  private static func pair(_ one: String, _ other: String) -> [DiffRow] {
    let (one, other) = (Array(one.unicodeScalars), Array(other.unicodeScalars))
    var place = 0
    while place < min(one.count, other.count), one[place] == other[place] { place += 1 }
    let start = place < maximumWidth / 2 ? 0 : place - 20
    func shown(_ line: [Unicode.Scalar]) -> String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: line[min(start, line.count)..<min(start + maximumWidth, line.count)])
      let more = line.count - start - maximumWidth
      return (start > 0 ? "…" : "") + String(view) + (more > 0 ? "…" : "")
    }
    var before = String.UnicodeScalarView()
    before.append(contentsOf: one[start..<place])
    // As wide as what a terminal shows of it.
    let width = Widths().width(of: SafeText(String(before)).string) + (start > 0 ? 1 : 0)
    return [
      DiffRow(.expected, shown(one)), DiffRow(.received, shown(other)),
      DiffRow(.mark, String(repeating: " ", count: width) + "^ character \(Quantity.count(place + 1))"),
    ]
  }

  private static func cut(_ line: String) -> String {
    let scalars = line.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: maximumWidth, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return line }
    return String(scalars[..<end]) + "…"
  }
}
