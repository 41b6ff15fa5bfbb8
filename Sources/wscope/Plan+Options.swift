import Arguments
import Engine
import Transport
import WebSocketCore
import WscopeOptions

extension ConnectionSettings {
  convenience init(_ parsed: Parsed, isServer: Bool) {
    let limits = Limits(
      maximumMessageSize: parsed.size(Options.maximumMessageSize),
      maximumFrameSize: parsed.size(Options.maximumFrameSize),
      maximumFragments: parsed.integer(Options.maximumFragments))
    self.init(
      rules: ProtocolRules(
        limits: limits, isLenient: !isServer && parsed.flag(Options.lenient),
        compressionThreshold: parsed.size(Options.deflateThreshold)),
      maximumQueue: parsed.size(Options.maximumQueue),
      closeTimeout: parsed.time(Options.closeTimeout),
      pingInterval: isServer ? nil : parsed.time(ifGiven: Options.pingInterval),
      pingTimeout: isServer ? .zero : parsed.time(Options.pingTimeout),
      answersPings: isServer || !parsed.flag(Options.inhibitPongs))
  }
}

extension ConnectionPlan {
  /// The plan that the options of `connect` describe for `word`.
  init(_ parsed: Parsed, url word: String, environment: Environment) throws(Stop) {
    let url: WebSocketURL
    do { url = try WebSocketURL.parse(word) } catch {
      throw Stop(urlFailure: error, word: word)
    }
    self.init(
      url: url, request: try ClientHandshakeRequest(parsed, url: url),
      settings: ConnectionSettings(parsed, isServer: false))
    route = try Route(parsed)
    if !url.isLocal, route.unixSocket == nil { proxy = try ProxyPlan(parsed, url: url, environment: environment) }
    tls = try TLSConfiguration(parsed, environment: environment)
    limits.connect = parsed.time(Options.connectTimeout)
    limits.handshake = parsed.time(Options.handshakeTimeout)
  }
}

extension WebSocketURL {
  /// Whether no network is involved.
  var isLocal: Bool { scheme == .loopback || unixPath != nil }
}

extension ClientHandshakeRequest {
  init(_ parsed: Parsed, url: WebSocketURL) throws(Stop) {
    var key = [UInt8](repeating: 0, count: 16)
    key.withUnsafeMutableBytes { SecureRandom.fill($0) }
    self.init(url: url, key: key)
    isLenient = parsed.flag(Options.lenient)
    origin = parsed.value(Options.origin)
    subprotocols = parsed.values(Options.subprotocol)
      .flatMap { $0.split(separator: ",") }
      .map { String($0.drop { $0 == " " }) }
    if let user = parsed.value(Options.user) {
      let parts = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      credentials = .basic(user: String(parts[0]), password: parts.count > 1 ? String(parts[1]) : "")
    }
    if let token = parsed.value(Options.bearer) { credentials = .bearer(token) }
    cookies = parsed.values(Options.cookie)
    do {
      headers = try parsed.values(Options.header).map { (word) throws(HandshakeMisuse) in try HeaderEdit.parse(word) }
    } catch {
      throw Stop(.usage, "\(Options.header.long): \(error.description)")
    }
    deflateOffers = parsed.flag(Options.noDeflate) ? [] : [DeflateOffer(parsed)]
    limits.total = parsed.size(Options.maximumHeadSize)
    limits.line = min(limits.line, limits.total)
    do { _ = try head() } catch { throw Stop(.usage, error.description) }
  }
}

extension DeflateOffer {
  init(_ parsed: Parsed) {
    self.init()
    serverNoContextTakeover = parsed.flag(Options.deflateServerNoContextTakeover)
    clientNoContextTakeover = parsed.flag(Options.deflateNoContextTakeover)
    let server = parsed.integer(Options.deflateServerWindowBits)
    serverMaxWindowBits = server == 15 ? nil : server
    let client = parsed.integer(Options.deflateClientWindowBits)
    clientWindow = client == 15 ? .adjustable : .atMost(client)
  }
}

extension TLSConfiguration {
  init(_ parsed: Parsed, environment: Environment) throws(Stop) {
    self.init()
    for option in [Options.key, Options.passphrase] where parsed.flag(option) && !parsed.flag(Options.certificate) {
      throw Stop(.usage, "\(option.long) needs --cert")
    }
    verify = !parsed.flag(Options.insecure)
    caFile = parsed.value(Options.caFile)
    caPath = parsed.value(Options.caDirectory)
    certificateFile = parsed.value(Options.certificate)
    keyFile = parsed.value(Options.key)
    passphrase = parsed.value(Options.passphrase)
    maximumVersion = parsed.value(Options.tlsMaximum) == "1.2" ? .tls12 : nil
    keyLogFile = environment["SSLKEYLOGFILE"]
  }
}

