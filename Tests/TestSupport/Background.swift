import Glibc
import Synchronization

/// A thread that runs one closure to its end: test peers block, and must not hold a thread of the tests' own pool.
public final class Background: Sendable {
  private let thread: Mutex<pthread_t?>

  public init(_ work: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Work(work))
    let error = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    precondition(error == 0, "no thread could be made")
    self.thread = Mutex(thread)
  }

  /// Waits for its end.
  public func join() {
    let thread = thread.withLock { $0.take() }
    if let thread { pthread_join(thread, nil) }
  }

  /// Waits so long.
  public static func sleep(_ time: Duration) { usleep(useconds_t(time.milliseconds) * 1000) }

  deinit {
    if let thread = thread.withLock({ $0.take() }) { pthread_detach(thread) }
  }

  private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
