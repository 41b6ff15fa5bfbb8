/// Stops what has been begun and not yet answered; no answer comes after `cancel()`. To let go of it cancels nothing.
public final class Cancellation {
  private var action: (() -> Void)?

  init(_ action: @escaping () -> Void) { self.action = action }

  /// Stops it; again, or after the answer, without effect.
  public func cancel() {
    let action = action
    self.action = nil
    action?()
  }
}
