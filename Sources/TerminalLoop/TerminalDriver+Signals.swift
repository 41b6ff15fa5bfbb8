import Glibc
import Terminal
import Transport

extension TerminalDriver {
  func heardSignal(_ number: Int32) {
    switch number {
    case SIGWINCH: if isActive { resized(to: session.device.size) }
    case SIGTSTP: suspend { stop(by: SIGTSTP) }
    case SIGCONT: continued(isSignaled: true)
    default:
      // Ctrl-C in the program that has the terminal is meant for it.
      if number == SIGINT, case .lent = state { return }
      isEnding = true
      handler?.terminal(self, signaled: number)
    }
  }

  /// Stops this process and the others of its job as Ctrl-Z does, with the terminal as it was before us. Until the job
  /// is continued everything stands still.
  public func suspend() {
    suspend {
      kill(0, SIGTSTP)
      stop(by: nil)
    }
  }

  private func suspend(_ stop: () -> Void) {
    if isActive { giveBack(.suspended) }
    stop()
  }

  /// Lets a stop signal act, one that has come or `number`. In a process group that no shell would continue it does
  /// nothing.
  func stop(by number: Int32?) {
    if let number { raise(number) }
    var stop = sigset_t()
    sigemptyset(&stop)
    sigaddset(&stop, SIGTSTP)
    pthread_sigmask(SIG_UNBLOCK, &stop, nil)
    // Here the process stands, until SIGCONT.
    pthread_sigmask(SIG_BLOCK, &stop, nil)
    if let stopTimer { loop.cancel(stopTimer) }
    // Not in this turn: signals that have come meanwhile go first, and of them the ones that end us before SIGCONT.
    // Without SIGCONT the process did not stop.
    stopTimer = loop.schedule(after: .milliseconds(1)) { [unowned self] in continued(isSignaled: false) }
  }

  private func continued(isSignaled: Bool) {
    if let stopTimer { loop.cancel(stopTimer) }
    stopTimer = nil
    // Who is ending needs the terminal no more.
    if isEnding { return }
    let isForeground = session.device.isForeground
    switch state {
    case .left, .lent: break
    case .suspended where isForeground: takeBack()
    // From SIGSTOP, of which nothing was heard; a shell has set the terminal meanwhile.
    case .active where isForeground: retake()
    // In the background there is nothing for us to do.
    case .active, .suspended: if isSignaled { suspend { stop(by: SIGTSTP) } }
    }
  }
}
