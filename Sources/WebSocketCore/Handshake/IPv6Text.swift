/// The text form of an IPv6 address (RFC 3986, section 3.2.2; RFC 4291, section 2.2).
enum IPv6Text {
  /// Whether `text`, without brackets, is an address, with a zone behind `%25` or not (RFC 6874).
  static func isAddress(_ text: Substring) -> Bool {
    var address = text
    if let percent = text.firstIndex(of: "%") {
      let zone = text[percent...].dropFirst(3)
      guard text[percent...].hasPrefix("%25"), !zone.isEmpty, zone.utf8.allSatisfy(isUnreserved) else { return false }
      address = text[..<percent]
    }
    let halves = address.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    switch halves.count {
    case 1: return groups(halves[0], mayEndInIPv4: true) == 8
    case 2:
      guard let left = groups(halves[0], mayEndInIPv4: false), let right = groups(halves[1], mayEndInIPv4: true)
      else { return false }
      return left + right <= 7
    default: return false
    }
  }

  /// How many 16-bit groups `text` holds; nil if it is malformed.
  private static func groups(_ text: Substring, mayEndInIPv4: Bool) -> Int? {
    if text.isEmpty { return 0 }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var count = 0
    for (index, part) in parts.enumerated() {
      if mayEndInIPv4 && index == parts.count - 1 && part.contains(".") {
        guard isIPv4(part) else { return nil }
        count += 2
      } else {
        guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(HTTPGrammar.isHexadecimal) else { return nil }
        count += 1
      }
    }
    return count
  }

  private static func isIPv4(_ text: Substring) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        part.utf8.allSatisfy(HTTPGrammar.isDigit) && part.utf8.count <= 3 && (part == "0" || part.first != "0")
          && UInt8(part) != nil
      }
  }

  static func isUnreserved(_ byte: UInt8) -> Bool {
    HTTPGrammar.isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || "-._~".utf8.contains(byte)
  }
}
