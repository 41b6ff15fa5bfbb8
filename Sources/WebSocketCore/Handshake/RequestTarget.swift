extension HTTPRequestHead {
  /// Path and query that are asked for, also of an absolute target (RFC 9112, section 3.2); nil if the target names
  /// none.
  public var resource: String? {
    let text = target[...].utf8
    // Only a client in breach sends a fragment, and half an escape means nothing.
    guard !text.contains(UInt8(ascii: "#")), Self.hasWholeEscapes(text) else { return nil }
    if text.first == UInt8(ascii: "/") { return target }
    for scheme in ["http://", "https://", "ws://", "wss://"] {
      let start = text.prefix(scheme.utf8.count)
      guard HTTPGrammar.equalIgnoringCase(Substring(start), scheme) else { continue }
      let authority = text[start.endIndex...].prefix { !"/?".utf8.contains($0) }
      guard WebSocketURL.isHostAndPort(String(Substring(authority))) else { return nil }
      let rest = text[authority.endIndex...]
      return (rest.first == UInt8(ascii: "/") ? "" : "/") + String(Substring(rest))
    }
    return nil
  }

  private static func hasWholeEscapes(_ text: Substring.UTF8View) -> Bool {
    var rest = text
    while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
      let digits = rest[percent...].dropFirst().prefix(2)
      guard digits.count == 2, digits.allSatisfy(HTTPGrammar.isHexadecimal) else { return false }
      rest = rest[digits.endIndex...]
    }
    return true
  }
}
