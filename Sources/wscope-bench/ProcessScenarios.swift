import Glibc

/// Whole processes, from their start to their end.
extension Bench {
  /// What a program costs that only says its version.
  func startUp() throws -> [Figure] {
    let comparison = try Comparison(rounds: 10 * rounds) {
      try seconds { try ChildProcess([binary, "--version"]).waitForSuccess() } * 1e3
    } raw: {
      try seconds { try ChildProcess(["/bin/true"]).waitForSuccess() } * 1e3
    }
    let limit = 3 * comparison.rawMedian + 2
    return [
      Figure(
        "wscope --version, ms", Quantity.decimal(comparison.oursMedian),
        other: "\(Quantity.decimal(comparison.rawMedian)) (true)", goal: "<= \(Quantity.decimal(limit))",
        isMet: comparison.oursMedian <= limit)
    ]
  }

  /// One message there and back: `printf 'a\n' | wscope URL`.
  func oneMessage() throws -> [Figure] {
    let server = try echoServer(.webSocket)
    let url = "ws://127.0.0.1:\(server.port)/"
    guard let rival else {
      var times: [Double] = []
      for _ in 0..<3 * rounds { times.append(try askOnce([binary, url])) }
      return [Figure("one message and back, ms", Quantity.decimal(Comparison.median(times)))]
    }
    let comparison = try Comparison(rounds: 3 * rounds) {
      try askOnce([binary, url])
    } raw: {
      try askOnce([rival, url])
    }
    let limit = comparison.rawMedian / 2
    let name = rival.split(separator: "/").last ?? ""
    return [
      Figure(
        "one message and back, ms", Quantity.decimal(comparison.oursMedian),
        other: "\(Quantity.decimal(comparison.rawMedian)) (\(name))", goal: "<= \(Quantity.decimal(limit))",
        isMet: comparison.oursMedian <= limit)
    ]
  }

  private func askOnce(_ words: [String]) throws -> Double {
    try seconds {
      let child = try ChildProcess(words, input: .pipe, output: .pipe)
      var question: [UInt8] = Array("a\n".utf8)
      try checked(write(child.input!.number, &question, question.count), "write")
      child.closeInput()
      guard try child.readLine() == "a" else { throw BenchFailure("the answer is another") }
      try child.waitForSuccess()
    } * 1e3
  }
}
