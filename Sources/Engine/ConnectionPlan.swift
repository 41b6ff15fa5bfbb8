public import Transport
public import WebSocketCore

/// Everything needed to connect, as one value.
public struct ConnectionPlan: Sendable {
  public var url: WebSocketURL
  public var request: ClientHandshakeRequest
  public var route = Route()
  public var proxy: ProxyPlan?
  public var tls = TLSConfiguration()
  public var settings: ConnectionSettings
  public var limits = ConnectLimits()

  public init(url: WebSocketURL, request: ClientHandshakeRequest, settings: ConnectionSettings) {
    self.url = url
    self.request = request
    self.settings = settings
  }
}

/// Where to connect instead of where the URL points.
public struct Route: Sendable {
  /// Only addresses of this family.
  public var family: AddressFamily?
  /// A Unix socket instead of a network address.
  public var unixSocket: String?
  /// curl's --resolve: addresses for a host and port ("*" matches every host).
  public var addresses: [(host: String, port: Int, addresses: [String])] = []
  /// curl's --connect-to: another host and port for a host and port; nil matches all, or keeps the URL's.
  public var redirections: [Redirection] = []

  public struct Redirection: Sendable {
    public var host: String?
    public var port: Int?
    public var newHost: String?
    public var newPort: Int?

    public init(host: String?, port: Int?, newHost: String?, newPort: Int?) {
      self.host = host
      self.port = port
      self.newHost = newHost
      self.newPort = newPort
    }
  }

  public init() {}

  /// The host and port to connect to for the URL's.
  func destination(_ host: String, _ port: Int) -> (host: String, port: Int) {
    for redirection in redirections
    where (redirection.host == nil || redirection.host?.lowercased() == host.lowercased())
      && (redirection.port == nil || redirection.port == port)
    {
      return (redirection.newHost ?? host, redirection.newPort ?? port)
    }
    return (host, port)
  }

  /// The addresses given for a host and port; nil when it has to be resolved.
  func given(_ host: String, _ port: Int) -> [String]? {
    addresses.last { ($0.host == "*" || $0.host.lowercased() == host.lowercased()) && $0.port == port }?.addresses
  }
}

/// A proxy that tunnels by CONNECT (RFC 9110, section 9.3.6).
public struct ProxyPlan: Sendable {
  public var host: String
  public var port: Int
  public var credentials: Credentials?
  /// As the user or environment gave it, without the password.
  public var name: String

  public init(host: String, port: Int, credentials: Credentials?, name: String) {
    self.host = host
    self.port = port
    self.credentials = credentials
    self.name = name
  }
}

/// How long the phases may take; a dripped byte extends none of them.
public struct ConnectLimits: Sendable {
  /// Resolving, connecting and the proxy, and the whole at the most.
  public var connect = Duration.seconds(30)
  /// TLS and the opening handshake.
  public var handshake = Duration.seconds(10)
  public init() {}
}
