/// What lies between the marks of a bracketed paste, in chunks.
struct PasteReader: Sendable {
  /// Whether the mark of its end has been read.
  private(set) var isComplete = false
  private var bytes: [UInt8] = []
  private var isFirst = true
  /// How many bytes of the mark have been read.
  private var matched = 0
  private static let mark = Array("\u{1B}[201~".utf8)

  /// Takes bytes from `start` on, up to the end of the paste.
  /// - Returns: the index of the first byte not taken.
  mutating func take(_ span: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index < span.count {
      if matched == 0 {
        let run = index
        while index < span.count, span[index] != 0x1B { index += 1 }
        bytes.append(addingCapacity: index - run) { output in
          for place in run..<index { output.append(span[place]) }
        }
        if index < span.count {
          matched = 1
          index += 1
        }
      } else if span[index] == Self.mark[matched] {
        matched += 1
        index += 1
        if matched == Self.mark.count {
          isComplete = true
          matched = 0
          return index
        }
      } else {
        // An ESC of the text itself. The mark holds no second one, so nothing before this byte can begin it anew.
        bytes.append(contentsOf: Self.mark[..<matched])
        matched = 0
      }
    }
    return index
  }

  /// What has been gathered; nil if that is nothing worth a chunk.
  mutating func chunk(isLast: Bool) -> PasteChunk? {
    if isLast {
      // Silence came in the middle of what looked like the mark.
      bytes.append(contentsOf: Self.mark[..<matched])
      matched = 0
    }
    let kept = isLast ? 0 : UTF8Decoder.incompleteTail(of: bytes)
    if bytes.count == kept && !isLast { return nil }
    let tail = Array(bytes.suffix(kept))
    bytes.removeLast(kept)
    defer {
      isFirst = false
      bytes = tail
    }
    return PasteChunk(bytes, isFirst: isFirst, isLast: isLast)
  }
}
