import Bytes

/// The frame and the message on their way in that cannot be given out where they lie: cut by a read, fragmented,
/// compressed, or held while something is reported. Taken from the pool at need.
final class MessageAssembler {
  /// What a frame is to the message.
  enum Kind {
    case control
    case first
    case continuation
    /// A frame that belongs to no message; only lenient connections get that far with one.
    case stray
  }

  /// The frame being received.
  struct Frame {
    var header: FrameHeader
    var kind: Kind
    var offset: UInt64
    var received = 0
    /// Whether a lenient connection has reported what is wrong with its payload.
    var isReported = false

    var length: Int { Int(header.payloadLength) }
    var isComplete: Bool { received == length }
    var isData: Bool { kind == .first || kind == .continuation }
  }

  /// The message being received.
  struct Message {
    var opcode: Opcode
    var inflater: MessageInflater?
    var fragmentCount = 0
    var wireSize = 0
    var text = UTF8Validator()
    var isTextReported = false
    var isInflated = false
  }

  /// An inflater and whether it is the pool's.
  struct MessageInflater {
    var stream: Inflater
    var isShared: Bool
  }

  /// Room for inflated bytes asked for at a time.
  private static let inflateStep = 4096

  private(set) var frame: Frame?
  private(set) var message: Message?
  /// The message so far, unmasked and inflated.
  private let gathered = ByteBuffer()
  /// The payload of a frame that is not simply a part of `gathered`: control, compressed or stray.
  private let payload = ByteBuffer()

  /// Memory held.
  var capacity: Int { gathered.capacity + payload.capacity }

  /// Bytes of the message so far.
  var messageSize: Int { gathered.count }

  /// Whether nothing is on its way.
  var isIdle: Bool { frame == nil && message == nil }

  /// Begins a frame; its message, too, if it is the first of one.
  func begin(_ header: FrameHeader, kind: Kind, offset: UInt64, inflater: MessageInflater?) {
    payload.removeAll()
    frame = Frame(header: header, kind: kind, offset: offset)
    if kind == .first {
      gathered.removeAll()
      message = Message(opcode: header.opcode, inflater: inflater)
    }
  }

  /// Drops what is on its way.
  /// - Returns: the message's inflater, which may be somebody else's to use now.
  func end() -> MessageInflater? {
    defer { (frame, message) = (nil, nil) }
    gathered.removeAll()
    payload.removeAll()
    return message?.inflater
  }

