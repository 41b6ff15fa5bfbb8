import Trace
import WebSocketCore

/// Puts the frames of one connection together to rows of its store.
struct FrameGatherer {
  /// A message of which not all frames have come.
  private struct Unfinished {
    var start: ContinuousClock.Instant
    var count = 0
    var frames: [UInt8] = []
    var violations: [Int: [Violation]] = [:]
    /// What came of a compressed message.
    var wire: [UInt8] = []
  }

  private var sent: Unfinished?
  private var received: Unfinished?
  /// Bytes of an unfinished compressed message that are gathered.
  private let maximumWire: Int

  /// What was on the wire is the payload.
  private static let same: [UInt8] = []

  init(maximumWire: Int) {
    self.maximumWire = maximumWire
  }

  /// Takes a frame.
  /// - Parameter start: what times are counted from.
  /// - Returns: the number of the row it completes; nil where more frames follow.
  mutating func take(
    _ frame: FrameRecord, into store: MessageStore, start: ContinuousClock.Instant
  ) -> UInt64? {
    let isReceived = frame.direction == .received
    var row = MessageRow()
    row.time = start.duration(to: frame.time).nanoseconds
    if isReceived { row.flags.insert(.received) }
    if !frame.violations.isEmpty { row.flags.insert(.problem) }
    if frame.header.opcode.isControl || frame.header.opcode.isReserved || frame.isRefused {
      row.opcode = frame.header.opcode.rawValue
      row.frameCount = 1
      var frames: [UInt8] = []
      Self.note(frame, since: frame.time, in: &frames)
      let violations = frame.violations.isEmpty ? [:] : [0: frame.violations]
      return store.append(
        row, frames: frames.span, payload: frame.payload.span, wire: Self.same.span, violations: violations)
    }
    var gathered = (isReceived ? received : sent) ?? Unfinished(start: frame.time)
    let isLone = gathered.count == 0
    if gathered.count < StoredFrames.maximumKept {
      Self.note(frame, since: gathered.start, in: &gathered.frames)
      if !frame.violations.isEmpty { gathered.violations[gathered.count] = frame.violations }
    }
    gathered.count += 1
    if !gathered.violations.isEmpty { row.flags.insert(.problem) }
    if let message = frame.message {
      if isReceived { received = nil } else { sent = nil }
      row.opcode = message.opcode.rawValue
      row.frameCount = UInt16(clamping: gathered.count)
      guard message.isCompressed else {
        return store.append(
          row, frames: gathered.frames.span, payload: message.payload.span, wire: Self.same.span,
          violations: gathered.violations)
      }
      row.flags.insert(.compressed)
      if isLone {
        return store.append(
          row, frames: gathered.frames.span, payload: message.payload.span, wire: frame.payload.span,
          violations: gathered.violations)
      }
      gather(frame, &gathered)
      return store.append(
        row, frames: gathered.frames.span, payload: message.payload.span, wire: gathered.wire.span,
        violations: gathered.violations)
    }
    if frame.header.isFinal {
      // A frame of ours that is no part of a message, as a debugging tool may send.
      if isReceived { received = nil } else { sent = nil }
      row.opcode = frame.header.opcode.rawValue
      row.frameCount = UInt16(clamping: gathered.count)
      return store.append(
        row, frames: gathered.frames.span, payload: frame.payload.span, wire: Self.same.span,
        violations: gathered.violations)
    }
    if frame.header.reservedBits.contains(.rsv1) || !gathered.wire.isEmpty { gather(frame, &gathered) }
    if isReceived { received = gathered } else { sent = gathered }
    return nil
  }

  private func gather(_ frame: FrameRecord, _ gathered: inout Unfinished) {
    guard gathered.wire.count + frame.payload.count <= maximumWire else { return }
    gathered.wire += frame.payload
  }

  private static func note(_ frame: FrameRecord, since first: ContinuousClock.Instant, in bytes: inout [UInt8]) {
    StoredFrames.append(
      header: frame.headerBytes, offset: frame.offset, payloadSize: frame.payload.count,
      delay: Int(first.duration(to: frame.time).nanoseconds / 1000), to: &bytes)
  }
}

extension Duration {
  /// In nanoseconds; what lies beyond 292 years is those.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? (seconds < 0 ? .min : .max) : whole &+ attoseconds / 1_000_000_000
  }
}
