import WebSocketCore

/// What travels on a connection that is measured.
enum Wire {
  /// WebSocket frames, after an opening handshake.
  case webSocket
  /// As many bytes, bare.
  case raw
}

/// The bytes of one exchange, made before anything is timed.
struct Traffic {
  /// What we send.
  let request: [UInt8]
  /// What has to come back.
  let response: [UInt8]

  /// `count` messages of `size` bytes and their echoes; on a raw wire, the bytes of the request both ways.
  init(_ wire: Wire, messages count: Int = 1, of size: Int, opcode: UInt8) {
    let payload = (0..<size).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    let masked = payload.enumerated().map { $1 ^ key[$0 % 4] }
    let header = Traffic.header(opcode: opcode, size: size, mask: 0x80)
    let request = Array(repeatElement(header + key + masked, count: count).joined())
    self.request = request
    response =
      switch wire {
      case .raw: request
      case .webSocket:
        Array(repeatElement(Traffic.header(opcode: opcode, size: size, mask: 0) + payload, count: count).joined())
      }
  }

  /// A whole message's frame header without a key, in its shortest form.
  static func header(opcode: UInt8, size: Int, mask: UInt8) -> [UInt8] {
    let first = 0x80 | opcode
    if size < 126 { return [first, mask | UInt8(size)] }
    if size < 1 << 16 { return [first, mask | 126, UInt8(size >> 8), UInt8(size & 0xFF)] }
    return [first, mask | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
  }

  static let text: UInt8 = 1
  static let binary: UInt8 = 2
  /// A server's Close frame with code 1000.
  static let close: [UInt8] = [0x88, 0x02, 0x03, 0xE8]
}

extension Socket {
  /// A connection to an echo server, ready for frames.
  static func open(_ wire: Wire, _ port: UInt16, source: UInt8 = 0) throws -> Socket {
    let socket = try connected(to: port, source: source)
    socket.resetAtClose()
    guard wire == .webSocket else { return socket }
    let request = """
      GET / HTTP/1.1\r
      Host: 127.0.0.1:\(port)\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Version: 13\r
      \r\n
      """
    try socket.sendAll(of: Array(request.utf8))
    let head = try socket.receiveHead()
    guard head.hasPrefix("HTTP/1.1 101 "), head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") else {
      throw BenchFailure("the server answered the handshake with: \(head.prefix { !$0.isNewline })")
    }
    return socket
  }

  /// Takes a client's handshake.
  func answerHandshake() throws {
    let name = "sec-websocket-key:"
    let lines = try receiveHead().split(whereSeparator: \.isNewline)
    guard let line = lines.first(where: { $0.lowercased().hasPrefix(name) }) else {
      throw BenchFailure("the client sent no Sec-WebSocket-Key")
    }
    let key = line.dropFirst(name.count).drop { $0 == " " }
    let answer = """
      HTTP/1.1 101 Switching Protocols\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Accept: \(AcceptKey.answering(String(key)))\r
      \r\n
      """
    try sendAll(of: Array(answer.utf8))
  }

  /// Sends all of an array.
  func sendAll(of bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { bytes in try sendAll(bytes) }
  }

  /// Does the exchange once and compares what came back, byte by byte.
  func check(_ traffic: Traffic) throws {
    let socket = self
    try socket.sendAll(of: traffic.request)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: traffic.response.count, alignment: 8)
    defer { buffer.deallocate() }
    try socket.receiveAll(into: buffer)
    guard buffer.elementsEqual(traffic.response) else { throw BenchFailure("the echo differs from what was sent") }
  }
}
