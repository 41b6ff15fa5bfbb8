import Glibc

/// A real terminal that can be read: a server of tmux of its own with one window, in which `sh` runs a script. It goes
/// with the last reference.
public final class Tmux {
  private let scratch: ScratchFolder

  public init(
    _ script: String, environment: [String: String] = [:], columns: Int = 80, rows: Int = 24
  ) throws {
    scratch = try ScratchFolder()
    // The last screen stays to be read when the script has ended.
    try Files.write(Array("set -g remain-on-exit on\nset -g history-limit 20000\n".utf8), to: scratch.path("config"))
    let variables = environment.flatMap { ["-e", "\($0)=\($1)"] }
    try call(["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)"] + variables + ["/bin/sh", "-c", script])
  }

  deinit { _ = try? call(["kill-server"]) }

  @discardableResult
  private func call(_ words: [String]) throws -> String {
    let outcome = try run("tmux", ["-S", scratch.path("socket"), "-f", scratch.path("config")] + words)
    guard outcome.status == .exited(0) else { throw SystemCallFailure("tmux: \(outcome.errors.text)", code: EINVAL) }
    return outcome.output.text
  }

  /// Types text as it is.
  public func type(_ text: String) throws { try call(["send-keys", "-l", text]) }

  /// Types keys by tmux's names, such as `C-z` and `Enter`.
  public func press(_ keys: String...) throws { try call(["send-keys"] + keys) }

  /// Gives the window another size.
  public func resize(columns: Int, rows: Int) throws {
    try call(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// The lines of the screen, and those that have left it at the top, with those put together that were wrapped.
  public func lines() throws -> [String] {
    try call(["capture-pane", "-p", "-J", "-S", "-"]).split(separator: "\n").map(String.init)
  }

  /// The lines on the screen.
  public func screen() throws -> [String] { try call(["capture-pane", "-p"]).split(separator: "\n").map(String.init) }

  /// What tmux knows of the window, such as `#{alternate_on}`.
  public func fact(_ format: String) throws -> String {
    String(try call(["display-message", "-p", format]).dropLast())
  }

  /// Waits until a line holds `text`; false at the limit.
  public func wait(for text: String, limit: Duration = .seconds(20)) throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while try !lines().contains(where: { $0.contains(text) }) {
      guard ContinuousClock.now < deadline else { return false }
      usleep(20_000)
    }
    return true
  }
}
