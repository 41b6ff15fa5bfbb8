/// The checks of a 101 against the request that it answers, in the order of RFC 6455, section 4.1.
struct AnswerCheck {
  let request: HTTPRequestHead
  let isLenient: Bool
  var notes: [String] = []

  mutating func answer(_ response: HTTPResponseHead) throws(HandshakeFailure) -> HandshakeAnswer {
    if response.version < .http11 { try fail(.answerVersion(response.version)) }
    try checkUpgrade(response.headers)
    try checkConnection(response.headers)
    try checkAccept(response.headers)
    let deflate = try checkExtensions(response.headers)
    let subprotocol = try checkSubprotocol(response.headers)
    let bodyHeaders = [("Content-Length", "RFC 9110, section 8.6"), ("Transfer-Encoding", "RFC 9112, section 6.1")]
    for (name, section) in bodyHeaders where response.headers.contains(name) {
      notes.append("the 101 has a \(name) header, which it must not have and which means nothing (\(section))")
    }
    let extensions = response.headers.all("Sec-WebSocket-Extensions")
    return HandshakeAnswer(
      response: response, subprotocol: subprotocol, deflate: deflate,
      extensions: extensions.isEmpty ? nil : extensions.joined(separator: ", "), notes: notes)
  }

  /// Throws `failure`, or notes it if we are lenient.
  private mutating func fail(_ failure: HandshakeFailure) throws(HandshakeFailure) {
    guard isLenient else { throw failure }
    notes.append("\(failure) (\(failure.section))")
  }

  private mutating func checkUpgrade(_ headers: HTTPHeaders) throws(HandshakeFailure) {
    let values = headers.all("Upgrade")
    guard !values.isEmpty else { return try fail(.upgradeMissing) }
    let value = values.joined(separator: ", ")
    if !HTTPGrammar.equalIgnoringCase(value, "websocket") { try fail(.upgradeValue(value)) }
  }

  private mutating func checkConnection(_ headers: HTTPHeaders) throws(HandshakeFailure) {
    let values = headers.all("Connection")
    guard !values.isEmpty else { return try fail(.connectionMissing) }
    if !headers.list("Connection", contains: "Upgrade") {
      try fail(.connectionValue(values.joined(separator: ", ")))
    }
  }

  private mutating func checkAccept(_ headers: HTTPHeaders) throws(HandshakeFailure) {
    let values = headers.all("Sec-WebSocket-Accept")
    guard let key = request.headers.first("Sec-WebSocket-Key") else {
      notes.append("no key was sent, so that Sec-WebSocket-Accept cannot be checked")
      return
    }
    guard let value = values.first else { return try fail(.acceptMissing) }
    if values.count > 1 { try fail(.acceptRepeated(values)) }
    let expected = AcceptKey.answering(key)
    if value != expected { try fail(.acceptValue(value, expected: expected)) }
  }

  private mutating func checkSubprotocol(_ headers: HTTPHeaders) throws(HandshakeFailure) -> String? {
    let values = headers.all("Sec-WebSocket-Protocol")
    guard let value = values.first else { return nil }
    let names = headers.tokens(of: "Sec-WebSocket-Protocol")
    if names.count > 1 { try fail(.subprotocolRepeated(names)) }
    guard values.count == 1, HTTPGrammar.isToken(value) else {
      if names.count <= 1 { try fail(.subprotocolSyntax(value)) }
      return names.first
    }
    let offered = request.headers.tokens(of: "Sec-WebSocket-Protocol")
    if !offered.contains(value) { try fail(.subprotocolNotOffered(value, offered: offered)) }
    return value
  }

  private mutating func checkExtensions(_ headers: HTTPHeaders) throws(HandshakeFailure) -> DeflateAgreement? {
    let values = headers.all("Sec-WebSocket-Extensions")
    guard !values.isEmpty else { return nil }
    var elements: [WebSocketExtension] = []
    do throws(ExtensionList.Failure) {
      elements = try ExtensionList.parse(values)
    } catch {
      try fail(.extensionSyntax(values.joined(separator: ", "), error))
    }
    // What the user offered by a header of his own counts too, so the request is the only source.
    let offered = (try? ExtensionList.parse(request.headers.all("Sec-WebSocket-Extensions"))) ?? []
    var agreement: DeflateAgreement?
    var seen: [String] = []
    for element in elements {
      guard offered.contains(where: { $0.name == element.name }) else {
        try fail(.extensionNotOffered(element.description))
        continue
      }
      guard !seen.contains(element.name) else {
        try fail(.extensionRepeated(element.name))
        continue
      }
      seen.append(element.name)
      if element.name == DeflateOffer.extensionName {
        agreement = try readDeflate(element, offered: offered)
      } else {
        notes.append("the extension \"\(element)\" is in use, but its frames are not understood here")
      }
    }
    return agreement
  }

  private mutating func readDeflate(
    _ element: WebSocketExtension, offered: [WebSocketExtension]
  ) throws(HandshakeFailure) -> DeflateAgreement? {
    var offers: [DeflateOffer] = []
    for case let offer? in offered.filter({ $0.name == DeflateOffer.extensionName }).map({ try? DeflateOffer($0) }) {
      offers.append(offer)
    }
    do throws(DeflateFailure) {
      let (agreement, omissions) = try DeflateAgreement.reading(element, offers: offers)
      notes += omissions
      return agreement
    } catch {
      try fail(.deflate(error))
      let (agreement, failures) = DeflateAgreement.reading(tolerant: element, offers: offers)
      notes += failures.dropFirst().map { "\($0) (\($0.section))" }
      return agreement
    }
  }
}
