/// How a run of the program ended, told to the shell. Numbers are curl's where curl has the thing.
public enum ExitStatus: Int32, CaseIterable, Sendable {
  /// Done, also when the user ends a session.
  case success = 0
  /// An expectation failed.
  case unmet = 1
  /// A mistake in the command line.
  case usage = 2
  /// A malformed URL.
  case malformedURL = 3
  /// The proxy's name was not found.
  case proxyNotResolved = 5
  /// The host's name was not found.
  case hostNotResolved = 6
  /// No connection could be made.
  case cannotConnect = 7
  /// The answer to the handshake is none.
  case handshakeInvalid = 8
  /// The server refused the handshake.
  case handshakeRefused = 22
  /// Writing failed.
  case cannotWrite = 23
  /// Reading failed.
  case cannotRead = 26
  /// A time limit was reached.
  case timeLimit = 28
  /// TLS failed.
  case tlsFailed = 35
  /// The connection was closed before any answer.
  case noAnswer = 52
  /// The connection broke.
  case connectionBroke = 56
  /// Our own certificate or key cannot be used.
  case ownCertificate = 58
  /// The peer's certificate is not trusted.
  case untrustedCertificate = 60
  /// The proxy refused.
  case proxyRefused = 97
  /// One of our own limits was reached.
  case limit = 100
  /// The peer broke the protocol.
  case violation = 110
  /// The peer closed with a code that says something went wrong.
  case closeCode = 111
  /// Ended by SIGHUP.
  case hangup = 129
  /// Ended by SIGINT.
  case interrupt = 130
  /// Ended by SIGTERM.
  case terminate = 143

  /// When it is given, as the manual says it.
  public var sentence: String {
    switch self {
    case .success: "Done: the session ended by a normal close, or by the user."
    case .unmet: "An expectation failed: a script's, or the session ended before `--count` or `--until` was reached."
    case .usage: "The command line is wrong; nothing was sent."
    case .malformedURL: "The URL is malformed; nothing was sent."
    case .proxyNotResolved: "The proxy's name could not be resolved."
    case .hostNotResolved: "The host's name could not be resolved."
    case .cannotConnect: "No connection could be made, as when nothing listens there."
    case .handshakeInvalid: "The answer is no valid HTTP, or no valid WebSocket handshake."
    case .handshakeRefused: "The server refused the handshake; its status, headers and the start of the body are shown."
    case .cannotWrite: "Standard output or the output file could not be written."
    case .cannotRead: "Standard input or a file could not be read, or holds what cannot be sent."
    case .timeLimit: "A time limit was reached; the message says which."
    case .tlsFailed: "TLS could not be set up."
    case .noAnswer: "The server closed the connection without any answer to the handshake."
    case .connectionBroke: "The connection broke: a reset, or an end without a Close frame."
    case .ownCertificate: "The certificate or key of `--cert` and `--key` cannot be used."
    case .untrustedCertificate: "The peer's certificate is not trusted."
    case .proxyRefused: "The proxy refused to open the tunnel."
    case .limit: "A limit of ours was reached, such as `--max-message-size`."
    case .violation: "The peer broke the protocol; the message says which rule, and at which byte."
    case .closeCode: "The peer closed with a code other than 1000, 1001 or none."
    case .hangup: "Ended by SIGHUP."
    case .interrupt: "Ended by SIGINT, as by Ctrl-C."
    case .terminate: "Ended by SIGTERM."
    }
  }
}
