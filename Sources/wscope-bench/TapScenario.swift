import Glibc

/// What it costs to look on.
extension Bench {
  /// Messages through the echo server and back, and how much of that is left where each frame is told or kept.
  func taps() throws -> [Figure] {
    var folder = Array("/tmp/wscope-bench.XXXXXX".utf8CString)
    guard mkdtemp(&folder) != nil else { throw BenchFailure("mkdtemp: \(String(cString: strerror(errno)))") }
    let path = String(decoding: folder.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self) + "/frames"
    defer {
      unlink(path)
      rmdir(folder)
    }
    let server = try echoServer(.webSocket)
    let words = [binary, "--no-deflate", "ws://127.0.0.1:\(server.port)/"]
    var figures: [Figure] = []
    for (count, size) in [(500_000, 40), (100_000, 1000)] {
      let lines = lines(count, of: size)
      func rate(_ options: [String]) throws -> Double {
        unlink(path)
        return Double(count)
          / (try pipe(lines, through: words + options, errors: options == ["-vv"] ? path : nil).seconds)
      }
      func compared(_ options: [String]) throws -> Comparison {
        try Comparison(rounds: max(3, rounds / 2)) {
          try rate(options)
        } raw: {
          try rate([])
        }
      }
      let told = try compared(["-vv"])
      let kept = try compared(["--capture", path])
      figures.append(
        Figure(
          "-vv to a file, \(size) B, messages/s (and without)", told, Quantity.large, goal: .atLeast(0.7)))
      figures.append(
        Figure(
          "  --capture", Quantity.large(kept.oursMedian), other: Quantity.large(kept.rawMedian),
          ratio: Quantity.decimal(kept.ratio)))
    }
    return figures
  }
}
