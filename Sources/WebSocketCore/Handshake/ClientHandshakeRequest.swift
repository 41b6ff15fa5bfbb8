/// What a client's opening handshake is made of.
public struct ClientHandshakeRequest: Equatable, Sendable {
  /// Where the connection goes; its user name and password count if there are no `credentials`.
  public var url: WebSocketURL
  /// 16 random bytes, new for each connection.
  public var key: [UInt8]
  /// Headers added, replaced or removed by the user. They may break the protocol, but not the head's lines.
  public var headers: [HeaderEdit] = []
  /// Subprotocols to offer, the preferred one first.
  public var subprotocols: [String] = []
  /// The value of `Origin`, if it is to be sent.
  public var origin: String?
  /// Who asks.
  public var credentials: Credentials?
  /// Cookies as `name=value`.
  public var cookies: [String] = []
  /// Offers of permessage-deflate, the preferred one first.
  public var deflateOffers: [DeflateOffer] = []
  /// Whether checks that the answer fails become notes.
  public var isLenient = false
  /// How much of an answer's head is read.
  public var limits = HeadLimits()

  /// A request to `url` with the 16 random bytes `key`.
  public init(url: WebSocketURL, key: [UInt8]) {
    precondition(key.count == 16)
    self.url = url
    self.key = key
  }

  /// The request as a head (RFC 6455, section 4.1).
  public func head() throws(HandshakeMisuse) -> HTTPRequestHead {
    var offered: [String] = []
    for name in subprotocols {
      guard HTTPGrammar.isToken(name) else { throw .subprotocol(name) }
      guard !offered.contains(name) else { throw .repeatedSubprotocol(name) }
      offered.append(name)
    }
    var lines: [HTTPHeader] = [
      HTTPHeader("Host", url.hostHeader),
      HTTPHeader("Upgrade", "websocket"),
      HTTPHeader("Connection", "Upgrade"),
      HTTPHeader("Sec-WebSocket-Key", Base64.encode(key)),
      HTTPHeader("Sec-WebSocket-Version", "13"),
    ]
    if let origin { lines.append(HTTPHeader("Origin", origin)) }
    if let credentials = credentials ?? url.userinfo.map({ .basic(user: $0.user, password: $0.password) }) {
      lines.append(HTTPHeader("Authorization", try credentials.headerValue()))
    }
    if !cookies.isEmpty { lines.append(HTTPHeader("Cookie", cookies.joined(separator: "; "))) }
    if !offered.isEmpty { lines.append(HTTPHeader("Sec-WebSocket-Protocol", offered.joined(separator: ", "))) }
    if !deflateOffers.isEmpty {
      let elements = deflateOffers.map(\.element.description)
      lines.append(HTTPHeader("Sec-WebSocket-Extensions", elements.joined(separator: ", ")))
    }
    for line in lines { try line.checkSendable() }
    var headers = HTTPHeaders(lines)
    try headers.apply(self.headers)
    return HTTPRequestHead(method: "GET", target: url.resource, headers: headers)
  }
}
