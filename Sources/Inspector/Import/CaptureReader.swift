import Bytes

/// Reads what happened on connections from a file of any kind that is known here, in pieces of any size as they come.
///
/// What it holds is bounded, whatever the file's size is: the longest message, and a little for each open connection.
public struct CaptureReader {
  private let start: ContinuousClock.Instant
  private let stream: RawStream
  /// The first bytes of a file whose kind is not known yet.
  private let head = ByteBuffer()
  /// Nil while the kind is not known, and for a kind that nobody knows.
  private var source: (any CaptureSource)?
  private var isUnknown = false
  /// Of which kind the file is, where that is known.
  public private(set) var format: CaptureFormat?

  /// So many bytes tell what a file is.
  private static let detectionSize = 4096

  /// A reader at the start of a file.
  /// - Parameters:
  ///   - start: the moment that frames' times count from.
  ///   - format: what the file is; nil: what it looks like.
  ///   - stream: what is known of bytes of one direction, which raw bytes and a hex dump are.
  public init(start: ContinuousClock.Instant, format: CaptureFormat? = nil, stream: RawStream = RawStream()) {
    self.start = start
    self.stream = stream
    if let format { begin(format) }
  }

  /// What the file holds instead, where it holds no connection; known when it has ended.
  public var findings: String? { source?.findings }

  private mutating func begin(_ format: CaptureFormat) {
    self.format = format
    switch format {
    case .capture: source = CaptureLineReader(start: start)
    case .packets: source = PacketCaptureReader(start: start)
    case .har: source = HARReader(start: start)
    case .hexDump: source = HexDumpReader(start: start, stream: stream)
    case .raw: source = RawFrameReader(start: start, stream: stream)
    }
  }

  /// Reads on.
  public mutating func read(_ bytes: Span<UInt8>, _ handle: (CaptureItem) -> Void) {
    if let source { return source.read(bytes, handle) }
    guard !isUnknown else { return }
    head.append(bytes)
    // What comes by a pipe is shown as it comes, once it is known what it is.
    if head.count >= Self.detectionSize || CaptureFormat.detectEarly(head.span) != nil { decide(handle) }
  }

  /// The file has ended.
  public mutating func finish(_ handle: (CaptureItem) -> Void) {
    if source == nil, !isUnknown { decide(handle) }
    source?.finish(handle)
  }

  private mutating func decide(_ handle: (CaptureItem) -> Void) {
    if let format = CaptureFormat.detect(head.span.extracting(first: Self.detectionSize)) {
      begin(format)
      source?.read(head.span, handle)
    } else {
      isUnknown = true
      let reason =
        head.isEmpty
        ? "the file is empty"
        : "no format begins like this that is known here: a capture of wscope, pcap, pcapng, HAR, a hex dump; "
          + "raw bytes need --raw"
      handle(.damage(CaptureDamage(offset: 0, reason: reason)))
    }
    head.release()
  }
}

/// Reads one kind of file.
protocol CaptureSource: AnyObject {
  /// Reads on.
  func read(_ bytes: Span<UInt8>, _ handle: (CaptureItem) -> Void)
  /// The file has ended.
  func finish(_ handle: (CaptureItem) -> Void)
  /// What the file holds where it holds no connection.
  var findings: String { get }
}
