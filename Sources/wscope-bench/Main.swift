import Glibc

/// `wscope-bench [--binary PATH] [--compare PATH] [--rounds N] [--core N] [SCENARIO...]`
@main
struct Main {
  private static let scenarios: [(name: String, run: @Sendable (Bench) throws -> [Figure])] = [
    ("round-trip", { bench in try bench.roundTrip() }),
    ("in-flight", { bench in try bench.inFlight() }),
    ("connections", { bench in try bench.manyConnections() }),
    ("big", { bench in try bench.bigMessages() }),
    ("idle", { bench in try bench.idleConnections() }),
    ("pipe", { bench in try bench.pipe() }),
    ("receive", { bench in try bench.receive() }),
    ("taps", { bench in try bench.taps() }),
    ("start-up", { bench in try bench.startUp() }),
    ("one-message", { bench in try bench.oneMessage() }),
    ("script", { bench in try bench.script() }),
    ("drawing", { bench in try bench.drawing() }),
    ("line", { bench in try bench.lineSession() }),
    ("tui", { bench in try bench.fullScreen() }),
  ]

  private static let usage = """
    usage: wscope-bench [--binary PATH] [--compare PATH] [--rounds N] [--core N] [SCENARIO...]

      --binary PATH   the wscope to measure, else the one beside this program
      --compare PATH  another WebSocket client for one-message, such as websocat
      --rounds N      how often each side of a comparison is measured, else 11
      --core N        the core for round-trip, else the last

    scenarios, all of them if none is named: \(scenarios.map(\.name).joined(separator: ", "))

    """

  static func main() {
    signal(SIGPIPE, SIG_IGN)
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      complain("\(error)")
      exit(1)
    }
  }

  private static func run(_ words: [String]) throws {
    switch (words.first, words.dropFirst().first.flatMap(UInt16.init), words.count) {
    case ("raw-echo", let port?, 2):
      var server = try RawEchoServer(port: port)
      try server.run()
    case ("raw-pipe", let port?, 2):
      var pipe = try RawPipe(port: port)
      try pipe.run()
    default: try measure(words)
    }
  }

  private static func measure(_ words: [String]) throws {
    var bench = Bench(binary: try programFolder() + "/wscope")
    var chosen: [String] = []
    var index = 0
    while index < words.count {
      let word = words[index]
      let value = index + 1 < words.count ? words[index + 1] : nil
      switch (word, value, value.flatMap { Int($0) }) {
      case ("--help", _, _), ("-h", _, _):
        print(usage, terminator: "")
        return
      case ("--binary", let path?, _): bench.binary = path
      case ("--compare", let path?, _): bench.rival = path
      case ("--rounds", _, let number?) where number > 0: bench.rounds = number
      case ("--core", _, let number?) where number >= 0: bench.core = number
      case (let word, _, _):
        guard scenarios.contains(where: { $0.name == word }) else {
          complain("no such scenario, or no value for it: \(word)\n\n\(usage)")
          exit(2)
        }
        chosen.append(word)
        index -= 1
      }
      index += 2
    }
    guard access(bench.binary, X_OK) == 0 else {
      throw BenchFailure("\(bench.binary) is missing; build it with: swift build -c release --static-swift-stdlib")
    }
    print(Figure.heading)
    for scenario in scenarios where chosen.isEmpty || chosen.contains(scenario.name) {
      do {
        for figure in try scenario.run(bench) { print(figure.line) }
      } catch {
        print("\(scenario.name): \(error)")
      }
      fflush(nil)
    }
  }

  /// Where this program lies.
  private static func programFolder() throws -> String {
    var path = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let size = try checked(readlink("/proc/self/exe", &path, path.count), "readlink")
    return String(decoding: path[..<size][..<(path[..<size].lastIndex(of: UInt8(ascii: "/")) ?? 0)], as: UTF8.self)
  }

  private static func complain(_ text: String) {
    let bytes = Array("wscope-bench: \(text)\n".utf8)
    _ = write(2, bytes, bytes.count)
  }
}
