import WebSocketCore

extension Glossary {
  static let closeCodes: [Entry] = CloseCode.named.map { code, name in
    let (section, meaning, causes) = text(of: code)
    return Entry(.closeCodes, ["\(code.rawValue)", name], section, meaning, causes)
  }

  /// A code without a name of its own.
  static func unnamed(closeCode number: UInt16) -> Entry {
    let code = CloseCode(rawValue: number)
    let (section, meaning) =
      switch number {
      case 3000...3999:
        (
          "RFC 6455, section 7.4.2",
          "Registered with IANA by a library, framework or application, whose documentation says what it means."
        )
      case 4000...4999:
        (
          "RFC 6455, section 7.4.2",
          "For private use: the application's own documentation says what it means. It may be sent."
        )
      case 1000...2999:
        (
          "RFC 6455, section 7.4.2",
          "Reserved for the protocol and its extensions, and without a meaning so far. It must not be sent."
        )
      default: ("RFC 6455, section 7.4.2", "No close code: these begin at 1000 and end at 4999. It must not be sent.")
      }
    return Entry(.closeCodes, ["\(number)", code.name], section, meaning)
  }

  /// What is known about a code with a name.
  private static func text(of code: CloseCode) -> (section: String, meaning: String, causes: [String]) {
    let defined = "RFC 6455, section 7.4.1"
    let registry = "IANA WebSocket Close Code Number Registry"
    switch code {
    case .normal:
      return (
        defined, "The purpose of the connection is fulfilled.",
        ["the application closed it on purpose", "a client library's close() without arguments"]
      )
    case .goingAway:
      return (
        defined, "One side goes away: a server shuts down, or a browser leaves the page.",
        ["a deployment or restart of the server", "the tab was closed or reloaded", "an idle limit of a server"]
      )
    case .protocolError:
      return (
        defined, "One side ends the connection because the other broke the protocol.",
        [
          "a client that does not mask, or a server that does", "RSV1 without permessage-deflate agreed upon",
          "a proxy that changed bytes on their way; wscope -vv shows the frame",
        ]
      )
    case .unsupportedData:
      return (
        defined, "The kind of data cannot be accepted, as binary by an endpoint that takes text alone.",
        ["a binary message where text was wanted, or the other way round", "text that is not the JSON it should be"]
      )
    case .noStatusReceived:
      return (
        defined, "The Close frame had no code. It is what a program is told, and must never be on the wire.",
        ["the peer closed without saying why, which is lawful"]
      )
    case .abnormalClosure:
      return (
        defined, "The connection ended without a Close frame. It is what a program is told, never on the wire.",
        [
          "the peer's process crashed or was killed", "a proxy or load balancer dropped an idle connection",
          "the network went away; a browser also says so when the handshake failed or TLS was refused",
        ]
      )
    case .invalidPayload:
      return (
        defined, "A message's data does not fit its type: text that is no UTF-8, or a broken deflate stream.",
        ["bytes of another encoding sent as text", "text cut inside a character", "a compressor with a wrong window"]
      )
    case .policyViolation:
      return (
        defined, "A message breaks a policy of the receiver; it is used where no other code fits.",
        ["authentication is missing or has expired", "a rate limit", "an origin that is not allowed"]
      )
    case .messageTooBig:
      return (
        defined, "A message is larger than the receiver can process.",
        [
          "a limit of the server (1 MiB in many libraries) or of ours (--max-message-size)",
          "a compressed message that inflates to more than the limit",
        ]
      )
    case .mandatoryExtension:
      return (
        defined, "The client wanted an extension that the server did not agree upon. Only clients send it.",
        ["a proxy or server that removed Sec-WebSocket-Extensions"]
      )
    case .internalError:
      return (
        defined, "The server met a condition that it did not expect.",
        ["an exception in a handler; its log says more"]
      )
    case .serviceRestart:
      return (registry, "The service restarts. A client should reconnect after a random time of 5 to 30 s.", [])
    case .tryAgainLater:
      return (
        registry, "The service is overloaded. A client should reconnect later, or elsewhere.",
        ["a limit of connections was reached"]
      )
    case .badGateway:
      return (
        registry, "A gateway or proxy got an invalid response from the server behind it, as HTTP's 502.",
        ["the server behind the gateway is down"]
      )
    case .tlsHandshake:
      return (
        defined, "The TLS handshake failed. It is what a program is told, and must never be on the wire.",
        ["a certificate that is not trusted or has another name; wscope -v wss://… says which"]
      )
    case .unauthorized:
      return (registry, "Authentication is wanted, as with HTTP's 401.", ["a token is missing, wrong or expired"])
    case .forbidden:
      return (registry, "Who is authenticated may not do this, as with HTTP's 403.", [])
    case .timeout:
      return (registry, "The peer took too long to do what was expected of it.", [])
    default: return (defined, "", [])
    }
  }
}
