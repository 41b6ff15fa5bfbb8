import Glibc

/// Where a child's standard input or output leads.
enum ChildStream {
  /// To /dev/null.
  case null
  /// To a pipe whose other end is ours.
  case pipe
}

/// A started program. One that still runs when nobody holds it any more is killed.
final class ChildProcess {
  let process: pid_t
  /// Our end of the standard input's pipe.
  private(set) var input: Pipe.End?
  /// Our end of the standard output's pipe.
  let output: Pipe.End?
  private var isWaitedFor = false

  /// What became of a child.
  struct Outcome {
    /// 0 when the program says all is well; 128 and the number after a signal.
    var status: Int32
    /// Seconds on a core, in the program and in the kernel for it.
    var processorSeconds: Double
  }

  /// - Parameter errors: the file that standard error goes to; nil for ours.
  init(
    _ words: [String], input: ChildStream = .null, output: ChildStream = .null, errors: String? = nil
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var (inputPipe, outputPipe): (Pipe?, Pipe?)
    if input == .pipe {
      inputPipe = try Pipe()
      posix_spawn_file_actions_adddup2(&actions, inputPipe!.reading.number, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    if output == .pipe {
      outputPipe = try Pipe()
      posix_spawn_file_actions_adddup2(&actions, outputPipe!.writing.number, 1)
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    }
    if let errors { posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600) }
    let arguments = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var process = pid_t()
    let code = posix_spawnp(&process, words[0], &actions, nil, arguments, environ)
    guard code == 0 else { throw BenchFailure("\(words[0]): \(String(cString: strerror(code)))") }
    self.process = process
    self.input = inputPipe?.writing
    self.output = outputPipe?.reading
  }

  deinit {
    guard !isWaitedFor else { return }
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  /// Ends the child's standard input.
  func closeInput() { input = nil }

  /// Waits for the child's end.
  func wait() throws -> Outcome {
    var (status, usage): (Int32, rusage) = (0, rusage())
    try checked(wait4(process, &status, 0, &usage), "wait4")
    isWaitedFor = true
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    let signal = status & 0x7F
    return Outcome(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
      processorSeconds: Double(seconds) + Double(microseconds) / 1e6)
  }

  /// Waits, and takes any status but 0 for a failure.
  @discardableResult
  func waitForSuccess() throws -> Outcome {
    let outcome = try wait()
    guard outcome.status == 0 else { throw BenchFailure("the program ended with status \(outcome.status)") }
    return outcome
  }

  /// The next line of the child's output, without its end.
  func readLine() throws -> String {
    guard let output else { throw BenchFailure("the output leads to /dev/null") }
    var (line, byte): ([UInt8], UInt8) = ([], 0)
    while read(output.number, &byte, 1) == 1 {
      if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    throw BenchFailure("the program ended without a line of output")
  }
}

/// Two connected descriptors, each closed by its owner's end.
struct Pipe {
  /// One side of a pipe.
  final class End {
    let number: Int32
    init(_ number: Int32) { self.number = number }
    deinit { close(number) }
  }

  let reading: End
  let writing: End

  init() throws {
    var numbers: [Int32] = [0, 0]
    try checked(pipe(&numbers), "pipe")
    for number in numbers { try checked(fcntl(number, F_SETFD, FD_CLOEXEC), "fcntl") }
    (reading, writing) = (End(numbers[0]), End(numbers[1]))
  }
}
