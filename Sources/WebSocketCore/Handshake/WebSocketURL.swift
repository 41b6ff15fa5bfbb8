/// Where to connect to and what to ask for there (RFC 6455, section 3).
public struct WebSocketURL: Equatable, Hashable, Sendable {
  /// How the connection is made.
  public enum Scheme: String, Sendable {
    /// TCP; `http` is taken for it.
    case ws
    /// TLS; `https` is taken for it.
    case wss
    /// A Unix socket.
    case wsUnix = "ws+unix"
    /// The echo server inside this process.
    case loopback
  }

  /// User name and password before the host, percent-decoded.
  public struct Userinfo: Equatable, Hashable, Sendable {
    /// What stands before the colon.
    public var user: String
    /// What stands behind it, or nothing.
    public var password: String
  }

  /// How the connection is made.
  public var scheme: Scheme
  /// Name or address, without brackets; `localhost` where there is no network.
  public var host: String
  /// The TCP port.
  public var port: Int
  /// Path and query as they are sent: `/chat?room=1`.
  public var resource: String
  /// User name and password for Basic authorization.
  public var userinfo: Userinfo?
  /// The path of the Unix socket.
  public var unixPath: String?
  /// The user's own spelling, with what stands before `@` masked.
  public internal(set) var description: String

  init(scheme: Scheme, host: String = "localhost", port: Int? = nil, resource: String, description: String) {
    self.scheme = scheme
    self.host = host
    self.port = port ?? Self.defaultPort(scheme)
    self.resource = resource
    self.description = description
  }

  /// Whether the connection is secured by TLS.
  public var isSecure: Bool { scheme == .wss }

  /// Whether `port` is what the scheme stands for without one.
  public var isDefaultPort: Bool { port == Self.defaultPort(scheme) }

  /// The value of the `Host` header: port if it is not the default one, brackets around IPv6.
  public var hostHeader: String {
    isDefaultPort ? Self.bracketed(host) : "\(Self.bracketed(host)):\(port)"
  }

  /// The URL in full, without user name and password: `ws://localhost:9001/`.
  public var normalized: String {
    switch scheme {
    case .ws, .wss: "\(scheme.rawValue)://\(hostHeader)\(resource)"
    case .wsUnix: "ws+unix:\(unixPath ?? "")\(resource == "/" ? "" : ":" + resource)"
    case .loopback: "loopback:\(resource.dropFirst())"
    }
  }

  static func defaultPort(_ scheme: Scheme) -> Int { scheme == .wss ? 443 : 80 }

  /// `host` as it stands in a URL. A zone means nothing to others and is left out (RFC 6874, section 1).
  static func bracketed(_ host: String) -> String {
    host.contains(":") ? "[\(host.prefix { $0 != "%" })]" : host
  }
}

extension WebSocketURL: CustomStringConvertible {}
