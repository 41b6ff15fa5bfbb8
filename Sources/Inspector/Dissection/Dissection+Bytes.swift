import PlainText
import Trace
import WebSocketCore

/// The frame's bits, and its bytes.
extension Dissection {
  /// The RFC's diagram with this frame's bits and values; where the terminal is too narrow for it, a line for each
  /// field.
  public func diagramRows(width: Int) -> [RoleText] {
    guard hasHeader else { return [Self.noHeader] }
    let diagram = BitDiagram(self)
    guard width >= BitDiagram.width else { return diagram.list() }
    var notes: [String] = []
    if width >= 80 {
      notes.append("wire \(Quantity.bytes(Int(clamping: frame.header.payloadLength)))")
      if let message = frame.message, message.isCompressed {
        notes[0] = "wire \(Quantity.bytes(Int(clamping: message.wireSize)))"
        notes.append("plain \(Quantity.bytes(message.payload.count))")
        if let ratio = message.ratio { notes.append("ratio \(ratio)") }
      }
    }
    return diagram.rows(notes: notes)
  }

  /// The bytes as they were on the wire, with brackets under the fields of the header, and signs under what breaks a
  /// rule.
  /// - Parameters:
  ///   - width: columns of the terminal.
  ///   - maximumRows: rows of bytes at most; nil: all.
  public func hexRows(width: Int, maximumRows: Int? = nil) -> [RoleText] {
    guard hasHeader else { return [Self.noHeader] }
    let wire = wire
    let inRow = HexDump.bytesInRow(width: width)
    let marks = self.marks
    let dump = HexDump.rows(
      wire.span, width: inRow, limit: maximumRows, marks: marks.map { HexDump.Mark($0.bytes, $0.role) })
    let shown = dump.count < (wire.count + inRow - 1) / inRow ? dump.count - 1 : dump.count
    var rows: [RoleText] = []
    for (index, row) in dump.enumerated() {
      rows.append(row)
      guard index < shown else { continue }
      rows += signs(under: index * inRow..<(index + 1) * inRow, marks, width: width)
    }
    return rows
  }

  /// Bytes that have a meaning of their own.
  private struct WireMark {
    var bytes: Range<Int>
    var role: TextRole
    /// What stands below, where its last byte is.
    var legend = ""
  }

  /// The header's fields and what breaks a rule, in ascending order.
  private var marks: [WireMark] {
    let broken = brokenFields
    let size = frame.headerBytes.count
    let keySize = frame.header.maskingKey == nil ? 0 : 4
    func role(_ kinds: Set<FrameField.Kind>, _ role: TextRole) -> TextRole {
      broken.isDisjoint(with: kinds) ? role : .error
    }
    var marks = [
      WireMark(bytes: 0..<1, role: role([.fin, .rsv1, .rsv2, .rsv3, .opcode], .header)),
      WireMark(bytes: 1..<size - keySize, role: role([.mask, .length, .extendedLength], .header)),
    ]
    if keySize > 0 { marks.append(WireMark(bytes: size - keySize..<size, role: .mask)) }
    marks[marks.count - 1].legend = summary
    for violation in frame.violations where frame.header.opcode != .continuation {
      guard let bytes = violation.payloadBytes(count: frame.payload.count) else { continue }
      let place = bytes.lowerBound + size..<bytes.upperBound + size
      guard place.lowerBound >= marks[marks.count - 1].bytes.upperBound else { continue }
      marks.append(WireMark(bytes: place, role: .error, legend: "\(violation)"))
    }
    return marks
  }

  /// `FIN RSV1 text, not masked, length 198`.
  private var summary: String {
    let header = frame.header
    let bits = (header.isFinal ? ["FIN"] : []) + (header.reservedBits.isEmpty ? [] : [header.reservedBits.name])
    let mask = header.maskingKey.map { "masking key \(Self.hexadecimal($0))" } ?? "not masked"
    return (bits + [header.opcode.name]).joined(separator: " ") + ", length \(header.payloadLength), \(mask)"
  }

  /// `[----]`; of a field that goes on in the next row, or comes from the one before, an end is missing.
  private static func sign(under mark: WireMark, _ bytes: Range<Int>, columns: Int) -> String {
    if mark.role == .error { return String(repeating: "!", count: columns) }
    let start = bytes.lowerBound == mark.bytes.lowerBound ? "[" : "-"
    let end = bytes.upperBound == mark.bytes.upperBound ? "]" : "-"
    return start + String(repeating: "-", count: columns - 2) + end
  }

  /// The row of signs under a row of bytes, and what they mean.
  private func signs(under row: Range<Int>, _ marks: [WireMark], width: Int) -> [RoleText] {
    var line = RoleText()
    var column = 0
    var legends: [(String, TextRole)] = []
    for mark in marks where mark.bytes.overlaps(row) {
      let bytes = mark.bytes.clamped(to: row)
      let start = HexDump.column(of: bytes.lowerBound - row.lowerBound, inRowOf: row.count)
      let end = HexDump.column(of: bytes.upperBound - 1 - row.lowerBound, inRowOf: row.count) + 2
      line.append(RoleText(String(repeating: " ", count: start - column)))
      line.append(RoleText(Self.sign(under: mark, bytes, columns: end - start), mark.role))
      column = end
      if !mark.legend.isEmpty, mark.bytes.upperBound <= row.upperBound {
        let isHeader = mark.bytes.upperBound <= frame.headerBytes.count
        legends.append((mark.legend, isHeader ? .dimmed : .error))
      }
    }
    guard column > 0 else { return [] }
    var rows = [line]
    for (legend, role) in legends {
      if legends.count == 1, column + 1 + legend.count <= width {
        rows[0].append(RoleText(" \(legend)", role))
      } else {
        let indentation = max(0, min(HexDump.column(of: 0, inRowOf: row.count), width - legend.count))
        rows += Paragraph.rows(legend, width: width - indentation, role).map {
          RoleText(String(repeating: " ", count: indentation)) + $0
        }
      }
    }
    return rows
  }
}

extension MessageRecord {
  /// How much of the inflated size was on the wire: `0.78`.
  var ratio: String? {
    guard isCompressed, !payload.isEmpty else { return nil }
    let hundredths = (Double(wireSize) / Double(payload.count) * 100).rounded()
    guard hundredths < 100_000 else { return nil }
    let whole = Int(hundredths)
    return "\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
  }
}
