import CPlatform
import Glibc

/// A program on a terminal of our own.
final class WatchedTerminal {
  let process: pid_t
  private let controller: Int32
  /// Frames so far: each hides the cursor first, for this terminal answers no questions.
  private(set) var frames = 0
  /// How much of the sequence that hides the cursor has come.
  private var matched = 0
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  private static let hiding = Array("\u{1b}[?25l".utf8)

  init(_ words: [String], columns: UInt16, rows: UInt16) throws {
    var (controller, far): (Int32, Int32) = (0, 0)
    try checked(platform_open_terminal(&controller, &far), "openpty")
    self.controller = controller
    // A winsize: rows, columns, and two that do not matter.
    var size: [UInt16] = [rows, columns, 0, 0]
    _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
    let name = String(cString: ttyname(far))
    close(far)
    _ = fcntl(controller, F_SETFD, FD_CLOEXEC)
    _ = fcntl(controller, F_SETFL, O_NONBLOCK)
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    // The first terminal that a session opens is the one that controls it.
    posix_spawnattr_setflags(&attributes, Int16(0x80))
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    for stream: Int32 in 1...2 { posix_spawn_file_actions_adddup2(&actions, 0, stream) }
    let arguments = words.map { strdup($0) } + [nil]
    // Nothing can be kept there, whoever measures.
    let variables: [String] = ["TERM=xterm-256color", "HOME=/dev/null", "PATH=/usr/bin:/bin"]
    let environment = variables.map { strdup($0) } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var process = pid_t()
    let code = posix_spawn(&process, words[0], &actions, &attributes, arguments, environment)
    guard code == 0 else { throw BenchFailure("\(words[0]): \(String(cString: strerror(code)))") }
    self.process = process
  }

  deinit {
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
    close(controller)
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(controller, bytes, bytes.count)
  }

  /// Takes what is written, so many seconds at the most.
  /// - Returns: whether `taken`, which hears of each piece, said that it has seen enough.
  @discardableResult
  func watch(for seconds: Double, until taken: (ArraySlice<UInt8>) -> Bool) throws -> Bool {
    let end = Clock.now + Int(seconds * 1e9)
    while true {
      let now = Clock.now
      if now >= end { return false }
      var polled = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
      poll(&polled, 1, Int32((end - now) / 1_000_000) + 1)
      let count = read(controller, &buffer, buffer.count)
      if count == 0 || count < 0 && errno != EAGAIN { throw BenchFailure("the program ended") }
      guard count > 0 else { continue }
      countFrames(buffer[..<count])
      if taken(buffer[..<count]) { return true }
    }
  }

  private func countFrames(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      matched = byte == Self.hiding[matched] ? matched + 1 : byte == Self.hiding[0] ? 1 : 0
      guard matched == Self.hiding.count else { continue }
      frames += 1
      matched = 0
    }
  }
}
