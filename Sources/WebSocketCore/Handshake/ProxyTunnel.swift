/// Asks an HTTP proxy for a tunnel with CONNECT (RFC 9110, section 9.3.6).
///
/// What is sent to the proxy is a request of its own: none of its headers reaches the server behind it.
public struct ProxyTunnel: Sendable {
  /// What became of the tunnel so far.
  public enum Outcome: Equatable, Sendable {
    /// The proxy's answer is not at its end.
    case needsMore
    /// The tunnel stands; bytes behind the head come from its other end.
    case established(HTTPResponseHead)
    /// The proxy refused, for example with 407; bytes behind the head are its body.
    case refused(HTTPResponseHead)
    /// The proxy's answer is no HTTP.
    case failed(HandshakeFailure)
  }

  /// The request as it is sent.
  public let requestHead: HTTPRequestHead

  private let limits: HeadLimits
  private var parser: HTTPHeadParser
  private var interimAnswers = 0
  private var outcome: Outcome?

  /// A tunnel to `port` at `host`, a name or an address without brackets.
  public init(
    host: String, port: Int, credentials: Credentials? = nil, headers: [HeaderEdit] = [],
    limits: HeadLimits = HeadLimits()
  ) throws(HandshakeMisuse) {
    let authority = "\(WebSocketURL.bracketed(host)):\(port)"
    var lines: HTTPHeaders = [HTTPHeader("Host", authority)]
    if let credentials { lines.append("Proxy-Authorization", try credentials.headerValue()) }
    for line in lines { try line.checkSendable() }
    try lines.apply(headers)
    requestHead = HTTPRequestHead(method: "CONNECT", target: authority, headers: lines)
    self.limits = limits
    parser = HTTPHeadParser(kind: .response, limits: limits)
  }

  /// The request's bytes.
  public var requestBytes: [UInt8] { requestHead.bytes }

  /// Reads on in the proxy's answer. Once it is known what became of it, nothing more is consumed.
  /// - Returns: how many bytes belong to the answer's head.
  public mutating func receive(_ bytes: Span<UInt8>) -> (consumed: Int, outcome: Outcome) {
    if let outcome { return (0, outcome) }
    var consumed = 0
    while true {
      let (count, result) = parser.feed(bytes.extracting(droppingFirst: consumed))
      consumed += count
      guard let outcome = judge(result) else {
        parser = HTTPHeadParser(kind: .response, limits: limits)
        continue
      }
      if outcome != .needsMore { self.outcome = outcome }
      return (consumed, outcome)
    }
  }

  /// Nil after an interim answer.
  private mutating func judge(_ result: HeadResult) -> Outcome? {
    switch result {
    case .needsMore, .request: return .needsMore
    case .failed(let failure): return .failed(.head(failure))
    case .response(let head) where (200...299).contains(head.status): return .established(head)
    // Nobody asked a proxy to switch protocols: 101 is as little a tunnel as 407.
    case .response(let head) where head.status >= 200 || head.status == 101: return .refused(head)
    case .response:
      interimAnswers += 1
      let limit = ClientHandshake.interimLimit
      return interimAnswers > limit ? .failed(.tooManyInterimAnswers(limit: limit)) : nil
    }
  }
}
