/// What was cut, newest last, for yanking it back.
struct KillRing {
  /// Which side of the last cut a cut that follows it is joined to.
  enum Side { case before, after }

  /// Pieces kept.
  static let limit = 32

  private var pieces: [String] = []
  private var position = 0

  /// What the next yank gives; nil when nothing was cut.
  var current: String? { pieces.isEmpty ? nil : pieces[position] }

  /// Keeps `text`, as a piece of its own or joined to the newest.
  mutating func cut(_ text: String, joining side: Side?) {
    guard !text.isEmpty else { return }
    if let side, let last = pieces.last {
      pieces[pieces.count - 1] = side == .after ? last + text : text + last
    } else {
      if pieces.count == Self.limit { pieces.removeFirst() }
      pieces.append(text)
    }
    position = pieces.count - 1
  }

  /// Steps to the piece cut before, from the oldest to the newest again.
  mutating func rotate() {
    guard !pieces.isEmpty else { return }
    position = position == 0 ? pieces.count - 1 : position - 1
  }
}
