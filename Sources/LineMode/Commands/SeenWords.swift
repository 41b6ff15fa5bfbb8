import JSONSyntax

/// The members' names and texts of JSON that was seen in a session, for completion: the newest 2,000, each once.
struct SeenWords: Sendable {
  static let limit = 2000
  /// Longer texts are no words to complete.
  private static let maximumLength = 64
  /// How much of a message is looked through.
  private static let maximumScanned = 16 << 10

  /// As they stand in JSON, without the quotes, newest last.
  private(set) var words: [String] = []
  private var known: Set<String> = []

  /// How many more messages of this read are looked through: a flood teaches no new words.
  private var left = messagesPerRead
  private static let messagesPerRead = 20

  /// Everything of one read has come.
  mutating func readEnded() { left = Self.messagesPerRead }

  /// Takes the words of `text`, as far as it is JSON.
  mutating func take(_ text: Span<UInt8>) {
    guard left > 0 else { return }
    left -= 1
    let text = text.extracting(first: Self.maximumScanned)
    guard text.count > 0, text[0] == UInt8(ascii: "{") || text[0] == UInt8(ascii: "[") else { return }
    var scanner = JSONScanner()
    // What is cut, or no JSON, has words up to there.
    while let token = try? scanner.next(text) {
      guard token.kind == .name || token.kind == .string else { continue }
      let range = token.range.lowerBound + 1..<token.range.upperBound - 1
      guard !range.isEmpty, range.count <= Self.maximumLength else { continue }
      let word = text.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      add(word)
    }
  }

  private mutating func add(_ word: String) {
    guard known.insert(word).inserted else { return }
    words.append(word)
    // A tenth at once, so that not every new word moves all others.
    guard words.count > Self.limit + Self.limit / 10 else { return }
    for word in words.prefix(words.count - Self.limit) { known.remove(word) }
    words.removeFirst(words.count - Self.limit)
  }
}
