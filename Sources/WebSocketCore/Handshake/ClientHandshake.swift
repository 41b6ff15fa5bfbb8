/// What a client and a server agreed upon in their opening handshake.
public struct HandshakeAnswer: Equatable, Sendable {
  /// The 101.
  public var response: HTTPResponseHead
  /// The subprotocol in use.
  public var subprotocol: String?
  /// The parameters of permessage-deflate, if it is in use.
  public var deflate: DeflateAgreement?
  /// The value of `Sec-WebSocket-Extensions`: the extensions in use (RFC 6455, section 4.1).
  public var extensions: String?
  /// What is wrong or odd about the answer and was let pass; sentences that hold the peer's words unescaped.
  public var notes: [String]
}

/// A client's opening handshake: the request's bytes out, the answer's in (RFC 6455, section 4.1).
public struct ClientHandshake: Sendable {
  /// What became of the handshake so far.
  public enum Outcome: Equatable, Sendable {
    /// The answer is not at its end.
    case needsMore
    /// The connection is open; bytes behind the answer are its first frames.
    case accepted(HandshakeAnswer)
    /// The server answered with another status than 101; bytes behind the head are its body.
    case refused(HTTPResponseHead)
    /// The answer is no valid handshake.
    case failed(HandshakeFailure)
  }

  /// Interim answers that are skipped at the most.
  public static let interimLimit = 16

  /// The request as it is sent.
  public let requestHead: HTTPRequestHead
  /// Answers that came before the real one, such as 103 (RFC 9110, section 15.2).
  public private(set) var interimAnswers: [HTTPResponseHead] = []

  private let limits: HeadLimits
  private let isLenient: Bool
  private var parser: HTTPHeadParser
  private var outcome: Outcome?

  /// The handshake that `request` begins.
  public init(_ request: ClientHandshakeRequest) throws(HandshakeMisuse) {
    requestHead = try request.head()
    limits = request.limits
    isLenient = request.isLenient
    parser = HTTPHeadParser(kind: .response, limits: limits, isLenient: isLenient)
  }

  /// The request's bytes.
  public var requestBytes: [UInt8] { requestHead.bytes }

  /// Reads on in the answer. Once it is known what became of it, nothing more is consumed and the outcome stays.
  /// - Returns: how many bytes belong to the answer's head.
  public mutating func receive(_ bytes: Span<UInt8>) -> (consumed: Int, outcome: Outcome) {
    if let outcome { return (0, outcome) }
    var consumed = 0
    while true {
      let (count, result) = parser.feed(bytes.extracting(droppingFirst: consumed))
      consumed += count
      guard let outcome = judge(result) else {
        parser = HTTPHeadParser(kind: .response, limits: limits, isLenient: isLenient)
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
    case .response(let head) where head.status == 101:
      var check = AnswerCheck(request: requestHead, isLenient: isLenient)
      check.notes = parser.tolerated.map(\.description)
      do throws(HandshakeFailure) {
        return .accepted(try check.answer(head))
      } catch {
        return .failed(error)
      }
    case .response(let head) where head.status < 200:
      interimAnswers.append(head)
      return interimAnswers.count > Self.interimLimit ? .failed(.tooManyInterimAnswers(limit: Self.interimLimit)) : nil
    case .response(let head): return .refused(head)
    }
  }
}
