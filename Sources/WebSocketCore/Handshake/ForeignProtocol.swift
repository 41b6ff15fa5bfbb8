/// What speaks at the other end, when its first bytes cannot be HTTP/1.1.
public enum ForeignProtocol: Equatable, Hashable, Sendable, CaseIterable {
  /// A TLS alert record: the peer wants TLS, or gives it up.
  case tlsAlert
  /// A TLS handshake record.
  case tlsHandshake
  /// The frame a server begins HTTP/2 with, or the words a client does.
  case http2
  /// The banner of SSH.
  case ssh
  /// The greeting of SMTP or FTP.
  case mailOrFiles
  /// An error of Redis, or one of POP3.
  case redis
  /// HTML without a head, as HTTP/0.9 had it.
  case html

  /// Noun phrase for people.
  public var name: String {
    switch self {
    case .tlsAlert: "a TLS alert"
    case .tlsHandshake: "a TLS handshake"
    case .http2: "HTTP/2"
    case .ssh: "an SSH banner"
    case .mailOrFiles: "a greeting of SMTP or FTP"
    case .redis: "an error of Redis or POP3"
    case .html: "HTML without an HTTP head"
    }
  }

  /// What can be done about it, where that is known.
  public var hint: String? {
    switch self {
    case .tlsAlert, .tlsHandshake: "the other side speaks TLS; write wss:// in place of ws://"
    case .ssh, .mailOrFiles, .redis: "no web server listens there; is the port right?"
    case .http2, .html: nil
    }
  }

  /// The first bytes that tell; nil stands for any byte.
  private var beginning: [UInt8?] {
    switch self {
    case .tlsAlert: [0x15]
    case .tlsHandshake: [0x16]
    case .http2: [0, 0, nil, 4]  // the length, which is short, and the type of a SETTINGS frame
    case .ssh: Array("SSH-".utf8)
    case .mailOrFiles: Array("220".utf8)
    case .redis: Array("-ERR".utf8)
    case .html: Array("<".utf8)
    }
  }

  /// What a stream's first bytes say about it.
  enum Recognition: Equatable { case known(ForeignProtocol), possible, unknown }

  /// Judges the first bytes of a stream.
  static func recognize(_ bytes: [UInt8]) -> Recognition {
    var isPossible = false
    for candidate in allCases {
      let beginning = candidate.beginning
      guard zip(bytes, beginning).allSatisfy({ $1 == nil || $0 == $1 }) else { continue }
      if bytes.count >= beginning.count { return .known(candidate) }
      isPossible = true
    }
    return isPossible ? .possible : .unknown
  }
}
