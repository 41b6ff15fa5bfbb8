import Terminal

/// Tells a turned wheel from arrow keys. A terminal that keeps the mouse to itself sends arrows for the wheel, several
/// at once; where a message is written they would walk through its lines and its history.
struct WheelArrows {
  private var key: Key?
  private var count = 0

  /// So many equal arrows that come at once are a wheel.
  static let least = 3

  /// Whether an event is held back until it is known what it is.
  mutating func take(_ event: InputEvent, isWriting: Bool) -> Bool {
    guard isWriting, case .key(let key) = event, key == Key(.up) || key == Key(.down),
      self.key == nil || self.key == key
    else { return false }
    self.key = key
    count += 1
    return true
  }

  /// What was held back.
  mutating func end() -> (key: Key, count: Int)? {
    defer { self = WheelArrows() }
    return key.map { ($0, count) }
  }
}
