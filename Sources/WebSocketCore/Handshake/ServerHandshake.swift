/// What a server agrees to in an opening handshake.
public struct ServerHandshakeOptions: Equatable, Sendable {
  /// Which of the offered subprotocols is preferred.
  public enum Subprotocols: Equatable, Sendable {
    /// None.
    case none
    /// The first that the client offers.
    case any
    /// The first of these that the client offers.
    case supported([String])
  }

  /// Which of the offered subprotocols is preferred.
  public var subprotocols: Subprotocols
  /// How offers of permessage-deflate are answered; nil declines them all.
  public var deflate: DeflatePolicy?
  /// How much of a request's head is read.
  public var limits: HeadLimits

  /// Options; without arguments they agree to deflate without takeover and to no subprotocol.
  public init(
    subprotocols: Subprotocols = .none, deflate: DeflatePolicy? = DeflatePolicy(), limits: HeadLimits = HeadLimits()
  ) {
    self.subprotocols = subprotocols
    self.deflate = deflate
    self.limits = limits
  }
}

/// A valid request for a WebSocket.
public struct UpgradeRequest: Equatable, Sendable {
  /// The request.
  public var head: HTTPRequestHead
  /// Path and query.
  public var resource: String
  /// The value of `Sec-WebSocket-Key`.
  public var key: String
  /// Subprotocols offered, the preferred one first.
  public var subprotocols: [String]
  /// Extensions offered, in the client's order.
  public var extensions: [WebSocketExtension]

  /// The valid offers of permessage-deflate among the extensions.
  public var deflateOffers: [DeflateOffer] {
    // Invalid parameters decline that offer alone (RFC 7692, section 7.1).
    extensions.filter { $0.name == DeflateOffer.extensionName }.compactMap { try? DeflateOffer($0) }
  }
}

/// A server's opening handshake: the request's bytes in, the answer's out (RFC 6455, section 4.2).
public struct ServerHandshake: Sendable {
  /// What became of the request so far.
  public enum Outcome: Equatable, Sendable {
    /// The request is not at its end.
    case needsMore
    /// A valid handshake: to be answered by `accept` or `refusal`. Bytes behind it are frames.
    case upgrade(UpgradeRequest)
    /// A request that asks for no WebSocket: to be answered as HTTP. Bytes behind its head may be its body.
    case plain(HTTPRequestHead)
    /// No valid request; `response` is the answer to send before the connection ends.
    case failed(HandshakeFailure, response: [UInt8])
  }

  /// The answer to a valid request, and what is agreed upon by it.
  public struct Acceptance: Equatable, Sendable {
    /// The 101 as it is sent.
    public var response: [UInt8]
    /// The 101.
    public var head: HTTPResponseHead
    /// The parameters of permessage-deflate, if it is in use.
    public var deflate: DeflateAgreement?
    /// The subprotocol in use.
    public var subprotocol: String?
  }

  private let options: ServerHandshakeOptions
  private var parser: HTTPHeadParser
  private var outcome: Outcome?

  /// A handshake that waits for its request.
  public init(options: ServerHandshakeOptions = ServerHandshakeOptions()) {
    self.options = options
    parser = HTTPHeadParser(kind: .request, limits: options.limits)
  }

  /// Reads on in the request. Once it is known what became of it, nothing more is consumed and the outcome stays.
  /// - Returns: how many bytes belong to the request's head.
  public mutating func receive(_ bytes: Span<UInt8>) -> (consumed: Int, outcome: Outcome) {
    if let outcome { return (0, outcome) }
    let (consumed, result) = parser.feed(bytes)
    switch result {
    case .needsMore, .response: return (consumed, .needsMore)
    case .failed(let failure):
      let failure = HandshakeFailure.head(failure)
      outcome = .failed(failure, response: Self.refusal(failure, method: "GET"))
    case .request(let head):
      do throws(HandshakeFailure) {
        outcome = try RequestCheck(head: head).outcome()
      } catch {
        outcome = .failed(error, response: Self.refusal(error, method: head.method))
      }
    }
    return (consumed, outcome ?? .needsMore)
  }

  /// The offered subprotocol that the options prefer.
  public var preferredSubprotocol: String? {
    guard case .upgrade(let request) = outcome else { return nil }
    return switch options.subprotocols {
    case .none: nil
    case .any: request.subprotocols.first
    case .supported(let names): names.first { request.subprotocols.contains($0) }
    }
  }

  /// The 101 that opens the connection. It is the caller's word that `subprotocol` was offered: `preferredSubprotocol`
  /// was.
  public func accept(
    subprotocol: String? = nil, allowsDeflate: Bool = true, extraHeaders: [HTTPHeader] = []
  ) throws(HandshakeMisuse) -> Acceptance {
    guard case .upgrade(let request) = outcome else { preconditionFailure("accept without a valid request") }
    let deflate = allowsDeflate ? options.deflate?.answer(request.deflateOffers) : nil
    var lines: [HTTPHeader] = [
      HTTPHeader("Upgrade", "websocket"),
      HTTPHeader("Connection", "Upgrade"),
      HTTPHeader("Sec-WebSocket-Accept", AcceptKey.answering(request.key)),
    ]
    if let subprotocol { lines.append(HTTPHeader("Sec-WebSocket-Protocol", subprotocol)) }
    if let deflate { lines.append(HTTPHeader("Sec-WebSocket-Extensions", deflate.element.description)) }
    lines += extraHeaders
    for line in lines { try line.checkSendable() }
    let head = HTTPResponseHead(status: 101, headers: HTTPHeaders(lines))
    return Acceptance(response: head.bytes, head: head, deflate: deflate?.agreement, subprotocol: subprotocol)
  }

  /// An answer that refuses the handshake, or answers a plain request; the connection ends after it.
  public static func refusal(
    status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []
  ) throws(HandshakeMisuse) -> [UInt8] {
    try HTTPAnswer(status: status, headers: headers, body: body).bytes()
  }

  /// The answer to a request that failed a check.
  static func refusal(_ failure: HandshakeFailure, method: String) -> [UInt8] {
    var answer = HTTPAnswer(status: failure.status, text: "\(failure) (\(failure.section))\n")
    switch failure {
    case .requestMethod: answer.head.headers.append("Allow", "GET")
    case .versionMissing, .versionRepeated, .versionSyntax:
      answer.head.headers.append("Sec-WebSocket-Version", "13")
    default: break
    }
    // RFC 9110, section 15.5.22, wants the protocols that would do, and section 7.8 wants Connection to name the
    // header.
    if failure.status == 426 {
      answer.head.headers.replace("Connection", with: [HTTPHeader("Connection", "Upgrade, close")])
      answer.head.headers.append("Upgrade", "websocket")
      answer.head.headers.append("Sec-WebSocket-Version", "13")
    }
    return answer.bytes(to: method)
  }
}
