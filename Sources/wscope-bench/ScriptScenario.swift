import Glibc

/// Exchange scripts, from the start of the program to its end.
extension Bench {
  /// 10,000 steps in one script, against the echo server inside the process.
  func script() throws -> [Figure] {
    let count = 10_000
    return [
      try figure("script of 1e4 steps, texts, steps/s", count) { "> message \($0)\n< message \($0)\n" },
      try figure("script of 1e4 steps, JSON, steps/s", count) {
        ">json {\"op\": \"add\", \"id\": \($0)}\n<json {\"id\": \($0)}\n"
      },
    ]
  }

  /// - Parameter pair: two steps, by their number.
  private func figure(_ name: String, _ count: Int, _ pair: (Int) -> String) throws -> Figure {
    var script = Array("connect loopback:\n".utf8)
    for number in 0..<count / 2 { script += Array(pair(number).utf8) }
    var rates: [Double] = []
    for _ in 0..<rounds { rates.append(Double(count) / (try seconds { try run(script) })) }
    let rate = Comparison.median(rates)
    return Figure(name, Quantity.large(rate), goal: ">= 20.00 k", isMet: rate >= 20_000)
  }

  private func run(_ script: [UInt8]) throws {
    let child = try ChildProcess([binary, "run", "-"], input: .pipe)
    var rest = script[...]
    while !rest.isEmpty {
      let size = rest.withUnsafeBytes { write(child.input!.number, $0.baseAddress, $0.count) }
      rest = rest.dropFirst(try checked(size, "write"))
    }
    child.closeInput()
    try child.waitForSuccess()
  }
}
