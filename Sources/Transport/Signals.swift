import CPlatform
import Glibc

/// Signals as the loop sees them, and the way to die by one.
public enum Signals {
  /// Restores the default action of `number` and raises it: for the signals whose default is to end, this is the end.
  public static func raiseDefault(_ number: Int32) {
    _ = signal(number, SIG_DFL)
    var set = Signals.set(of: [number])
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
  }

  static func set(of numbers: [Int32]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    return set
  }
}

extension Loop {
  /// Calls `action` in a turn whenever one of the signals arrives, in place of the signal's own action; this replaces
  /// what was asked before. The signals stay blocked, here and in threads and processes started from here on: a child
  /// process must be started with an empty mask. A SIGHUP that was ignored at the start, as by nohup, stays ignored.
  public func onSignals(_ numbers: [Int32], _ action: @escaping (Int32) -> Void) throws(SystemError) {
    let heard = numbers.filter { $0 != SIGHUP || !SignalSource.isIgnored(SIGHUP) }
    if let signalSource {
      try signalSource.hear(heard, action)
    } else {
      signalSource = try SignalSource(loop: self, heard, action)
    }
  }
}

/// A signalfd in the loop.
final class SignalSource: EventSource {
  private let descriptor: Descriptor
  private var action: (Int32) -> Void

  init(loop: Loop, _ numbers: [Int32], _ action: @escaping (Int32) -> Void) throws(SystemError) {
    var set = Signals.set(of: numbers)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    let number = signalfd(-1, &set, Int32(SFD_NONBLOCK) | Int32(SFD_CLOEXEC))
    guard number >= 0 else { throw SystemError(call: "signalfd") }
    descriptor = Descriptor(owning: number)
    self.action = action
    try loop.watch(number, for: .reading, self)
  }

  func hear(_ numbers: [Int32], _ action: @escaping (Int32) -> Void) throws(SystemError) {
    var set = Signals.set(of: numbers)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    guard signalfd(descriptor.number, &set, 0) >= 0 else { throw SystemError(call: "signalfd") }
    self.action = action
  }

  func ready(_ readiness: Readiness) {
    var information = signalfd_siginfo()
    while case .moved(let size) = withUnsafeMutableBytes(
      of: &information, { SystemCalls.read(descriptor.number, into: $0) }),
      size == MemoryLayout<signalfd_siginfo>.size
    {
      action(Int32(information.ssi_signo))
    }
  }

  static func isIgnored(_ number: Int32) -> Bool {
    var current = sigaction()
    guard sigaction(number, nil, &current) == 0 else { return false }
    return unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
