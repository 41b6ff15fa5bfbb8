import PlainText

extension Bench {
  /// The session on a terminal: messages as fast as they come, and typing while 100,000 a second do.
  func lineSession() throws -> [Figure] { try taking() + typing() }

  /// From the program's start until it has said that all messages have come.
  private func taking() throws -> [Figure] {
    let count = 500_000
    var rates: [Double] = []
    for _ in 0..<max(3, rounds / 2) {
      let terminal = try WatchedTerminal(
        [binary, "loopback:blast?count=\(count)&size=180"], columns: 200, rows: 50)
      let time = try seconds {
        guard try terminal.reads("not connected", within: 30) else { throw BenchFailure("the session did not end") }
      }
      rates.append(Double(count) / time)
    }
    let rate = Comparison.median(rates)
    return [
      Figure(
        "line session, lines/s", Quantity.large(rate), goal: ">= 200.00 k", isMet: rate >= 200_000)
    ]
  }

  private func typing() throws -> [Figure] {
    let terminal = try WatchedTerminal([binary, Self.flood], columns: 200, rows: 50)
    try terminal.watch(for: 1) { _ in false }
    var waits = Waits()
    var lines = 0
    var skipped = false
    let (framesBefore, start) = (terminal.frames, Clock.now)
    for round in 0..<Self.lines {
      // Neither a message nor another round's line holds this text.
      var text = "k" + String(round, radix: 2).map { $0 == "0" ? "a" : "b" }.joined() + "k"
      terminal.type(text)
      for letter in Self.typed {
        text.append(letter)
        try waits.measure {
          terminal.type(String(letter))
          guard try terminal.reads(text, within: 5) else { throw BenchFailure("no answer to a key") }
        }
        try terminal.watch(for: 0.03) { bytes in
          lines += bytes.count { $0 == UInt8(ascii: "\n") }
          skipped = skipped || String(decoding: bytes, as: UTF8.self).contains("not shown")
          return false
        }
      }
      terminal.type("\u{15}")
    }
    let time = Double(Clock.now - start) / 1e9
    let frames = Double(terminal.frames - framesBefore) / time
    return [
      Figure("  at 100,000 a second: frames/s", Quantity.decimal(frames), goal: "<= 60.5", isMet: frames <= 60.5),
      Figure("  what is left out is said", skipped ? "yes" : "no", goal: "yes", isMet: skipped),
    ] + waits.figures
  }

  private static let lines = 12
  private static let typed = "qwertyuiopasdfgh"
}

extension WatchedTerminal {
  /// Whether `text` is written, as it stands, within so many seconds.
  fileprivate func reads(_ text: String, within seconds: Double) throws -> Bool {
    let wanted = Array(text.utf8)
    var read: [UInt8] = []
    return try watch(for: seconds) { bytes in
      // What came before it may hold its beginning.
      read = read.suffix(wanted.count - 1) + bytes
      return read.firstRange(of: wanted) != nil
    }
  }
}
