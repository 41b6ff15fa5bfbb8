import Inspector
import PlainText

/// A text in rows, newlines kept, all that could harm escaped: laid out as far as anybody has looked, and made for the
/// rows that are drawn, so that a text of megabytes costs no more than a short one.
struct TextRows {
  private let text: [UInt8]
  private let width: Int
  private let widths: Widths
  /// Where the rows that are laid out begin.
  private var starts: [Int] = []
  /// Where the next one does; nil where all are laid out.
  private var next: Int?

  private static let maximumText = 4 << 20
  private static let maximumRows = 50_000

  /// No rows.
  init() { self.init([], width: 0, widths: Widths()) }

  /// The rows of `text` in so many columns.
  init(_ text: [UInt8], width: Int, widths: Widths) {
    self.text = text
    self.width = width
    self.widths = widths
    next = width > 0 ? 0 : nil
  }

  /// Rows that are laid out, and the one that says that there are more than are shown.
  var count: Int { starts.count + (isCut ? 1 : 0) }

  /// Whether more rows follow than are shown.
  private var isCut: Bool { next.map { starts.count >= Self.maximumRows || $0 >= Self.maximumText } ?? false }

  /// Lays out at least so many rows, as far as there are any.
  mutating func layOut(_ count: Int) {
    while starts.count < count, !isCut, let start = next {
      starts.append(start)
      next = SafeText.row(of: text.span, from: start, columns: width, widths: widths).next
    }
  }

  /// The first rows, at most so many.
  func first(_ count: Int) -> [RoleText] {
    var rows = self
    rows.layOut(count)
    return (0..<min(count, rows.count)).map { rows[$0] }
  }

  /// The row at a place; empty where none is laid out.
  subscript(index: Int) -> RoleText {
    guard starts.indices.contains(index) else {
      return index == starts.count && isCut ? RoleText(SafeText("… more"), .dimmed) : RoleText()
    }
    return RoleText(SafeText.row(of: text.span, from: starts[index], columns: width, widths: widths).text)
  }
}
