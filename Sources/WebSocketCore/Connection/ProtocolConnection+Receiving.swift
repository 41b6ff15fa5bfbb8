public import Bytes

extension ProtocolConnection {
  /// Decodes the next frame from `input[offset...]`, unmasking in place, and advances `offset` behind what it used.
  ///
  /// Answers (Pong, Close) are appended to `output`. Call it again until it says `.needsMore`; sending in between is
  /// fine.
  public mutating func next(
    _ input: UnsafeMutableRawBufferPointer, _ offset: inout Int, output: ByteBuffer, keys: inout MaskingKeySource
  ) -> Event {
    if reading != .betweenMessages { settle() }
    switch reading {
    case .betweenMessages:
      if let event = unsafe nextInPlace(input, &offset, output: output, keys: &keys) { return event }
      return unsafe nextInParts(input, &offset, output: output, keys: &keys)
    case .busy: return unsafe nextInParts(input, &offset, output: output, keys: &keys)
    case .discarding:
      offset = input.count
      return .needsMore
    }
  }

  /// The fast path: an unfragmented, plain message of up to 65,535 bytes that lies whole in the input.
  /// - Returns: nil for everything else, which `nextInParts` takes from the same place.
  @inline(__always)
  private mutating func nextInPlace(
    _ input: UnsafeMutableRawBufferPointer, _ offset: inout Int, output: ByteBuffer, keys: inout MaskingKeySource
  ) -> Event? {
    let available = input.count - offset
    guard available >= 2, let base = input.baseAddress else { return nil }
    let frame = unsafe base + offset
    let first = unsafe frame.load(as: UInt8.self)
    let second = unsafe frame.load(fromByteOffset: 1, as: UInt8.self)
    guard first == 0x81 || first == 0x82, second & 0x80 == (role == .server ? 0x80 : 0) else { return nil }
    var length = Int(second & 0x7F)
    var size = 2
    if length >= 126 {
      guard length == 126, available >= 4 else { return nil }
      length = Int(UInt16(bigEndian: unsafe frame.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
      size = 4
      guard length >= 126 else { return nil }
    }
    let keySize = role == .server ? 4 : 0
    guard available >= size + keySize + length, length <= rules.inPlaceLimit else { return nil }
    let isText = first == 0x81
    if isText, rules.isLenient { return nil }
    var header = FrameHeader(opcode: isText ? .text : .binary, payloadLength: UInt64(length))
    let payload = unsafe UnsafeMutableRawBufferPointer(start: frame + size + keySize, count: length)
    if role == .server {
      let key = MaskingKey(UInt32(bigEndian: unsafe frame.loadUnaligned(fromByteOffset: size, as: UInt32.self)))
      header.maskingKey = key
      unsafe Masking.apply(key, to: payload)
    }
    offset += size + keySize + length
    return unsafe deliverInPlace(
      header, size: size + keySize, payload: UnsafeRawBufferPointer(payload), output: output, keys: &keys)
  }

  /// Gives out an unfragmented, plain message where it lies.
  @inline(__always)
  private mutating func deliverInPlace(
    _ header: FrameHeader, size: Int, payload: UnsafeRawBufferPointer, output: ByteBuffer, keys: inout MaskingKeySource
  ) -> Event {
    if header.opcode == .text {
      var text = UTF8Validator()
      if let bad = unsafe text.validate(payload) {
        return unsafe report(
          .invalidUTF8(byte: payload[bad], offset: bad), in: header, payload, output: output, keys: &keys)
      }
      if !text.isComplete {
        return unsafe report(
          .truncatedUTF8(size: payload.count), in: header, payload, output: output, keys: &keys)
      }
    }
    defer { position += UInt64(size + payload.count) }
    return .frame(unsafe FrameEvent(wholeMessage: header, offset: position, payload: payload))
  }

  /// Everything the fast path does not take.
  private mutating func nextInParts(
    _ input: UnsafeMutableRawBufferPointer, _ offset: inout Int, output: ByteBuffer, keys: inout MaskingKeySource
  ) -> Event {
    if assembler?.frame == nil {
      guard let (header, size) = unsafe peekHeader(input, &offset) else { return .needsMore }
      if let (rule, violation) = judge(header) {
        // A lenient connection reads the same header again, and passes over the rule.
        excused.insert(rule)
        reading = .busy
        let rest = unsafe UnsafeRawBufferPointer(rebasing: input[(offset + size)...])
        let payload = unsafe rest.prefix(Int(clamping: header.payloadLength))
        return unsafe report(
          violation, in: header, UnsafeRawBufferPointer(rebasing: payload), key: header.maskingKey, output: output,
          keys: &keys)
      }
      excused = []
      offset += size
      spillCount = 0
      if let event = unsafe deliverWhole(header, input, &offset, output: output, keys: &keys) { return event }
      begin(header)
    }
    return unsafe continueFrame(input, &offset, output: output, keys: &keys)
  }

  /// The next header and how many bytes of it still lie in `input`: all of them, or none if a read has cut it.
  private mutating func peekHeader(
    _ input: UnsafeMutableRawBufferPointer, _ offset: inout Int
  ) -> (header: FrameHeader, size: Int)? {
    if spillCount == 0 {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: input[offset...])
      if let found = unsafe FrameHeader.read(rest.bindMemory(to: UInt8.self).span) { return found }
    }
    while true {
      if spillCount >= 2, spillCount == FrameHeader.size(secondByte: spill[1]) {
        return FrameHeader.read(spill.span.extracting(0..<Int(spillCount))).map { ($0.header, 0) }
      }
      guard offset < input.count else { return nil }
      spill[Int(spillCount)] = unsafe input[offset]
      spillCount += 1
      offset += 1
      reading = .busy
    }
  }

  /// Takes a frame that lies whole in the input and needs no gathering: control, or an unfragmented plain message.
  private mutating func deliverWhole(
    _ header: FrameHeader, _ input: UnsafeMutableRawBufferPointer, _ offset: inout Int, output: ByteBuffer,
    keys: inout MaskingKeySource
  ) -> Event? {
    let length = Int(header.payloadLength)
    // What may be reported and gone on with must outlive the report.
    guard !rules.isLenient, input.count - offset >= length else { return nil }
    let kind = kind(of: header)
    guard kind == .control || kind == .first && header.isFinal && !isCompressed(header) else { return nil }
    let payload = unsafe UnsafeMutableRawBufferPointer(rebasing: input[offset..<offset + length])
    if let key = header.maskingKey { unsafe Masking.apply(key, to: payload) }
    offset += length
    if kind == .control {
      return unsafe finishControl(
        header, payload: UnsafeRawBufferPointer(payload), isReported: false, output: output, keys: &keys)
    }
    return unsafe deliverInPlace(
      header, size: header.encodedSize, payload: UnsafeRawBufferPointer(payload), output: output, keys: &keys)
  }

  /// Begins a frame that is gathered.
  private mutating func begin(_ header: FrameHeader) {
    let assembler = self.assembler ?? pool.takeAssembler()
    self.assembler = assembler
    reading = .busy
    let kind = kind(of: header)
    if kind == .first, assembler.message != nil, let dropped = assembler.end() {
      // A lenient connection drops a message that another one interrupts; its deflate context is lost with it.
      dropped.isShared ? pool.giveBack(dropped.stream) : dropped.stream.reset()
    }
    assembler.begin(
      header, kind: kind, offset: position, inflater: kind == .first && isCompressed(header) ? takeInflater() : nil)
  }

  /// The inflater for one message: our own where context is taken over, else one of the pool's.
  private mutating func takeInflater() -> MessageAssembler.MessageInflater? {
    guard let peersDeflate else { return nil }
    // A peer whose zlib turns a window of 8 bits silently into 9 does exist, and a lenient connection inflates
    // anything.
    let windowBits = rules.isLenient ? 15 : max(9, Int(peersDeflate.windowBits))
    guard peersDeflate.takesContextOver else {
      return MessageAssembler.MessageInflater(stream: pool.takeInflater(windowBits: windowBits), isShared: true)
    }
    let own = inflater ?? Inflater(windowBits: windowBits)
    inflater = own
    return MessageAssembler.MessageInflater(stream: own, isShared: false)
  }

  /// Takes the frame's next bytes, and gives it out when it is complete.
  private mutating func continueFrame(
    _ input: UnsafeMutableRawBufferPointer, _ offset: inout Int, output: ByteBuffer, keys: inout MaskingKeySource
  ) -> Event {
    guard let assembler else { return .needsMore }
    let violation = unsafe assembler.receive(input, &offset, rules: rules)
    guard let frame = assembler.frame else { return .needsMore }
    if let violation {
      return unsafe report(violation, in: frame.header, assembler.framePayload, output: output, keys: &keys)
    }
    guard frame.isComplete else { return .needsMore }
    if frame.kind == .control {
      return unsafe finishControl(
        frame.header, payload: UnsafeRawBufferPointer(assembler.controlPayload), isReported: frame.isReported,
        output: output, keys: &keys)
    }
    if let violation = assembler.finishData(rules: rules) {
      return unsafe report(violation, in: frame.header, assembler.framePayload, output: output, keys: &keys)
    }
    guard let event = assembler.finishFrame() else { return .needsMore }
    position += UInt64(frame.header.encodedSize) + frame.header.payloadLength
    if event.completes, let inflater = assembler.finishMessage(), inflater.isShared { pool.giveBack(inflater.stream) }
    return .frame(event)
  }

  /// Acts on a control frame and gives it out (RFC 6455, section 5.5).
  private mutating func finishControl(
    _ header: FrameHeader, payload: UnsafeRawBufferPointer, isReported: Bool, output: ByteBuffer,
    keys: inout MaskingKeySource
  ) -> Event {
    switch header.opcode {
    case .ping: unsafe answerPing(payload, into: output, keys: &keys)
    case .close:
      let (frame, violation) = unsafe CloseFrame.read(payload.bindMemory(to: UInt8.self).span)
      if let violation, !isReported {
        assembler?.reportPayload()
        return unsafe report(violation, in: header, payload, received: frame, output: output, keys: &keys)
      }
      if case .send(let answer) = handshake.receive(frame, answering: answersClose) {
        appendClose(answer, to: output, keys: &keys)
      }
      reading = .discarding
    default: break
    }
    assembler?.finishControl()
    defer { position += UInt64(header.encodedSize) + header.payloadLength }
    return .frame(unsafe FrameEvent(wholeMessage: header, offset: position, payload: payload))
  }

  /// Of the payload of a frame that breaks a rule, so much is kept to be looked at.
  private static let keptPayload = 64 << 10

  /// Reports a violation, and fails the connection unless it is lenient enough (RFC 6455, section 7.1.7).
  /// - Parameters:
  ///   - payload: what has come of the frame's payload.
  ///   - key: what it is still masked with.
  private mutating func report(
    _ violation: Violation, in header: FrameHeader, _ payload: UnsafeRawBufferPointer, key: MaskingKey? = nil,
    received: CloseFrame? = nil, output: ByteBuffer, keys: inout MaskingKeySource
  ) -> Event {
    if rules.isLenient, violation.isPassable { return .violation(violation) }
    if case .send(let close) = handshake.fail(violation, received: received) {
      appendClose(close, to: output, keys: &keys)
    }
    var kept = unsafe [UInt8](payload.prefix(Self.keptPayload))
    if let key { unsafe kept.withUnsafeMutableBytes { unsafe Masking.apply(key, to: $0) } }
    ending?.violatingFrame = ViolatingFrame(header: header, offset: position, payload: kept)
    reading = .discarding
    spillCount = 0
    return .violation(violation)
  }

  /// Gives back what the last event pointed to.
  private mutating func settle() {
    if reading == .discarding {
      releaseAssembler()
      inflater = nil
      return
    }
    if let assembler, assembler.isIdle { releaseAssembler() }
    if assembler == nil, spillCount == 0, excused.isEmpty { reading = .betweenMessages }
  }

  /// Gives the assembler back to the pool.
  mutating func releaseAssembler() {
    if let assembler { pool.giveBack(assembler) }
    assembler = nil
  }
}
