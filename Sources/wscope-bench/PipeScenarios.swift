import Glibc

/// The client at the end of a pipe.
extension Bench {
  /// 1,000,000 lines into the client, through the echo server, and back out.
  func pipe() throws -> [Figure] {
    let count = 1_000_000
    let lines = lines(count, of: 40)
    let servers = (ours: try echoServer(.webSocket), raw: try echoServer(.raw))
    let ours = [binary, "ws://127.0.0.1:\(servers.ours.port)/"]
    let raw = ["/proc/self/exe", "raw-pipe", "\(servers.raw.port)"]
    var processorSeconds: (ours: [Double], raw: [Double]) = ([], [])
    let comparison = try Comparison(rounds: max(3, rounds / 2)) {
      let run = try pipe(lines, through: ours)
      processorSeconds.ours.append(run.processorSeconds)
      return Double(count) / run.seconds
    } raw: {
      let run = try pipe(lines, through: raw)
      processorSeconds.raw.append(run.processorSeconds)
      return Double(count) / run.seconds
    }
    let used = Comparison.median(processorSeconds.ours)
    return [
      Figure(
        "pipe of 1e6 x 40 B, the client's CPU seconds", Quantity.decimal(used),
        other: Quantity.decimal(Comparison.median(processorSeconds.raw)), goal: "<= 0.50", isMet: used <= 0.5),
      Figure(
        "  lines/s", Quantity.large(comparison.oursMedian), other: Quantity.large(comparison.rawMedian)),
      Figure("  nothing lost", "yes", goal: "yes", isMet: true),
    ]
  }

  /// Lines of which every one is another one, so that a lost or doubled one shows.
  func lines(_ count: Int, of size: Int) -> [UInt8] {
    var lines: [UInt8] = []
    lines.reserveCapacity((size + 1) * count)
    for number in 0..<count {
      let digits = Array("\(number)".utf8)
      lines += repeatElement(UInt8(ascii: "."), count: size - digits.count)
      lines += digits
      lines.append(UInt8(ascii: "\n"))
    }
    return lines
  }

  /// - Parameter errors: the file that standard error goes to.
  func pipe(
    _ lines: [UInt8], through words: [String], errors: String? = nil
  ) throws -> (seconds: Double, processorSeconds: Double) {
    let start = Clock.now
    let child = try ChildProcess(words, input: .pipe, output: .pipe, errors: errors)
    try lines.withUnsafeBytes { bytes in
      var pump = Pump(expecting: bytes)
      try pump.run(bytes, into: child.input!.number, from: child.output!.number) { child.closeInput() }
      guard pump.isComplete else {
        throw BenchFailure("\(pump.received) of \(bytes.count) bytes came back, equal so far: \(pump.isEqual)")
      }
    }
    let outcome = try child.waitForSuccess()
    return (Double(Clock.now - start) / 1e9, outcome.processorSeconds)
  }

  /// 1,000,000 messages to a client that throws them away, from a server that only sends.
  func receive() throws -> [Figure] {
    let (count, size) = (1_000_000, 100)
    try checkReceiving(size: size)
    var used: (ours: [Double], raw: [Double]) = ([], [])
    let comparison = try Comparison(rounds: max(3, rounds / 2)) {
      let run = try blast(.webSocket, count, size)
      used.ours.append(run.processorSeconds)
      return Double(count) / run.seconds
    } raw: {
      let run = try blast(.raw, count, size)
      used.raw.append(run.processorSeconds)
      return Double(count) / run.seconds
    }
    let server = try echoServer(.webSocket)
    var rates: [Double] = []
    for _ in 0..<max(3, rounds / 2) {
      let url = "ws://127.0.0.1:\(server.port)/blast?count=\(count)&size=\(size)"
      let taken = try seconds { try ChildProcess([binary, url]).waitForSuccess() }
      rates.append(Double(count) / taken)
    }
    return [
      Figure(
        "receiving 1e6 x 100 B, messages/s", Quantity.large(comparison.oursMedian),
        other: Quantity.large(comparison.rawMedian)),
      Figure(
        "  the client's CPU seconds", Quantity.decimal(Comparison.median(used.ours)),
        other: Quantity.decimal(Comparison.median(used.raw))),
      Figure("  from wscope echo's /blast, messages/s", Quantity.large(Comparison.median(rates))),
    ]
  }

  /// A block of messages of `size` bytes, and how many it holds.
  private func block(_ wire: Wire, size: Int) -> (bytes: [UInt8], count: Int) {
    let count = 10_000
    return (Traffic(wire, messages: count, of: size, opcode: Traffic.text).response, count)
  }

  /// One run that is not timed: what comes out is what was sent.
  private func checkReceiving(size: Int) throws {
    let listener = try Socket.listening(at: 0)
    let child = try ChildProcess([binary, "ws://127.0.0.1:\(listener.port)/"], output: .pipe)
    let socket = try listener.accepted()
    try socket.answerHandshake()
    let (frames, count) = block(.webSocket, size: size)
    let line = (0..<size).map { UInt8(ascii: "a") + UInt8($0 % 26) } + [UInt8(ascii: "\n")]
    let expected = Array(repeatElement(line, count: count).joined())
    try (frames + Traffic.close).withUnsafeBytes { bytes in
      try expected.withUnsafeBytes { expected in
        var pump = Pump(expecting: expected)
        try pump.run(bytes, into: socket.number, from: child.output!.number) {
          shutdown(socket.number, Int32(SHUT_WR))
        }
        guard pump.isComplete else { throw BenchFailure("\(pump.received) of \(expected.count) bytes were printed") }
      }
    }
    try child.waitForSuccess()
  }

  /// Sends `count` messages to a client of its own process, from the first byte to the client's end of the connection.
  private func blast(
    _ wire: Wire, _ count: Int, _ size: Int
  ) throws -> (seconds: Double, processorSeconds: Double) {
    let listener = try Socket.listening(at: 0)
    let words =
      switch wire {
      case .webSocket: [binary, "ws://127.0.0.1:\(listener.port)/"]
      case .raw: ["/proc/self/exe", "raw-pipe", "\(listener.port)"]
      }
    let child = try ChildProcess(words)
    let socket = try listener.accepted()
    if wire == .webSocket { try socket.answerHandshake() }
    let (bytes, blockCount) = block(wire, size: size)
    let start = Clock.now
    try bytes.withUnsafeBytes { bytes in
      for _ in 0..<count / blockCount { try socket.sendAll(bytes) }
    }
    if wire == .webSocket { try socket.sendAll(of: Traffic.close) }
    shutdown(socket.number, Int32(SHUT_WR))
    // The client's Close frame, or its end: by then it has taken everything.
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { rest in
      while recv(socket.number, rest.baseAddress, rest.count, 0) > 0 {}
    }
    let taken = Double(Clock.now - start) / 1e9
    return (taken, try child.waitForSuccess().processorSeconds)
  }
}
