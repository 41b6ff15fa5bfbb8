/// Why an opening handshake fails; every check is a case of its own, and holds what the peer sent.
public enum HandshakeFailure: Error, Equatable, Sendable {
  /// What came is no HTTP/1.1 head.
  case head(HTTPHeadFailure)

  // The server's answer, judged by the client.

  /// The 101 is of a version before HTTP/1.1.
  case answerVersion(HTTPVersion)
  /// More interim answers before the real one than the limit.
  case tooManyInterimAnswers(limit: Int)
  /// The 101 has no `Upgrade`.
  case upgradeMissing
  /// The `Upgrade` of the 101 is not `websocket`.
  case upgradeValue(String)
  /// The 101 has no `Connection`.
  case connectionMissing
  /// The `Connection` of the 101 lacks the token `Upgrade`.
  case connectionValue(String)
  /// The 101 has no `Sec-WebSocket-Accept`.
  case acceptMissing
  /// The 101 has several of them.
  case acceptRepeated([String])
  /// It is not the one that answers our key.
  case acceptValue(String, expected: String)
  /// `Sec-WebSocket-Extensions` breaks its grammar.
  case extensionSyntax(String, ExtensionList.Failure)
  /// An extension that we did not offer.
  case extensionNotOffered(String)
  /// An extension that is named twice.
  case extensionRepeated(String)
  /// Parameters of permessage-deflate that make no valid answer.
  case deflate(DeflateFailure)
  /// A subprotocol that we did not offer; compared exactly.
  case subprotocolNotOffered(String, offered: [String])
  /// More than one subprotocol chosen.
  case subprotocolRepeated([String])
  /// The chosen subprotocol is no token.
  case subprotocolSyntax(String)

  // The client's request, judged by the server.

  /// A method other than `GET`.
  case requestMethod(String)
  /// A method that HTTP does not know.
  case requestMethodUnknown(String)
  /// A version before HTTP/1.1.
  case requestVersion(HTTPVersion)
  /// A target that names no resource.
  case requestTarget(String)
  /// No `Host`.
  case hostMissing
  /// Several `Host`.
  case hostRepeated([String])
  /// A `Host` that names no host.
  case hostValue(String)
  /// `Sec-WebSocket-…` without `Upgrade: websocket`.
  case requestUpgrade(String?)
  /// `Upgrade: websocket` without `Connection: Upgrade`.
  case requestConnection(String?)
  /// No `Sec-WebSocket-Key`.
  case keyMissing
  /// Several `Sec-WebSocket-Key`.
  case keyRepeated([String])
  /// A key that is no base64.
  case keyEncoding(String, Base64.Failure)
  /// A key of another size than 16 bytes.
  case keySize(String, Int)
  /// No `Sec-WebSocket-Version`.
  case versionMissing
  /// Several `Sec-WebSocket-Version`.
  case versionRepeated([String])
  /// A version that is no number from 0 to 255 without leading zeros.
  case versionSyntax(String)
  /// A version other than 13.
  case versionUnsupported(Int)
  /// `Sec-WebSocket-Protocol` is no list of tokens.
  case offeredSubprotocolSyntax(String)
  /// A subprotocol offered twice.
  case offeredSubprotocolRepeated(String)
  /// A body is announced.
  case requestBody(HTTPHeader)
  /// `Content-Length` is no number, or several that differ.
  case contentLength([String])
  /// `Transfer-Encoding` names a coding that we do not know.
  case transferCoding(String)
}

extension HandshakeFailure: CustomStringConvertible {
  /// Where the rule stands.
  public var section: String { rule.section }

  /// A sentence for people; what the peer sent is in it unescaped.
  public var description: String { rule.sentence }

  /// What can be done about it, where that is known.
  public var hint: String? {
    switch self {
    case .head(.foreign(let known)): known.hint
    case .upgradeMissing, .connectionMissing, .acceptMissing:
      "a proxy between may have dropped it"
    case .requestUpgrade, .requestConnection: "a proxy before this server may have dropped it"
    default: nil
    }
  }

  /// The status that a server answers with.
  public var status: Int {
    switch self {
    case .head(.startLineTooLong): 414
    case .head(.headTooLong), .head(.headerTooLong), .head(.tooManyHeaders): 431
    case .head(.version), .head(.foreign(.http2)): 505
    case .requestMethod: 405
    case .requestMethodUnknown, .transferCoding: 501
    case .requestUpgrade, .requestConnection, .versionUnsupported: 426
    default: 400
    }
  }

