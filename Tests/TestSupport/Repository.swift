import Glibc

/// Where this checkout and what was built from it are.
public enum Repository {
  /// The checkout's top folder.
  public static let root: String = {
    let here = #filePath.split(separator: "/").dropLast(3)
    return "/" + here.joined(separator: "/")
  }()

  /// The built `wscope`: `$WSCOPE_BINARY`, or the one beside the running tests.
  public static let wscope: String = {
    if let path = environment("WSCOPE_BINARY") {
      return path.hasPrefix("/") ? path : root + "/" + path
    }
    return built("wscope")
  }()

  /// An executable of the package, the one beside the running tests.
  public static func built(_ name: String) -> String {
    let tests = (try? ownPath()) ?? root + "/.build/debug/tests"
    return "/" + tests.split(separator: "/").dropLast().joined(separator: "/") + "/" + name
  }

  private static func ownPath() throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { throw SystemCallFailure("cannot read /proc/self/exe") }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
