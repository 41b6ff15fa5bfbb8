import TestSupport
import Testing
import WebSocketCore

/// A peer that breaks one rule: the bytes it sends, and what that is.
private struct Breach: Sendable, CustomTestStringConvertible {
  var violation: Violation
  var bytes: [UInt8]
  /// Options of ours that it takes.
  var options: [String] = []
  /// permessage-deflate as the server agrees to it.
  var deflate: String?
  /// What it sends is followed by its FIN.
  var ends = false

  var testDescription: String { violation.name }

  init(_ violation: Violation, _ frames: RawFrame..., options: [String] = [], deflate: String? = nil) {
    self.init(violation, frames.flatMap(\.bytes), options: options, deflate: deflate)
  }

  init(
    _ violation: Violation, _ bytes: [UInt8], options: [String] = [], deflate: String? = nil, ends: Bool = false
  ) {
    self.violation = violation
    self.bytes = bytes
    self.options = options
    self.deflate = deflate
    self.ends = ends
  }

  static let byServers: [Breach] = [
    Breach(.maskedByServer, .text("x").masked),
    Breach(.reservedBits(.rsv2, .text), RawFrame(1, [0x78], bits: 0xA0)),
    Breach(.reservedOpcode(Opcode(rawValue: 11)), RawFrame(11)),
    Breach(.nonMinimalLength(5, .sixteen), hex("81 7e 0005 68656c6c6f")),
    Breach(.nonMinimalLength(200, .sixtyFour), hex("82 7f 00000000000000c8")),
    Breach(.negativeLength(1 << 63), hex("82 7f 8000000000000000")),
    Breach(.fragmentedControl(.ping), RawFrame(9, bits: 0)),
    Breach(.controlTooLong(.ping, length: 126), RawFrame(9, [UInt8](repeating: 0, count: 126))),
    Breach(.unexpectedContinuation, RawFrame(0, [0x78])),
    Breach(.expectedContinuation(.text), RawFrame(1, [0x78], bits: 0), .text("x")),
    Breach(.invalidUTF8(byte: 0xFF, offset: 2), RawFrame(1, [0x61, 0x62, 0xFF])),
    Breach(.truncatedUTF8(size: 3), RawFrame(1, [0x61, 0xE2, 0x82])),
    Breach(.closePayloadOfOneByte, RawFrame(8, [3])),
    Breach(.reservedCloseCode(.noStatusReceived), .close(1005)),
    Breach(.reservedCloseCode(CloseCode(rawValue: 999)), .close(999)),
    Breach(.invalidUTF8InCloseReason(offset: 1), RawFrame(8, [0x03, 0xE8, 0x61, 0xFF])),
    Breach(.compressedControl(.ping), RawFrame(9, bits: 0xC0), deflate: "permessage-deflate"),
    Breach(
      .compressedContinuation, RawFrame(1, [0xAA], bits: 0x40), RawFrame(0, [0x00], bits: 0xC0),
      deflate: "permessage-deflate"),
    Breach(.brokenDeflate(offset: 0), RawFrame(1, [0x07], bits: 0xC0), deflate: "permessage-deflate"),
    // The second message copies three bytes from 513 bytes back, which is in the first and outside a window of 512.
    Breach(
      .distanceBeyondWindow(offset: 0, windowBits: 9), RawFrame(1, storedText, bits: 0xC0),
      RawFrame(2, distantMatch, bits: 0xC0), options: ["--deflate-server-window-bits", "9"],
      deflate: "permessage-deflate; server_max_window_bits=9"),
    // A stored block that announces five bytes and holds two.
    Breach(
      .truncatedDeflate(size: 7), RawFrame(2, hex("00 0500 faff 6162"), bits: 0xC0), deflate: "permessage-deflate"),
    Breach(.frameTooLarge(length: 1 << 40, limit: 128 << 20), hex("82 7f 0000010000000000")),
    Breach(
      .messageTooLarge(limit: 1024), RawFrame(2, [UInt8](repeating: 0, count: 600), bits: 0),
      RawFrame(0, [UInt8](repeating: 0, count: 600)), options: ["--max-message-size", "1k"]),
    Breach(
      .tooManyFragments(limit: 3), RawFrame(2, [1], bits: 0), RawFrame(0, bits: 0), RawFrame(0, bits: 0),
      RawFrame(0, bits: 0), options: ["--max-fragments", "3"]),
    Breach(.endInsideFrame(missing: 3), hex("82 05 0102"), ends: true),
    Breach(.endInsideFrame(missing: nil), hex("82 7e 01"), ends: true),
    Breach(.endInsideMessage(fragments: 1), RawFrame(1, [0x78], bits: 0).bytes, ends: true),
  ]

