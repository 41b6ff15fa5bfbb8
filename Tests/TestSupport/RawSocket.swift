import Glibc

/// A connected socket for tests: blocking calls with limits, bytes as they are.
public final class RawSocket: Sendable {
  /// What `receive` saw.
  public enum Arrival: Equatable, Sendable {
    case bytes([UInt8])
    /// The peer's FIN.
    case end
    /// The peer's RST, or another error.
    case broken
    /// Nothing came within the limit.
    case nothing
  }

  let descriptor: Int32

  init(descriptor: Int32) {
    self.descriptor = descriptor
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
  }

  /// Connects to a port of 127.0.0.1.
  public convenience init(port: UInt16) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let connected = withAddress(port: port) { connect(descriptor, $0, $1) }
    guard connected == 0 else {
      let failure = SystemCallFailure("cannot connect to port \(port)")
      close(descriptor)
      throw failure
    }
    self.init(descriptor: descriptor)
  }

  /// Sends all bytes; false when the peer has gone or takes none for `limit`.
  @discardableResult
  public func send(_ bytes: [UInt8], limit: Duration = .seconds(10)) -> Bool {
    var offset = 0
    while offset < bytes.count {
      var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard poll(&polled, 1, limit.milliseconds) > 0 else { return false }
      let count = bytes[offset...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      guard count > 0 || errno == EAGAIN else { return false }
      offset += max(count, 0)
    }
    return true
  }

  /// Waits for bytes, or an end.
  public func receive(limit: Duration = .seconds(10)) -> Arrival {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, limit.milliseconds) > 0 else { return .nothing }
    let capacity = 1 << 16
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      let count = recv(descriptor, buffer.baseAddress, capacity, 0)
      return count > 0 ? .bytes(Array(buffer[..<count])) : count == 0 ? .end : .broken
    }
  }

  /// Sends our FIN.
  public func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Makes the coming `close` (or the end of the last reference) an RST.
  public func resetAtClose() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
  }

  /// Makes the kernel's buffer for what arrives small, so that a peer soon feels that nobody reads.
  public func shrinkReceiveBuffer() { TestSupport.shrinkReceiveBuffer(of: descriptor) }

  deinit { close(descriptor) }
}

/// A listening socket on a port of 127.0.0.1.
final class RawListener: Sendable {
  let descriptor: Int32
  let port: UInt16

  init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    self.descriptor = descriptor
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let named = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        withAddress(port: 0) { bind(descriptor, $0, $1) } == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, address, &size) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard named else { throw SystemCallFailure("cannot listen") }
  }

  func accept(limit: Duration) -> RawSocket? {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, limit.milliseconds) > 0 else { return nil }
    let connection = Glibc.accept(descriptor, nil, nil)
    guard connection >= 0 else { return nil }
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
    return RawSocket(descriptor: connection)
  }

  deinit { close(descriptor) }
}

func shrinkReceiveBuffer(of descriptor: Int32) {
  var size: Int32 = 4096
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
}

private func withAddress(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
  }
}

extension Duration {
  /// Whole milliseconds, for `poll`.
  var milliseconds: Int32 {
    Int32(clamping: components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
  }
}
