import Bytes
import JSONSyntax

/// Reads bytes of one direction that are written as hexadecimal digits: `xxd`, `hexdump -C`, what Wireshark copies, a C
/// array.
final class HexDumpReader: CaptureSource {
  private let raw: RawFrameReader
  private var splitter = LineSplitter(limit: HexDumpReader.lineLimit)
  private var layout: HexDumpLayout?
  /// The number of the next byte as the dump counts.
  private var next: UInt64 = 0
  private var lastRow: [UInt8] = []
  /// Whether a row of `*` stands for repetitions of the one before it.
  private var isRepeating = false
  /// Whether a comment of C is open.
  private var isInComment = false

  private static let lineLimit = 64 << 20
  /// Bytes that one `*` may stand for.
  private static let repetitionLimit: UInt64 = 16 << 20

  init(start: ContinuousClock.Instant, stream: RawStream) {
    raw = RawFrameReader(start: start, stream: stream)
  }

  var findings: String { raw.findings }

  func read(_ bytes: Span<UInt8>, _ handle: (CaptureItem) -> Void) {
    var splitter = splitter
    splitter.read(bytes) { take($0, $1, isWhole: $2, handle) }
    self.splitter = splitter
  }

  func finish(_ handle: (CaptureItem) -> Void) {
    var splitter = splitter
    splitter.finish { take($0, $1, isWhole: $2, handle) }
    self.splitter = splitter
    raw.finish(handle)
  }

  private func take(
    _ line: Span<UInt8>, _ place: LineSplitter.Place, isWhole: Bool, _ handle: (CaptureItem) -> Void
  ) {
    let text = line.count > 0 && line[line.count - 1] == 0x0D ? line.extracting(..<(line.count - 1)) : line
    func damage(_ index: Int, _ reason: String) {
      handle(.damage(CaptureDamage(offset: place.offset + UInt64(index), line: place.number, reason: reason)))
    }
    guard isWhole else { return damage(0, "a line of more than \(Self.lineLimit) bytes") }
    guard text.indices.contains(where: { text[$0] > 0x20 }) else { return }
    var bytes: [UInt8] = []
    // A declaration may stand before the bytes of an array.
    let layout = layout ?? HexDumpLayout.detect(text) ?? .prefixed
    if layout != .prefixed { self.layout = layout }
    switch layout {
    case .rows: bytes = row(text, damage)
    case .prefixed: bytes = prefixed(text)
    case .digits: bytes = digits(text, damage)
    }
    if !bytes.isEmpty { raw.read(bytes.span, handle) }
  }

  private func row(_ line: Span<UInt8>, _ damage: (Int, String) -> Void) -> [UInt8] {
    if line[0] == UInt8(ascii: "*") {
      isRepeating = true
      return []
    }
    guard let row = HexDumpRow(line) ?? lastOffset(line) else {
      damage(0, "a row without an offset")
      return []
    }
    var bytes: [UInt8] = []
    if row.offset != next {
      let missing = row.offset > next ? row.offset - next : 0
      if isRepeating, missing > 0, missing <= Self.repetitionLimit, !lastRow.isEmpty {
        for index in 0..<Int(missing) { bytes.append(lastRow[index % lastRow.count]) }
      } else if row.offset > 0 {
        damage(0, "a row with the offset \(String(row.offset, radix: 16)), where \(String(next, radix: 16)) comes next")
      }
    }
    isRepeating = false
    next = row.offset &+ UInt64(row.bytes.count)
    if !row.bytes.isEmpty { lastRow = row.bytes }
    return bytes + row.bytes
  }

  /// The last row of `hexdump -C` is nothing but the size.
  private func lastOffset(_ line: Span<UInt8>) -> HexDumpRow? {
    var offset: UInt64 = 0
    guard line.count >= 4, line.count <= 16 else { return nil }
    for index in line.indices {
      guard let digit = HexDigits.value(line[index]) else { return nil }
      offset = offset << 4 | UInt64(digit)
    }
    return HexDumpRow(offset: offset)
  }

  /// What has `0x` or `\x` before it, outside comments.
  private func prefixed(_ line: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var index = 0
    while index + 1 < line.count {
      let pair = (line[index], line[index + 1])
      if isInComment {
        if pair == (UInt8(ascii: "*"), UInt8(ascii: "/")) {
          isInComment = false
          index += 1
        }
      } else if pair == (UInt8(ascii: "/"), UInt8(ascii: "*")) {
        isInComment = true
        index += 1
      } else if pair == (UInt8(ascii: "/"), UInt8(ascii: "/")) {
        break
      } else if pair.1 == UInt8(ascii: "x"), pair.0 == UInt8(ascii: "0") || pair.0 == UInt8(ascii: "\\"),
        index + 2 < line.count, let high = HexDigits.value(line[index + 2])
      {
        let low = index + 3 < line.count ? HexDigits.value(line[index + 3]) : nil
        bytes.append(low.map { high << 4 | $0 } ?? high)
        index += low == nil ? 2 : 3
      }
      index += 1
    }
    return bytes
  }

  private func digits(_ line: Span<UInt8>, _ damage: (Int, String) -> Void) -> [UInt8] {
    var bytes: [UInt8] = []
    var high: (digit: UInt8, index: Int)?
    for index in line.indices {
      guard let digit = HexDigits.value(line[index]) else {
        guard HexDumpLayout.isSeparator(line[index]) else {
          damage(index, "\(JSONFailure.name(line[index])) is no hexadecimal digit")
          return bytes
        }
        continue
      }
      if let first = high {
        bytes.append(first.digit << 4 | digit)
        high = nil
      } else {
        high = (digit, index)
      }
    }
    if let high { damage(high.index, "half a byte") }
    return bytes
  }
}

extension HexDumpRow {
  init(offset: UInt64) {
    self.offset = offset
    bytes = []
  }
}
