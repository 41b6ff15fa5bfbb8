import CPlatform
import Glibc

/// What came of an attempt to move bytes.
enum Transfer {
  /// This many bytes moved; none, on reading, means the end.
  case moved(Int)
  /// Nothing can move now.
  case wouldBlock
  /// The call failed with this errno value.
  case failed(Int32)
}

/// System calls on descriptors, repeated when a signal interrupts them.
enum SystemCalls {
  /// Runs `call` until no signal interrupts it.
  @inline(__always)
  private static func transfer(_ call: () -> Int) -> Transfer {
    while true {
      let moved = call()
      if moved >= 0 { return .moved(moved) }
      let code = errno
      if code == EINTR { continue }
      return code == EAGAIN || code == EWOULDBLOCK ? .wouldBlock : .failed(code)
    }
  }

  /// Receives from a socket; never blocks, whatever the descriptor's flags.
  static func receive(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    transfer { recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT)) }
  }

  /// Sends to a socket; never blocks and raises no SIGPIPE.
  static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Transfer {
    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    return transfer { Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags) }
  }

  /// Sends two pieces to a socket in one call, from where they lie.
  static func send(
    _ descriptor: Int32, _ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer
  ) -> Transfer {
    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    return withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { pieces in
      pieces[0] = iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count)
      pieces[1] = iovec(iov_base: UnsafeMutableRawPointer(mutating: body.baseAddress), iov_len: body.count)
      var message = msghdr()
      message.msg_iov = pieces.baseAddress
      message.msg_iovlen = 2
      return transfer { sendmsg(descriptor, &message, flags) }
    }
  }

  /// Reads from any descriptor.
  static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    transfer { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
  }

  /// Writes to any descriptor.
  static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Transfer {
    transfer { Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
  }

  /// Opens `path`, closed at exec.
  static func open(_ path: String, _ flags: Int32) throws(SystemError) -> Descriptor {
    while true {
      let number = Glibc.open(path, flags | O_CLOEXEC)
      if number >= 0 { return Descriptor(owning: number) }
      if errno != EINTR { throw SystemError(call: "open") }
    }
  }

  /// A stream socket of `family` that neither blocks nor survives exec.
  static func socket(_ family: Int32) throws(SystemError) -> Descriptor {
    let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let number = Glibc.socket(family, flags, 0)
    guard number >= 0 else { throw SystemError(call: "socket") }
    return Descriptor(owning: number)
  }

  /// Gives a socket its address.
  static func bind(_ descriptor: Int32, _ address: SocketAddress) throws(SystemError) {
    guard address.withSystemAddress({ Glibc.bind(descriptor, $0, $1) }) == 0 else { throw SystemError(call: "bind") }
  }

  /// Sets a socket option that is a number.
  static func setOption(
    _ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32
  ) throws(SystemError) {
    var value = value
    guard setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
      throw SystemError(call: "setsockopt")
    }
  }

  /// What a socket option holds; nil where it cannot be asked.
  static func option(_ descriptor: Int32, _ level: Int32, _ name: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, level, name, &value, &size) == 0 ? value : nil
  }

  /// Makes the close of a socket send RST; of no effect on Unix sockets.
  static func resetAtClose(_ descriptor: Int32) { _ = platform_reset_at_close(descriptor) }

  /// Blocks this thread until `descriptor` can be read.
  static func waitForInput(_ descriptor: Int32) {
    var asked = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&asked, 1, -1)
  }

  /// Whether `descriptor` can be read or written now, without waiting. Hang-ups and errors count.
  static func isReady(_ descriptor: Int32, for events: Int32) -> Bool {
    var asked = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return poll(&asked, 1, 0) > 0
  }
}
