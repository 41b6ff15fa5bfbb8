public import Bytes

extension ProtocolConnection {
  /// Whether a data message may begin: our Close has not gone, and no fragmented message of ours is open.
  public var maySendMessage: Bool { !isSendingFragments && maySendData }

  private var maySendData: Bool { ending?.handshake.maySendData ?? true }

  /// Appends a whole message as one frame, compressed if that is agreed and worth it.
  ///
  /// We never compress into an agreed window of 8 bits, which zlib cannot make: such messages go plain.
  /// - Returns: whether it was sent; see `maySendMessage`.
  @discardableResult
  public mutating func send(
    _ opcode: Opcode, _ payload: Span<UInt8>, into output: ByteBuffer, keys: inout MaskingKeySource,
    compress: Bool = true
  ) -> Bool {
    guard maySendMessage else { return false }
    if compress, ourDeflate != nil, sendCompressed(opcode, payload, into: output, keys: &keys) { return true }
    appendFrame(opcode, payload, to: output, keys: &keys)
    return true
  }

  /// Appends one fragment of a message, plain. The first has the message's opcode, those behind it `.continuation`.
  /// - Returns: whether it was sent; false as well for an opcode that does not fit.
  @discardableResult
  public mutating func sendFragment(
    _ opcode: Opcode, _ payload: Span<UInt8>, isFinal: Bool, into output: ByteBuffer, keys: inout MaskingKeySource
  ) -> Bool {
    guard maySendData, isSendingFragments == (opcode == .continuation) else { return false }
    isSendingFragments = !isFinal
    appendFrame(opcode, payload, isFinal: isFinal, to: output, keys: &keys)
    return true
  }

  /// Appends a Ping.
  public mutating func sendPing(
    _ payload: Span<UInt8>, into output: ByteBuffer, keys: inout MaskingKeySource
  ) throws(Misuse) {
    try sendControl(.ping, payload, into: output, keys: &keys)
  }

  /// Appends a Pong that nobody asked for (RFC 6455, section 5.5.3).
  public mutating func sendPong(
    _ payload: Span<UInt8>, into output: ByteBuffer, keys: inout MaskingKeySource
  ) throws(Misuse) {
    try sendControl(.pong, payload, into: output, keys: &keys)
  }

  /// Appends a Close: begins the closing handshake, or answers a Close that was held back.
  public mutating func sendClose(
    _ code: CloseCode?, reason: String = "", into output: ByteBuffer, keys: inout MaskingKeySource
  ) throws(Misuse) {
    guard ending?.handshake.maySendClose ?? true else { throw .closeAlreadySent }
    if let code {
      if !code.isSendableByUser { throw .closeCodeNotSendable(code) }
    } else if !reason.isEmpty {
      throw .closeReasonWithoutCode
    }
    if reason.utf8.count > CloseFrame.maximumReasonSize { throw .closeReasonTooLong(size: reason.utf8.count) }
    let frame = CloseFrame(code: code, reason: reason)
    handshake.send(frame)
    appendClose(frame, to: output, keys: &keys)
  }

  /// Appends the header of a plain, unmasked message, whose payload the caller writes behind it from where it lies.
  /// - Returns: whether it was; always false for a client, which has to mask.
  @discardableResult
  public mutating func sendHeader(_ opcode: Opcode, payloadLength: Int, into output: ByteBuffer) -> Bool {
    guard role == .server, maySendMessage else { return false }
    FrameHeader(opcode: opcode, payloadLength: UInt64(payloadLength)).write(into: output)
    return true
  }

  /// Deliberate law-breaking: appends exactly this header, and the payload, masked if the header has a key. Neither is
  /// judged, and no connection takes notice.
  public static func sendFrame(header: FrameHeader, payload: Span<UInt8>, into output: ByteBuffer) {
    unsafe payload.withUnsafeBytes { payload in
      let frame = unsafe output.reserve(FrameHeader.maximumSize + payload.count)
      let size = unsafe header.write(to: frame)
      if let key = header.maskingKey {
        unsafe Masking.copy(payload, to: frame + size, key: key)
      } else if let address = payload.baseAddress {
        unsafe (frame + size).copyMemory(from: address, byteCount: payload.count)
      }
      output.commit(size + payload.count)
    }
  }

  /// Answers the Ping that was kept while `maySendPongs` was false.
  public mutating func flushPong(into output: ByteBuffer, keys: inout MaskingKeySource) {
    guard let payload = pendingPong else { return }
    pendingPong = nil
    appendPong(payload.span, to: output, keys: &keys)
  }

  /// Answers a Ping, or keeps it for later in place of the one before (RFC 6455, sections 5.5.2 and 5.5.3).
  mutating func answerPing(
    _ payload: UnsafeRawBufferPointer, into output: ByteBuffer, keys: inout MaskingKeySource
  ) {
    // A lenient connection may receive more than a Pong can carry.
    guard answersPings, payload.count <= 125 else { return }
    if maySendPongs {
      pendingPong = nil
      appendPong(unsafe payload.bindMemory(to: UInt8.self).span, to: output, keys: &keys)
    } else {
      let kept = pendingPong ?? ByteBuffer()
      kept.removeAll()
      unsafe kept.append(payload)
      pendingPong = kept
    }
  }

