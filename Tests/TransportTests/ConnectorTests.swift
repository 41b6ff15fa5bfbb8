import Glibc
import Testing

@testable import Transport

@Suite struct `A connector` {
  let loop: Loop
  init() throws { loop = try Loop() }

  private func connect(to addresses: [SocketAddress]) -> Result<ConnectedSocket, ConnectFailure>? {
    var answer: Result<ConnectedSocket, ConnectFailure>?
    _ = Connector(loop: loop).connect(to: addresses) {
      #expect(answer == nil)
      answer = $0
    }
    #expect(answer == nil, "answered from inside the call")
    turnLoop(loop) { answer != nil }
    return answer
  }

  /// An address where nothing listens.
  private func closedPort() throws -> SocketAddress {
    let listener = try Listener(loop: loop, address: .ipv4(INADDR_LOOPBACK, port: 0))
    listener.close()
    return listener.address
  }

  @Test(arguments: [
    SocketAddress.ipv4(INADDR_LOOPBACK, port: 0), .ipv6(high: 0, low: 1, port: 0), .unix(scratchPath("socket")),
  ])
  func `connects, and the stream carries bytes`(address: SocketAddress) throws {
    let listener = try Listener(loop: loop, address: address)
    let server = Recorder()
    var accepted: SocketStream?
    listener.accepted = {
      accepted = $0
      $0.handler = server
      $0.start()
    }
    let connected = try #require(try connect(to: [listener.address])?.get())
    #expect(connected.address == listener.address)
    #expect(connected.stream.peerAddress == listener.address.description)
    #expect(connected.attempts.count == 1)
    #expect(connected.attempts[0].ended != nil && connected.attempts[0].error == nil)
    if address.family != nil { #expect(connected.stream.option(Int32(IPPROTO_TCP), TCP_NODELAY) == 1) }
    connected.stream.handler = Recorder()
    connected.stream.start()
    connected.stream.write("hello")
    turnLoop(loop) { server.receivedCount == 5 }
    connected.stream.close()
    accepted?.close()
    listener.close()
  }

  @Test func `goes on to the next address when one refuses`() throws {
    let listener = try Listener(loop: loop, address: .ipv4(INADDR_LOOPBACK, port: 0))
    let refusing = SocketAddress.ipv6(high: 0, low: 1, port: try #require(listener.address.port))
    let connected = try #require(try connect(to: [listener.address, refusing])?.get())
    #expect(connected.address == listener.address)
    #expect(connected.attempts.map(\.address) == [refusing, listener.address])
    #expect(connected.attempts[0].error == SystemError(code: ECONNREFUSED, call: "connect"))
    connected.stream.close()
    listener.close()
  }

  @Test func `says why nothing could be reached`() throws {
    let first = try closedPort()
    guard case .failure(let refused) = connect(to: [first]) else {
      Issue.record("it connected")
      return
    }
    #expect(refused.description == "connection refused")
    let path = scratchPath("nobody")
    guard case .failure(let both) = connect(to: [first, .unix(path)]) else {
      Issue.record("it connected")
      return
    }
    #expect(both.description == "\(first): connection refused; unix:\(path): no such file or directory")
    guard case .failure(let none) = connect(to: []) else {
      Issue.record("it connected")
      return
    }
    #expect(none.description == "there is no address to connect to")
  }

  @Test func `does not answer after it was cancelled`() throws {
    let listener = try Listener(loop: loop, address: .ipv4(INADDR_LOOPBACK, port: 0))
    var answered = false
    let cancellation = Connector(loop: loop).connect(to: [listener.address]) { _ in answered = true }
    cancellation.cancel()
    cancellation.cancel()
    for _ in 0..<3 { loop.turn(waitAtMost: .milliseconds(10)) }
    #expect(!answered)
    listener.close()
  }
}

@Suite struct `A resolver` {
  let loop: Loop
  init() throws { loop = try Loop() }

  private func resolve(
    _ resolver: Resolver, _ host: String, _ family: AddressFamily? = nil
  ) -> Resolution? {
    var answer: Resolution?
    _ = resolver.resolve(host: host, port: 80, family: family) { answer = $0 }
    #expect(answer == nil, "answered from inside the call")
    turnLoop(loop) { answer != nil }
    return answer
  }

  @Test func `answers digits and names`() {
    let resolver = Resolver(loop: loop)
    let local = SocketAddress.ipv4(INADDR_LOOPBACK, port: 80)
    #expect(resolve(resolver, "127.0.0.1") == .success([local]))
    #expect(resolve(resolver, "::1", .ipv6) == .success([.ipv6(high: 0, low: 1, port: 80)]))
    #expect(resolve(resolver, "localhost", .ipv4) == .success([local]))
    guard case .success(let all) = resolve(resolver, "localhost") else {
      Issue.record("localhost was not found")
      return
    }
    #expect(all.contains(local) && Set(all).count == all.count)
  }

  @Test(arguments: [
    ("nobody.invalid", nil), ("::1", AddressFamily.ipv4), ("127.0.0.1", .ipv6), ("", nil), ("a\0b", nil),
  ])
  func `says why there is no address`(host: String, family: AddressFamily?) throws {
    guard case .failure(let failure) = resolve(Resolver(loop: loop), host, family) else {
      Issue.record("it resolved")
      return
    }
    #expect(failure.host == host && !failure.reason.isEmpty)
    #expect(failure.description.hasPrefix("cannot resolve \(host): "))
  }

  @Test func `does not answer what was cancelled, and goes on with the rest`() throws {
    let resolver = Resolver(loop: loop)
    var answers: [Int] = []
    let questions = (0..<6).map { number in
      resolver.resolve(host: "localhost", port: 80) { _ in answers.append(number) }
    }
    questions[0].cancel()
    questions[3].cancel()
    turnLoop(loop) { answers.count == 4 }
    #expect(answers.sorted() == [1, 2, 4, 5])
  }

  @Test func `is released with its thread`() throws {
    weak var released: Resolver?
    do {
      let resolver = Resolver(loop: loop)
      released = resolver
      #expect(resolve(resolver, "localhost") != nil)
    }
    #expect(released == nil)
    loop.turn(waitAtMost: .zero)
  }
}

@Suite struct `A mailbox` {
  @Test func `carries messages from other threads, each once and in order`() throws {
    let loop = try Loop()
    let mailbox = try Mailbox<Int>()
    var heard: [Int] = []
    let hearing = try loop.hear(mailbox) { heard.append($0) }
    try HelperThread.start { for number in 0..<10_000 { mailbox.post(number) } }
    turnLoop(loop) { heard.count == 10_000 }
    #expect(heard == Array(0..<10_000))
    hearing.cancel()
    mailbox.post(1)
    loop.turn(waitAtMost: .zero)
    #expect(heard.count == 10_000)
  }

  @Test func `wakes a thread that waits`() throws {
    let loop = try Loop()
    let (questions, answers) = (try Mailbox<Int>(), try Mailbox<Int>())
    var sum = 0
    let hearing = try loop.hear(answers) { sum += $0 }
    try HelperThread.start {
      var left = 100
      while left > 0 {
        for question in questions.wait() {
          answers.post(question * 2)
          left -= 1
        }
      }
    }
    for number in 1...100 {
      questions.post(number)
      if number % 10 == 0 { loop.turn(waitAtMost: .zero) }
    }
    turnLoop(loop) { sum == 10_100 }
    hearing.cancel()
  }
}
