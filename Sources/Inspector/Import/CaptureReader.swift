/// Reads what happened on connections from a file of any kind that is known here, in pieces of any size as they come.
///
/// What it holds is bounded, whatever the file's size is: the longest message, and a little for each open connection.
public struct CaptureReader {
  private var lines: CaptureLineReader

  /// A reader at the start of a file.
  /// - Parameter start: the moment that frames' times count from.
  public init(start: ContinuousClock.Instant) {
    lines = CaptureLineReader(start: start)
  }

  /// Reads on.
  public mutating func read(_ bytes: Span<UInt8>, _ handle: (CaptureItem) -> Void) {
    lines.read(bytes, handle)
  }

  /// The file has ended.
  public mutating func finish(_ handle: (CaptureItem) -> Void) {
    lines.finish(handle)
  }
}
