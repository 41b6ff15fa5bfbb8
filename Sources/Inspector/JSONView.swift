import JSONSyntax
public import PlainText

/// JSON for people: members in their order, numbers and strings as they were written, what is short on one line.
public enum JSONView {
  /// The rows of `text`; nil where it is not JSON.
  /// - Parameters:
  ///   - width: characters up to which an array or object stays on one line.
  ///   - maximumRows: rows at most; where there are more, the last one says how many. nil: all.
  ///   - cutsStrings: whether long strings are cut, with a dimmed word about the rest; nil: where rows are limited.
  public static func pretty(
    _ text: Span<UInt8>, width: Int, maximumRows: Int? = nil, cutsStrings: Bool? = nil
  ) -> [RoleText]? {
    do throws(JSONFailure) {
      let widths = try measure(text)
      var layout = JSONLayout(
        width: width, maximumRows: maximumRows, cutsStrings: cutsStrings ?? (maximumRows != nil),
        containerWidths: widths)
      try layout.layOut(text)
      return layout.rows
    } catch {
      return nil
    }
  }

  /// The start of `text` on one line of at most `width` cells; nil where as much of it as is looked at is not
  /// JSON. Takes time for what is shown, not for all of `text`.
  public static func oneLine(_ text: Span<UInt8>, width: Int, widths: Widths = Widths()) -> RoleText? {
    let looked = text.extracting(first: max(64, 4 * min(max(width, 0), 1 << 20)))
    var scanner = JSONScanner()
    var line = JSONLine()
    var isFirst = true
    var isAfterName = false
    var start = 0
    do throws(JSONFailure) {
      while line.width <= width, let token = try scanner.next(looked) {
        start = scanner.index
        let isEnd = token.kind == .endObject || token.kind == .endArray
        if !isFirst, !isEnd, !isAfterName { line.punctuate(", ") }
        line.put(token, looked, limit: width + 1)
        isAfterName = token.kind == .name
        isFirst = token.kind == .beginObject || token.kind == .beginArray
      }
      return line.text.cut(to: width, isMore: line.width > width, widths: widths)
    } catch {
      // What is cut off may be all that is missing: a value's end, or the second half of an escape.
      guard looked.count < text.count, error.reason == .endsEarly || error.offset + 12 > looked.count else {
        return nil
      }
      line.put(stringThatEndsEarly: looked.extracting(start...), limit: width + 1)
      return line.text.cut(to: width, isMore: true, widths: widths)
    }
  }

  /// The widths of all arrays and objects on one line, in the order in which they begin; at most 65,535.
  private static func measure(_ text: Span<UInt8>) throws(JSONFailure) -> [UInt16] {
    try JSONScanner.checkUTF8(text)
    var widths: [UInt16] = []
    /// The open containers: place in `widths`, width so far, whether nothing is in it yet.
    var open: [(place: Int, width: Int, isEmpty: Bool)] = []
    var scanner = JSONScanner()
    var isAfterName = false
    while let token = try scanner.next(text) {
      var added = 0
      switch token.kind {
      case .beginObject, .beginArray:
        open.append((widths.count, 1, true))
        widths.append(0)
        continue
      case .endObject, .endArray:
        guard let ended = open.popLast() else { continue }
        added = ended.width + 1
        widths[ended.place] = UInt16(clamping: added)
      case .name: added = characters(text, token.range) + 2
      case .string, .number, .literal: added = characters(text, token.range)
      }
      guard let last = open.indices.last else { continue }
      let isFirst = open[last].isEmpty
      open[last].isEmpty = false
      open[last].width += added + (isFirst || isAfterName ? 0 : 2)
      isAfterName = token.kind == .name
    }
    return widths
  }

  /// The characters of UTF-8, counted as scalars.
  static func characters(_ text: Span<UInt8>, _ range: Range<Int>) -> Int {
    var count = 0
    for index in range where text[index] & 0xC0 != 0x80 { count += 1 }
    return count
  }
}
