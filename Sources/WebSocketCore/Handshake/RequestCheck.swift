/// The checks of a request for a WebSocket, in the order of RFC 6455, section 4.2.1.
struct RequestCheck {
  let head: HTTPRequestHead

  private var headers: HTTPHeaders { head.headers }

  func outcome() throws(HandshakeFailure) -> ServerHandshake.Outcome {
    try checkHost()
    let announced = try announcedBody()
    // Any sign of WebSocket makes it a handshake, so that its author is told what it lacks.
    let isPlain =
      !headers.list("Upgrade", contains: "websocket") && !headers.contains("Sec-WebSocket-Key")
      && !headers.contains("Sec-WebSocket-Version")
    if isPlain { return .plain(head) }
    guard head.method == "GET" else {
      throw Self.methods.contains(head.method) ? .requestMethod(head.method) : .requestMethodUnknown(head.method)
    }
    guard head.version >= .http11 else { throw .requestVersion(head.version) }
    guard let resource = head.resource else { throw .requestTarget(head.target) }
    guard headers.list("Upgrade", contains: "websocket") else { throw .requestUpgrade(joined("Upgrade")) }
    guard headers.list("Connection", contains: "Upgrade") else { throw .requestConnection(joined("Connection")) }
    try checkVersion()
    let key = try key()
    if let announced { throw .requestBody(announced) }
    return .upgrade(
      UpgradeRequest(
        head: head, resource: resource, key: key, subprotocols: try subprotocols(), extensions: try extensions()))
  }

  private static let methods = ["HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]

  private func joined(_ name: String) -> String? {
    headers.contains(name) ? headers.all(name).joined(separator: ", ") : nil
  }

  private func checkHost() throws(HandshakeFailure) {
    let values = headers.all("Host")
    if values.count > 1 { throw .hostRepeated(values) }
    guard let value = values.first else {
      if head.version >= .http11 { throw .hostMissing }
      return
    }
    guard WebSocketURL.isHostAndPort(value) else { throw .hostValue(value) }
  }

  /// The header that announces a body, whatever is asked for (RFC 9112, section 6.3).
  private func announcedBody() throws(HandshakeFailure) -> HTTPHeader? {
    for coding in headers.tokens(of: "Transfer-Encoding") {
      let known = ["chunked", "gzip", "x-gzip", "deflate", "compress", "x-compress"]
      let name = HTTPGrammar.trimmed(coding.prefix { $0 != ";" })
      if !known.contains(where: { HTTPGrammar.equalIgnoringCase($0, name) }) { throw .transferCoding(coding) }
    }
    if let coding = head.headers.first(where: { $0.isNamed("Transfer-Encoding") }) { return coding }
    guard let size = headers.first(where: { $0.isNamed("Content-Length") }) else { return nil }
    let lengths = headers.tokens(of: "Content-Length")
    guard let length = lengths.first, length.utf8.allSatisfy(HTTPGrammar.isDigit),
      lengths.allSatisfy({ $0 == length })
    else { throw .contentLength(headers.all("Content-Length")) }
    return length.utf8.allSatisfy { $0 == UInt8(ascii: "0") } ? nil : size
  }

  private func checkVersion() throws(HandshakeFailure) {
    let values = headers.all("Sec-WebSocket-Version")
    if values.count > 1 { throw .versionRepeated(values) }
    guard let value = values.first else { throw .versionMissing }
    guard value.utf8.allSatisfy(HTTPGrammar.isDigit), let version = UInt8(value), String(version) == value
    else { throw .versionSyntax(value) }
    guard version == 13 else { throw .versionUnsupported(Int(version)) }
  }

  private func key() throws(HandshakeFailure) -> String {
    let values = headers.all("Sec-WebSocket-Key")
    if values.count > 1 { throw .keyRepeated(values) }
    guard let value = values.first else { throw .keyMissing }
    var nonce: [UInt8] = []
    do throws(Base64.Failure) { nonce = try Base64.decode(value) } catch { throw .keyEncoding(value, error) }
    guard nonce.count == 16 else { throw .keySize(value, nonce.count) }
    return value
  }

  private func subprotocols() throws(HandshakeFailure) -> [String] {
    let names = headers.tokens(of: "Sec-WebSocket-Protocol")
    if headers.contains("Sec-WebSocket-Protocol") {
      guard !names.isEmpty, names.allSatisfy({ HTTPGrammar.isToken($0) }) else {
        throw .offeredSubprotocolSyntax(joined("Sec-WebSocket-Protocol") ?? "")
      }
    }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw .offeredSubprotocolRepeated(name)
    }
    return names
  }

  private func extensions() throws(HandshakeFailure) -> [WebSocketExtension] {
    let values = headers.all("Sec-WebSocket-Extensions")
    if values.isEmpty { return [] }
    do throws(ExtensionList.Failure) {
      return try ExtensionList.parse(values)
    } catch {
      throw .extensionSyntax(values.joined(separator: ", "), error)
    }
  }
}
