import Bytes
import Inspector
public import JSONSyntax
import PlainText

/// Shows what was expected beside what came: few rows, however large both are.
public enum Difference {
  /// Rows at the most.
  static let maximumRows = 40
  /// Characters in a row of text at the most, before anything is escaped.
  static let maximumWidth = 160

  /// Rows for bytes: the dump of both from just before the first byte that differs.
  public static func bytes(expected: [UInt8], received: [UInt8]) -> [DiffRow] {
    guard let place = firstDifference(expected, received) else { return [] }
    var rows = [DiffRow(.same, "the first difference is at byte \(place)")]
    if expected.count != received.count {
      rows[0].text += "; expected \(Quantity.count(expected.count)) B, came \(Quantity.count(received.count)) B"
    }
    // The row before it shows where one is.
    let start = max(0, place / 16 - 1) * 16
    if start > 0 { rows.append(DiffRow(.omitted, "…")) }
    var offset = start
    while offset < max(expected.count, received.count), offset < start + 4 * 16 {
      let (one, other) = (dump(expected, from: offset), dump(received, from: offset))
      if one == other {
        rows += one.map { [DiffRow(.same, $0)] } ?? []
      } else {
        rows += (one.map { [DiffRow(.expected, $0)] } ?? []) + (other.map { [DiffRow(.received, $0)] } ?? [])
      }
      offset += 16
    }
    let left = max(expected.count, received.count) - offset
    if left > 0 { rows.append(DiffRow(.omitted, "… \(Quantity.count(left)) B more")) }
    return rows
  }

  private static func firstDifference(_ expected: [UInt8], _ received: [UInt8]) -> Int? {
    let shared = min(expected.count, received.count)
    var index = 0
    while index < shared, expected[index] == received[index] { index += 1 }
    return index == expected.count && index == received.count ? nil : index
  }

  private static func dump(_ bytes: [UInt8], from offset: Int) -> String? {
    guard offset < bytes.count else { return nil }
    let row = bytes.span.extracting(offset..<min(offset + 16, bytes.count))
    return HexDump.rows(row, firstOffset: offset).first?.string
  }

  /// Rows for a JSON message.
  /// - Parameter refuted: the questions that were answered with no.
  public static func json(
    expected: JSONExpectation, received: JSONValue, refuted: [JSONQuestion] = []
  ) -> [DiffRow] {
    var layout = JSONDifference(isExact: expected.isExact, refuted: Set(refuted.map(\.path)))
    layout.add(expected.root, received)
    return layout.rows
  }
}
