/// A frame that is complete, and perhaps the message it completes.
///
/// Plain data: nothing is counted or copied. The spans are valid until `next` is called again or its input is changed;
/// sending in between is fine.
@safe public struct FrameEvent {
  /// The frame's header.
  public let header: FrameHeader
  /// The stream offset of the header's first byte, counted from the first byte after the handshake.
  public let offset: UInt64
  /// The frame's index in its message.
  public let messageOffset: Int
  /// Whether a message is complete with this frame; every control frame is one.
  public let completes: Bool
  /// What the message is: text or binary, also on continuation frames; a control frame's own opcode.
  public let messageOpcode: Opcode
  /// Payload bytes of the message's frames so far, as they were on the wire.
  public let messageWireSize: Int
  /// Frames of the message so far.
  public let fragmentCount: Int
  /// Whether the message is compressed.
  public let isCompressed: Bool
  private let payloadBytes: UnsafeRawBufferPointer
  private let messageBytes: UnsafeRawBufferPointer

  @inline(__always)
  init(
    header: FrameHeader, offset: UInt64, messageOffset: Int, completes: Bool, messageOpcode: Opcode,
    messageWireSize: Int, fragmentCount: Int, isCompressed: Bool, payload: UnsafeRawBufferPointer,
    message: UnsafeRawBufferPointer
  ) {
    self.header = header
    self.offset = offset
    self.messageOffset = messageOffset
    self.completes = completes
    self.messageOpcode = messageOpcode
    self.messageWireSize = messageWireSize
    self.fragmentCount = fragmentCount
    self.isCompressed = isCompressed
    unsafe payloadBytes = payload
    unsafe messageBytes = message
  }

  /// A frame that is a whole message by itself, whose payload lies where it is.
  @inline(__always)
  init(wholeMessage header: FrameHeader, offset: UInt64, payload: UnsafeRawBufferPointer) {
    unsafe self.init(
      header: header, offset: offset, messageOffset: 0, completes: true, messageOpcode: header.opcode,
      messageWireSize: payload.count, fragmentCount: 1, isCompressed: false, payload: payload, message: payload)
  }

  /// This frame's payload, unmasked, otherwise as it was on the wire.
  public var payload: Span<UInt8> {
    @_lifetime(borrow self)
    get { unsafe _overrideLifetime(payloadBytes.bindMemory(to: UInt8.self).span, borrowing: self) }
  }

  /// The whole message, inflated; empty while it is not complete.
  public var message: Span<UInt8> {
    @_lifetime(borrow self)
    get { unsafe _overrideLifetime(messageBytes.bindMemory(to: UInt8.self).span, borrowing: self) }
  }
}
