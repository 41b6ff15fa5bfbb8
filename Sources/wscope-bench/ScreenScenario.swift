import CPlatform
import Glibc
import Terminal
import TerminalTesting

extension Bench {
  /// The full screen while 100,000 messages a second come: frames drawn, and how long keys wait for their answer.
  func fullScreen() throws -> [Figure] {
    let screen = try WatchedScreen([binary, "tui", "loopback:blast?rate=100000&size=180"])
    try screen.watch(for: 1.5) { _ in false }
    let (framesBefore, rowsBefore, start) = (screen.frames, screen.rows, now())
    var waits: [Double] = []
    for index in 0..<Self.keys {
      // k leaves the newest row, G goes there again: each shows in the row of the filter.
      let isLeaving = index.isMultiple(of: 2)
      let typed = now()
      screen.type(isLeaving ? "k" : "G")
      guard try screen.watch(for: 5, until: { $0.isFollowing != isLeaving }) else {
        throw BenchFailure("no answer to a key: \(screen.text)")
      }
      waits.append(now() - typed)
      try screen.watch(for: 0.03) { _ in false }
    }
    let time = now() - start
    let frames = Double(screen.frames - framesBefore) / time
    let messages = Double(screen.rows - rowsBefore) / time
    waits.sort()
    let slowest = waits[waits.count * 99 / 100] * 1e3
    return [
      Figure(
        "full screen, messages/s kept", Quantity.large(messages), goal: ">= 95.00 k", isMet: messages >= 95_000),
      Figure("  frames/s", Quantity.decimal(frames), goal: ">= 58", isMet: frames >= 58),
      Figure("  answer to a key, p50, ms", Quantity.decimal(waits[waits.count / 2] * 1e3)),
      Figure("  answer to a key, p99, ms", Quantity.decimal(slowest), goal: "<= 50", isMet: slowest <= 50),
    ]
  }

  private static let keys = 200

  private func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A program on a terminal of our own, and what it shows.
private final class WatchedScreen {
  private let process: pid_t
  private let controller: Int32
  private var terminal = VirtualTerminal(Size(columns: 140, rows: 40))
  private(set) var frames = 0

  init(_ words: [String]) throws {
    var (controller, far): (Int32, Int32) = (0, 0)
    try checked(platform_open_terminal(&controller, &far), "openpty")
    self.controller = controller
    // A winsize: rows, columns, and two that do not matter.
    var size: [UInt16] = [40, 140, 0, 0]
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
    let variables: [String] = ["TERM=xterm-256color", "HOME=/nonexistent", "PATH=/usr/bin:/bin"]
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

  var text: String { terminal.text }
  var isFollowing: Bool { terminal.text(ofRow: 2).contains("FOLLOW") }

  /// The number of the newest row that is shown.
  var rows: Int {
    let words = terminal.text(ofRow: 2).split(separator: " ")
    guard let place = words.firstIndex(where: { $0.hasPrefix("row") }), place > 0 else { return 0 }
    let left =
      words.indices.contains(place + 1) && place + 2 < words.count ? Int(words[place + 1].filter(\.isNumber)) : nil
    return (Int(words[place - 1].filter(\.isNumber)) ?? 0) + (words[place].hasSuffix(",") ? left ?? 0 : 0)
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(controller, bytes, bytes.count)
  }

  /// Takes what is drawn, so many seconds at the most.
  /// - Returns: whether the condition came to hold.
  @discardableResult
  func watch(for seconds: Double, until condition: (WatchedScreen) -> Bool) throws -> Bool {
    var (start, time) = (timespec(), timespec())
    clock_gettime(CLOCK_MONOTONIC, &start)
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      clock_gettime(CLOCK_MONOTONIC, &time)
      let left = seconds - Double(time.tv_sec - start.tv_sec) - Double(time.tv_nsec - start.tv_nsec) / 1e9
      if left <= 0 { return false }
      var polled = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
      poll(&polled, 1, Int32(left * 1000) + 1)
      let count = read(controller, &buffer, buffer.count)
      if count == 0 || count < 0 && errno != EAGAIN { throw BenchFailure("the program ended: \(text)") }
      guard count > 0 else { continue }
      // A frame hides the cursor first.
      let hiding = Array("\u{1b}[?25l".utf8)
      frames += buffer[..<count].split(separator: 0x1B).count { $0.starts(with: hiding.dropFirst()) }
      terminal.feed(buffer[..<count])
      if condition(self) { return true }
    }
  }
}