  /// The closing handshake, which an open connection has not begun.
  var handshake: ClosingHandshake {
    get { ending?.handshake ?? ClosingHandshake() }
    set {
      let ending = self.ending ?? Ending()
      ending.handshake = newValue
      self.ending = ending
    }
  }

  /// Appends our Close frame. No message follows it, so the compressor's memory is given back.
  mutating func appendClose(_ frame: CloseFrame, to output: ByteBuffer, keys: inout MaskingKeySource) {
    let payload = pool.scratch()
    frame.write(into: payload)
    appendFrame(.close, payload.span, to: output, keys: &keys)
    deflater = nil
  }

  /// A Pong goes even behind our own Close, until the peer's has come (RFC 6455, section 5.5.2).
  private mutating func appendPong(_ payload: Span<UInt8>, to output: ByteBuffer, keys: inout MaskingKeySource) {
    guard ending?.handshake.received == nil, !isFailed else { return }
    appendFrame(.pong, payload, to: output, keys: &keys)
  }

  private mutating func sendControl(
    _ opcode: Opcode, _ payload: Span<UInt8>, into output: ByteBuffer, keys: inout MaskingKeySource
  ) throws(Misuse) {
    if payload.count > 125 { throw .controlPayloadTooLong(opcode, size: payload.count) }
    guard maySendData else { throw .closeAlreadySent }
    appendFrame(opcode, payload, to: output, keys: &keys)
  }

  /// Compresses a message and appends it, if it is large enough and gets smaller.
  private mutating func sendCompressed(
    _ opcode: Opcode, _ payload: Span<UInt8>, into output: ByteBuffer, keys: inout MaskingKeySource
  ) -> Bool {
    guard let ourDeflate, payload.count >= rules.compressionThreshold else { return false }
    let windowBits = Int(ourDeflate.windowBits)
    guard Deflater.windowBits.contains(windowBits) else { return false }
    let deflater: Deflater
    if ourDeflate.takesContextOver {
      deflater = self.deflater ?? Deflater(windowBits: windowBits, level: rules.compressionLevel)
      self.deflater = deflater
    } else {
      deflater = pool.deflater(windowBits: windowBits, level: rules.compressionLevel)
    }
    let compressed = pool.scratch()
    unsafe payload.withUnsafeBytes { unsafe deflater.compress($0, into: compressed) }
    // With context takeover the peer has to see what our window has seen, smaller or not.
    guard ourDeflate.takesContextOver || compressed.count < payload.count else { return false }
    appendFrame(opcode, compressed.span, reservedBits: .rsv1, to: output, keys: &keys)
    return true
  }

  /// Appends a frame in the shortest form, masked with a fresh key if we are the client (RFC 6455, section 5.3).
  ///
  /// Written out rather than through `FrameHeader`, which showed in the echo of small messages.
  @inline(__always)
  private func appendFrame(
    _ opcode: Opcode, _ payload: Span<UInt8>, isFinal: Bool = true, reservedBits: ReservedBits = [],
    to output: ByteBuffer, keys: inout MaskingKeySource
  ) {
    let count = payload.count
    let frame = unsafe output.reserve(FrameHeader.maximumSize + count)
    let maskBit: UInt8 = role == .client ? 0x80 : 0
    let first = (isFinal ? 0x80 : 0) | reservedBits.rawValue << 4 | opcode.rawValue
    unsafe frame.storeBytes(of: first, as: UInt8.self)
    var size = 2
    if count < 126 {
      unsafe frame.storeBytes(of: maskBit | UInt8(count), toByteOffset: 1, as: UInt8.self)
    } else if count <= 0xFFFF {
      unsafe frame.storeBytes(of: maskBit | 126, toByteOffset: 1, as: UInt8.self)
      unsafe frame.storeBytes(of: UInt16(count).bigEndian, toByteOffset: 2, as: UInt16.self)
      size = 4
    } else {
      unsafe frame.storeBytes(of: maskBit | 127, toByteOffset: 1, as: UInt8.self)
      unsafe frame.storeBytes(of: UInt64(count).bigEndian, toByteOffset: 2, as: UInt64.self)
      size = 10
    }
    unsafe payload.withUnsafeBytes { payload in
      if role == .client {
        let key = keys.next()
        unsafe frame.storeBytes(of: key.value.bigEndian, toByteOffset: size, as: UInt32.self)
        size += 4
        unsafe Masking.copy(payload, to: frame + size, key: key)
      } else if let address = payload.baseAddress {
        unsafe (frame + size).copyMemory(from: address, byteCount: count)
      }
    }
    output.commit(size + count)
  }
}
