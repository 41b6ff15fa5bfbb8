import CPlatform
import Glibc

/// Exchanges with the echo server, each beside raw TCP with as many bytes.
extension Bench {
  /// One message at a time; everything on one core, so that what is measured is work and not waking up.
  func roundTrip() throws -> [Figure] {
    let count = 10_000
    let comparison = try onOneCore {
      try compareEcho(messages: 1, of: 128) { _, socket, traffic in
        try seconds { try socket.exchange(traffic, times: count) } / Double(count) * 1e6
      }
    }
    return [Figure("round trip of 128 B on one core, us", comparison, Quantity.decimal, goal: .atMost(1.10))]
  }

  /// 64 messages in one packet: what a server makes of a pipelining client.
  func inFlight() throws -> [Figure] {
    let count = 10_000
    let comparison = try compareEcho(messages: 64, of: 128) { server, socket, traffic in
      let used = try server.processorSeconds { try socket.exchange(traffic, times: count) }
      return Double(64 * count) / used
    }
    return [
      Figure("64 x 128 B in flight, messages per CPU second", comparison, Quantity.large, goal: .atLeast(0.75))
    ]
  }

  /// 50 connections with one message in flight each.
  func manyConnections() throws -> [Figure] {
    let comparison = try compareEcho(messages: 1, of: 128, connections: 50) {
      _, sockets, traffic in
      let count = 600
      let taken = try seconds { try exchangeOnAll(sockets, traffic, times: count) }
      return Double(count * sockets.count) / taken
    }
    return [Figure("50 connections x 128 B, messages/s", comparison, Quantity.large, goal: .atLeast(0.9))]
  }

  /// Messages of 1 MiB, up to four of them in flight, as a pipe would have it.
  func bigMessages() throws -> [Figure] {
    let count = 200
    let comparison = try compareEcho(messages: 1, of: 1 << 20, opcode: Traffic.binary) {
      _, socket, traffic in
      let taken = try seconds { try socket.stream(traffic, times: count, window: 4) }
      return Double(count << 20) / taken
    }
    return [Figure("messages of 1 MiB, bytes/s", comparison, Quantity.large, goal: .atLeast(0.7))]
  }

  private func compareEcho(
    messages: Int, of size: Int, opcode: UInt8 = Traffic.text,
    _ measure: @escaping (EchoServer, Socket, Traffic) throws -> Double
  ) throws -> Comparison {
    try compareEcho(messages: messages, of: size, opcode: opcode, connections: 1) {
      server, sockets, traffic in try measure(server, sockets[0], traffic)
    }
  }

  /// Measures both servers in turns, each over connections that stay open.
  private func compareEcho(
    messages: Int, of size: Int, opcode: UInt8 = Traffic.text, connections: Int,
    _ measure: @escaping (EchoServer, [Socket], Traffic) throws -> Double
  ) throws -> Comparison {
    func contender(_ wire: Wire) throws -> () throws -> Double {
      let server = try echoServer(wire)
      let traffic = Traffic(wire, messages: messages, of: size, opcode: opcode)
      var sockets: [Socket] = []
      for _ in 0..<connections { sockets.append(try server.open(traffic)) }
      return {
        let value = try measure(server, sockets, traffic)
        for socket in sockets { try socket.check(traffic) }
        return value
      }
    }
    return try Comparison(rounds: rounds, ours: try contender(.webSocket), raw: try contender(.raw))
  }

  /// Keeps one message in flight on each socket until each has done `count` exchanges.
  private func exchangeOnAll(_ sockets: [Socket], _ traffic: Traffic, times count: Int) throws {
    let poller = try checked(epoll_create1(Int32(EPOLL_CLOEXEC)), "epoll_create1")
    defer { close(poller) }
    for (index, socket) in sockets.enumerated() {
      var event = epoll_event()
      event.events = EPOLLIN.rawValue
      event.data.u64 = UInt64(index)
      try checked(epoll_ctl(poller, EPOLL_CTL_ADD, socket.number, &event), "epoll_ctl")
    }
    var exchanges = [(left: Int, missing: Int)](repeating: (count, traffic.response.count), count: sockets.count)
    var busy = sockets.count
    var events = [epoll_event](repeating: epoll_event(), count: sockets.count)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: traffic.response.count, alignment: 8)
    defer { buffer.deallocate() }
    for socket in sockets { try socket.sendAll(of: traffic.request) }
    while busy > 0 {
      for ready in 0..<max(0, Int(epoll_wait(poller, &events, Int32(events.count), -1))) {
        let index = Int(events[ready].data.u64)
        exchanges[index].missing -= try sockets[index].receive(into: buffer)
        guard exchanges[index].missing == 0 else { continue }
        exchanges[index] = (exchanges[index].left - 1, traffic.response.count)
        if exchanges[index].left > 0 { try sockets[index].sendAll(of: traffic.request) } else { busy -= 1 }
      }
    }
  }
}

extension Socket {
  /// Sends the request and waits for the whole response, `count` times.
  fileprivate func exchange(_ traffic: Traffic, times count: Int) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: traffic.response.count, alignment: 8)
    defer { buffer.deallocate() }
    try traffic.request.withUnsafeBytes { request in
      for _ in 0..<count {
        try sendAll(request)
        try receiveAll(into: buffer)
      }
    }
  }

  /// Sends the request `count` times, at most `window` ahead of the responses, and receives them all meanwhile.
  fileprivate func stream(_ traffic: Traffic, times count: Int, window: Int) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    let (requestSize, responseSize) = (traffic.request.count, traffic.response.count)
    var (sent, received) = (0, 0)
    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    try traffic.request.withUnsafeBytes { request in
      while received < count * responseSize {
        let allowed = min(count, received / responseSize + window) * requestSize
        var hasMoved = false
        let size = recv(number, buffer.baseAddress, buffer.count, flags)
        if size == 0 { throw BenchFailure("the peer ended the connection") }
        if size < 0 && errno != EAGAIN { throw BenchFailure(call: "recv") }
        if size > 0 { (received, hasMoved) = (received + size, true) }
        if sent < allowed {
          let start = sent % requestSize
          let size = send(number, request.baseAddress! + start, requestSize - start, flags)
          if size < 0 && errno != EAGAIN { throw BenchFailure(call: "send") }
          if size > 0 { (sent, hasMoved) = (sent + size, true) }
        }
        if !hasMoved {
          var event = pollfd(fd: number, events: Int16(sent < allowed ? POLLIN | POLLOUT : POLLIN), revents: 0)
          poll(&event, 1, -1)
        }
      }
    }
  }
}
