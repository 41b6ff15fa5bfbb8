public import Arguments

/// A line for curl, as browsers copy it, told in our own words.
public struct CurlLine: Equatable, Sendable {
  /// Where it goes, with `ws:` or `wss:` for `http:` or `https:`.
  public private(set) var url: String
  /// The same session in our own options, the URL last.
  public var arguments: [String] { options + ["--", url] }
  /// Options that mean nothing for a WebSocket, as they were typed.
  public private(set) var ignored: [String] = []

  private var options: [String] = []

  /// Reads the words behind `curl`.
  public init(_ words: [String]) throws(CurlLineError) {
    var reading = CurlReading()
    try reading.read(words)
    guard let url = reading.url else { throw .missingURL }
    self.url = Self.webSocketURL(url)
    options = try reading.finishedOptions()
    ignored = reading.ignored
  }

  /// The session: our own options before `curl`, as `parsed` has them, then those of the line.
  public func session(_ parsed: Parsed, in program: Program) throws(UsageError) -> Parsed {
    // Neither --help nor --version is among the words made here.
    guard case .run(let session) = try ArgumentParser(program).parse(parsed.leadingWords + arguments) else {
      return parsed
    }
    return session
  }

  /// `url` with the scheme of a WebSocket and without a fragment, which curl does not send either.
  private static func webSocketURL(_ url: String) -> String {
    let whole = url.unicodeScalars.prefix { $0 != "#" }
    let address = String(whole)
    for (scheme, ours) in [("https://", "wss://"), ("http://", "ws://")] {
      let start = whole.prefix(scheme.unicodeScalars.count)
      if String(start).lowercased() == scheme { return ours + String(whole[start.endIndex...]) }
    }
    return address
  }
}

/// The words of a line for curl while they are read.
private struct CurlReading {
  var url: String?
  var ignored: [String] = []
  private var options: [String] = []
  private var proxy: String?
  private var proxyUser: String?

  mutating func read(_ words: [String]) throws(CurlLineError) {
    var index = 0
    func next(_ name: String) throws(CurlLineError) -> String {
      guard index < words.count else { throw .missingValue(name) }
      defer { index += 1 }
      return words[index]
    }
    while index < words.count {
      let word = words[index]
      index += 1
      if word.hasPrefix("--"), word.count > 2 {
        guard let option = CurlOption.named(String(word.dropFirst(2))) else { throw .unknownOption(word) }
        try take(option, word, option.takesValue ? next(word) : nil)
      } else if word.hasPrefix("-"), word.count > 1, word != "--" {
        try readLetters(word.dropFirst(), next)
      } else if word != "--" {
        try take(url: word)
      }
    }
  }

  /// Letters behind one dash: switches, and at last one with a value, joined to it or in the next word.
  private mutating func readLetters(
    _ letters: Substring, _ next: (String) throws(CurlLineError) -> String
  ) throws(CurlLineError) {
    var rest = letters.unicodeScalars
    while let letter = rest.popFirst() {
      let name = "-\(letter)"
      guard let option = CurlOption.lettered(Character(letter)) else { throw .unknownOption(name) }
      guard option.takesValue else {
        try take(option, name, nil)
        continue
      }
      try take(option, name, rest.isEmpty ? next(name) : String(rest))
      return
    }
  }

  private mutating func take(url word: String) throws(CurlLineError) {
    guard url == nil else { throw .secondURL(word) }
    url = word
  }

  private mutating func take(_ option: CurlOption, _ name: String, _ value: String?) throws(CurlLineError) {
    switch option.meaning {
    case .ignored: ignored.append(value.map { "\(name) \($0)" } ?? name)
    case .ours(let ours): options += [ours] + (value.map { [$0] } ?? [])
    case .header(let header): options += ["--header", "\(header): \(value ?? "")"]
    case .special(let special): try take(special, name, value ?? "")
    case .refused(let refusal): throw .refused(option: name, reason: refusal.sentence)
    }
  }

