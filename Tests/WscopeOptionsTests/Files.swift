#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Files of the repository, and programs that tests ask.
enum Files {
  /// The repository's root, with a slash.
  static let root = String(#filePath.dropLast("Tests/WscopeOptionsTests/Files.swift".count))

  /// Whether golden files are to be written instead of compared.
  static var updatesGolden: Bool { getenv("WSCOPE_UPDATE_GOLDEN") != nil }

  /// The text of a file, nil where there is none.
  static func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    return text(of: file)
  }

  static func write(_ text: String, to path: String) -> Bool {
    guard let file = fopen(path, "w") else { return false }
    fputs(text, file)
    return fclose(file) == 0
  }

  /// Runs a line of shell; its standard output and its status.
  static func shell(_ line: String) -> (output: String, status: Int32) {
    guard let pipe = popen(line, "r") else { return ("", -1) }
    let output = text(of: pipe)
    return (output, pclose(pipe) >> 8)
  }

  /// Whether a program can be run.
  static func isInstalled(_ program: String) -> Bool { shell("command -v \(program) >/dev/null").status == 0 }

  private static func text(of file: UnsafeMutablePointer<FILE>) -> String {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&block, 1, block.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += block[..<count]
    }
  }
}
