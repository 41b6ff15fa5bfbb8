import Bytes
import PlainText

/// Bytes as rows of offset, hexadecimal digits and text: `00000010  5c fe ec c4  |\...|`.
public enum HexDump {
  /// Which bytes have a role of their own.
  public struct Mark: Equatable, Sendable {
    /// The bytes.
    public var range: Range<Int>
    /// What they are.
    public var role: TextRole

    /// A mark.
    public init(_ range: Range<Int>, _ role: TextRole) {
      self.range = range
      self.role = role
    }
  }

  /// The rows of `bytes`.
  /// - Parameters:
  ///   - width: bytes in a row, at least 1.
  ///   - limit: rows at most; where there are more, the last one says how many. nil: all.
  ///   - marks: roles of bytes, in ascending order, without overlaps; others have the role `payload`.
  ///   - firstOffset: the number of the first byte.
  public static func rows(
    _ bytes: Span<UInt8>, width: Int = 16, limit: Int? = nil, marks: [Mark] = [], firstOffset: Int = 0
  ) -> [RoleText] {
    let width = max(1, width)
    let count = bytes.count / width + (bytes.count % width == 0 ? 0 : 1)
    let shown = limit.map { count > $0 ? max(0, $0 - 1) : count } ?? count
    var rows: [RoleText] = []
    rows.reserveCapacity(shown + 1)
    var marks = marks[...]
    for row in 0..<shown {
      let start = row * width
      while let mark = marks.first, mark.range.upperBound <= start { marks = marks.dropFirst() }
      rows.append(self.row(bytes, start, min(start + width, bytes.count), width, marks, firstOffset))
    }
    if count > shown { rows.append(.more(rows: count - shown)) }
    return rows
  }

  /// The digits of the first bytes in a line of at most `width` characters: `00 1a 82 …`.
  public static func oneLine(_ bytes: Span<UInt8>, width: Int) -> RoleText {
    let all = bytes.count <= Int.max / 3 && bytes.count * 3 - 1 <= width
    let count = all ? bytes.count : max(0, min(bytes.count, (width - 1) / 3))
    var line = RoleText(SafeText(digits(bytes, 0..<count)), .payload)
    if !all, width > 0 { line.append(SafeText(count > 0 ? " …" : "…"), .dimmed) }
    return line
  }

  /// How many bytes a row has in a terminal of that width: 16, 8 or 4.
  static func bytesInRow(width: Int) -> Int { width >= 78 ? 16 : width >= 45 ? 8 : 4 }

  /// The column of a byte's first digit.
  public static func column(of place: Int, inRowOf width: Int) -> Int {
    // The middle has one blank more; see `gap`.
    10 + 3 * place + (place > 0 && place >= width / 2 && gap(before: width / 2, of: width).count == 2 ? 1 : 0)
  }

  /// The column of the first byte as text.
  public static func textColumn(inRowOf width: Int) -> Int { column(of: width - 1, inRowOf: width) + 5 }

  private static func row(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ width: Int, _ marks: ArraySlice<Mark>, _ firstOffset: Int
  ) -> RoleText {
    let offset = String(firstOffset + start, radix: 16)
    let zeros = String(repeating: "0", count: max(0, 8 - offset.utf8.count))
    var line = RoleText(SafeText(zeros + offset), .offset)
    for piece in pieces(start..<end, marks) {
      var digits = ""
      for index in piece.range {
        digits += gap(before: index - start, of: width)
        append(bytes[index], to: &digits)
      }
      line.append(SafeText(digits), piece.role)
    }
    // Rows that are not full keep the column of the text.
    var space = ""
    for place in end - start..<width { space += gap(before: place, of: width) + "  " }
    line.append(SafeText(space + "  |"), .dimmed)
    for piece in pieces(start..<end, marks) {
      line.append(SafeText(String(decoding: piece.range.map { printable(bytes[$0]) }, as: UTF8.self)), piece.role)
    }
    line.append(SafeText("|"), .dimmed)
    return line
  }

  /// Two blanks before the first byte and the middle one, one before others.
  private static func gap(before place: Int, of width: Int) -> String {
    place == 0 || (width >= 8 && width % 2 == 0 && place == width / 2) ? "  " : " "
  }

  private static func printable(_ byte: UInt8) -> UInt8 { byte >= 0x20 && byte < 0x7F ? byte : UInt8(ascii: ".") }

  /// `range` cut at the marks.
  private static func pieces(_ range: Range<Int>, _ marks: ArraySlice<Mark>) -> [Mark] {
    var pieces: [Mark] = []
    var start = range.lowerBound
    for mark in marks {
      let marked = mark.range.clamped(to: range)
      if mark.range.lowerBound >= range.upperBound { break }
      if marked.lowerBound < start || marked.isEmpty { continue }
      if marked.lowerBound > start { pieces.append(Mark(start..<marked.lowerBound, .payload)) }
      pieces.append(Mark(marked, mark.role))
      start = marked.upperBound
    }
    if start < range.upperBound { pieces.append(Mark(start..<range.upperBound, .payload)) }
    return pieces
  }

  private static func digits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    var text = ""
    for index in range {
      if index > range.lowerBound { text += " " }
      append(bytes[index], to: &text)
    }
    return text
  }

  private static func append(_ byte: UInt8, to text: inout String) {
    text.unicodeScalars.append(Unicode.Scalar(HexDigits.character(byte >> 4)))
    text.unicodeScalars.append(Unicode.Scalar(HexDigits.character(byte & 15)))
  }
}
