import Bytes
import Inspector
import TestSupport
import Trace
import WebSocketCore

/// The files that `wscope inspect` reads.
extension FuzzTarget {
  static let readers: [FuzzTarget] = [
    reader(.capture, "capture", captures),
    reader(.packets, "pcap", [PacketFile.Format.pcap, .pcapNanoseconds].flatMap(packetFiles)),
    reader(.packets, "pcapng", packetFiles(.pcapng)),
    reader(
      .har, "har",
      [
        """
        {"log":{"version":"1.2","entries":[{"startedDateTime":"2026-01-02T03:04:05.006+01:00","request":{"method":
        "GET","url":"wss://h/c?x=1","headers":[{"name":"Host","value":"h"}]},"response":{"status":101,"headers":
        [{"name":"Sec-WebSocket-Extensions","value":"permessage-deflate"}]},"_webSocketMessages":[{"type":"send",
        "time":1767323045.25,"opcode":1,"data":"h\\u00e9\\ud83d\\ude00"},
        {"type":"receive","opcode":2,"data":"AP8="}]}]}}
        """,
        #"{"log":{"entries":[{"_webSocketMessages":[{"type":"receive","time":1e3,"opcode":8,"data":"A+g="}],"#
          + #""request":{"url":"ws://a"}},{"response":{"status":404}}]}}"#,
      ].map { Array($0.utf8) }),
    reader(
      .hexDump, "hex",
      [
        "00000000: 8105 4865 6c6c 6f89 0261 62              ..Hello..ab\n", "81 05 48 65\n6c:6c-6f\n",
        "00000000  81 05 48 65 6c 6c 6f 82  7e 01 00 2a 2a 2a 2a 2a  |..Hello.~..*****|\n"
          + "00000010  2a 2a 2a 2a 2a 2a 2a 2a  2a 2a 2a 2a 2a 2a 2a 2a  |****************|\n*\n00000100\n",
        "unsigned char a[] = { /* text */\n  0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, // masked\n};\n",
        "\"\\x88\\x02\\x03\\xe8\"\n", "0x0000:  8105 4865 6c6c 6f  ..Hello\n",
      ].map { Array($0.utf8) }),
    reader(.raw, "raw", rawStreams),
  ]

  private static func reader(_ format: CaptureFormat, _ name: String, _ seeds: [[UInt8]]) -> FuzzTarget {
    FuzzTarget(
      name: name,
      summary: "frames of a file, \(name), are the same in any pieces, safe to show, and written so that they stay",
      seeds: seeds,
      check: { input, random in
        let senders: [Role?] = [nil, .client, .server]
        let stream = RawStream(
          sender: senders[random.below(3)], deflate: random.below(2) == 0 ? nil : DeflateAgreement())
        // A row of `*` stands for any number of bytes, which take too long here.
        var input = input
        for index in input.indices.dropFirst() where input[index - 1] == 0x0A && input[index] == UInt8(ascii: "*") {
          input[index] = UInt8(ascii: "+")
        }
        // What the file is, is told by its first bytes, which may be damaged.
        return ReaderCheck(input, as: random.below(4) == 0 ? nil : format, stream).failure(&random)
      })
  }

  /// Frames of one direction: whole, fragmented, compressed, masked, wrong.
  private static let rawStreams: [[UInt8]] = [
    [0x81, 5, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x89, 0, 0x8A, 2, 0x61, 0x62, 0x88, 5, 3, 0xE9, 0x62, 0x79, 0x65],
    [0x01, 3, 0x48, 0x65, 0x6C, 0x89, 1, 0x61, 0x80, 2, 0x6C, 0x6F, 0x02, 0, 0x00, 0, 0x80, 0],
    [0xC1, 7, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0xC1, 5, 0xF2, 0x00, 0x11, 0x00, 0x00],
    [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58, 0x82, 0xFE, 0, 2, 1, 2, 3, 4, 5, 6],
    [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0, 1, 9, 0x82, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 9],
    Array("HTTP/1.1 101 S\r\nUpgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n".utf8)
      + [0xC1, 7, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],
  ]

  /// What we write ourselves of the sessions in packet captures, and lines that are rare.
  private static let captures: [[UInt8]] =
    packetFiles(.pcap).map(captured)
    + [
      """
      {"elapsed":2,"connection":1,"dir":"out","type":"frame","frame":{"header":"0181deadbeef","text":"a"}}
      {"connection":1,"dir":"out","type":"text","text":"ab","frames":2,"frame":{"header":"8081deadbeef","text":"b"}}
      {"connection":1,"dir":"in","type":"close","code":1001,"reason":"bye","frame":{"header":"8805"}}
      {"connection":2,"dir":"out","type":"bytes","base64":"gQE=","offset":9}
      {"connection":1,"type":"tolerated","violation":"masked-by-server","section":"5.1","text":"t"}
      {"connection":2,"type":"failed","text":"no"}
      {"connection":1,"type":"start","continued":true}
      {"type":"text","dir":"in","text":"plain"}
      {"type":"phase","phase":"connect","state":"failed","text":"1.2.3.4:80","seconds":0.01}

      """
    ].map { Array($0.utf8) }

  private static func captured(_ file: [UInt8]) -> [UInt8] {
    let start = ContinuousClock.now
    let output = ByteBuffer()
    var reader = CaptureReader(start: start)
    func write(_ item: CaptureItem) {
      guard case .event(let event) = item else { return }
      CaptureWriter(
        connection: event.connection, role: .client, mask: SecretMask(showsSecrets: false), start: start
      ).append(event, into: output)
    }
    reader.read(file.span, write)
    reader.finish(write)
    return Array(copying: output.span)
  }

  /// Sessions over several links, in order and not.
  private static func packetFiles(_ format: PacketFile.Format) -> [[UInt8]] {
    [PacketFile.Link.ethernet, .cooked, .cooked2, .raw].enumerated().map { index, link in
      var file = PacketFile(format: format, isBigEndian: index == 1, link: link, isIPv6: index == 2)
      file.connect()
      file.send(
        .client,
        "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
      file.send(.server, String(decoding: rawStreams[5].dropLast(9), as: UTF8.self))
      file.send(.server, Array(rawStreams[2].prefix(9)))
      file.segment(.server, rawStreams[0], at: rawStreams[1].count)
      file.segment(.server, rawStreams[1])
      file.send(.client, rawStreams[3])
      if index == 0 { file.lose(.client, 3) }
      file.send(.client, rawStreams[3])
      file.finish(.server)
      file.finish(.client)
      return file.bytes
    }
  }
}
