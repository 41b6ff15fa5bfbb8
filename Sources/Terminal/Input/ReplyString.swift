/// Answers that are strings: OSC and DCS.
enum ReplyString {
  /// Reads a string from its introducer's second byte (`]` or `P`) up to its terminator; nothing if it is not known.
  static func replies(_ bytes: ArraySlice<UInt8>) -> [Reply] {
    let content = bytes.dropFirst()
    if bytes.first == UInt8(ascii: "]") { return color(content).map { [$0] } ?? [] }
    if content.starts(with: Array(">|".utf8)) {
      return [.name(String(decoding: content.dropFirst(2), as: UTF8.self))]
    }
    if content.starts(with: Array("1+r".utf8)) { return capabilities(content.dropFirst(3), isKnown: true) }
    if content.starts(with: Array("0+r".utf8)) { return capabilities(content.dropFirst(3), isKnown: false) }
    return []
  }

  /// `11;rgb:1e1e/1e1e/1e1e`, `11;rgba:…` or `11;#1e1e1e`.
  private static func color(_ content: ArraySlice<UInt8>) -> Reply? {
    guard let separator = content.firstIndex(of: UInt8(ascii: ";")) else { return nil }
    let number = content[..<separator]
    guard number.count == 2, let which = Int(String(decoding: number, as: UTF8.self)), (10...12).contains(which)
    else { return nil }
    var value = content[(separator + 1)...]
    let parts: [ArraySlice<UInt8>]
    if value.first == UInt8(ascii: "#") {
      value = value.dropFirst()
      guard [3, 6, 12].contains(value.count) else { return nil }
      let size = value.count / 3
      parts = (0..<3).map { value.dropFirst($0 * size).prefix(size) }
    } else if let colon = value.firstIndex(of: UInt8(ascii: ":")),
      ["rgb", "rgba"].contains(String(decoding: value[..<colon], as: UTF8.self))
    {
      parts = value[(colon + 1)...].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      guard parts.count == 3 || parts.count == 4 else { return nil }
    } else {
      return nil
    }
    let levels = parts.prefix(3).compactMap(level)
    return levels.count == 3 ? .color(which, red: levels[0], green: levels[1], blue: levels[2]) : nil
  }

  /// One to four hexadecimal digits, of which all F is the brightest.
  private static func level(_ digits: ArraySlice<UInt8>) -> UInt8? {
    guard (1...4).contains(digits.count) else { return nil }
    var value = 0
    for byte in digits {
      guard let digit = hexDigit(byte) else { return nil }
      value = value << 4 | digit
    }
    let largest = 1 << (4 * digits.count) - 1
    return UInt8((value * 255 + largest / 2) / largest)
  }

  /// `524742=38;…`: names and values in hexadecimal.
  private static func capabilities(_ content: ArraySlice<UInt8>, isKnown: Bool) -> [Reply] {
    content.split(separator: UInt8(ascii: ";")).compactMap { part in
      let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = text(hex: halves[0]), !name.isEmpty else { return nil }
      guard isKnown else { return .capability(name, nil) }
      let value = halves.count > 1 ? text(hex: halves[1]) : ""
      return value.map { .capability(name, $0) }
    }
  }

  private static func text(hex digits: ArraySlice<UInt8>) -> String? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes = [UInt8]()
    var high: Int?
    for byte in digits {
      guard let digit = hexDigit(byte) else { return nil }
      if let first = high {
        bytes.append(UInt8(first << 4 | digit))
        high = nil
      } else {
        high = digit
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexDigit(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte) - 0x30
    case 0x41...0x46: Int(byte) - 0x37
    case 0x61...0x66: Int(byte) - 0x57
    default: nil
    }
  }
}
