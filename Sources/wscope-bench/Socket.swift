import Glibc

/// A TCP socket of the load generator on the loopback interface; blocks unless told otherwise.
final class Socket {
  let number: Int32

  private init(_ number: Int32) {
    self.number = number
    var yes: Int32 = 1
    setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(number) }

  private static func make() throws -> Int32 {
    try checked(socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0), "socket")
  }

  private static func withAddress<Value>(
    _ host: UInt32, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
  ) -> Value {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = host.bigEndian
    address.sin_port = port.bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }

  private static let loopback: UInt32 = 0x7F00_0001

  /// A connection to a server of this machine. A `source` other than 0 is the last part of the address it comes from:
  /// one address has too few ports for very many connections.
  static func connected(to port: UInt16, source: UInt8 = 0) throws -> Socket {
    let socket = Socket(try make())
    if source != 0 {
      try checked(withAddress(0x7F00_0000 | UInt32(source), 0) { bind(socket.number, $0, $1) }, "bind")
    }
    try checked(withAddress(loopback, port) { connect(socket.number, $0, $1) }, "connect")
    return socket
  }

  /// A socket that listens at a port of this machine; 0 lets the system pick one.
  static func listening(at port: UInt16) throws -> Socket {
    let socket = Socket(try make())
    var yes: Int32 = 1
    setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    try checked(withAddress(loopback, port) { bind(socket.number, $0, $1) }, "bind")
    try checked(listen(socket.number, 4096), "listen")
    return socket
  }

  /// Our port.
  var port: UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &size) }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  /// The next connection.
  func accepted() throws -> Socket {
    let number = try checked(accept(self.number, nil, nil), "accept")
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    return Socket(number)
  }

  /// Makes calls return at once, whatever `number` is.
  static func stopBlocking(_ number: Int32) { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }

  /// Makes the close send RST, which leaves no port waiting for stragglers.
  func resetAtClose() {
    var none = linger(l_onoff: 1, l_linger: 0)
    setsockopt(number, SOL_SOCKET, SO_LINGER, &none, socklen_t(MemoryLayout<linger>.size))
  }

  /// Sends all of `bytes`.
  func sendAll(_ bytes: UnsafeRawBufferPointer) throws {
    var sent = 0
    while sent < bytes.count {
      sent += Int(
        try checked(send(number, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)), "send"))
    }
  }

  /// Receives what there is, at most `buffer`'s size.
  func receive(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let size = Int(try checked(recv(number, buffer.baseAddress, buffer.count, 0), "recv"))
    if size == 0 { throw BenchFailure("the peer ended the connection") }
    return size
  }

  /// Receives until `buffer` is full.
  func receiveAll(into buffer: UnsafeMutableRawBufferPointer) throws {
    var received = 0
    while received < buffer.count {
      received += try receive(into: UnsafeMutableRawBufferPointer(rebasing: buffer[received...]))
    }
  }

  /// Receives an HTTP head with nothing behind it.
  func receiveHead() throws -> String {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 8)
    defer { buffer.deallocate() }
    var size = 0
    while size < buffer.count {
      size += try receive(into: UnsafeMutableRawBufferPointer(rebasing: buffer[size...]))
      if buffer[..<size].suffix(4).elementsEqual("\r\n\r\n".utf8) { break }
    }
    return String(decoding: buffer[..<size], as: UTF8.self)
  }
}
