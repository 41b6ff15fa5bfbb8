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
  /// Calls `action` in a turn whenever one of the signals arrives, in place of the signal's own action, until the
  /// answer is cancelled. Of several who hear the same signal, each is called, in the order they began.
  ///
  /// The signals stay blocked, here and in threads and processes started from here on: a child process must be started
  /// with an empty mask. A SIGHUP that was ignored at the start, as by nohup, stays ignored.
  @discardableResult
  public func onSignals(_ numbers: [Int32], _ action: @escaping (Int32) -> Void) throws(SystemError) -> Cancellation {
    let heard = numbers.filter { $0 != SIGHUP || !SignalSource.isIgnored(SIGHUP) }
    let source = if let signalSource { signalSource } else { try SignalSource(loop: self) }
    signalSource = source
    let listener = try source.add(heard, action)
    return Cancellation { source.remove(listener) }
  }
}

/// A signalfd in the loop.
final class SignalSource: EventSource {
  private struct Listener {
    let name: Int
    let numbers: [Int32]
    let action: (Int32) -> Void
  }

  private let descriptor: Descriptor
  private var listeners: [Listener] = []
  private var nextName = 0

  init(loop: Loop) throws(SystemError) {
    var none = Signals.set(of: [])
    let number = signalfd(-1, &none, Int32(SFD_NONBLOCK) | Int32(SFD_CLOEXEC))
    guard number >= 0 else { throw SystemError(call: "signalfd") }
    descriptor = Descriptor(owning: number)
    try loop.watch(number, for: .reading, self)
  }

  /// - Returns: the name by which the listener can be removed.
  func add(_ numbers: [Int32], _ action: @escaping (Int32) -> Void) throws(SystemError) -> Int {
    defer { nextName += 1 }
    listeners.append(Listener(name: nextName, numbers: numbers, action: action))
    var set = Signals.set(of: numbers)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    try hear()
    return nextName
  }

  /// A signal that nobody is left to hear does again what it did before.
  func remove(_ name: Int) {
    guard let index = listeners.firstIndex(where: { $0.name == name }) else { return }
    let removed = listeners.remove(at: index).numbers
    try? hear()
    var unheard = Signals.set(of: removed.filter { number in !listeners.contains { $0.numbers.contains(number) } })
    pthread_sigmask(SIG_UNBLOCK, &unheard, nil)
  }

  private func isHeard(_ name: Int) -> Bool { listeners.contains { $0.name == name } }

  private func hear() throws(SystemError) {
    var set = Signals.set(of: listeners.flatMap(\.numbers))
    guard signalfd(descriptor.number, &set, 0) >= 0 else { throw SystemError(call: "signalfd") }
  }

  func ready(_ readiness: Readiness) {
    var information = signalfd_siginfo()
    while case .moved(let size) = withUnsafeMutableBytes(
      of: &information, { SystemCalls.read(descriptor.number, into: $0) }),
      size == MemoryLayout<signalfd_siginfo>.size
    {
      let number = Int32(information.ssi_signo)
      // One that is called may cancel another.
      for listener in listeners where listener.numbers.contains(number) && isHeard(listener.name) {
        listener.action(number)
      }
    }
  }

  static func isIgnored(_ number: Int32) -> Bool {
    var current = sigaction()
    guard sigaction(number, nil, &current) == 0 else { return false }
    return unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
