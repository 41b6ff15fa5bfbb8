import Bytes
import Inspector
import TestSupport
import Testing
import Trace
import WebSocketCore

private let key = "dGhlIHNhbXBsZSBub25jZQ=="
private let request =
  "GET /chat HTTP/1.1\r\nHost: example.org:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
  + "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"

private func response(_ more: String = "") -> String {
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\(more)\r\n"
}

/// A frame's bytes.
private func frame(
  _ opcode: Opcode, _ payload: [UInt8], isFinal: Bool = true, isMasked: Bool = false, reservedBits: ReservedBits = []
) -> [UInt8] {
  let output = ByteBuffer()
  let header = FrameHeader(
    opcode: opcode, payloadLength: UInt64(payload.count), isFinal: isFinal, reservedBits: reservedBits,
    maskingKey: isMasked ? MaskingKey(0x3716_A5C3) : nil)
  ProtocolConnection.sendFrame(header: header, payload: payload.span, into: output)
  return Array(copying: output.span)
}

private func text(_ text: String, isMasked: Bool = false) -> [UInt8] {
  frame(.text, Array(text.utf8), isMasked: isMasked)
}

/// An open connection.
private func opened(_ file: PacketFile = PacketFile(), _ more: String = "") -> PacketFile {
  var file = file
  file.connect()
  file.send(.client, request)
  file.send(.server, response(more))
  return file
}

/// A connection with a message each way and an end.
private func session(_ file: PacketFile = PacketFile()) -> PacketFile {
  var file = opened(file)
  file.send(.client, text("hello", isMasked: true))
  file.send(.server, text("world"))
  file.send(.client, frame(.close, [3, 0xE8], isMasked: true))
  file.send(.server, frame(.close, [3, 0xE8]))
  file.finish(.server)
  file.finish(.client)
  return file
}

@Suite struct `A packet capture` {
  @Test(arguments: PacketFile.Format.allCases, [false, true])
  func `is read in each format and byte order`(format: PacketFile.Format, isBigEndian: Bool) throws {
    let file = session(PacketFile(format: format, isBigEndian: isBigEndian))
    for pieceSize in [1, 100, .max] {
      let read = ReadCapture(file.bytes, pieceSize: pieceSize)
      #expect(read.damages == [])
      #expect(read.outline == "start connect request 101 open text text close close closed-by-us")
      #expect(read.messages == ["> hello", "< world", "> close 1000", "< close 1000"])
      #expect(read.frames.flatMap(\.violations) == [])
      #expect(read.events.first?.wallTime?.description == "2026-01-02T03:04:05.002Z")
      #expect(read.frames.map { ReadCapture.start.duration(to: $0.time) } == (4...7).map { .milliseconds($0) })
      #expect(read.frames.map(\.offset) == [0, 0, 11, 7])
      if case .start(.client, "ws://example.org:8080/chat") = read.events[0].content {
      } else {
        Issue.record("\(read.events[0])")
      }
    }
  }

  @Test(arguments: PacketFile.Link.allCases, [false, true])
  func `is read over each link`(link: PacketFile.Link, isIPv6: Bool) {
    guard link != .ipv4 || !isIPv6 else { return }
    let read = ReadCapture(session(PacketFile(link: link, isIPv6: isIPv6)).bytes)
    #expect(read.damages == [])
    #expect(read.messages == ["> hello", "< world", "> close 1000", "< close 1000"])
    guard case .trace(.finished(.connect, let ends, let duration)) = read.events[1].content else {
      Issue.record("\(read.events)")
      return
    }
    #expect(ends == (isIPv6 ? "[fd00::1]:50000 to [fd00::2]:8080" : "10.0.0.1:50000 to 10.0.0.2:8080"))
    #expect(duration == .milliseconds(1))
  }

  @Test(arguments: PacketFile.Format.allCases) func `is read up to where it was cut`(format: PacketFile.Format) {
    let whole = session(PacketFile(format: format)).bytes
    let all = ReadCapture(whole).messages
    for size in 0..<whole.count {
      let read = ReadCapture(Array(whole[..<size]))
      #expect(all.starts(with: read.messages))
      #expect(read.damages.allSatisfy { $0.isCut || size < 24 }, "cut at \(size): \(read.damages)")
      #expect(read.damages.count < 2)
    }
  }

