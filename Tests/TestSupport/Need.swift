import Glibc

/// A program that a test needs and a machine may lack. With `WSCOPE_REQUIRE_ALL=1` (as in `.ci/run`) nothing is
/// skipped: the test runs, and fails where the program is missing.
public enum Need: String, Sendable, CaseIterable {
  case bash, curl, man, nginx, openssl, tcpdump, tmux, tshark, xmllint
  case websockets = "PyPI's websockets"
  case nodeWS = "node-ws"

  /// Whether a test that needs it is to run.
  public var isMet: Bool { environment("WSCOPE_REQUIRE_ALL") == "1" || isInstalled }

  /// The reason of a skip.
  public var reason: String { "\(rawValue) is not installed" }

  /// Where a program is, by `$PATH` and the folders of system programs.
  public static func path(of program: String) -> String? {
    let folders = (environment("PATH") ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
    return folders.map { $0 + "/" + program }.first { access($0, X_OK) == 0 }
  }

  /// The Python that has `websockets`: `$WSCOPE_PYTHON`, the one `.ci/run` sets up, or the system's.
  public static let python: String = {
    if let path = environment("WSCOPE_PYTHON") { return path }
    let ours = Repository.root + "/.build-peers/bin/python"
    return Files.exists(ours) ? ours : path(of: "python3") ?? "/usr/bin/python3"
  }()

  /// Where Debian keeps node's modules.
  public static let nodeModules = "/usr/share/nodejs:/usr/lib/nodejs"

  private var isInstalled: Bool { Self.installed.contains(self) }

  private static let installed: Set<Need> = Set(
    allCases.filter { need in
      switch need {
      case .websockets: succeeds(python, ["-c", "import websockets"])
      case .nodeWS: path(of: "node").map { succeeds($0, ["-e", "require('ws')"], ["NODE_PATH": nodeModules]) } ?? false
      default: path(of: need.rawValue) != nil
      }
    })

  private static func succeeds(_ program: String, _ words: [String], _ variables: [String: String] = [:]) -> Bool {
    (try? run(program, words, environment: variables))?.status == .exited(0)
  }
}
