public import Bytes
public import Trace
import WebSocketCore

/// Writes what was read from a file of any kind as a capture of ours, with a writer for each open connection.
public final class CaptureLinesWriter {
  private let mask: SecretMask
  private let start: ContinuousClock.Instant
  private var writers: [Int: CaptureWriter] = [:]

  /// A hostile file may have any number of connections that never end.
  private static let limit = 1 << 16

  /// - Parameter start: what times count from, as the reader of the events has it.
  public init(mask: SecretMask, start: ContinuousClock.Instant) {
    self.mask = mask
    self.start = start
  }

  /// Appends the lines of an event.
  /// - Parameter dissection: of its frame, and what is shown of it.
  public func append(
    _ event: CapturedEvent, dissection: Dissection? = nil, views: Set<DissectionView> = [], into output: ByteBuffer
  ) {
    if writers.count >= Self.limit { writers = [:] }
    var role = Role.client
    if case .start(let own, _) = event.content {
      role = own
      writers[event.connection] = nil
    }
    let writer =
      writers[event.connection]
      ?? CaptureWriter(connection: event.connection, role: role, mask: mask, start: start)
    writers[event.connection] = writer
    writer.append(event, dissection: dissection, views: views, into: output)
    switch event.content {
    case .end, .failed: writers[event.connection] = nil
    default: break
    }
  }
}