  @Test func `is read in whatever segments the bytes came`() {
    for size in [1, 2, 3, 7, 50] {
      var file = PacketFile()
      file.connect()
      let bytes = Array(request.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) {
        file.send(.client, Array(bytes[start..<min(bytes.count, start + size)]))
      }
      file.send(.server, Array(response().utf8) + text("one") + text("two")[..<2])
      for byte in text("two")[2...] { file.send(.server, [byte]) }
      #expect(ReadCapture(file.bytes).messages == ["< one", "< two"])
    }
  }

  @Test func `has many connections, on any port, among others`() {
    var file = PacketFile()
    for port in 1...3 as ClosedRange<UInt16> {
      file.ports = (port, 443)
      file.connect()
    }
    for port in 1...3 as ClosedRange<UInt16> {
      file.ports = (port, 443)
      file.send(.client, request)
      file.send(.server, response() + "")
    }
    // The sequence numbers of this writer are shared: only the last one can go on.
    file.send(.client, text("x", isMasked: true))
    let read = ReadCapture(file.bytes)
    #expect(read.events.map(\.connection).max() == 3)
    #expect(read.messages == ["> x"])
  }

  @Test func `may have other requests before the upgrade, and answers that refuse it`() {
    var file = PacketFile()
    file.connect()
    file.send(.client, "POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nGET x")
    file.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHi")
    file.send(.server, "HTTP/1.1 is no start line")
    file.send(.client, request)
    file.send(.server, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
    file.send(.client, request)
    file.send(.server, Array(response().utf8) + text("in the same segment"))
    let read = ReadCapture(file.bytes)
    #expect(
      read.outline == "start connect request 401 failed start connect request 101 open text")
    #expect(read.messages == ["< in the same segment"])
  }

  @Test func `inflates by what was agreed upon`() throws {
    let agreement = DeflateAgreement()
    let output = ByteBuffer()
    var keys = MaskingKeySource { $0.initializeMemory(as: UInt8.self, repeating: 7) }
    var server = ProtocolConnection(
      role: .server, rules: ProtocolRules(compressionThreshold: 0), deflate: agreement)
    var segments: [[UInt8]] = []
    let long = String(repeating: "window ", count: 50)
    for text in [long, long, "short"] {
      server.send(.text, Array(text.utf8).span, into: output, keys: &keys)
      segments.append(Array(copying: output.span))
      output.removeAll()
    }
    let extensions = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
    var file = opened(PacketFile(), extensions)
    for segment in segments { file.send(.server, segment) }
    let read = ReadCapture(file.bytes)
    #expect(read.messages == ["< \(long)", "< \(long)", "< short"])
    #expect(read.frames.allSatisfy { $0.message?.isCompressed == true && $0.violations == [] })

    // The capture begins behind the first message, which the second refers to.
    var late = PacketFile()
    for segment in segments[1...] { late.send(.server, segment) }
    let lateRead = ReadCapture(late.bytes)
    #expect(
      lateRead.outline.hasPrefix("start connect began-too-late text"), "\(lateRead.outline)")
    #expect(lateRead.remarks.map(\.name) == ["began-too-late", "deflate-assumed", "not-inflated"])
    #expect(lateRead.messages == ["< short"])
    #expect(lateRead.frames.flatMap(\.violations) == [])

    // The first message is missing in the middle.
    var lossy = opened(PacketFile(), extensions)
    lossy.lose(.server, segments[0].count)
    for segment in segments[1...] { lossy.send(.server, segment) }
    let lossyRead = ReadCapture(lossy.bytes)
    #expect(lossyRead.remarks.map(\.name) == ["bytes-lost", "not-inflated"])
    #expect(lossyRead.messages == ["< short"])
  }

  @Test func `tells of violations`() {
    var file = opened()
    file.send(.client, text("unmasked"))
    file.send(.server, frame(Opcode(rawValue: 3), []))
    file.send(.server, frame(.close, [3, 0xE8]) + text("late"))
    let read = ReadCapture(file.bytes)
    #expect(read.frames.map(\.violations) == [[.unmaskedByClient], [.reservedOpcode(Opcode(rawValue: 3))], [], []])
    #expect(read.remarks.map(\.name) == ["data-after-close"])
    #expect(read.messages == ["> unmasked", "< close 1000", "< late"])
  }

  @Test(arguments: [
    (PacketFile.Sender.server, PacketFile.Flags.reset, "reset-by-peer"), (.client, .reset, "abandoned"),
  ])
  func `tells who ended a connection`(sender: PacketFile.Sender, flags: PacketFile.Flags, cause: String) {
    var file = opened()
    file.segment(sender, [], flags: flags)
    #expect(ReadCapture(file.bytes).outline.hasSuffix(" open \(cause)"))
  }

  @Test func `shows what has come of a frame that its sender did not finish`() throws {
    var file = opened()
    file.send(.server, Array(text("hello")[..<4]))
    file.finish(.server)
    file.finish(.client)
    let read = ReadCapture(file.bytes)
    #expect(read.outline.hasSuffix("open text ended-by-peer"))
    let frame = try #require(read.frames.first)
    #expect(frame.payload == Array("he".utf8))
    #expect(frame.violations == [.endInsideFrame(missing: 3)])
  }
}

