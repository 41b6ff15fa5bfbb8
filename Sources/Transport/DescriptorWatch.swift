/// A descriptor in the loop that its owner reads and writes itself, such as a terminal.
public final class DescriptorWatch: EventSource {
  private let loop: Loop
  private let descriptor: Int32
  private let readable: () -> Void
  private let writable: () -> Void
  private var interest: Interest = []
  private var isCancelled = false

  /// Calls `readable` and `writable` in a turn while the descriptor is that, or has failed, and it is wanted.
  public init(
    loop: Loop, descriptor: Int32, readable: @escaping () -> Void, writable: @escaping () -> Void
  ) {
    self.loop = loop
    self.descriptor = descriptor
    self.readable = readable
    self.writable = writable
  }

  /// Says what is wanted now.
  public func want(reading: Bool, writing: Bool) throws(SystemError) {
    guard !isCancelled else { return }
    interest = []
    if reading { interest.insert(.reading) }
    if writing { interest.insert(.writing) }
    try loop.watch(descriptor, for: interest, self)
  }

  /// Stops for good; to be called before the descriptor is closed.
  public func cancel() {
    guard !isCancelled else { return }
    isCancelled = true
    loop.forget(descriptor)
  }

  func ready(_ readiness: Readiness) {
    if readiness.contains(.reading) { readable() }
    // What reading has shown may have ended the wish.
    if readiness.contains(.writing), interest.contains(.writing), !isCancelled { writable() }
  }
}