  private static let stored = String(repeating: "a", count: 600)
  private static let storedText = hex("00 5802 a7fd") + Array(stored.utf8) + [0]

  /// Three bytes copied from 513 bytes back.
  private static let distantMatch: [UInt8] = {
    var bits = BitWriter()
    bits.append(0b010, 3)  // a block with the fixed codes, not the last
    bits.append(1, 7, highFirst: true)  // length 3
    bits.append(18, 5, highFirst: true)  // distance 513 and on
    bits.append(0, 8)  // plus 0
    bits.append(0, 7)  // the block's end
    bits.append(0, 3)  // an empty stored block, whose last four bytes are left out
    return bits.bytes
  }()
}

extension Violation {
  /// Its sentence up to the figures that depend on how far zlib got and the stream lasted.
  fileprivate var firmPart: String {
    switch self {
    case .endInsideFrame: "the stream ended inside a frame"
    case .endInsideMessage: "the stream ended inside a message"
    case .brokenDeflate, .distanceBeyondWindow:
      String(description.prefix { $0 != "@" }.split(separator: " at offset")[0])
    default: description
    }
  }
}

@Suite struct `A violation` {
  @Test("by a server gets its code, and the user its sentence", arguments: Breach.byServers)
  private func byServer(_ breach: Breach) throws {
    let extensions = breach.deflate.map { "Sec-WebSocket-Extensions: \($0)\r\n" } ?? ""
    let server = try RawServer(
      RawStep.handshake(extensions) + [.send(RawFrame.text("before").bytes), .send(breach.bytes)]
        + (breach.ends ? [.finish] : [.receiveClose, .finish]) + [.receiveEnd])
    let outcome = try run(Repository.wscope, breach.options + ["-w", "forever", server.url])
    let status: Int32 = breach.ends ? 56 : breach.violation.isLimit ? 100 : 110
    expect(outcome, status, says: breach.violation.firmPart)
    #expect(outcome.output.text.hasPrefix("before\n"), "what came before is shown")
    if !breach.ends {
      #expect(server.finish().close?.closeCode == breach.violation.closeCode.rawValue)
    }
  }

  @Test(
    "by a client gets its code",
    arguments: Breach.byServers.filter { !$0.ends } + [
      Breach(.unmaskedByClient, .text("x"))
    ])
  private func byClient(_ breach: Breach) throws {
    guard breach.violation != .maskedByServer else { return }
    let echo = try ListeningServer(
      Program(
        Repository.wscope,
        ["echo", "--listen", "127.0.0.1:0", "--deflate-takeover"]
          + breach.options.filter { !$0.hasPrefix("--deflate") && $0 != "9" }))
    let client = try RawClient(url: echo.url)
    // What a server limits of its own in its answer, a client limits of its own in its offer.
    let offer = breach.deflate.map { replacing("server_", by: "client_", in: $0) }
    #expect(client.open("/", offer.map { "Sec-WebSocket-Extensions: \($0)\r\n" } ?? ""))
    let bytes = breach.violation == .unmaskedByClient ? breach.bytes : masked(breach.bytes)
    client.socket.send(bytes)
    client.read { $0.close != nil }
    #expect(client.close?.closeCode == breach.violation.closeCode.rawValue, "\(client.frames)")
    #expect(client.readToEnd(), "the server ends the connection")
    // The server goes on.
    let other = try RawClient(url: echo.url)
    #expect(other.open())
  }

  @Test func `has a row here for every member of the catalogue`() {
    let rows = Set(Breach.byServers.map(\.violation.name) + ["unmasked-by-client"])
    #expect(Violation.samples.map(\.name).filter { !rows.contains($0) } == [])
  }

  /// The same frames as a client sends them; a header alone gets its mask bit and a key.
  private func masked(_ bytes: [UInt8]) -> [UInt8] {
    var result = [UInt8]()
    var rest = bytes[...]
    while let first = rest.first, rest.count >= 2 {
      let second = rest[rest.startIndex + 1]
      let extra = second == 126 ? 2 : second == 127 ? 8 : 0
      let head = rest.prefix(2 + extra)
      let length = extra == 0 ? Int(second) : head.dropFirst(2).reduce(0) { $0 &<< 8 | Int($1) }
      let payload = rest.dropFirst(2 + extra).prefix(max(0, length))
      result += [first, second | 0x80] + head.dropFirst(2) + [0, 0, 0, 0] + payload
      rest = rest.dropFirst(2 + extra + payload.count)
    }
    return result
  }
}
