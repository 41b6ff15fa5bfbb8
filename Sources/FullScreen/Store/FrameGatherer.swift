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
    let opcode = frame.header.opcode
    // Such a frame is a row of its own, also amid those of a message.
    let isAlone = opcode.isControl || opcode.isReserved || frame.isRefused
    var row = MessageRow()
    row.time = start.duration(to: frame.time).nanoseconds
    if isReceived { row.flags.insert(.received) }
    // What is gathered is taken out, so that it grows where it is.
    var gathered = (isAlone ? nil : isReceived ? received.take() : sent.take()) ?? Unfinished(start: frame.time)
    if gathered.count < StoredFrames.maximumKept {
      Self.note(frame, since: gathered.start, in: &gathered.frames)
      if !frame.violations.isEmpty { gathered.violations[gathered.count] = frame.violations }
    }
    gathered.count += 1
    if !frame.violations.isEmpty || !gathered.violations.isEmpty { row.flags.insert(.problem) }
    // Also a final frame of ours that is no part of a message, as a debugging tool may send.
    row.opcode = opcode.rawValue
    var payload = frame.payload
    // Empty where it is the payload.
    var wire: [UInt8] = []
    if !isAlone, let message = frame.message {
      row.opcode = message.opcode.rawValue
      payload = message.payload
      if message.isCompressed {
        row.flags.insert(.compressed)
        if gathered.count == 1 {
          wire = frame.payload
        } else {
          gather(frame, &gathered)
          wire = gathered.wire
        }
      }
    } else if !isAlone, !frame.header.isFinal {
      if frame.header.reservedBits.contains(.rsv1) || !gathered.wire.isEmpty { gather(frame, &gathered) }
      if isReceived { received = gathered } else { sent = gathered }
      return nil
    }
    row.frameCount = UInt16(clamping: gathered.count)
    return store.append(
      row, frames: gathered.frames.span, payload: payload.span, wire: wire.span, violations: gathered.violations)
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
