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
    let text = bytes.extracting(textStart(bytes)...)
    if let place = firstMember(text) {
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

  /// What a file is that begins with `bytes`, whatever comes behind them; nil where that cannot be told yet.
  static func detectEarly(_ bytes: Span<UInt8>) -> CaptureFormat? {
    if PacketFileReader.recognizes(bytes) { return .packets }
    let text = bytes.extracting(textStart(bytes)...)
    guard let place = firstMember(text), text.count - place >= 5, text[place] == UInt8(ascii: "\"") else { return nil }
    return begins(text.extracting(place...), "\"log\"") ? .har : .capture
  }

  /// Behind a byte order mark and blanks.
  private static func textStart(_ bytes: Span<UInt8>) -> Int {
    var index = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
    while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
    return index
  }

  /// Where the first member of an object of JSON begins, or the text ends before it.
  private static func firstMember(_ text: Span<UInt8>) -> Int? {
    guard text.count > 0, text[0] == UInt8(ascii: "{") else { return nil }
    var place = 1
    while place < text.count, text[place] <= 0x20 { place += 1 }
    return place
  }

  private static func begins(_ bytes: Span<UInt8>, _ text: String) -> Bool {
    let wanted = Array(text.utf8)
    return bytes.count >= wanted.count && wanted.indices.allSatisfy { bytes[$0] == wanted[$0] }
  }
}
