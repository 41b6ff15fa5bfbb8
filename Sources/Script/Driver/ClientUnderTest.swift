import Glibc
import Transport

/// The command behind `--`: a client that a script serves. It reads nothing, and what it writes goes to our standard
/// error, as standard output is for reports.
final class ClientUnderTest {
  private let process: pid_t
  private let name: String
  private let hearing: Cancellation
  private var hasEnded = false

  /// Starts `words` with the environment and these variables.
  /// - Parameter ended: hears, in a turn of the loop, why it failed; nil where it ended with status 0.
  init(
    _ words: [String], environment: [String: String], loop: Loop, ended: @escaping (String?) -> Void
  ) throws(SystemError) {
    name = words[0]
    process = try Self.spawn(words, environment)
    let statuses: Mailbox<Int32>
    do throws(SystemError) {
      let mailbox = try Mailbox<Int32>()
      let process = process
      statuses = mailbox
      // The one thread that may wait for a child.
      try HelperThread.start {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        mailbox.post(status)
      }
    } catch {
      kill(-process, SIGKILL)
      throw error
    }
    var end: ((Int32) -> Void)?
    let name = name
    hearing = try loop.hear(statuses) { status in end?(status) }
    end = { [weak self] status in
      self?.hasEnded = true
      ended(Self.words(name, status))
    }
  }

  private static func words(_ name: String, _ status: Int32) -> String? {
    let signal = status & 0x7F
    if signal != 0 { return "\(name) was ended by signal \(signal)" }
    let code = (status >> 8) & 0xFF
    return code == 0 ? nil : "\(name) ended with status \(code)"
  }

  /// Ends it and all that it started.
  func end() {
    hearing.cancel()
    guard !hasEnded else { return }
    kill(-process, SIGTERM)
  }

  private static func spawn(_ words: [String], _ environment: [String: String]) throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, 2, 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Our mask and what we ignore are no business of a child; a group of its own lets all of it be ended.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    let arguments = words.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var process = pid_t()
    let code = posix_spawnp(&process, words[0], &actions, &attributes, arguments, variables)
    guard code == 0 else { throw SystemError(code: code, call: words[0]) }
    return process
  }
}
