import Glibc

/// The memory of a process that is not swapped out, in bytes.
struct ResidentMemory {
  let all: Int
  /// The part of it that is no file's: heap and stacks.
  let anonymous: Int

  /// What `process` has now.
  init(of process: pid_t) throws {
    let file = open("/proc/\(process)/status", O_RDONLY | O_CLOEXEC)
    try checked(file, "open")
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 8192)
    text.removeLast(text.count - Int(try checked(read(file, &text, text.count), "read")))
    func field(_ name: String) -> Int {
      for line in String(decoding: text, as: UTF8.self).split(separator: "\n") where line.hasPrefix(name) {
        return (Int(line.split { !$0.isNumber }.first ?? "") ?? 0) << 10
      }
      return 0
    }
    (all, anonymous) = (field("VmRSS:"), field("RssAnon:"))
  }
}
