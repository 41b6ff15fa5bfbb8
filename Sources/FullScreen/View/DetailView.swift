import Bytes
import Inspector
import JSONSyntax
import PlainText
import Terminal
import Trace
import WebSocketCore

/// The selected message in one of its tabs.
struct DetailView {
  let model: Model
  let isFocused: Bool

  private var detail: DetailState { model.detail }

  func draw(_ title: Area, _ body: Area) {
    drawTitle(title)
    guard let row = detail.row.flatMap(model.row) else {
      body.write(" nothing is selected", body.theme.style(.quiet), row: 0)
      return
    }
    switch detail.tab {
    case .text where detail.tree != nil: drawTree(body)
    case .text: drawText(row, body)
    case .hex: drawHex(body)
    case .all, .frames, .timing: drawRows(body)
    }
    if isFocused, model.overlay == nil, body.screen.cursor == nil {
      body.screen.showCursor(body.rect.origin)
    }
  }

  private func drawTitle(_ area: Area) {
    var left = StyledText()
    if let reference = detail.row, let row = model.row(reference) {
      let words =
        row.isNote
        ? [RowWords.type(row)]
        : [RowWords.type(row), Quantity.bytes(Int(row.payloadSize))]
          + (row.frameCount > 1 ? [Quantity.count(Int(row.frameCount), "frame")] : [])
      left.append("\(reference.id) ", area.theme.style(isFocused ? .title : .quiet))
      left.append(RowWords.sign(row) + " ", area.theme.style(of: row))
      left.append(words.joined(separator: " "))
      if row.isCut {
        left.append("  ! \(Quantity.bytes(Int(row.keptSize))) kept", area.theme.style(.warning))
      }
    }
    if model.isZoomed { left.append("  zoomed", area.theme.style(.quiet)) }
    let tabs = DetailState.Tab.allCases
    area.title(
      left, tabs: tabs.map { $0 == .text && detail.tree != nil ? "JSON" : $0.rawValue },
      current: tabs.firstIndex(of: detail.tab) ?? 0, isFocused: isFocused)
  }

  // MARK: JSON

  private func drawTree(_ area: Area) {
    guard let tree = detail.tree else { return }
    let visible = tree.visible
    let payload = detail.payload
    for row in 0..<area.height {
      let index = detail.top + row
      guard visible.indices.contains(index) else { break }
      let place = visible[index]
      let isSelected = index == detail.cursor && isFocused
      let line = treeLine(
        tree, place, payload, width: area.width, theme: area.theme, strokes: area.strokes)
      area.write(isSelected ? area.strokes.selected : " ", area.theme.style(.title), row: row)
      area.write(line, row: row, column: 1)
      if isSelected {
        area.screen.restyle(area.rect.row(row)) { $0.with(.reverse) }
        if model.overlay == nil { area.screen.showCursor(area.rect.row(row).origin) }
        let path = StyledText(
          " \(tree.path(of: place, in: payload.span))", area.theme.style(.quiet))
        area.writeAtRight(path, row: row, taken: line.width(model.widths) + 2)
      }
    }
  }

  private func treeLine(
    _ tree: JSONTree, _ place: Int, _ payload: [UInt8], width: Int, theme: Theme, strokes: Strokes
  ) -> StyledText {
    let node = tree.nodes[place]
    var line = StyledText(String(repeating: " ", count: 2 * min(node.depth, 20)))
    let isFolded = tree.folded.contains(place)
    line.append(
      node.isContainer ? (isFolded ? strokes.folded : strokes.unfolded) + " " : "  ",
      theme.style(.quiet))
    if let name = node.name {
      let bytes = Array(payload[name].dropFirst().dropLast())
      line.append(
        SafeText(bytes: bytes.span, maximumLength: 200),
        theme.style(.jsonKey))
      line.append(": ", theme.style(.quiet))
    } else if let index = node.index {
      line.append("\(index): ", theme.style(.quiet))
    }
    switch node.kind {
    case .beginObject: line.append("{\(Quantity.count(node.count, "member"))}", theme.style(.quiet))
    case .beginArray: line.append("[\(Quantity.count(node.count, "element"))]", theme.style(.quiet))
    default:
      let role: Theme.Role =
        node.kind == .string ? .jsonString : node.kind == .number ? .jsonNumber : .jsonLiteral
      let value = payload[node.value].prefix(4 * max(16, width))
      line.append(
        SafeText(bytes: Array(value).span, maximumLength: max(16, width)), theme.style(role))
    }
    return line
  }

