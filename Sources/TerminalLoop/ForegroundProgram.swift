import Glibc
import Terminal
public import Transport

/// Another program that has the terminal, such as an editor; of our process group, so that the shell stops and
/// continues both at once.
final class ForegroundProgram {
  private let process: pid_t
  /// 128 and the signal where one ended it.
  private(set) var status: Int32?

  /// Starts `words`, the first of them found as a shell does, on the terminal at `path`.
  init(_ words: [String], terminal path: String) throws(SystemError) {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
    // Signals that the loop hears are blocked here, and SIGPIPE is ignored: neither is for others.
    var (all, none) = (sigset_t(), sigset_t())
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, words[0], &actions, &attributes, &arguments, environ)
    guard code == 0 else { throw SystemError(code: code, call: "posix_spawnp") }
    self.process = process
  }

  /// What has become of it.
  enum Change {
    case stopped, ended
  }

  /// Looks whether it has stopped or ended.
  func look() -> Change? {
    var raw: Int32 = 0
    guard status == nil, waitpid(process, &raw, WNOHANG | WUNTRACED) == process else { return nil }
    if raw & 0xFF == 0x7F { return .stopped }
    status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
    return .ended
  }

  func `continue`() { kill(process, SIGCONT) }

  /// Ends it, and waits a moment for it to give the terminal back.
  func end() {
    guard status == nil else { return }
    kill(process, SIGTERM)
    kill(process, SIGCONT)
    for _ in 0..<100 where look() != .ended { usleep(10_000) }
  }
}

extension TerminalDriver {
  /// Gives the terminal to another program until it ends, such as an editor: the first word is its name. `ended` hears
  /// its exit status, with the terminal ours again. The loop goes on meanwhile, and nothing is drawn.
  public func run(_ words: [String], ended: @escaping (Int32) -> Void) throws(SystemError) {
    precondition(!words.isEmpty && isActive)
    // Ctrl-\ typed there is not meant for us.
    let signals = try loop.onSignals([SIGCHLD, SIGQUIT]) { [unowned self] number in
      if number == SIGCHLD { programChanged() }
    }
    giveBack(.suspended)
    do {
      let program = try ForegroundProgram(words, terminal: session.device.path)
      state = .lent(program)
      lending = (signals, ended)
    } catch {
      signals.cancel()
      takeBack()
      throw error
    }
    // It may have ended before SIGCHLD was heard of.
    programChanged()
  }

  private func programChanged() {
    guard case .lent(let program) = state else { return }
    switch program.look() {
    case .stopped:
      stop(by: SIGTSTP)
      program.continue()
    case .ended:
      let lending = lending
      self.lending = nil
      lending?.signals.cancel()
      state = .suspended
      takeBack()
      lending?.ended(program.status ?? 0)
    case nil: break
    }
  }
}
