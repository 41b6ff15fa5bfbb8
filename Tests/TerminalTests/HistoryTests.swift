import Glibc
import Synchronization
import Terminal
import TestSupport
import Testing

@Suite struct `The history of lines` {
  private let folder: ScratchFolder
  private var path: String { folder.path("state/wscope/history") }

  init() throws { folder = try ScratchFolder() }

  private func mode(_ path: String) -> mode_t {
    var facts = stat()
    return stat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0
  }

  @Test func `is there in the next session, for its user alone`() {
    var first = History(path: path)
    #expect(first.entries.isEmpty && first.failure == nil)
    let lines = [
      "one", "{\n  \"a\": 1\n}", "tab\there \u{1b}[2J \0 \u{7f}", "日本 \u{1F468}\u{200D}\u{1F469}", #"quote " \ "#,
    ]
    for line in lines { first.append(line) }
    #expect(History(path: path).entries == lines)
    #expect(mode(path) == 0o600)
    #expect(mode(folder.path("state/wscope")) == 0o700)
  }

  @Test func `closes a file that others may read`() throws {
    let path = try folder.write("history", Array("\"old\"\n".utf8))
    chmod(path, 0o644)
    var history = History(path: path)
    history.append("new")
    #expect(mode(path) == 0o600)
    #expect(History(path: path).entries == ["old", "new"])
  }

  @Test func `holds what other sessions sent meanwhile, in order`() {
    var first = History(path: path)
    var second = History(path: path)
    first.append("a")
    second.append("b")
    first.append("c")
    #expect(first.entries == ["a", "b", "c"])
    #expect(second.entries == ["a", "b"])
    #expect(History(path: path).entries == ["a", "b", "c"])
  }

  @Test func `loses no line of sessions that write at the same time`() {
    let path = path
    let threads = (0..<4).map { number in
      Background {
        // So few that the file is merged time and again.
        var history = History(path: path, limit: 300)
        for line in 0..<60 { history.append("\(number) \(line)") }
      }
    }
    for thread in threads { thread.join() }
    let entries = History(path: path).entries
    #expect(entries.count == 240)
    for number in 0..<4 {
      #expect(entries.filter { $0.hasPrefix("\(number) ") } == (0..<60).map { "\(number) \($0)" })
    }
  }

  @Test func `has each line once, where it was sent last`() {
    var history = History(path: path)
    for line in ["a", "b", "a", "c", "b"] { history.append(line) }
    #expect(history.entries == ["a", "c", "b"])
    #expect(History(path: path).entries == ["a", "c", "b"])
  }

  @Test func `is bounded, in the file too`() throws {
    var history = History(path: path, limit: 20)
    var other = History(path: path, limit: 20)
    other.append("from the other")
    for number in 1...60 { history.append("line \(number)") }
    #expect(history.entries == (41...60).map { "line \($0)" })
    #expect(try Files.lines(path).count <= 22)
    // A session that knew the file before it was replaced goes on with the new one.
    other.append("behind them")
    #expect(other.entries.suffix(2) == ["line 60", "behind them"])
    #expect(History(path: path, limit: 20).entries.last == "behind them")
    #expect(mode(path) == 0o600)
  }

  @Test func `survives what else is in the file, and a line that was cut`() throws {
    let path = try folder.write("history", Array("\"a\"\nno JSON\n\"\\ud83d\\ude00 \\u00e9\"\n\"ha".utf8))
    var history = History(path: path)
    #expect(history.entries == ["a", "😀 é"])
    history.append("b")
    #expect(History(path: path).entries == ["a", "😀 é", "b"])
  }

  @Test func `keeps nothing empty, nothing behind a blank, no secrets, and large lines for the session alone`() {
    let large = String(repeating: "x", count: History.maximumWritten + 1)
    var history = History(path: path) { $0.contains("password") }
    for line in ["", " a", "\tb", "my password", "kept", large] { history.append(line) }
    #expect(history.entries == ["kept", large])
    #expect(History(path: path).entries == ["kept"])
  }

  @Test(arguments: ["a file/history", "a folder", "/dev/null"])
  func `stays in memory where the file cannot be used`(name: String) throws {
    _ = try folder.write("a file", [])
    mkdir(folder.path("a folder"), 0o700)
    let path = name.hasPrefix("/") ? name : folder.path(name)
    var history = History(path: path)
    history.append("a")
    history.append("b")
    #expect(history.entries == ["a", "b"])
    #expect(history.failure?.description.contains("the history \(path): ") == true)
  }
}