  /// What has come of the frame's payload, as on the wire but unmasked.
  var framePayload: UnsafeRawBufferPointer {
    guard let frame, frame.isData, message?.inflater == nil else { return unsafe UnsafeRawBufferPointer(payload.bytes) }
    return unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(gathered.bytes).suffix(frame.received))
  }

  /// Takes what belongs to the frame from `input`, unmasks, inflates and checks it.
  /// - Returns: what is wrong with it; a lenient connection goes on behind it.
  func receive(_ input: UnsafeMutableRawBufferPointer, _ offset: inout Int, rules: ProtocolRules) -> Violation? {
    guard let frame else { return nil }
    let size = min(frame.length - frame.received, input.count - offset)
    guard size > 0 else { return nil }
    let piece = unsafe UnsafeRawBufferPointer(rebasing: input[offset..<offset + size])
    let isInflating = frame.isData && message?.inflater != nil
    let place = frame.isData && !isInflating ? gathered : payload
    let target = unsafe place.reserve(size)
    if let key = frame.header.maskingKey {
      unsafe Masking.copy(piece, to: target, key: key, phase: frame.received)
    } else {
      unsafe target.copyMemory(from: piece.baseAddress.unsafelyUnwrapped, byteCount: size)
    }
    place.commit(size)
    self.frame?.received += size
    offset += size
    guard frame.isData else { return nil }
    let fresh = unsafe UnsafeRawBufferPointer(start: target, count: size)
    return unsafe isInflating ? inflate(fresh, rules: rules) : check(fresh, isLenient: rules.isLenient)
  }

  /// Looks at the end of a data frame, and of its message if it is the last.
  func finishData(rules: ProtocolRules) -> Violation? {
    guard let frame, frame.isData, frame.header.isFinal, let message else { return nil }
    if let inflater = message.inflater?.stream, !message.isInflated {
      self.message?.isInflated = true
      guard inflater.finishMessage() else { return .truncatedDeflate(size: message.wireSize + frame.length) }
    }
    guard !message.text.isComplete, !message.isTextReported else { return nil }
    self.message?.isTextReported = true
    return .truncatedUTF8(size: gathered.count)
  }

  /// Marks the frame's payload as reported.
  func reportPayload() { frame?.isReported = true }

  /// Gives out the complete data or stray frame. What it points to stays until the next call.
  func finishFrame() -> FrameEvent? {
    guard let frame else { return nil }
    let part = unsafe framePayload
    self.frame = nil
    guard frame.isData, var message else {
      return unsafe FrameEvent(
        header: frame.header, offset: frame.offset, messageOffset: 0, completes: false,
        messageOpcode: frame.header.opcode, messageWireSize: frame.length, fragmentCount: 1, isCompressed: false,
        payload: part, message: UnsafeRawBufferPointer(start: nil, count: 0))
    }
    message.fragmentCount += 1
    message.wireSize += frame.length
    let isCompressed = message.inflater != nil
    let whole = unsafe UnsafeRawBufferPointer(gathered.bytes)
    self.message = message
    return unsafe FrameEvent(
      header: frame.header, offset: frame.offset, messageOffset: message.fragmentCount - 1,
      completes: frame.header.isFinal, messageOpcode: message.opcode, messageWireSize: message.wireSize,
      fragmentCount: message.fragmentCount, isCompressed: isCompressed, payload: part,
      message: frame.header.isFinal ? whole : UnsafeRawBufferPointer(start: nil, count: 0))
  }

  /// The payload of a complete control frame; stays until the next frame begins.
  var controlPayload: UnsafeMutableRawBufferPointer { unsafe payload.bytes }

  /// Forgets the control frame being received, if there is one, but not its bytes.
  func finishControl() { frame = nil }

  /// Forgets the complete message but not its bytes.
  /// - Returns: its inflater.
  func finishMessage() -> MessageInflater? {
    defer { message = nil }
    return message?.inflater
  }

  /// Inflates a piece of the message, bounded by the message limit at each step (RFC 6455, section 10.4).
  private func inflate(_ piece: UnsafeRawBufferPointer, rules: ProtocolRules) -> Violation? {
    guard let inflater = message?.inflater?.stream else { return nil }
    let limit = rules.limits.maximumMessageSize
    var input = unsafe piece
    var reported: Violation?
    while true {
      // One byte more than the limit tells a message of just that size from a larger one.
      let spare = max(gathered.capacity - gathered.count, MessageAssembler.inflateStep)
      let left = limit - gathered.count
      let room = left < spare ? left + 1 : spare
      let target = unsafe gathered.reserve(room)
      let produced: Int
      let isFinished: Bool
      switch unsafe inflater.step(&input, to: target, room: room) {
      case .produced(let count): (produced, isFinished) = (count, false)
      case .finished(let count): (produced, isFinished) = (count, true)
      case .broken: return .brokenDeflate(offset: wireOffset(unread: input.count))
      case .distanceBeyondWindow:
        return .distanceBeyondWindow(offset: wireOffset(unread: input.count), windowBits: inflater.windowBits)
      }
      gathered.commit(produced)
      if gathered.count > limit { return .messageTooLarge(limit: limit) }
      let fresh = unsafe UnsafeRawBufferPointer(start: target, count: produced)
      if let violation = unsafe check(fresh, isLenient: rules.isLenient) {
        guard rules.isLenient else { return violation }
        reported = violation
      }
      if isFinished { return reported }
    }
  }

  /// Where in the message's payload the last byte that was read lies.
  private func wireOffset(unread: Int) -> Int {
    max(0, (message?.wireSize ?? 0) + (frame?.received ?? 0) - unread - 1)
  }

  /// Checks that text is UTF-8, up to the first report.
  private func check(_ fresh: UnsafeRawBufferPointer, isLenient: Bool) -> Violation? {
    guard message?.opcode == .text, message?.isTextReported == false, let before = message?.text.validCount,
      let offset = unsafe message?.text.validate(fresh)
    else { return nil }
    message?.isTextReported = true
    return unsafe .invalidUTF8(byte: fresh[offset - before], offset: offset)
  }
}
