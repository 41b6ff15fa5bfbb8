import Bytes
import PlainText
import Terminal

extension Bench {
  /// Frames of a full screen of 200 x 50, from the text of the rows to the bytes for the terminal.
  func drawing() throws -> [Figure] {
    try [
      figures("every cell changes", goal: 2000, rows: { frame, row in Drawing.row(row, salt: frame) }),
      figures("one row changes", goal: 4000, rows: { frame, row in Drawing.row(row, salt: row == 20 ? frame : 0) }),
      figures(
        "a list moves by a row", goal: 2000,
        rows: { frame, row in Drawing.row(row + min(frame, Drawing.frames - frame), salt: 0) }),
      figures("nothing changes", goal: 4000, rows: { _, row in Drawing.row(row, salt: 0) }),
    ].flatMap { $0 }
  }

  private func figures(
    _ name: String, goal: Double, rows: (_ frame: Int, _ row: Int) -> StyledText
  ) throws -> [Figure] {
    // Made before: what is measured is drawing.
    let frames = (0..<Drawing.frames).map { frame in (0..<Drawing.size.rows).map { rows(frame, $0) } }
    var drawing = Drawing()
    for frame in frames { drawing.draw(frame) }
    var times: [Double] = []
    let before = (count: drawing.count, bytes: drawing.bytes)
    try onOneCore {
      for _ in 0..<rounds {
        times.append(
          try seconds {
            for _ in 0..<Drawing.repetitions { for frame in frames { drawing.draw(frame) } }
          })
      }
    }
    let perSecond = Double(Drawing.repetitions * frames.count) / Comparison.median(times)
    let bytes = Double(drawing.bytes - before.bytes) / Double(drawing.count - before.count)
    return [
      Figure(
        "200 x 50, \(name): frames/s", Quantity.large(perSecond), goal: ">= \(Quantity.large(goal))",
        isMet: perSecond >= goal),
      Figure("  bytes a frame", Quantity.decimal(bytes)),
    ]
  }
}

/// A screen that is drawn again and again, and how much that writes.
private struct Drawing {
  static let size = Size(columns: 200, rows: 50)
  static let frames = 16
  static let repetitions = 20

  private let screen = Screen(size, depth: .full)
  private var renderer = Renderer(synchronizedOutput: true)
  private let output = ByteBuffer()
  private(set) var count = 0
  private(set) var bytes = 0

  mutating func draw(_ rows: [StyledText]) {
    screen.clear()
    for (row, text) in rows.enumerated() { screen.write(text, at: Point(column: 0, row: row)) }
    renderer.render(screen, into: output)
    count += 1
    bytes += output.count
    output.removeAll()
  }

  /// A row of visible characters in runs of 20 that look different; for each salt every character is another.
  static func row(_ number: Int, salt: Int) -> StyledText {
    let theme = Theme(depth: .full)
    let roles: [Theme.Role] = [.sent, .quiet, .jsonKey, .jsonString, .jsonNumber]
    var row = StyledText()
    for start in stride(from: 0, to: size.columns, by: 20) {
      let characters = (start..<start + 20).map { UInt8(0x21 + ($0 * 7 + number * number * 31 + salt * 13) % 94) }
      row.append(String(decoding: characters, as: UTF8.self), theme.style(roles[start / 20 % roles.count]))
    }
    return row
  }
}
