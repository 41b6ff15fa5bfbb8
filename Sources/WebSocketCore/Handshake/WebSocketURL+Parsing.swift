extension WebSocketURL {
  // Bytes and not characters: a combining mark behind `/` or `#` would make another character of it.
  private typealias Text = Substring.UTF8View

  /// Reads `word`. Without a scheme it is `ws://` if it holds one of `. : / [` or is `localhost`.
  public static func parse(_ word: String) throws(URLFailure) -> WebSocketURL {
    guard !word.isEmpty else { throw .empty }
    try refuseControls(word)
    let text = word[...].utf8
    if let rest = rest(of: text, behind: "ws+unix:") { return try parseUnix(rest, word: word) }
    if let rest = rest(of: text, behind: "loopback:") {
      let behaviour = rest.drop { $0 == UInt8(ascii: "/") }
      return WebSocketURL(scheme: .loopback, resource: try resource(behaviour), description: word)
    }
    for (name, scheme) in [("ws", Scheme.ws), ("wss", .wss), ("http", .ws), ("https", .wss)] {
      guard let rest = rest(of: text, behind: name + ":") else { continue }
      if rest.starts(with: "//".utf8) { return try parseNetwork(rest.dropFirst(2), scheme: scheme, word: word) }
      // `ws:9001` may be a host of that name and a port; anything else is a URL that lacks its slashes.
      guard let first = rest.first, HTTPGrammar.isDigit(first) else { throw .missingSlashes(scheme: name) }
    }
    if let end = text.firstIndex(of: UInt8(ascii: ":")), text[end...].starts(with: "://".utf8), isScheme(text[..<end]) {
      throw .unknownScheme(string(text[..<end]))
    }
    guard text.contains(where: ".:/[".utf8.contains) || HTTPGrammar.equalIgnoringCase(word, "localhost")
    else { throw .notAURL(word) }
    return try parseNetwork(text, scheme: .ws, word: word)
  }

  private static func string(_ text: Text) -> String { String(Substring(text)) }

  private static func rest(of text: Text, behind prefix: String) -> Text? {
    let start = text.prefix(prefix.utf8.count)
    return HTTPGrammar.equalIgnoringCase(Substring(start), prefix) ? text[start.endIndex...] : nil
  }

  private static func isScheme(_ text: Text) -> Bool {
    guard let first = text.first, (first | 0x20) &- UInt8(ascii: "a") < 26 else { return false }
    return text.allSatisfy { byte in
      HTTPGrammar.isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || "+-.".utf8.contains(byte)
    }
  }

  private static func refuseControls(_ word: String) throws(URLFailure) {
    var offset = 0
    for scalar in word.unicodeScalars {
      if scalar == " " { throw .blank(offset: offset) }
      if scalar.properties.generalCategory == .control { throw .controlCharacter(scalar, offset: offset) }
      offset += UTF8.width(scalar)
    }
  }

  private static func refuseFragment(_ text: Text) throws(URLFailure) {
    if let hash = text.firstIndex(of: UInt8(ascii: "#")) { throw .fragment(string(text[hash...])) }
  }

  // MARK: Network

  private static func parseNetwork(_ text: Text, scheme: Scheme, word: String) throws(URLFailure) -> WebSocketURL {
    try refuseFragment(text)
    let authority = text.prefix { !"/?".utf8.contains($0) }
    var hostAndPort = authority
    var userinfo: Userinfo?
    var description = word
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
      userinfo = try parseUserinfo(authority[..<at])
      description = "\(word[..<text.startIndex])***\(word[at...])"
      hostAndPort = authority[at...].dropFirst()
    }
    let (host, port) = try parseHost(hostAndPort)
    let resource = try resource(text[authority.endIndex...])
    var url = WebSocketURL(scheme: scheme, host: host, port: port, resource: resource, description: description)
    url.userinfo = userinfo
    return url
  }

  private static func parseUserinfo(_ text: Text) throws(URLFailure) -> Userinfo {
    let wrong = text.first { $0 < 0x80 && !IPv6Text.isUnreserved($0) && !"!$&'()*+,;=:%".utf8.contains($0) }
    if let wrong { throw .userinfoCharacter(Character(Unicode.Scalar(wrong))) }
    let name = text.prefix { $0 != UInt8(ascii: ":") }
    guard let user = String(validating: try percentDecoded(name), as: UTF8.self),
      let password = String(validating: try percentDecoded(text[name.endIndex...].dropFirst()), as: UTF8.self)
    else { throw .userinfoNotUTF8 }
    return Userinfo(user: user, password: password)
  }

  private static func parseHost(_ text: Text) throws(URLFailure) -> (host: String, port: Int?) {
    if text.first == UInt8(ascii: "[") { return try parseBracketedHost(text) }
    let host = text.prefix { $0 != UInt8(ascii: ":") }
    let port = text[host.endIndex...].dropFirst()
    if port.contains(UInt8(ascii: ":")) { throw .ipv6WithoutBrackets(string(text)) }
    guard !host.isEmpty else { throw .missingHost }
    guard host.allSatisfy({ $0 < 0x80 }) else { throw .internationalHost(string(host)) }
    if let wrong = host.first(where: { !IPv6Text.isUnreserved($0) && !"!$&'()*+,;=".utf8.contains($0) }) {
      throw .hostCharacter(Character(Unicode.Scalar(wrong)), host: string(host))
    }
    return (string(host), try parsePort(port))
  }

  /// Whether `text` is a host with or without a port, as the `Host` header holds it.
  static func isHostAndPort(_ text: String) -> Bool { (try? parseHost(text[...].utf8)) != nil }

  private static func parseBracketedHost(_ text: Text) throws(URLFailure) -> (host: String, port: Int?) {
    guard let close = text.firstIndex(of: UInt8(ascii: "]")) else { throw .unclosedBracket(string(text)) }
    let literal = text[..<close].dropFirst()
    guard IPv6Text.isAddress(Substring(literal)) else { throw .notIPv6(string(literal)) }
    let behind = text[close...].dropFirst()
    guard behind.isEmpty || behind.first == UInt8(ascii: ":") else { throw .textBehindBracket(string(behind)) }
    // The zone's delimiter is written %25 in a URL and is a plain % everywhere else.
    let address = literal.prefix { $0 != UInt8(ascii: "%") }
    let zone = literal[address.endIndex...].dropFirst(3)
    return (string(address) + (zone.isEmpty ? "" : "%" + string(zone)), try parsePort(behind.dropFirst()))
  }

  /// Nil for no digits, which means the default one (RFC 3986, section 3.2.3).
  private static func parsePort(_ text: Text) throws(URLFailure) -> Int? {
    if text.isEmpty { return nil }
    guard text.allSatisfy(HTTPGrammar.isDigit) else { throw .portNotNumber(string(text)) }
    guard let port = Int(string(text)), (1...65535).contains(port) else { throw .portOutOfRange(string(text)) }
    return port
  }

  // MARK: Unix sockets

  private static func parseUnix(_ text: Text, word: String) throws(URLFailure) -> WebSocketURL {
    var rest = text
    if rest.starts(with: "//".utf8) {
      rest = rest.dropFirst(2)
      let host = rest.prefix { !"/:".utf8.contains($0) }
      guard host.isEmpty else { throw .socketHost(string(host)) }
    }
    let separator = rest.indices.first { rest[$0...].starts(with: ":/".utf8) } ?? rest.endIndex
    var path = rest[..<separator]
    if separator == rest.endIndex, path.last == UInt8(ascii: ":") { path = path.dropLast() }
    guard !path.isEmpty else { throw .missingSocketPath }
    let bytes = try percentDecoded(path)
    guard !bytes.contains(0), let decoded = String(validating: bytes, as: UTF8.self) else { throw .socketPathNotText }
    var url = WebSocketURL(scheme: .wsUnix, resource: try resource(rest[separator...].dropFirst()), description: word)
    url.unixPath = decoded
    return url
  }

  // MARK: Paths and escapes

  /// Path and query as a request sends them. What RFC 3986 leaves no room for, as `{` and all beyond ASCII, is
  /// percent-encoded; the rest stays as it was written.
  private static func resource(_ text: Text) throws(URLFailure) -> String {
    try refuseFragment(text)
    try checkEscapes(text)
    var resource = text.first == UInt8(ascii: "/") ? "" : "/"
    for byte in text {
      if byte < 0x80 && !"\"<>[\\]^`{|}".utf8.contains(byte) {
        resource.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        resource += "%" + HTTPGrammar.hexadecimal(byte).dropFirst(2)
      }
    }
    // The mark goes with an empty query (RFC 6455, section 3).
    if resource.firstIndex(of: "?") == resource.index(before: resource.endIndex) { resource.removeLast() }
    return resource
  }

  private static func checkEscapes(_ text: Text) throws(URLFailure) {
    var rest = text
    while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
      let escape = rest[percent...].prefix(3)
      guard escape.count == 3, escape.dropFirst().allSatisfy(HTTPGrammar.isHexadecimal) else {
        throw .percentEscape(String(Substring(rest[percent...]).prefix(3)))
      }
      rest = rest[escape.endIndex...]
    }
  }

  private static func percentDecoded(_ text: Text) throws(URLFailure) -> [UInt8] {
    try checkEscapes(text)
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%"), let value = UInt8(Substring(rest.prefix(2)), radix: 16) else {
        bytes.append(byte)
        continue
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}