@Suite struct `The segments of a capture` {
  private let words = (0..<40).map { "message \($0)" }

  /// The connection with these frames of the server cut into segments, which `arrange` puts into the file.
  private func read(
    _ size: Int, _ arrange: (inout PacketFile, [(at: Int, bytes: [UInt8])]) -> Void
  ) -> ReadCapture {
    var file = opened()
    let stream = words.flatMap { text($0) }
    let segments = stride(from: 0, to: stream.count, by: size).map {
      (at: $0, bytes: Array(stream[$0..<min(stream.count, $0 + size)]))
    }
    arrange(&file, segments)
    return ReadCapture(file.bytes)
  }

  @Test func `may come in any order`() {
    for seed in 1...20 as ClosedRange<UInt64> {
      var random = SeededRandom(seed: seed)
      let read = read(11) { file, segments in
        for segment in segments.shuffled(using: &random) { file.segment(.server, segment.bytes, at: segment.at) }
      }
      #expect(read.messages == words.map { "< \($0)" }, "seed \(seed)")
      #expect(read.remarks == [])
    }
  }

  @Test func `may come twice, and overlap`() {
    for seed in 1...20 as ClosedRange<UInt64> {
      var random = SeededRandom(seed: seed)
      let stream = words.flatMap { text($0) }
      let read = read(7) { file, segments in
        for segment in segments {
          let start = Int.random(in: 0...segment.at, using: &random)
          file.segment(.server, Array(stream[start..<segment.at + segment.bytes.count]), at: start)
          if Bool.random(using: &random) { file.segment(.server, segment.bytes, at: segment.at) }
        }
      }
      #expect(read.messages == words.map { "< \($0)" }, "seed \(seed)")
    }
  }

  @Test func `may be lost inside a frame, whose end is known all the same`() throws {
    var file = opened()
    file.send(.server, Array(text("hello, world")[..<5]))
    file.lose(.server, 4)
    file.send(.server, Array(text("hello, world")[9...]) + text("next"))
    // The client confirms what the file lacks.
    for _ in 0..<40 { file.segment(.client, []) }
    file.send(.server, text("last"))
    let read = ReadCapture(file.bytes)
    #expect(read.messages == ["< next", "< last"])
    #expect(read.frames.first?.payload == Array("hel".utf8))
    #expect(read.frames.first?.header.payloadLength == 12)
    #expect(read.frames.flatMap(\.violations) == [])
  }

  @Test func `may be lost between frames, until one begins with a segment`() {
    var file = opened()
    file.send(.server, text("one"))
    file.lose(.server, 100)
    file.send(.server, [0x20, 0x20, 0x20])
    file.send(.server, text("two"))
    let read = ReadCapture(file.bytes)
    #expect(read.messages == ["< one", "< two"])
    #expect(read.remarks.map(\.name) == ["bytes-lost"])
  }

  @Test func `may be captured in part`() {
    var file = PacketFile(snapLength: 14 + 24 + 24 + 6)
    file.connect()
    file.send(.server, frame(.binary, [UInt8](repeating: 1, count: 100)))
    file.send(.client, frame(.binary, [UInt8](repeating: 1, count: 100), isMasked: true))
    // Without the handshake nothing tells that these are frames.
    #expect(ReadCapture(file.bytes).events.isEmpty)
    var open = opened()
    open.snapLength = 14 + 24 + 24 + 6
    open.send(.server, frame(.binary, [UInt8](repeating: 1, count: 100)))
    open.send(.server, frame(.binary, [UInt8](repeating: 2, count: 100)))
    let read = ReadCapture(open.bytes)
    #expect(read.frames.map(\.payload) == [[1, 1, 1, 1], [2, 2, 2, 2]])
    #expect(read.frames.map(\.header.payloadLength) == [100, 100])
  }

  @Test func `may be fragments of IP, which is said`() {
    var file = opened()
    file.packet(file.internet([UInt8](repeating: 0, count: 40), .server, fragment: 0x2000))
    file.packet(file.internet([UInt8](repeating: 0, count: 40), .server, fragment: 0x0010))
    let read = ReadCapture(file.bytes)
    #expect(read.damages.map(\.reason) == ["fragments of IP packets are passed over: what they carry is missing"])
  }
}

