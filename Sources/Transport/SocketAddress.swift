import Glibc

/// The two families of internet addresses.
public enum AddressFamily: Sendable {
  case ipv4
  case ipv6
}

/// Where a stream socket is or listens.
public enum SocketAddress: Hashable, Sendable {
  /// An address and a port, both in the host's order.
  case ipv4(UInt32, port: UInt16)
  /// The address's halves, first part first; `scope` is the interface of a link-local address.
  case ipv6(high: UInt64, low: UInt64, port: UInt16, scope: UInt32 = 0)
  /// A path in the file system; empty for a socket without a name.
  case unix(String)

  /// The family of an internet address; nil for a Unix socket.
  public var family: AddressFamily? {
    switch self {
    case .ipv4: .ipv4
    case .ipv6: .ipv6
    case .unix: nil
    }
  }

  /// The port of an internet address; nil for a Unix socket.
  public var port: UInt16? {
    switch self {
    case .ipv4(_, let port), .ipv6(_, _, let port, _): port
    case .unix: nil
    }
  }

  /// The address that `host` spells in digits, such as `127.0.0.1`, `::1` or `fe80::1%eth0`; nil for a name.
  public init?(numericHost host: String, port: UInt16) {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard !host.utf8.contains(0), getaddrinfo(host, nil, &hints, &list) == 0, let first = list else { return nil }
    defer { freeaddrinfo(list) }
    guard let address = SocketAddress(first.pointee.ai_addr, size: first.pointee.ai_addrlen) else { return nil }
    self = address.with(port: port)
  }

  /// Whether only this machine can be there.
  public var isLoopback: Bool {
    switch self {
    case .ipv4(let address, _): address >> 24 == 127
    case .ipv6(let high, let low, _, _): high == 0 && low == 1
    case .unix: true
    }
  }

  /// The same address with another port.
  public func with(port: UInt16) -> SocketAddress {
    switch self {
    case .ipv4(let address, _): .ipv4(address, port: port)
    case .ipv6(let high, let low, _, let scope): .ipv6(high: high, low: low, port: port, scope: scope)
    case .unix: self
    }
  }
}

extension SocketAddress: CustomStringConvertible {
  /// `127.0.0.1:80`, `[::1]:80` or `unix:/run/x`.
  public var description: String {
    switch self {
    case .ipv4(_, let port): "\(host):\(port)"
    case .ipv6(_, _, let port, _): "[\(host)]:\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// The address without its port, or the path.
  public var host: String {
    if case .unix(let path) = self { return path }
    return withSystemAddress { address, size in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text in
        let status = getnameinfo(address, size, text.baseAddress, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        return status == 0 ? String(cString: text.baseAddress.unsafelyUnwrapped) : "?"
      }
    }
  }
}

// MARK: The system's form

extension SocketAddress {
  /// Bytes of a path that fit into an address, its terminator aside.
  static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  var systemFamily: Int32 {
    switch self {
    case .ipv4: AF_INET
    case .ipv6: AF_INET6
    case .unix: AF_UNIX
    }
  }

  /// Reads a system address; nil for a family we do not speak.
  init?(_ address: UnsafePointer<sockaddr>, size: socklen_t) {
    let bytes = UnsafeRawBufferPointer(start: address, count: Int(size))
    guard bytes.count >= MemoryLayout<sa_family_t>.size else { return nil }
    switch Int32(bytes.loadUnaligned(as: sa_family_t.self)) {
    case AF_INET where bytes.count >= MemoryLayout<sockaddr_in>.size:
      let value = bytes.loadUnaligned(as: sockaddr_in.self)
      self = .ipv4(UInt32(bigEndian: value.sin_addr.s_addr), port: UInt16(bigEndian: value.sin_port))
    case AF_INET6 where bytes.count >= MemoryLayout<sockaddr_in6>.size:
      let value = bytes.loadUnaligned(as: sockaddr_in6.self)
      let (high, low) = withUnsafeBytes(of: value.sin6_addr) {
        (UInt64(bigEndian: $0.load(as: UInt64.self)), UInt64(bigEndian: $0.load(fromByteOffset: 8, as: UInt64.self)))
      }
      self = .ipv6(high: high, low: low, port: UInt16(bigEndian: value.sin6_port), scope: value.sin6_scope_id)
    case AF_UNIX:
      let path = bytes.dropFirst(MemoryLayout<sa_family_t>.size)
      self = .unix(String(decoding: path.prefix { $0 != 0 }, as: UTF8.self))
    default:
      return nil
    }
  }

  /// Calls `body` with the system's form. A path must be no longer than `longestPath`.
  func withSystemAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    func pass<Address>(_ address: Address) -> Result {
      withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Address>.size)) }
      }
    }
    switch self {
    case .ipv4(let value, let port):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = value.bigEndian
      address.sin_port = port.bigEndian
      return pass(address)
    case .ipv6(let high, let low, let port, let scope):
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      address.sin6_scope_id = scope
      withUnsafeMutableBytes(of: &address.sin6_addr) {
        $0.storeBytes(of: high.bigEndian, as: UInt64.self)
        $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      return pass(address)
    case .unix(let path):
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(Self.longestPath)) }
      return pass(address)
    }
  }

  /// The error of a path no socket can have; nil for all other addresses.
  func pathError(call: String) -> SystemError? {
    guard case .unix(let path) = self else { return nil }
    if path.isEmpty || path.utf8.contains(0) { return SystemError(code: EINVAL, call: call) }
    return path.utf8.count > Self.longestPath ? SystemError(code: ENAMETOOLONG, call: call) : nil
  }

  /// Our end's address of a socket.
  static func local(of descriptor: Int32) -> SocketAddress? { ask(descriptor, getsockname) }

  /// The other end's address of a socket; nil when it is not connected any more.
  static func peer(of descriptor: Int32) -> SocketAddress? { ask(descriptor, getpeername) }

  private static func ask(
    _ descriptor: Int32,
    _ question: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> SocketAddress? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        question(descriptor, $0, &size) == 0 ? SocketAddress($0, size: size) : nil
      }
    }
  }
}
