/// Finds the word somebody may have meant.
public enum Spelling {
  /// The candidate nearest to `word`, if it is near: one mistake in short words, two in longer ones.
  public static func closest(to word: String, among candidates: [String]) -> String? {
    let typed = letters(word)
    // Longer words are no slips of the finger, and the table below is quadratic.
    guard !typed.isEmpty, typed.count <= 64 else { return nil }
    let limit = typed.count <= 4 ? 1 : 2
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let name = letters(candidate)
      let found = distance(typed, name)
      if found <= limit, found < name.count, found < best?.distance ?? Int.max { best = (candidate, found) }
    }
    return best?.candidate
  }

  private static func letters(_ word: String) -> [UInt8] { Array(word.lowercased().utf8.drop { $0 == 0x2D }) }

  /// Letters to insert, drop, change or swap with their neighbour to turn one word into the other.
  static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for row in first.indices {
      var current = [row + 1]
      for column in second.indices {
        let isSame = first[row] == second[column]
        var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
        if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      (beforeLast, last) = (last, current)
    }
    return last[second.count]
  }
}
