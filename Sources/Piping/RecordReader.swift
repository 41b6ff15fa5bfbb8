import Bytes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Cuts a stream of bytes, which comes in pieces of any size, into records.
struct RecordReader {
  /// Where a record ends.
  enum End {
    case separator(UInt8)
    /// Where a read ends, and at so many bytes.
    case read(atMost: Int)
    case endOfInput
  }

  /// A record without its separator. Its bytes are valid until the next call.
  @safe struct Record {
    let bytes: UnsafeRawBufferPointer
    let hasSeparator: Bool
  }

  /// A record of more bytes than the limit.
  struct TooLong: Error {}

  private let end: End
  private let limit: Int
  /// The start of a record whose end has not come yet.
  private let gathered = ByteBuffer()
  /// Whether `gathered` was handed out and goes at the next call.
  private var isServed = false
  /// Records handed out.
  private(set) var count = 0

  /// What `gathered` keeps between two records.
  private static let largestIdleCapacity = 1 << 20

  init(end: End, limit: Int) {
    self.end = end
    self.limit = limit
  }

  /// The next record; nil when all of `input` is consumed. A record that lies whole in `input` is not copied.
  mutating func next(
    _ input: UnsafeRawBufferPointer, _ offset: inout Int, isAtEnd: Bool
  ) throws(TooLong) -> Record? {
    if isServed { forget() }
    let rest = unsafe UnsafeRawBufferPointer(rebasing: input[offset...])
    switch end {
    case .separator(let byte):
      guard let size = unsafe Self.find(byte, in: rest) else { break }
      offset += size + 1
      return unsafe try complete(UnsafeRawBufferPointer(rebasing: rest[..<size]), hasSeparator: true)
    case .read(let size):
      guard unsafe !rest.isEmpty else { return nil }
      let piece = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(size))
      offset += piece.count
      return unsafe try complete(piece, hasSeparator: false)
    case .endOfInput: break
    }
    offset = input.count
    unsafe try gather(rest)
    guard isAtEnd, !gathered.isEmpty else { return nil }
    return serve(hasSeparator: false)
  }

  private mutating func complete(
    _ piece: UnsafeRawBufferPointer, hasSeparator: Bool
  ) throws(TooLong) -> Record {
    guard gathered.isEmpty else {
      unsafe try gather(piece)
      return serve(hasSeparator: hasSeparator)
    }
    guard piece.count <= limit else { throw TooLong() }
    count += 1
    return unsafe Record(bytes: piece, hasSeparator: hasSeparator)
  }

  /// Judged before it is stored: an endless line costs no more than the limit.
  private func gather(_ piece: UnsafeRawBufferPointer) throws(TooLong) {
    guard piece.count <= limit - gathered.count else { throw TooLong() }
    unsafe gathered.append(piece)
  }

  private mutating func serve(hasSeparator: Bool) -> Record {
    count += 1
    isServed = true
    return unsafe Record(bytes: UnsafeRawBufferPointer(gathered.bytes), hasSeparator: hasSeparator)
  }

  private mutating func forget() {
    isServed = false
    if gathered.capacity > Self.largestIdleCapacity { gathered.release() } else { gathered.removeAll() }
  }

  private static func find(_ byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let base = bytes.baseAddress, let found = unsafe memchr(base, Int32(byte), bytes.count) else { return nil }
    return unsafe UnsafeRawPointer(found) - base
  }
}
