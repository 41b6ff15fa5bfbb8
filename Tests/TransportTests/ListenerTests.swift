import Glibc
import Testing

@testable import Transport

@Suite struct `A listener` {
  @Test(arguments: [SocketAddress.ipv4(INADDR_LOOPBACK, port: 0), .ipv6(high: 0, low: 1, port: 0)])
  func `tells the port it was given`(address: SocketAddress) throws {
    let loop = try Loop()
    let listener = try Listener(loop: loop, address: address)
    #expect(listener.address.port != 0)
    #expect(listener.address.host == address.host)
    listener.close()
  }

  @Test func `names the call and the reason when the port is taken`() throws {
    let loop = try Loop()
    let first = try Listener(loop: loop, address: .ipv4(INADDR_LOOPBACK, port: 0))
    let error = try #require(throws: SystemError.self) { try Listener(loop: loop, address: first.address) }
    #expect(error == SystemError(code: EADDRINUSE, call: "bind"))
    #expect(error.description == "address already in use")
    first.close()
    try Listener(loop: loop, address: first.address).close()
  }

  @Test func `hands over sockets that send at once`() throws {
    let loop = try Loop()
    let listener = try Listener(loop: loop, address: .ipv4(INADDR_LOOPBACK, port: 0))
    var streams: [SocketStream] = []
    listener.accepted = { streams.append($0) }
    let clients = try (0..<100).map { _ in try StreamFixture.connect(loop, to: listener.address) }
    loop.turn(waitAtMost: .seconds(1))
    #expect(streams.count == 64, "accepted in one turn")
    turnLoop(loop) { streams.count == clients.count }
    #expect(streams.allSatisfy { $0.option(Int32(IPPROTO_TCP), TCP_NODELAY) == 1 })
    #expect(Set(streams.map(\.peerAddress)) == Set(clients.map(\.localAddress)))
    listener.close()
  }

  @Test func `leaves connections waiting while it pauses`() throws {
    let loop = try Loop()
    let listener = try Listener(loop: loop, address: .ipv4(INADDR_LOOPBACK, port: 0))
    var count = 0
    listener.accepted = { _ in count += 1 }
    listener.pause()
    let client = try StreamFixture.connect(loop, to: listener.address)
    loop.turn(waitAtMost: .milliseconds(20))
    #expect(count == 0)
    listener.resume()
    turnLoop(loop) { count == 1 }
    client.close()
    listener.close()
  }

  @Test func `waits and tries again when no descriptor is left`() async throws {
    await #expect(processExitsWith: .success) {
      let loop = try Loop()
      let listener = try Listener(loop: loop, address: .ipv4(INADDR_LOOPBACK, port: 0))
      var streams: [SocketStream] = []
      var failures: [SystemError] = []
      listener.accepted = { streams.append($0) }
      listener.acceptFailed = { failures.append($0) }
      let clients = try (0..<16).map { _ in try StreamFixture.connect(loop, to: listener.address) }
      var taken: [Int32] = []
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
      var former = rlimit()
      getrlimit(resource, &former)
      var limit = rlimit(rlim_cur: 256, rlim_max: former.rlim_max)
      setrlimit(resource, &limit)
      while case let number = dup(0), number >= 0 { taken.append(number) }
      close(taken.removeLast())
      turnLoop(loop) { failures.count >= 2 }
      // How many got in is not ours to say: other threads of a test process give descriptors back, too.
      guard (1..<clients.count).contains(streams.count), failures[0] == SystemError(code: EMFILE, call: "accept") else {
        exit(1)
      }
      // The limit goes back up as well: a test process inherits descriptors, maybe many.
      setrlimit(resource, &former)
      for number in taken { close(number) }
      turnLoop(loop) { streams.count == clients.count }
      exit(0)
    }
  }
}

@Suite struct `A Unix socket's file` {
  @Test func `is removed when the listener closes`() throws {
    let loop = try Loop()
    let path = scratchPath("socket")
    let listener = try Listener(loop: loop, address: .unix(path))
    #expect(listener.address.description == "unix:\(path)")
    #expect(access(path, F_OK) == 0)
    listener.close()
    #expect(access(path, F_OK) != 0)
  }

  @Test func `is replaced when nobody answers there`() throws {
    let loop = try Loop()
    let path = scratchPath("socket")
    do {
      let left = try SystemCalls.socket(AF_UNIX)
      try SystemCalls.bind(left.number, .unix(path))
    }
    try Listener(loop: loop, address: .unix(path)).close()
  }

  @Test func `is in use when somebody listens, or when it is no socket`() throws {
    let loop = try Loop()
    let path = scratchPath("socket")
    let live = try Listener(loop: loop, address: .unix(path))
    let inUse = SystemError(code: EADDRINUSE, call: "bind")
    #expect(throws: inUse) { try Listener(loop: loop, address: .unix(path)) }
    live.close()
    _ = try SystemCalls.open(path, O_CREAT | O_WRONLY)
    #expect(throws: inUse) { try Listener(loop: loop, address: .unix(path)) }
    #expect(access(path, F_OK) == 0)
  }

  @Test func `stays when another listener has taken its place`() throws {
    let loop = try Loop()
    let path = scratchPath("socket")
    let first = try Listener(loop: loop, address: .unix(path))
    unlink(path)
    let second = try Listener(loop: loop, address: .unix(path))
    first.close()
    #expect(access(path, F_OK) == 0)
    second.close()
  }

  @Test(arguments: [(String(repeating: "x", count: 108), ENAMETOOLONG), ("", EINVAL), ("a\0b", EINVAL)])
  func `must have a path that fits`(path: String, code: Int32) throws {
    let loop = try Loop()
    #expect(throws: SystemError(code: code, call: "bind")) { try Listener(loop: loop, address: .unix(path)) }
  }
}

@Suite struct `A socket address` {
  @Test(arguments: [
    ("127.0.0.1", 80, "127.0.0.1:80"), ("::1", 80, "[::1]:80"), ("2001:DB8::0:1", 9001, "[2001:db8::1]:9001"),
    ("0.0.0.0", 0, "0.0.0.0:0"), ("fe80::1%lo", 1, "[fe80::1%lo]:1"), ("::ffff:1.2.3.4", 5, "[::ffff:1.2.3.4]:5"),
  ])
  func `is read from digits and written in the usual form`(host: String, port: UInt16, text: String) throws {
    let address = try #require(SocketAddress(numericHost: host, port: port))
    #expect(address.description == text)
    #expect(address.port == port)
    let again = address.withSystemAddress { SocketAddress($0, size: $1) }
    #expect(again == address)
  }

  @Test(arguments: ["localhost", "example.com", "", "[::1]", "1.2.3.4.5", "1.2.3.4\0"])
  func `is not made of a name`(host: String) {
    #expect(SocketAddress(numericHost: host, port: 80) == nil)
  }
}
