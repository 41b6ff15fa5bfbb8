import Glibc

extension Bench {
  /// Memory of the echo server with 10,000 connections that have been opened and say nothing.
  func idleConnections() throws -> [Figure] {
    let count = 10_000
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    guard limit.rlim_max > count + 100 else {
      throw BenchFailure("needs \(count + 100) open files, and the limit is \(limit.rlim_max)")
    }
    let ours = try idleMemory(.webSocket, count)
    let raw = try idleMemory(.raw, count)
    func megabytes(_ memory: Memory) -> String { Quantity.decimal(Double(memory.all) / 1e6) }
    return [
      Figure(
        "10,000 idle connections, MB resident", megabytes(ours), other: megabytes(raw), goal: "< 12",
        isMet: ours.all < 12_000_000),
      Figure(
        "  of these in no file (heap, stacks)", Quantity.decimal(Double(ours.anonymous) / 1e6),
        other: Quantity.decimal(Double(raw.anonymous) / 1e6)),
      Figure("  bytes for each", "\(ours.each)", other: "\(raw.each)"),
    ]
  }

  private struct Memory {
    var all: Int
    var anonymous: Int
    var each: Int
  }

  private func idleMemory(_ wire: Wire, _ count: Int) throws -> Memory {
    // The server gets the limit that a shell gives it: to raise its own is its business.
    let server = try echoServer(wire)
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let before = limit
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    var sockets: [Socket] = []
    let empty = try ResidentMemory(of: server.child.process)
    // 5,000 connections from each of our addresses: one has about 28,000 ports, of which some may be taken.
    for index in 0..<count { sockets.append(try Socket.open(wire, server.port, source: UInt8(2 + index / 5000))) }
    usleep(500_000)
    let full = try ResidentMemory(of: server.child.process)
    // They are all there: every hundredth still answers.
    let traffic = Traffic(wire, of: 128, opcode: Traffic.text)
    for index in stride(from: 0, to: count, by: 100) { try sockets[index].check(traffic) }
    sockets = []
    var restored = before
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &restored)
    return Memory(all: full.all, anonymous: full.anonymous, each: (full.anonymous - empty.anonymous) / count)
  }
}
