import TestSupport
import Testing

@testable import Engine

@Suite struct `Waiting to reconnect` {
  @Test func `doubles its limit up to the longest, and is random below it`() {
    let policy = ReconnectPolicy(first: .seconds(1), longest: .seconds(60))
    let limits = [1, 2, 4, 8, 16, 32, 60, 60]
    var random = SeededRandom(seed: 7)
    for (index, limit) in limits.enumerated() {
      let waits = (0..<200).map { _ in policy.wait(before: index + 1, using: &random) }
      let least = index == 0 ? Duration.zero : .seconds(limit) / 2
      #expect(waits.allSatisfy { $0 >= least && $0 <= .seconds(limit) }, "attempt \(index + 1)")
      #expect(Set(waits).count > 100, "attempt \(index + 1)")
    }
  }

  @Test("has no attempt that is too large or too small", arguments: [Int.min, 0, 64, .max])
  func extremes(attempt: Int) {
    var random = SeededRandom(seed: 7)
    #expect(ReconnectPolicy().wait(before: attempt, using: &random) <= .seconds(60))
  }
}
