import CPlatform
import Glibc

/// The yardstick: an echo server for bare bytes that does nothing a WebSocket server could leave out.
struct RawEchoServer {
  private let listener: Socket
  private let poller: Int32
  /// What a connection's peer has not taken yet; while there is any, nothing is read from it.
  private var pending: [Int32: ArraySlice<UInt8>] = [:]
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)

  /// Listens at `port` of the loopback interface and says where.
  init(port: UInt16) throws {
    listener = try Socket.listening(at: port)
    Socket.stopBlocking(listener.number)
    poller = try checked(epoll_create1(Int32(EPOLL_CLOEXEC)), "epoll_create1")
    try watch(listener.number, EPOLLIN, EPOLL_CTL_ADD)
    print("listening on tcp://127.0.0.1:\(listener.port)/")
    fflush(nil)
  }

  /// Serves until the process is killed.
  mutating func run() throws -> Never {
    var events = [epoll_event](repeating: epoll_event(), count: 256)
    while true {
      for index in 0..<max(0, Int(epoll_wait(poller, &events, Int32(events.count), -1))) {
        let descriptor = events[index].data.fd
        if descriptor == listener.number {
          try acceptAll()
        } else if pending[descriptor] != nil {
          try flush(descriptor)
        } else {
          try echo(descriptor)
        }
      }
    }
  }

  private func watch(_ descriptor: Int32, _ events: EPOLL_EVENTS, _ operation: Int32) throws {
    var event = epoll_event()
    event.events = events.rawValue
    event.data.fd = descriptor
    try checked(epoll_ctl(poller, operation, descriptor, &event), "epoll_ctl")
  }

  private func acceptAll() throws {
    while true {
      let descriptor = platform_accept(listener.number)
      if descriptor < 0 { return }
      var yes: Int32 = 1
      setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
      try watch(descriptor, EPOLLIN, EPOLL_CTL_ADD)
    }
  }

  private mutating func echo(_ descriptor: Int32) throws {
    let size = recv(descriptor, buffer.baseAddress, buffer.count, 0)
    if size <= 0 {
      if size == 0 || errno != EAGAIN { close(descriptor) }
      return
    }
    let sent = max(0, send(descriptor, buffer.baseAddress, size, Int32(MSG_NOSIGNAL)))
    if sent < size {
      pending[descriptor] = Array(buffer[sent..<size])[...]
      try watch(descriptor, EPOLLOUT, EPOLL_CTL_MOD)
    }
  }

  private mutating func flush(_ descriptor: Int32) throws {
    let sent = pending[descriptor]!.withUnsafeBytes { rest in
      send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
    }
    if sent < 0 && errno != EAGAIN {
      pending[descriptor] = nil
      close(descriptor)
      return
    }
    pending[descriptor]!.removeFirst(max(0, sent))
    if pending[descriptor]!.isEmpty {
      pending[descriptor] = nil
      try watch(descriptor, EPOLLIN, EPOLL_CTL_MOD)
    }
  }
}
