import TestSupport
import Testing

/// What one end said after the handshake, in segments.
private typealias Segments = [(at: Int, bytes: [UInt8])]

/// Packet files as networks make them, seen by us and by tshark.
@Suite(.enabled(if: Need.tshark.isMet, "\(Need.tshark.reason)")) struct `A packet file` {
  private static let frames: [RawFrame] = [
    .text("Hello"), RawFrame(1, Array("frag".utf8), bits: 0), .ping([1, 2]), RawFrame(0, Array("ment".utf8)),
    .binary([UInt8](repeating: 7, count: 300)), .text(""), .binary([UInt8](repeating: 9, count: 70_000)),
    .pong([3]), .close(1001, "going"),
  ]

  /// A connection whose server sends the frames as `arrange` puts their segments into the file.
  private func file(
    _ empty: PacketFile = PacketFile(), segmentSize: Int = 1448,
    _ arrange: (inout PacketFile, Segments) -> Void = { file, segments in
      for segment in segments { file.send(.server, segment.bytes) }
    }
  ) -> PacketFile {
    var file = empty
    file.connect()
    let heads = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-"
    file.send(
      .client,
      "GET / HTTP/1.1\r\nHost: h\r\n\(heads)Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    file.send(.server, "HTTP/1.1 101 S\r\n\(heads)Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
    for frame in Self.frames.prefix(6) { file.send(.client, frame.masked.bytes) }
    let stream = Self.frames.flatMap(\.bytes)
    arrange(
      &file,
      stride(from: 0, to: stream.count, by: segmentSize).map {
        (at: $0, bytes: Array(stream[$0..<min(stream.count, $0 + segmentSize)]))
      })
    return file
  }

  /// What `wscope inspect` says of the frames of one direction.
  private func inspect(_ path: String, _ direction: String) throws -> [FrameFacts] {
    FrameFacts.ours(try Wscope.inspect(path, "--filter", "dir:\(direction)"))
  }

  private static let expected = frames.map {
    FrameFacts(opcode: Int($0.opcode), isFinal: $0.bits == 0x80, isMasked: false, length: $0.payload.count)
  }

  private func agrees(_ file: PacketFile) throws {
    let folder = try ScratchFolder()
    let path = folder.path("file.pcap")
    try Files.write(file.bytes, to: path)
    let ours = try inspect(path, "in")
    #expect(ours == Self.expected)
    let theirs = try FrameFacts.seenByTshark(path, options: ["-o", "tcp.reassemble_out_of_order:TRUE"])
    #expect(theirs.filter { !$0.isMasked } == ours)
    #expect(theirs.filter(\.isMasked) == (try inspect(path, "out")))
  }

  @Test(arguments: PacketFile.Link.allCases, [false, true])
  func `says the same to tshark, over any link`(link: PacketFile.Link, isIPv6: Bool) throws {
    guard link != .ipv4 || !isIPv6 else { return }
    for format in PacketFile.Format.allCases {
      try agrees(file(PacketFile(format: format, link: link, isIPv6: isIPv6)))
    }
  }

  @Test func `says the same to tshark where segments come in another order`() throws {
    try agrees(
      file { file, segments in
        for pair in stride(from: 0, to: segments.count, by: 2) {
          for segment in segments[pair..<min(pair + 2, segments.count)].reversed() {
            file.segment(.server, segment.bytes, at: segment.at)
          }
        }
      })
  }

  @Test func `says the same to tshark where segments come again`() throws {
    try agrees(
      file { file, segments in
        for (index, segment) in segments.enumerated() {
          file.segment(.server, segment.bytes, at: segment.at)
          if index % 3 == 2 { file.segment(.server, segments[index - 1].bytes, at: segments[index - 1].at) }
        }
      })
  }

  @Test func `says what was sent where segments overlap`() throws {
    try agrees(
      file { file, segments in
        let stream = segments.flatMap(\.bytes)
        for segment in segments {
          let start = max(0, segment.at - 700)
          file.segment(.server, Array(stream[start..<segment.at + segment.bytes.count]), at: start)
        }
      })
  }

  @Test func `that lacks a segment is read around it, which is said`() throws {
    let lost = file(segmentSize: 1000) { file, segments in
      for segment in segments where segment.at != 10_000 { file.segment(.server, segment.bytes, at: segment.at) }
    }
    let folder = try ScratchFolder()
    let path = folder.path("lost.pcap")
    try Files.write(lost.bytes, to: path)
    #expect(try inspect(path, "in") == Self.expected)
    let text = try Wscope.run("inspect", path)
    expect(text, 0)
    #expect(text.output.text.contains("of it are here"), "\(text)")
  }

  @Test func `may be large, and little of it is held`() throws {
    var file = file { _, _ in }
    let program = try Wscope.start("inspect", "--verify", "-")
    let payload = RawFrame.binary([UInt8](repeating: 1, count: 60_000)).bytes
    let limit = 64 << 20
    var size = 0
    while size < limit {
      for _ in 0..<16 { file.send(.server, payload) }
      let bytes = file.takeBytes()
      size += bytes.count
      program.write(bytes)
      program.wait { $0.untakenInput < 1 << 20 }
    }
    program.endInput()
    let outcome = program.wait(limit: .seconds(60))
    expect(outcome, 0)
    #expect(outcome.output.text.hasPrefix("no violation in 1,"), "\(outcome)")
    #expect(outcome.peakMemory < 100, "\(outcome.peakMemory) MiB")
  }
}