  private mutating func take(_ special: CurlOption.Special, _ name: String, _ value: String) throws(CurlLineError) {
    switch special {
    case .url: try take(url: value)
    case .header: try takeHeader(name, value)
    case .request:
      guard value == "GET" else { throw .method(value) }
    case .cookie:
      guard value.contains("=") else { throw .fromFile(option: name, file: value) }
      options += ["--cookie", value]
    case .referer:
      // curl's ";auto" is about redirects.
      let url = value.hasSuffix(";auto") ? String(value.dropLast(5)) : value
      if !url.isEmpty { options += ["--header", "Referer: \(url)"] }
    case .certificate:
      let (file, phrase) = Self.splitCertificate(value)
      options += ["--cert", file] + (phrase.map { ["--pass", $0] } ?? [])
    case .output:
      // `-` is standard output, where messages go anyway.
      if value != "-" { options += ["--output", value] }
    case .tlsMaximum:
      if value != "default" { options += ["--tls-max", value] }
    case .proxy: proxy = value
    case .proxyUser: proxyUser = value
    }
  }

  private mutating func takeHeader(_ name: String, _ value: String) throws(CurlLineError) {
    if value.hasPrefix("@") { throw .fromFile(option: name, file: String(value.dropFirst())) }
    let header = String(value.unicodeScalars.prefix { $0 != ":" && $0 != ";" }).lowercased()
    switch header {
    // Each handshake has its own.
    case "connection", "upgrade", "sec-websocket-key", "sec-websocket-version": break
    case "sec-websocket-extensions":
      if !value.lowercased().contains("permessage-deflate") { options.append("--no-deflate") }
    default: options += ["--header", value]
    }
  }

  /// `FILE:PHRASE`; a colon in the file's name is written `\:`.
  private static func splitCertificate(_ value: String) -> (file: String, phrase: String?) {
    var file = ""
    var rest = value.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\\" where rest.first == ":" || rest.first == "\\":
        file.unicodeScalars.append(rest.removeFirst())
      case ":": return (file, String(rest))
      default: file.unicodeScalars.append(scalar)
      }
    }
    return (file, nil)
  }

  /// Our options, when all words are read.
  func finishedOptions() throws(CurlLineError) -> [String] {
    guard let proxy else {
      if proxyUser != nil { throw .proxyUserWithoutProxy }
      return options
    }
    return try options + ["--proxy", proxyURL(proxy)]
  }

  /// The proxy as a URL of ours: curl's scheme may be missing, and its default port is 1080.
  private func proxyURL(_ proxy: String) throws(CurlLineError) -> String {
    if proxy.isEmpty { return "" }
    var address = proxy
    if let scheme = proxy.firstRange(of: "://") {
      guard proxy[..<scheme.lowerBound].lowercased() == "http" else { throw .proxyScheme(proxy) }
      address = String(proxy[scheme.upperBound...])
    }
    let authority = address.prefix { $0 != "/" }
    let at = authority.lastIndex(of: "@")
    var host = String(at.map { authority[authority.index(after: $0)...] } ?? authority)
    if !host.drop(while: { $0 != "]" }).contains(":"), host.hasPrefix("[") || !host.contains(":") { host += ":1080" }
    let user = proxyUser.map(Self.percentEncodedUser) ?? at.map { String(authority[..<$0]) }
    return "http://" + (user.map { $0 + "@" } ?? "") + host
  }

  /// `NAME:PASSWORD` as it stands in a URL.
  private static func percentEncodedUser(_ user: String) -> String {
    var result = ""
    var isPassword = false
    for byte in user.utf8 {
      let scalar = Unicode.Scalar(byte)
      if byte == UInt8(ascii: ":"), !isPassword {
        isPassword = true
        result += ":"
      } else if byte < 0x80,
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._~".utf8.contains(byte)
      {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
      }
    }
    return result
  }
}
