import Inspector
import PlainText
import WebSocketCore

/// The tabs of the detail that are rows to be looked through.
struct DetailRows {
  let model: Model
  let reference: RowReference
  let row: MessageRow

  /// Rows of the bytes and of the text in the tab that has all: the other tabs have the rest.
  private static let maximumBytes = 8
  private static let maximumText = 200
  /// Larger JSON is not laid out here.
  private static let maximumJSON = 256 << 10

  func rows(of tab: DetailState.Tab, width: Int) -> [RoleText] {
    let frames = FrameRows(detail: model.detail, reference: reference, row: row, model: model)
    let timing = TimingRows(model: model, reference: reference, row: row)
    switch tab {
    case .frames: return frames.rows(width: width)
    case .timing: return timing.rows()
    case .all:
      var rows = row.isNote ? [] : frames.rows(width: width, maximumHexRows: Self.maximumBytes)
      if row.isNote || row.frameOpcode == .text {
        let isJSON = model.detail.tree != nil && model.detail.payload.count <= Self.maximumJSON
        let text =
          isJSON
          ? JSONView.pretty(model.detail.payload.span, width: width - 1, maximumRows: Self.maximumText) ?? []
          : model.detail.text.first(Self.maximumText)
        rows += [heading(isJSON ? "json" : "text", width)] + text
      }
      return rows + [heading("timing", width)] + timing.rows()
    case .text, .hex: return []
    }
  }

  private func heading(_ text: String, _ width: Int) -> RoleText {
    let line = Strokes(isASCII: model.settings.ascii).horizontal
    let rest = String(repeating: line, count: max(0, width - text.count - 4))
    return RoleText(SafeText("\(line)\(line) \(text) \(rest)", maximumLength: .max), .dimmed)
  }
}
