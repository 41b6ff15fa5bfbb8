import Terminal
import TerminalTesting

extension Bench {
  /// The full screen while 100,000 messages a second come, with and without a filter: frames drawn, how long keys wait
  /// for their answer, and memory when the oldest messages have to leave.
  func fullScreen() throws -> [Figure] {
    try fullScreen("full screen", filter: nil) + fullScreen("full screen, filtered", filter: "size>100 \"7.\"")
      + storing()
  }

  private func fullScreen(_ name: String, filter: String?) throws -> [Figure] {
    let screen = try WatchedScreen([binary, "tui", Self.flood])
    try screen.watch(for: 1) { _ in false }
    if let filter { screen.type("f\(filter)\r") }
    try screen.watch(for: 1) { _ in false }
    let (framesBefore, rowsBefore, start) = (screen.frames, screen.rows, Clock.now)
    var waits = Waits()
    for index in 0..<Self.keys {
      // k leaves the newest row, G goes there again: each shows in the row of the filter.
      let isLeaving = index.isMultiple(of: 2)
      try waits.measure {
        screen.type(isLeaving ? "k" : "G")
        guard try screen.watch(for: 5, until: { $0.isFollowing != isLeaving }) else {
          throw BenchFailure("no answer to a key: \(screen.text)")
        }
      }
      try screen.watch(for: 0.03) { _ in false }
    }
    let time = Double(Clock.now - start) / 1e9
    let frames = Double(screen.frames - framesBefore) / time
    let messages = Double(screen.rows - rowsBefore) / time
    return [
      Figure(
        "\(name), messages/s kept", Quantity.large(messages), goal: ">= 99.00 k", isMet: messages >= 99_000),
      Figure("  frames/s", Quantity.decimal(frames), goal: ">= 59", isMet: frames >= 59),
    ] + waits.figures
  }

  /// Several times as many messages as fit into the budget.
  private func storing() throws -> [Figure] {
    let budget = 64 << 20
    let screen = try WatchedScreen([binary, "tui", "--memory", "64M", Self.flood])
    try screen.watch(for: 12) { _ in false }
    let memory = try ResidentMemory(of: screen.process).anonymous
    return [
      Figure(
        "  MB in memory with --memory 64M, of \(Quantity.large(Double(screen.rows))) messages",
        Quantity.decimal(Double(memory) / Double(1 << 20)), goal: "<= 64", isMet: memory <= budget)
    ]
  }

  static let flood = "loopback:blast?rate=100000&size=180"
  private static let keys = 200
}

/// How long keys wait for their answer.
struct Waits {
  private var milliseconds: [Double] = []

  mutating func measure(_ body: () throws -> Void) throws {
    milliseconds.append(try seconds(body) * 1e3)
  }

  var figures: [Figure] {
    let sorted = milliseconds.sorted()
    let slowest = sorted[sorted.count * 99 / 100]
    return [
      Figure("  answer to a key, p50, ms", Quantity.decimal(sorted[sorted.count / 2])),
      Figure("  answer to a key, p99, ms", Quantity.decimal(slowest), goal: "<= 50", isMet: slowest <= 50),
    ]
  }
}

/// The full screen of a program, and what it shows.
private final class WatchedScreen {
  private let program: WatchedTerminal
  private var terminal = VirtualTerminal(Size(columns: 140, rows: 40))

  init(_ words: [String]) throws {
    program = try WatchedTerminal(words, columns: 140, rows: 40)
  }

  var process: Int32 { program.process }
  var frames: Int { program.frames }
  var text: String { terminal.text }
  var isFollowing: Bool { terminal.text(ofRow: 2).contains("FOLLOW") }

  /// How many messages have come: those that are kept, and those that have left.
  var rows: Int {
    let words = terminal.text(ofRow: 2).split(separator: " ")
    guard let place = words.firstIndex(where: { $0.hasPrefix("row") }), place > 0 else { return 0 }
    let left =
      words.indices.contains(place + 1) && place + 2 < words.count ? Int(words[place + 1].filter(\.isNumber)) : nil
    return (Int(words[place - 1].filter(\.isNumber)) ?? 0) + (words[place].hasSuffix(",") ? left ?? 0 : 0)
  }

  func type(_ text: String) { program.type(text) }

  /// Takes what is drawn, so many seconds at the most.
  /// - Returns: whether the condition came to hold.
  @discardableResult
  func watch(for seconds: Double, until condition: (WatchedScreen) -> Bool) throws -> Bool {
    try program.watch(for: seconds) { bytes in
      terminal.feed(bytes)
      return condition(self)
    }
  }
}
