import Bytes
import Trace
import WebSocketCore

/// Cuts one direction of a connection into frames, whatever they say, and knows where each one stands.
struct FrameCutter {
  private let direction: Direction
  /// Bytes of a payload that are kept.
  private let limit: Int
  /// A header that is not whole, at most 14 bytes.
  private var headerBytes: [UInt8] = []
  /// The frame whose payload comes.
  private var header: FrameHeader?
  private var payload: [UInt8] = []
  /// Payload bytes that have come, kept or not.
  private var received: UInt64 = 0
  /// Whether bytes of the payload are missing: those behind them are not kept.
  private var hasHole = false
  /// Where the frame begins.
  private(set) var offset: UInt64 = 0

  init(direction: Direction, limit: Int) {
    self.direction = direction
    self.limit = limit
  }

  /// Whether the next byte is a frame's first.
  var isBetweenFrames: Bool { header == nil && headerBytes.isEmpty }

  /// Bytes of memory that it holds.
  var heldBytes: Int { payload.capacity }

  /// Reads on. Calls `frame` with each frame that is complete.
  mutating func read(_ bytes: Span<UInt8>, time: ContinuousClock.Instant, _ frame: (FrameRecord) -> Void) {
    var index = 0
    while index < bytes.count {
      if header == nil {
        headerBytes.append(bytes[index])
        index += 1
        guard let (header, _) = FrameHeader.read(headerBytes.span) else { continue }
        begin(header)
      } else {
        index += take(bytes.extracting(index...))
      }
      if let record = complete(time) { frame(record) }
    }
  }

  /// Passes over bytes that are missing.
  /// - Returns: whether it is still known where frames begin; if not, it begins anew with the next byte.
  mutating func skip(_ count: UInt64, time: ContinuousClock.Instant, _ frame: (FrameRecord) -> Void) -> Bool {
    if let header, count <= header.payloadLength - received {
      hasHole = true
      received += count
      if let record = complete(time) { frame(record) }
      return true
    }
    if let record = finish(time: time) { frame(record) }
    offset &+= count
    return false
  }

  /// What has come of a frame that will never be complete.
  mutating func finish(time: ContinuousClock.Instant) -> FrameRecord? {
    guard let header else {
      offset &+= UInt64(headerBytes.count)
      headerBytes = []
      return nil
    }
    return end(header, time)
  }

  private mutating func begin(_ header: FrameHeader) {
    self.header = header
    received = 0
    hasHole = false
    payload.reserveCapacity(Int(min(header.payloadLength, UInt64(min(limit, 1 << 16)))))
  }

  private mutating func take(_ bytes: Span<UInt8>) -> Int {
    guard let header else { return 0 }
    let size = Int(min(UInt64(bytes.count), header.payloadLength - received))
    let kept = hasHole ? 0 : min(size, limit - payload.count)
    let start = payload.count
    payload.append(addingCapacity: kept) { output in
      for index in 0..<kept { output.append(bytes[index]) }
    }
    if let key = header.maskingKey {
      unsafe payload.withUnsafeMutableBytes { all in
        unsafe Masking.apply(key, to: UnsafeMutableRawBufferPointer(rebasing: all[start...]), phase: start)
      }
    }
    received += UInt64(size)
    return size
  }

  private mutating func complete(_ time: ContinuousClock.Instant) -> FrameRecord? {
    guard let header, received == header.payloadLength else { return nil }
    return end(header, time)
  }

  private mutating func end(_ header: FrameHeader, _ time: ContinuousClock.Instant) -> FrameRecord {
    let record = FrameRecord(
      direction: direction, time: time, header: header, headerBytes: headerBytes, payload: payload, offset: offset)
    offset &+= UInt64(headerBytes.count) &+ received
    (self.header, headerBytes, payload) = (nil, [], [])
    return record
  }
}

extension FrameHeader {
  /// Whether `bytes`, the start of a piece of a stream, look as if frames began with them that break no rule.
  /// - Parameters:
  ///   - isMasked: whether the frames must be; nil: all of them, or none.
  ///   - endsWithFrame: whether the last one must end with the bytes.
  static func looksLikeFrames(_ bytes: Span<UInt8>, isMasked: Bool?, endsWithFrame: Bool) -> Bool {
    var isMasked = isMasked
    var index = 0
    while index < bytes.count {
      guard let (header, size) = FrameHeader.read(bytes.extracting(index...)) else {
        return !endsWithFrame && index > 0
      }
      let isPlausible =
        !header.opcode.isReserved && header.reservedBits.subtracting(.rsv1).isEmpty
        && (!header.opcode.isControl || header.isFinal && header.payloadLength <= 125)
        && header.lengthForm == .minimal(for: header.payloadLength) && header.payloadLength < 1 << 32
        && isMasked ?? (header.maskingKey != nil) == (header.maskingKey != nil)
      guard isPlausible else { return false }
      isMasked = header.maskingKey != nil
      index += size
      guard header.payloadLength <= UInt64(bytes.count - index) else { return !endsWithFrame }
      index += Int(header.payloadLength)
    }
    return index > 0
  }
}