  private var rule: (section: String, sentence: String) {
    switch self {
    case .head(let failure): (failure.section, failure.description)
    case .answerVersion(let version): ("RFC 6455, section 4.1", "the server switched protocols with \(version)")
    case .tooManyInterimAnswers(let limit):
      ("RFC 9110, section 15.2", "the server sent more than \(limit) interim answers")
    case .upgradeMissing: ("RFC 6455, section 4.1", "the server's answer has no Upgrade header")
    case .upgradeValue(let value):
      ("RFC 6455, section 4.1", "the server's answer upgrades to \"\(value)\" and not to \"websocket\"")
    case .connectionMissing: ("RFC 6455, section 4.1", "the server's answer has no Connection header")
    case .connectionValue(let value):
      ("RFC 6455, section 4.1", "the Connection header of the server's answer, \"\(value)\", lacks \"Upgrade\"")
    case .acceptMissing: ("RFC 6455, section 4.1", "the server's answer has no Sec-WebSocket-Accept header")
    case .acceptRepeated(let values):
      ("RFC 6455, section 11.3.3", "the server's answer has \(values.count) Sec-WebSocket-Accept headers")
    case .acceptValue(let value, let expected):
      ("RFC 6455, section 4.1", "the server's Sec-WebSocket-Accept is \"\(value)\"; our key asks for \"\(expected)\"")
    case .extensionSyntax(let value, let failure):
      ("RFC 6455, section 9.1", "malformed Sec-WebSocket-Extensions \"\(value)\": \(failure)")
    case .extensionNotOffered(let value):
      ("RFC 6455, section 4.1", "the server uses the extension \"\(value)\", which was not offered")
    case .extensionRepeated(let name):
      ("RFC 7692, section 5", "the server's answer names the extension \"\(name)\" twice")
    case .deflate(let failure): (failure.section, failure.description)
    case .subprotocolNotOffered(let name, let offered):
      (
        "RFC 6455, section 4.1",
        "the server chose the subprotocol \"\(name)\"; "
          + (offered.isEmpty ? "none was offered" : "offered: \(offered.joined(separator: ", "))")
      )
    case .subprotocolRepeated(let names):
      ("RFC 6455, section 11.3.4", "the server chose \(names.count) subprotocols: \(names.joined(separator: ", "))")
    case .subprotocolSyntax(let value):
      ("RFC 6455, section 4.2.2", "the server's Sec-WebSocket-Protocol \"\(value)\" is not one token")
    case .requestMethod(let method), .requestMethodUnknown(let method):
      ("RFC 6455, section 4.2.1", "a WebSocket handshake is a GET, not \"\(method)\"")
    case .requestVersion(let version):
      ("RFC 6455, section 4.2.1", "a WebSocket handshake needs HTTP/1.1, not \(version)")
    case .requestTarget(let target): ("RFC 9112, section 3.2", "malformed request target \"\(target)\"")
    case .hostMissing: ("RFC 9112, section 3.2", "the request has no Host header")
    case .hostRepeated(let values): ("RFC 9112, section 3.2", "the request has \(values.count) Host headers")
    case .hostValue(let value): ("RFC 9112, section 3.2", "malformed Host header \"\(value)\"")
    case .requestUpgrade(nil): ("RFC 6455, section 4.2.1", "the request has no Upgrade header")
    case .requestUpgrade(let value?):
      ("RFC 6455, section 4.2.1", "the request's Upgrade header, \"\(value)\", lacks \"websocket\"")
    case .requestConnection(nil): ("RFC 6455, section 4.2.1", "the request has no Connection header")
    case .requestConnection(let value?):
      ("RFC 6455, section 4.2.1", "the request's Connection header, \"\(value)\", lacks \"Upgrade\"")
    case .keyMissing: ("RFC 6455, section 4.2.1", "the request has no Sec-WebSocket-Key header")
    case .keyRepeated(let values):
      ("RFC 6455, section 11.3.1", "the request has \(values.count) Sec-WebSocket-Key headers")
    case .keyEncoding(let value, let failure):
      ("RFC 6455, section 4.2.1", "the Sec-WebSocket-Key \"\(value)\" is not base64: \(failure)")
    case .keySize(let value, let size):
      ("RFC 6455, section 4.2.1", "the Sec-WebSocket-Key \"\(value)\" stands for \(size) bytes, not 16")
    case .versionMissing: ("RFC 6455, section 4.2.1", "the request has no Sec-WebSocket-Version header")
    case .versionRepeated(let values):
      ("RFC 6455, section 11.3.5", "the request has \(values.count) Sec-WebSocket-Version headers")
    case .versionSyntax(let value): ("RFC 6455, section 4.3", "malformed Sec-WebSocket-Version \"\(value)\"")
    case .versionUnsupported(let version):
      ("RFC 6455, section 4.4", "version \(version) of the WebSocket protocol is not supported, only 13")
    case .offeredSubprotocolSyntax(let value):
      ("RFC 6455, section 4.1", "malformed Sec-WebSocket-Protocol \"\(value)\"")
    case .offeredSubprotocolRepeated(let name):
      ("RFC 6455, section 4.1", "the subprotocol \"\(name)\" is offered twice")
    case .requestBody(let header):
      (
        "RFC 9112, section 6",
        "a WebSocket handshake has no body, but \"\(header.name): \(header.value)\" announces one"
      )
    case .contentLength(let values):
      ("RFC 9112, section 6.3", "malformed Content-Length \"\(values.joined(separator: ", "))\"")
    case .transferCoding(let value): ("RFC 9112, section 6.1", "unknown transfer coding \"\(value)\"")
    }
  }
}
