import Glibc

/// The yardstick of the piped client: standard input to a TCP connection and back to standard output, byte for byte.
struct RawPipe {
  private let socket: Socket
  private var outgoing = Leg(size: 256 << 10)
  private var incoming = Leg(size: 256 << 10)

  /// Bytes on their way from one descriptor to another.
  private struct Leg {
    let buffer: UnsafeMutableRawBufferPointer
    var filled = 0
    var written = 0
    var hasEnded = false

    init(size: Int) { buffer = .allocate(byteCount: size, alignment: 4096) }

    var hasRoom: Bool { filled == 0 && !hasEnded }

    mutating func fill(from descriptor: Int32) {
      let size = read(descriptor, buffer.baseAddress, buffer.count)
      if size > 0 { filled = size }
      if size == 0 || (size < 0 && errno != EAGAIN) { hasEnded = true }
    }

    mutating func empty(into descriptor: Int32) throws {
      let size = write(descriptor, buffer.baseAddress! + written, filled - written)
      if size < 0 && errno == EAGAIN { return }
      written += Int(try checked(size, "write"))
      if written == filled { (filled, written) = (0, 0) }
    }
  }

  /// Connects to `port` of this machine.
  init(port: UInt16) throws {
    socket = try Socket.connected(to: port)
    for number in [0, 1, socket.number] { Socket.stopBlocking(number) }
  }

  /// Copies until both sides have ended.
  mutating func run() throws {
    while !incoming.hasEnded || incoming.filled > 0 {
      var events: [pollfd] = []
      func ask(_ descriptor: Int32, _ wanted: Int32) {
        events.append(pollfd(fd: descriptor, events: Int16(wanted), revents: 0))
      }
      if outgoing.hasRoom { ask(0, POLLIN) }
      if outgoing.filled > 0 { ask(socket.number, POLLOUT) }
      if incoming.hasRoom { ask(socket.number, POLLIN) }
      if incoming.filled > 0 { ask(1, POLLOUT) }
      poll(&events, nfds_t(events.count), -1)
      if outgoing.hasRoom {
        outgoing.fill(from: 0)
        if outgoing.hasEnded { shutdown(socket.number, Int32(SHUT_WR)) }
      }
      if outgoing.filled > 0 { try outgoing.empty(into: socket.number) }
      if incoming.hasRoom { incoming.fill(from: socket.number) }
      if incoming.filled > 0 { try incoming.empty(into: 1) }
    }
  }
}