@Suite struct `The connections of a capture` {
  /// The file is given to the reader as it is made.
  private func read(_ make: (_ flush: (inout PacketFile) -> Void, inout PacketFile) -> Void) -> ReadCapture {
    var reader = CaptureReader(start: ReadCapture.start)
    var read = ReadCapture([])
    read.damages = []
    func take(_ item: CaptureItem) {
      switch item {
      case .event(let event): read.events.append(event)
      case .damage(let damage): read.damages.append(damage)
      }
    }
    var file = PacketFile()
    make({ reader.read($0.takeBytes().span, take) }, &file)
    reader.read(file.takeBytes().span, take)
    reader.finish(take)
    return read
  }

  @Test func `may be half open, any number of them`() {
    let read = read { flush, file in
      for index in 0..<60_000 {
        file.ports = (UInt16(index), UInt16(index % 7 + 1))
        file.segment(.client, [], flags: .syn)
        if index % 1000 == 0 { flush(&file) }
      }
      file = session(file)
    }
    #expect(read.damages.map { $0.reason.hasPrefix("more is under way than can be held") } == [true])
    #expect(read.messages == ["> hello", "< world", "> close 1000", "< close 1000"])
  }

  @Test func `may wait for what was lost, all of them, which is said`() {
    let read = read { flush, file in
      for index in 1...16_000 as ClosedRange<UInt16> {
        file.ports = (index, 80)
        file.segment(.client, [], flags: .syn)
        file.segment(.client, [UInt8](repeating: 1, count: 8000), at: 5000)
        flush(&file)
      }
      file = session(file)
    }
    #expect(read.damages.map { $0.reason.hasPrefix("more is under way than can be held") } == [true])
    #expect(read.messages == ["> hello", "< world", "> close 1000", "< close 1000"])
  }
}

@Suite struct `A packet capture that is none` {
  @Test(
    "is told with its place",
    arguments: [
      (
        "a1b2c3d4 0002 0004 00000000 00000000 00000000 00000069 00000000 00000000 00000004 00000004 00000000", 40,
        "packets of link type 105 are not understood, and passed over"
      ),
      (
        "a1b2c3d4 0002 0004 00000000 00000000 00000000 00000001 00000000 00000000 ffffffff 00000004", 32,
        "a packet of 4294967295 bytes, which none has; nothing behind it can be read"
      ),
      (
        "0a0d0d0a 0000001c 12345678 00010000 ffffffff ffffffff 0000001c", 8,
        "a section whose byte order is not known; nothing behind it can be read"
      ),
      (
        "0a0d0d0a 00000005 1a2b3c4d 00010000 ffffffff ffffffff 0000001c", 4,
        "a block of 5 bytes, which none has; nothing behind it can be read"
      ),
      (
        "0a0d0d0a 0000001c 1a2b3c4d 00010000 ffffffff ffffffff 0000001c 00000006 00000020 00000000 00000000 00000000 "
          + "00000000 00000000 00000020", 28, "a packet of an interface that was not described"
      ),
    ] as [(String, UInt64, String)])
  func damaged(digits: String, offset: UInt64, reason: String) {
    let read = ReadCapture(hex(digits))
    #expect(read.damages == [CaptureDamage(offset: offset, reason: reason)])
  }

  @Test func `says what it holds instead`() {
    #expect(ReadCapture(PacketFile().bytes).findings == "no packet in it")
    var file = PacketFile()
    file.connect()
    #expect(ReadCapture(file.bytes).findings == "no WebSocket connection among 1 TCP connection")
    file.send(.client, [0x16, 3, 1, 0, 0])
    #expect(
      ReadCapture(file.bytes).findings
        == "no WebSocket connection in clear among 1 TCP connection, of which 1 is encrypted by TLS")
    var other = PacketFile()
    other.record([UInt8](repeating: 0, count: 20))
    #expect(ReadCapture(other.bytes).findings == "no TCP among 1 packet")
  }

  @Test func `costs nothing when it is random`() {
    for seed in 1...200 as ClosedRange<UInt64> {
      var random = SeededRandom(seed: seed)
      var bytes = session().bytes
      for _ in 0..<20 { bytes[Int.random(in: 24..<bytes.count, using: &random)] = .random(in: 0...255, using: &random) }
      _ = ReadCapture(bytes)
    }
  }
}
