import Bytes
import Glibc
import Terminal
import TerminalLoop
import Transport

/// A program that takes the terminal, says what it hears and ends as its first word says: what tests of leaving run.
@main
enum Main {
  static func main() throws {
    // It crashes on purpose, many times.
    var none = rlimit()
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    let words = CommandLine.arguments.dropFirst()
    let probe = try Probe(ending: words.first ?? "wait", isFullScreen: words.contains("full"))
    probe.run()
  }
}

final class Probe: TerminalHandler {
  private let loop: Loop
  private var driver: TerminalDriver!
  private let ending: String
  private var lines: [String] = []
  private var status: Int32 = 0
  private var frames = 0

  init(ending: String, isFullScreen: Bool) throws(SystemError) {
    loop = try Loop()
    self.ending = ending
    var modes = isFullScreen ? Modes.fullScreen : .line
    if isFullScreen {
      modes.mouse = .drags
      modes.cursorShape = .bar
      modes.cursorVisible = false
    }
    // SIGPIPE has its own action, for the test of it.
    _ = signal(SIGPIPE, SIG_DFL)
    driver = try TerminalDriver(
      loop: loop, modes: modes, environment: Self.environment, asks: ending != "silent", handler: self)
    say("ready \(getpid()) \(driver.size.columns)x\(driver.size.rows)")
  }

  func run() {
    loop.schedule(after: .milliseconds(20)) { [self] in end() }
    loop.run()
    driver.leave()
    exit(status)
  }

  private func end() {
    switch ending {
    case "return": loop.stop()
    case "error":
      status = 3
      loop.stop()
    case "exit": exit(4)
    case "trap":
      let numbers = CommandLine.arguments.map(\.count).filter { $0 < 0 }
      print(numbers[0])
    case "overflow": print(deep(0))
    case "abort": abort()
    case "segv": kill(getpid(), SIGSEGV)
    default: break
    }
  }

  /// Overflows the stack.
  private func deep(_ level: Int) -> Int { level < 0 ? 0 : deep(level + 1) &* 3 &+ level }

  private func say(_ line: String) {
    lines.append(line)
    driver?.setNeedsFrame()
  }

  // MARK: TerminalHandler

  func terminal(_ terminal: TerminalDriver, received event: InputEvent) {
    switch event {
    case .key(.control("z")): terminal.suspend()
    case .key(.control("d")): loop.stop()
    case .key(.control("e")):
      do {
        try terminal.run(["sh", "-c", "stty -a | tr ' ;' '\\n\\n' | grep -x -e icanon; trap; read line; exit 7"]) {
          [self] in say("ran \($0)")
        }
      } catch { say("\(error)") }
    case .key(let key): say("key \(key)")
    default: say("\(event)")
    }
  }

  func terminalDraws(_ terminal: TerminalDriver, into frame: ByteBuffer) {
    for line in lines { frame.append(line + "\r\n") }
    lines = []
    guard ending == "flood" else { return }
    frames += 1
    frame.append(String(repeating: ".", count: 20_000) + "\r\nframe \(frames)\r\n")
    terminal.setNeedsFrame()
  }

  func terminalParts(_ terminal: TerminalDriver, into frame: ByteBuffer) { frame.append("parting\r\n") }

  func terminalResized(_ terminal: TerminalDriver) {
    say("size \(terminal.size.columns)x\(terminal.size.rows)")
  }

  func terminalLearned(_ terminal: TerminalDriver) { say("learned \(terminal.capabilities.name)") }

  func terminalResumed(_ terminal: TerminalDriver) { say("resumed") }

  func terminal(_ terminal: TerminalDriver, signaled number: Int32) {
    status = 128 + number
    loop.stop()
  }

  func terminalLost(_ terminal: TerminalDriver) {
    status = 129
    loop.stop()
  }

  private static var environment: [String: String] {
    var values: [String: String] = [:]
    for name in ["TERM", "TMUX", "SSH_CONNECTION", "COLORTERM", "TERM_PROGRAM", "ESCDELAY"] {
      if let value = getenv(name) { values[name] = String(cString: value) }
    }
    return values
  }
}
