import PlainText
import Trace
import WebSocketCore

/// The diagram of RFC 6455, section 5.2, with the bits and values of one frame.
struct BitDiagram {
  private let dissection: Dissection
  private let fields: [FrameField]
  private let wire: [UInt8]
  private let broken: Set<FrameField.Kind>

  /// Columns it needs; in fewer, each field has a line of its own.
  static let width = 67

  init(_ dissection: Dissection) {
    self.dissection = dissection
    fields = dissection.fields
    wire = dissection.wire
    broken = dissection.brokenFields
  }

  /// The diagram's rows.
  /// - Parameter notes: what stands at the right of the first ones, at most three.
  func rows(notes: [String]) -> [RoleText] {
    var rows = [
      RoleText("  0                   1                   2                   3", .dimmed),
      RoleText("  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1", .dimmed),
    ]
    let headerBits = 8 * dissection.frame.header.encodedSize
    for start in stride(from: 0, to: headerBits, by: 32) {
      let cells = cells(in: start..<start + 32)
      if start == 0 { rows.append(border(cells)) }
      rows += start == 0 ? firstRow(cells, notes) : row(cells)
      rows.append(border(cells))
    }
    return rows
  }

  /// A field, or what lies of it in one row.
  private struct Cell {
    var field: FrameField
    var bits: Range<Int>
    var isContinued: Bool { bits.lowerBound > field.bits.lowerBound }
    /// Characters between its borders.
    var width: Int { 2 * bits.count - 1 }
  }

  private func cells(in row: Range<Int>) -> [Cell] {
    fields.filter { $0.bits.overlaps(row) }.map { Cell(field: $0, bits: $0.bits.clamped(to: row)) }
  }

  /// The row whose fields of one bit have their names from top to bottom.
  private func firstRow(_ cells: [Cell], _ notes: [String]) -> [RoleText] {
    var rows = (0..<4).map { place in
      line(cells, .dimmed) { cell in
        if cell.width > 1 { return place == 0 ? cell.field.name : "" }
        let name = Array(cell.field.name)
        return place < name.count ? String(name[place]) : ""
      }
    }
    let lineWidth = cells.reduce(2) { $0 + $1.width + 1 }
    for (index, note) in notes.prefix(3).enumerated() {
      rows[index + 1].append(RoleText(String(repeating: " ", count: Self.width - lineWidth + 1) + note))
    }
    rows.append(line(cells, nil, bits))
    rows.append(line(cells, nil, value))
    return rows
  }

  private func row(_ cells: [Cell]) -> [RoleText] {
    [
      line(cells, .dimmed) { cell in
        guard cell.isContinued else { return cell.field.name }
        return cell.field.kind == .extendedLength ? "extended length (continued)" : "\(cell.field.name) (continued)"
      },
      line(cells, nil, bits), line(cells, nil, value),
    ]
  }

  /// - Parameter role: of all cells; nil: each has its own.
  private func line(_ cells: [Cell], _ role: TextRole?, _ text: (Cell) -> String) -> RoleText {
    var line = RoleText(" |", .punctuation)
    for cell in cells {
      let text = text(cell).prefix(cell.width)
      let left = (cell.width - text.count + 1) / 2
      let padded =
        String(repeating: " ", count: left) + text + String(repeating: " ", count: cell.width - text.count - left)
      line.append(RoleText(padded, broken.contains(cell.field.kind) ? .error : role ?? cell.field.kind.role))
      line.append(RoleText("|", .punctuation))
    }
    return line
  }

  private func border(_ cells: [Cell]) -> RoleText {
    RoleText(
      " +" + cells.map { $0.width == 1 ? "-+" : String(repeating: "-", count: $0.width) + "+" }.joined(), .punctuation)
  }

  private func bits(_ cell: Cell) -> String { bits(cell.bits).map { String($0) }.joined(separator: " ") }

  private func bits(_ range: Range<Int>) -> String {
    String(range.map { wire[$0 / 8] >> (7 - UInt8($0 % 8)) & 1 == 0 ? "0" : "1" })
  }

  /// A rule that is broken has a sign, so that its colour is not all.
  private func value(_ cell: Cell) -> String {
    let isBroken = broken.contains(cell.field.kind)
    let text = isBroken && cell.width == 1 ? "!" : isBroken ? "! \(plainValue(cell))" : plainValue(cell)
    return text
  }

  private func plainValue(_ cell: Cell) -> String {
    if cell.field.kind == .payload {
      let start = (cell.bits.lowerBound - cell.field.bits.lowerBound) / 8
      let bytes = dissection.frame.payload[start..<start + cell.bits.count / 8]
      let digits = Self.digits(bytes)
      let shown = dissection.frame.header.maskingKey == nil ? digits : "unmasked \(digits)"
      return bytes.allSatisfy { 0x20...0x7E ~= $0 } ? "\(shown) \"\(String(decoding: bytes, as: UTF8.self))\"" : shown
    }
    return cell.isContinued
      ? Self.digits(wire[cell.bits.lowerBound / 8..<cell.bits.upperBound / 8])
      : dissection.value(of: cell.field.kind)
  }

  private static func digits(_ bytes: ArraySlice<UInt8>) -> String {
    HexDump.oneLine(Array(bytes).span, width: 3 * bytes.count).string
  }
}

/// The narrow form.
extension BitDiagram {
  /// The fields of the header, one a line: name, bits, value.
  func list() -> [RoleText] {
    fields.filter { $0.kind != .payload }.map { field in
      let isBroken = broken.contains(field.kind)
      var row = RoleText(isBroken ? "! " : "  ", isBroken ? .error : .plain)
      // The names that are too long for a narrow terminal are said twice by the value anyway.
      let name = field.kind == .extendedLength ? "ext. len" : field.kind == .length ? "length" : field.name
      row.append(RoleText(Self.padded(name, 12), isBroken ? .error : .dimmed))
      let digits =
        field.bits.count > 16
        ? Self.digits(wire[field.bits.lowerBound / 8..<field.bits.upperBound / 8]) : bits(field.bits)
      let value = meaning(of: field.kind)
      row.append(RoleText(value.isEmpty ? digits : Self.padded(digits, 9) + value, isBroken ? .error : field.kind.role))
      return row
    }
  }

  private func meaning(of kind: FrameField.Kind) -> String {
    switch (kind, dissection.value(of: kind)) {
    case (.fin, let value): value == "y" ? "last frame of its message" : "more fragments follow"
    case (.rsv1, "z"): "compressed"
    case (.rsv1, _), (.rsv2, _), (.rsv3, _), (.maskingKey, _): ""
    case (.mask, let value): value == "y" ? "masked" : "not masked"
    case (.opcode, _): dissection.frame.header.opcode.name
    case (.length, "126"): "126: in the next 2 bytes"
    case (.length, "127"): "127: in the next 8 bytes"
    case (_, let value): value
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