extension Route {
  init(_ parsed: Parsed) throws(Stop) {
    self.init()
    switch (parsed.flag(Options.ipv4), parsed.flag(Options.ipv6)) {
    case (true, true): throw Stop(.usage, "-4 and -6 exclude each other")
    case (true, false): family = .ipv4
    case (false, true): family = .ipv6
    case (false, false): family = nil
    }
    unixSocket = parsed.value(Options.unixSocket)
    for text in parsed.values(Options.resolve) { addresses.append(try Self.resolution(text)) }
    for text in parsed.values(Options.connectTo) { redirections.append(try Self.redirection(text)) }
  }

  /// `HOST:PORT:ADDRESS[,ADDRESS]…`, as curl's.
  private static func resolution(_ text: String) throws(Stop) -> (host: String, port: Int, addresses: [String]) {
    let parts = colonParts(text, most: 3)
    guard parts.count == 3, let port = Int(parts[1]), (1...65535).contains(port) else {
      throw Stop(.usage, "--resolve \(text): not HOST:PORT:ADDRESS")
    }
    let addresses = parts[2].split(separator: ",").map { unbracketed(String($0)) }
    for address in addresses where SocketAddress(numericHost: address, port: UInt16(port)) == nil {
      throw Stop(.usage, "--resolve \(text): \(address) is not an IPv4 or IPv6 address")
    }
    guard !addresses.isEmpty else { throw Stop(.usage, "--resolve \(text): the address is missing") }
    return (unbracketed(parts[0]), port, addresses)
  }

  /// `HOST1:PORT1:HOST2:PORT2`, each part may be empty, as curl's.
  private static func redirection(_ text: String) throws(Stop) -> Redirection {
    let parts = colonParts(text, most: 4)
    guard parts.count == 4 else { throw Stop(.usage, "--connect-to \(text): not HOST1:PORT1:HOST2:PORT2") }
    func port(_ part: String) throws(Stop) -> Int? {
      if part.isEmpty { return nil }
      guard let port = Int(part), (1...65535).contains(port) else {
        throw Stop(.usage, "--connect-to \(text): \(part) is not a port")
      }
      return port
    }
    return Redirection(
      host: parts[0].isEmpty ? nil : unbracketed(parts[0]), port: try port(parts[1]),
      newHost: parts[2].isEmpty ? nil : unbracketed(parts[2]), newPort: try port(parts[3]))
  }

  /// Splits at colons, but not at those between brackets, into `most` parts.
  private static func colonParts(_ text: String, most: Int) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == ":", depth == 0, parts.count < most {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }

  private static func unbracketed(_ host: String) -> String {
    host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
  }
}

extension ProxyPlan {
  /// The proxy for `url` that the options or the environment ask for; nil for none.
  init?(_ parsed: Parsed, url: WebSocketURL, environment: Environment) throws(Stop) {
    // As curl, HTTP_PROXY in capitals is not read: a CGI program's client can set it.
    let name = url.isSecure ? "https_proxy" : "http_proxy"
    let variable = environment[name] ?? (url.isSecure ? environment["HTTPS_PROXY"] : nil)
    guard let text = parsed.value(Options.proxy) ?? variable, !text.isEmpty else { return nil }
    let exceptions = parsed.value(Options.noProxy) ?? environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
    if Self.isExcepted(url.host, by: exceptions) { return nil }
    let source = parsed.value(Options.proxy) == nil ? name : Options.proxy.long
    guard !text.contains("://") || text.hasPrefix("http://") else {
      throw Stop(.usage, "\(source): only an http:// proxy can be used", hint: "write it as http://HOST:PORT")
    }
    let proxy: WebSocketURL
    do { proxy = try WebSocketURL.parse(text.contains("://") ? text : "http://\(text)") } catch {
      throw Stop(.usage, "\(source): \(error.description)", hint: "write it as http://HOST:PORT")
    }
    // Without a port, curl's default for proxies.
    let authority = text.split(separator: "@").last ?? ""
    let hasPort = authority.drop { $0 != "]" && authority.contains("]") }.contains(":")
    self.init(
      host: proxy.host, port: hasPort ? proxy.port : 1080,
      credentials: proxy.userinfo.map { .basic(user: $0.user, password: $0.password) },
      name: "\(proxy.host):\(hasPort ? proxy.port : 1080)")
  }

  /// Whether `host` is in curl's list of exceptions.
  static func isExcepted(_ host: String, by list: String) -> Bool {
    let host = host.lowercased()
    return list.split { $0 == "," || $0 == " " }.contains { entry in
      var entry = entry.lowercased()[...]
      if entry == "*" { return true }
      if entry.hasPrefix(".") { entry = entry.dropFirst() }
      return host == entry || host.hasSuffix(".\(entry)")
    }
  }
}
