extension ExitStatus {
  /// Why a run ends so, likely causes first, and what helps.
  public var causes: [String] {
    switch self {
    case .success, .hangup, .interrupt, .terminate: []
    case .unmet: ["the peer closed, or the time of --wait was over, before the message that was waited for came"]
    case .usage: ["an option that does not exist or lacks its value; wscope help COMMAND lists them"]
    case .malformedURL: ["a blank or a bad port in the URL, or a scheme other than ws, wss, http or https"]
    case .proxyNotResolved: ["a slip in --proxy, http_proxy or https_proxy"]
    case .hostNotResolved: ["a slip in the name", "a name that only another network's DNS knows"]
    case .cannotConnect: ["nothing listens on that port", "a firewall", "the server listens on another address"]
    case .handshakeInvalid:
      [
        "what listens there speaks no WebSocket, such as a TLS port that was asked with ws:",
        "a proxy that removes Upgrade or Connection",
      ]
    case .handshakeRefused:
      [
        "401 or 403: credentials, cookie or origin; see --user, --header and --origin", "404: another path",
        "400 or 426: a server or proxy that does not speak WebSocket at this path",
      ]
    case .cannotWrite: ["a full disk, or a file that may not be written"]
    case .cannotRead: ["a file that is not there", "a line of standard input that is no UTF-8; -b sends bytes"]
    case .timeLimit: ["a firewall that drops packets", "a server that accepts and says nothing; --connect-timeout"]
    case .tlsFailed: ["a port that speaks no TLS", "no version or cipher in common"]
    case .noAnswer: ["a server or proxy that closed as soon as it read the request"]
    case .connectionBroke:
      ["the peer's process ended", "a proxy or load balancer that cut an idle connection; see --ping-interval"]
    case .ownCertificate: ["a file that is no PEM, a key of another certificate, or a wrong --pass"]
    case .untrustedCertificate:
      ["a certificate of one's own: give its CA by --cacert", "a certificate that has expired or has another name"]
    case .proxyRefused: ["credentials for the proxy are missing", "the proxy does not allow CONNECT to that port"]
    case .limit: ["a message larger than --max-message-size"]
    case .violation: ["a bug in the peer or in a proxy between; -vv shows the frame, --lenient goes on"]
    case .closeCode: ["the peer says why by its code; wscope explain CODE tells what it means"]
    }
  }
}
