/// How much memory each of many holds, of which all together may hold only so much, and who was heard of longest ago.
struct MemoryBudget<Holder: Hashable> {
  private struct Share {
    var bytes: Int
    var turn: Int
  }

  private var shares: [Holder: Share] = [:]
  private var sum = 0
  private var turn = 0

  /// Bytes that all may hold together.
  private static var limit: Int { 112 << 20 }

  /// Notes what somebody holds now, about.
  /// - Returns: whether all together hold too much.
  mutating func note(_ holder: Holder, holds bytes: Int) -> Bool {
    turn += 1
    sum += bytes - (shares.updateValue(Share(bytes: bytes, turn: turn), forKey: holder)?.bytes ?? 0)
    return sum > Self.limit
  }

  /// Somebody holds nothing any more.
  mutating func forget(_ holder: Holder) {
    if let share = shares.removeValue(forKey: holder) { sum -= share.bytes }
  }

  /// Those who were heard of longest ago, without whom a quarter is free; never the one who was heard of last.
  var eldest: [Holder] {
    var rest = sum
    return shares.sorted { $0.value.turn < $1.value.turn }.dropLast().prefix { _, share in
      defer { rest -= share.bytes }
      return rest > Self.limit / 4 * 3
    }.map(\.key)
  }
}
