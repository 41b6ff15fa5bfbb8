import Glibc

/// A file descriptor with one owner, closed once: by `close()` or at the owner's end.
public struct Descriptor: ~Copyable, Sendable {
  /// The descriptor's number; -1 once it is closed.
  public private(set) var number: Int32

  /// Takes over an open descriptor.
  public init(owning number: Int32) { self.number = number }

  deinit {
    if number >= 0 { _ = Glibc.close(number) }
  }

  /// Whether the descriptor is still ours.
  public var isOpen: Bool { number >= 0 }

  /// Gives the descriptor back to the system.
  public mutating func close() {
    // Not repeated after EINTR: Linux has freed the number by then, and somebody else may have it.
    if number >= 0 { _ = Glibc.close(number) }
    number = -1
  }
}
