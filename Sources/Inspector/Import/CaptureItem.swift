/// What a reader finds in a file: an event, or a place that it cannot read.
public enum CaptureItem: Sendable {
  /// An event.
  case event(CapturedEvent)
  /// A damaged place. Reading goes on behind it where that is possible.
  case damage(CaptureDamage)
}

/// A place in a file that cannot be read.
public struct CaptureDamage: Error, Equatable, Sendable, CustomStringConvertible {
  /// The byte where it begins, from 0.
  public var offset: UInt64
  /// The line, from 1, in files that have lines.
  public var line: Int?
  /// What is wrong there.
  public var reason: String
  /// Whether the file merely ends too early: all before was read.
  public var isCut: Bool

  /// Damage.
  public init(offset: UInt64, line: Int? = nil, reason: String, isCut: Bool = false) {
    self.offset = offset
    self.line = line
    self.reason = reason
    self.isCut = isCut
  }

  /// `line 3, byte 120: the JSON ends too early`.
  public var description: String { (line.map { "line \($0), " } ?? "") + "byte \(offset): \(reason)" }
}
