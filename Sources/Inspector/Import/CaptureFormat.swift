/// The kinds of files that frames are read from.
public enum CaptureFormat: Equatable, Sendable, CaseIterable {
  /// Our own captures, JSON Lines.
  case capture
  /// Packets: pcap and pcapng.
  case packets
  /// HTTP Archive with `_webSocketMessages`, as browsers save it.
  case har
  /// Bytes of one direction in hexadecimal.
  case hexDump
  /// Bytes of one direction.
  case raw

  /// Its name for people.
  public var name: String {
    switch self {
    case .capture: "capture of wscope"
    case .packets: "packet capture"
    case .har: "HTTP Archive"
    case .hexDump: "hex dump"
    case .raw: "raw bytes"
    }
  }

  /// What a file is that begins with `bytes`; nil where it is nothing that is known. Raw bytes are never told.
  static func detect(_ bytes: Span<UInt8>) -> CaptureFormat? {
    if PacketFileReader.recognizes(bytes) { return .packets }
    var index = 0
    // A byte order mark may stand before text.
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { index = 3 }
    while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
    let text = bytes.extracting(index...)
    if text.count > 0, text[0] == UInt8(ascii: "{") {
      var place = 1
      while place < text.count, text[place] <= 0x20 { place += 1 }
      if begins(text.extracting(place...), "\"log\"") { return .har }
      if place == text.count || text[place] == UInt8(ascii: "\"") { return .capture }
    }
    if HexDumpLayout.detect(text) != nil { return .hexDump }
    // The start of a capture may be damaged.
    for index in text.indices.dropFirst() where text[index - 1] == UInt8(ascii: "\n") {
      if begins(text.extracting(index...), "{\"") { return .capture }
    }
    return nil
  }

  private static func begins(_ bytes: Span<UInt8>, _ text: String) -> Bool {
    let wanted = Array(text.utf8)
    return bytes.count >= wanted.count && wanted.indices.allSatisfy { bytes[$0] == wanted[$0] }
  }
}
