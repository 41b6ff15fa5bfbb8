import Terminal
import Trace

extension History {
  /// What was sent in all sessions that one types in, in their file.
  static let shared: History = {
    let environment = Main.environment
    let isSecret: @Sendable (String) -> Bool = { SecretMask.givesAwaySecret($0) }
    let home = environment["HOME"].map { "\($0)/.local/state" }
    guard let folder = environment["XDG_STATE_HOME"] ?? home else { return History(isSecret: isSecret) }
    return History(path: "\(folder)/wscope/history", isSecret: isSecret)
  }()
}
