import CTestSupport
import Glibc

/// A program on a pseudo-terminal, as a person would run it. It is killed when the last reference goes.
public final class TerminalProgram {
  public let process: Int32
  /// All that it wrote to the terminal.
  public private(set) var screen: [UInt8] = []
  private var terminal: Int32
  private let settingsBefore: TerminalSettings
  private var status: ProgramStatus?
  /// Whether no program has the terminal any more.
  private var hasHungUp = false
  /// How often in a row nothing had come.
  private var quietLooks = 0
  private let started = ContinuousClock.now

  public init(
    _ program: String, _ words: [String] = [], environment: [String: String] = ["TERM": "xterm-256color"],
    rows: UInt16 = 24, columns: UInt16 = 80
  ) throws {
    guard let path = program.contains("/") ? program : Need.path(of: program) else {
      throw SystemCallFailure("cannot find \(program)", code: ENOENT)
    }
    var name = [CChar](repeating: 0, count: 64)
    terminal = test_terminal(rows, columns, &name)
    guard terminal >= 0 else { throw SystemCallFailure("cannot open a pseudo-terminal") }
    settingsBefore = TerminalSettings(terminal)
    let far = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    process = try spawn(path, words, environment, nil, [], terminal: far)
    _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
  }

  /// Types text. More than a terminal holds goes in pieces, as the program takes it; false when it took nothing.
  @discardableResult
  public func type(_ text: String, limit: Duration = .seconds(20)) -> Bool {
    var rest = Array(text.utf8)[...]
    let deadline = ContinuousClock.now + limit
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(terminal, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else { pump(untilWritable: true) }
      if ContinuousClock.now > deadline || isAtEnd { return false }
    }
    return true
  }

  /// Sends it a signal.
  public func signal(_ number: Int32) {
    if status == nil { kill(process, number) }
  }

  /// Gives the terminal another size.
  public func resize(rows: UInt16, columns: UInt16) { _ = test_resize(terminal, rows, columns) }

  /// Whether typed characters are shown by the terminal itself and lines are edited by it, as a shell leaves it.
  public var isInOrdinaryMode: Bool {
    var modes = termios()
    guard tcgetattr(terminal, &modes) == 0 else { return false }
    let wanted = tcflag_t(ECHO | ICANON | ISIG)
    return modes.c_lflag & wanted == wanted && modes.c_oflag & tcflag_t(OPOST) != 0
  }

  /// Whether the terminal's settings are what they were before the program.
  public var hasSettingsAsBefore: Bool { TerminalSettings(terminal) == settingsBefore }

  /// Takes the terminal away, as when its window is closed.
  public func hangUp() {
    close(terminal)
    terminal = -1
  }

  /// Reads until the screen's text so far holds `text`; false when it ended or the limit came first.
  @discardableResult
  public func wait(for text: String, limit: Duration = .seconds(20)) -> Bool {
    wait(limit: limit) { $0.screen.text.contains(text) }
  }

  /// Reads until `condition` holds; false when it ended or the limit came first.
  @discardableResult
  public func wait(limit: Duration = .seconds(20), until condition: (TerminalProgram) -> Bool) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !condition(self) {
      guard ContinuousClock.now < deadline else { return false }
      pump()
      if isAtEnd { return condition(self) }
    }
    return true
  }

  /// Waits for its end; at the limit it is killed.
  public func wait(limit: Duration = .seconds(20)) -> ProgramOutcome {
    wait(limit: limit) { _ in false }
    if status == nil {
      kill(process, SIGKILL)
      reap(options: 0)
      status = .timedOut
    }
    return ProgramOutcome(status: status ?? .timedOut, output: screen, errors: [], lasted: .now - started)
  }

  /// What a program wrote last can arrive after its end.
  private var isAtEnd: Bool { status != nil && (hasHungUp || quietLooks >= 5) }

  private func pump(untilWritable: Bool = false) {
    var polled = pollfd(fd: terminal, events: Int16(untilWritable ? POLLIN | POLLOUT : POLLIN), revents: 0)
    poll(&polled, 1, 10)
    let capacity = 1 << 16
    let count = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      // EIO is how a terminal says that its last program has gone.
      let count = Glibc.read(terminal, buffer.baseAddress, capacity)
      if count > 0 { screen.append(contentsOf: buffer[..<count]) }
      return count
    }
    hasHungUp = count == 0 || count < 0 && errno != EAGAIN
    quietLooks = count > 0 ? 0 : quietLooks + 1
    if status == nil {
      reap(options: WNOHANG)
      if status != nil { quietLooks = 0 }
    }
  }

  private func reap(options: Int32) {
    var raw: Int32 = 0
    guard waitpid(process, &raw, options) == process else { return }
    status = raw & 0x7F == 0 ? .exited(raw >> 8 & 0xFF) : .signaled(raw & 0x7F)
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      reap(options: 0)
    }
    if terminal >= 0 { close(terminal) }
  }
}

/// All that `tcgetattr` tells.
private struct TerminalSettings: Equatable {
  private var flags: [tcflag_t] = []
  private var characters: [UInt8] = []

  init(_ terminal: Int32) {
    var settings = termios()
    guard tcgetattr(terminal, &settings) == 0 else { return }
    flags = [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag]
    characters = withUnsafeBytes(of: settings.c_cc) { Array($0) }
  }
}
