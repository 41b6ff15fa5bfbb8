public import WebSocketCore

/// A frame as it goes by, without a copy of its bytes: what a `FrameRecord` is made of for those who keep it.
///
/// Its spans are valid during the call that it is given to. Its time is handed on beside it: how large an instant is,
/// the compiler does not know, and a value that has one inside is copied piece by piece at run time.
@safe public struct LiveFrame {
  public let direction: Direction
  public let header: FrameHeader
  /// Where its first byte stands in its direction's stream, counted from the first byte after the handshake.
  public let offset: UInt64
  /// Its place in a text or binary message.
  public let part: MessagePart?
  /// Whether it completes that message.
  public let completes: Bool
  /// Payload bytes of the message's frames so far, as they were on the wire.
  public let messageWireSize: UInt64
  /// Whether the connection failed for it.
  public let isRefused: Bool
  private let violationList: UnsafeBufferPointer<Violation>
  private let payloadBytes: UnsafeRawBufferPointer
  private let messageBytes: UnsafeRawBufferPointer

  /// - Parameters:
  ///   - payload: unmasked.
  ///   - message: the whole message, inflated, where the frame completes one.
  public init(
    direction: Direction, header: FrameHeader, payload: UnsafeRawBufferPointer, offset: UInt64, part: MessagePart?,
    completes: Bool, message: UnsafeRawBufferPointer, messageWireSize: UInt64,
    violations: UnsafeBufferPointer<Violation> = unsafe UnsafeBufferPointer(start: nil, count: 0),
    isRefused: Bool = false
  ) {
    self.direction = direction
    self.header = header
    self.offset = offset
    self.part = part
    self.completes = completes
    self.messageWireSize = messageWireSize
    unsafe violationList = violations
    self.isRefused = isRefused
    unsafe payloadBytes = payload
    unsafe messageBytes = message
  }

  /// The rules it breaks.
  public var violations: [Violation] { unsafe [Violation](violationList) }
  /// Whether it breaks a rule.
  public var hasViolations: Bool { unsafe !violationList.isEmpty }

  /// The payload, unmasked, compressed where it was.
  public var payload: Span<UInt8> {
    @_lifetime(borrow self)
    get { unsafe _overrideLifetime(payloadBytes.bindMemory(to: UInt8.self).span, borrowing: self) }
  }

  /// The message that it completes, inflated; else empty.
  public var message: Span<UInt8> {
    @_lifetime(borrow self)
    get { unsafe _overrideLifetime(messageBytes.bindMemory(to: UInt8.self).span, borrowing: self) }
  }

  /// Frames of the message so far.
  public var fragmentCount: Int { part.map { $0.index + 1 } ?? 1 }

  /// The frame with bytes of its own.
  /// - Parameter time: when its last byte came, or when it was given to the socket.
  public func record(at time: ContinuousClock.Instant) -> FrameRecord {
    let payload = unsafe [UInt8](payloadBytes)
    var whole: MessageRecord?
    if completes, let part {
      let isPayload = part.index == 0 && !part.isCompressed
      whole = unsafe MessageRecord(
        opcode: part.opcode, payload: isPayload ? payload : [UInt8](messageBytes), wireSize: messageWireSize,
        fragmentCount: part.index + 1, isCompressed: part.isCompressed)
    }
    return FrameRecord(
      direction: direction, time: time, header: header, headerBytes: header.bytes, payload: payload, offset: offset,
      part: part, message: whole, violations: violations, isRefused: isRefused)
  }
}

extension FrameRecord {
  /// Calls `body` with the frame as it went by.
  public func withLiveFrame(_ body: (LiveFrame) -> Void) {
    // A file may have a message whose earlier frames it has lost.
    let part =
      part
      ?? message.map {
        MessagePart(opcode: $0.opcode, index: max(0, $0.fragmentCount - 1), isCompressed: $0.isCompressed)
      }
    unsafe payload.withUnsafeBytes { payload in
      unsafe (message?.payload ?? []).withUnsafeBytes { whole in
        unsafe violations.withUnsafeBufferPointer { violations in
          let live = unsafe LiveFrame(
            direction: direction, header: header, payload: payload, offset: offset, part: part,
            completes: message != nil, message: whole, messageWireSize: message?.wireSize ?? 0,
            violations: violations, isRefused: isRefused)
          body(live)
        }
      }
    }
  }
}
