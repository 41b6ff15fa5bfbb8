import Glibc

/// Times as nanoseconds of the system's clocks.
enum Clock {
  /// The time now; only differences mean something.
  static var now: Int { read(CLOCK_MONOTONIC) }

  /// How long the process has run on a core so far, in all its threads.
  static func processorTime(of process: pid_t) throws -> Int {
    var clock = clockid_t()
    guard clock_getcpuclockid(process, &clock) == 0 else { throw BenchFailure("process \(process) is gone") }
    return read(clock)
  }

  private static func read(_ clock: clockid_t) -> Int {
    var time = timespec()
    clock_gettime(clock, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
