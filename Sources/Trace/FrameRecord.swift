public import WebSocketCore

/// Which way bytes went, as we see it.
public enum Direction: String, Sendable {
  case sent
  case received

  /// Who sends what goes that way, where we have the role `ours`.
  public func sender(_ ours: Role) -> Role { (self == .sent) == (ours == .client) ? .client : .server }
}

/// One frame as it was on the wire, and its part in a message.
public struct FrameRecord: Equatable, Sendable {
  public var direction: Direction
  /// When its last byte came, or when it was given to the socket.
  public var time: ContinuousClock.Instant
  public var header: FrameHeader
  /// The header's 2 to 14 bytes as they were.
  public var headerBytes: [UInt8]
  /// The payload, unmasked, compressed where it was. Shorter than the header says where a cut or a violation left no
  /// more of it.
  public var payload: [UInt8]
  /// Where its first byte stands in its direction's stream, counted from the first byte after the handshake.
  public var offset: UInt64
  /// Its place in a text or binary message; nil for a control frame, and for one that is in none.
  public var part: MessagePart?
  /// The text or binary message that it completes.
  public var message: MessageRecord?
  /// The rules it breaks.
  public var violations: [Violation]
  /// Whether the connection failed for it, so that nothing was done with what it says.
  public var isRefused: Bool

  public init(
    direction: Direction, time: ContinuousClock.Instant, header: FrameHeader, headerBytes: [UInt8], payload: [UInt8],
    offset: UInt64, part: MessagePart? = nil, message: MessageRecord? = nil, violations: [Violation] = [],
    isRefused: Bool = false
  ) {
    self.direction = direction
    self.time = time
    self.header = header
    self.headerBytes = headerBytes
    self.payload = payload
    self.offset = offset
    self.part = part
    self.message = message
    self.violations = violations
    self.isRefused = isRefused
  }
}

/// A frame's place in its message.
public struct MessagePart: Equatable, Sendable {
  /// What the message is: text or binary.
  public var opcode: Opcode
  /// Frames of the message before this one.
  public var index: Int
  /// Whether the message is compressed.
  public var isCompressed: Bool

  public init(opcode: Opcode, index: Int = 0, isCompressed: Bool = false) {
    self.opcode = opcode
    self.index = index
    self.isCompressed = isCompressed
  }
}

/// A whole text or binary message.
public struct MessageRecord: Equatable, Sendable {
  /// Text or binary.
  public var opcode: Opcode
  /// The payload of all its frames, inflated.
  public var payload: [UInt8]
  /// Payload bytes of all its frames, as they were on the wire.
  public var wireSize: UInt64
  /// Its frames.
  public var fragmentCount: Int
  /// Whether it was compressed on the wire.
  public var isCompressed: Bool

  /// - Parameter wireSize: nil where it is the payload's own.
  public init(
    opcode: Opcode, payload: [UInt8], wireSize: UInt64? = nil, fragmentCount: Int = 1, isCompressed: Bool = false
  ) {
    self.opcode = opcode
    self.payload = payload
    self.wireSize = wireSize ?? UInt64(payload.count)
    self.fragmentCount = fragmentCount
    self.isCompressed = isCompressed
  }
}

/// The little of a frame that a verdict names.
public struct FrameGlance: Equatable, Sendable {
  /// Payload length on the wire, in bytes. First, so that every connection's two glances are 16 bytes each.
  public var size: UInt64
  public var opcode: Opcode

  public init(opcode: Opcode, size: UInt64) {
    self.opcode = opcode
    self.size = size
  }
}
