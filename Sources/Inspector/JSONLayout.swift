import JSONSyntax
import PlainText

/// The rows of a JSON text, made in one pass; those beyond the limit are only counted.
struct JSONLayout {
  private let width: Int
  private let maximumRows: Int
  private let stringLimit: Int
  private let containerWidths: [UInt16]
  private var container = 0
  private var depth = 0
  /// At which depth the container on one line began, while inside it.
  private var flatDepth: Int?
  private var line: JSONLine
  private var made: [RoleText] = []
  private var count = 0

  /// Deeper levels are not moved further to the right.
  private static let maximumIndentation = 32

  init(width: Int, maximumRows: Int?, cutsStrings: Bool, containerWidths: [UInt16]) {
    self.width = width
    self.maximumRows = max(0, maximumRows ?? Int.max)
    self.containerWidths = containerWidths
    stringLimit = cutsStrings ? max(256, min(width, 1 << 20) * 4) : Int.max
    line = JSONLine(isShown: self.maximumRows > 0)
  }

  /// All rows, the last one a count of what is missing.
  var rows: [RoleText] {
    guard count > maximumRows else { return made }
    let shown = max(0, maximumRows - 1)
    return made.prefix(shown) + [.more(rows: count - shown)]
  }

  mutating func layOut(_ text: Span<UInt8>) throws(JSONFailure) {
    var scanner = JSONScanner()
    var isFirst = true
    var isAfterName = false
    while let token = try scanner.next(text) {
      let isBegin = token.kind == .beginObject || token.kind == .beginArray
      let isEnd = token.kind == .endObject || token.kind == .endArray
      if isEnd { depth -= 1 }
      if flatDepth != nil {
        if !isFirst, !isEnd, !isAfterName { line.punctuate(", ") }
      } else if isEnd || depth > 0, !isAfterName {
        if !isFirst, !isEnd { line.punctuate(",") }
        endLine()
      }
      line.put(token, text, limit: stringLimit)
      isAfterName = token.kind == .name
      isFirst = isBegin
      if isBegin {
        if flatDepth == nil, fits(containerWidths[container]) { flatDepth = depth }
        container += 1
        depth += 1
      } else if isEnd, flatDepth == depth {
        flatDepth = nil
      }
    }
    endLine()
  }

  /// Whether the container that has just begun, so wide on one line, and a comma stay within the width.
  private func fits(_ size: UInt16) -> Bool {
    let comma = depth > 0 ? 1 : 0
    return size == 2 || size < UInt16.max && line.width - 1 + Int(size) + comma <= width
  }

  private mutating func endLine() {
    if count < maximumRows { made.append(line.text) }
    count += 1
    line = JSONLine(indentation: 2 * min(depth, Self.maximumIndentation), isShown: count < maximumRows)
  }
}