  // MARK: Text and bytes

  private func drawText(_ row: MessageRow, _ area: Area) {
    if row.isNote || row.frameOpcode == .text {
      for index in 0..<area.height {
        area.write(area.theme.styled(detail.text[detail.top + index]), row: index)
      }
      return
    }
    if row.frameOpcode.isControl {
      let words = PayloadLine.summary(
        row.frameOpcode, detail.payload.span, width: area.width, widths: model.widths)
      area.write(area.theme.styled(words), row: 0)
      return
    }
    drawHex(area)
  }

  private func drawHex(_ area: Area) {
    let bytes = detail.bytes
    let width = model.hexWidth
    let height = area.height - 1
    guard height > 0 else { return }
    guard !bytes.isEmpty else {
      area.write(" no bytes", area.theme.style(.quiet), row: 0)
      return
    }
    let start = min(detail.top * width, bytes.count)
    let end = min(bytes.count, start + height * width)
    let rows = HexDump.rows(Array(bytes[start..<end]).span, width: width, firstOffset: start)
    for (index, row) in rows.enumerated() { area.write(area.theme.styled(row), row: index) }
    if isFocused { drawSelection(detail.selection.clamped(to: start..<end), start, width, area) }
    let kind =
      detail.frames.wire.isEmpty
      ? "" : detail.isWire ? "  as on the wire (x: inflated)" : "  inflated (x: wire)"
    area.write(" " + place(bytes) + kind, area.theme.style(.quiet), row: height)
  }

  /// Marks bytes, as digits and as text.
  private func drawSelection(_ selection: Range<Int>, _ start: Int, _ width: Int, _ area: Area) {
    for byte in selection {
      let (row, place) = ((byte - start) / width, (byte - start) % width)
      let digits = HexDump.column(of: place, inRowOf: width)
      let text = HexDump.textColumn(inRowOf: width) + place
      for (column, columns) in [(digits, 2), (text, 1)] {
        let origin = Point(column: area.rect.origin.column + column, row: area.rect.origin.row + row)
        let cells = Rect(origin: origin, size: Size(columns: columns, rows: 1))
        area.screen.restyle(cells) { $0.with(.reverse) }
        if byte == selection.lowerBound, column == digits, model.overlay == nil { area.screen.showCursor(origin) }
      }
    }
  }

  /// Which bytes are looked at, and what the first one is: `byte 16 of 202: 0x5c, 92`.
  private func place(_ bytes: [UInt8]) -> String {
    let count = Quantity.count(bytes.count)
    guard isFocused, bytes.indices.contains(detail.byte) else { return Quantity.count(bytes.count, "byte") }
    if detail.selection.count > 1 {
      return "bytes \(Quantity.count(detail.byte)) to \(Quantity.count(detail.selection.upperBound - 1)) of \(count)"
    }
    let byte = bytes[detail.byte]
    return "byte \(Quantity.count(detail.byte)) of \(count): 0x\(HexDigits.text(byte)), \(byte)"
  }

  private func drawRows(_ area: Area) {
    let top = max(0, min(detail.top, detail.rows.count - 1))
    for (index, row) in detail.rows.dropFirst(top).prefix(area.height).enumerated() {
      area.write(area.theme.styled(row), row: index)
    }
  }
}
