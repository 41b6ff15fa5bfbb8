import Terminal
import TestSupport
import Testing

@testable import FullScreen

@Suite struct `The user's file of keys` {
  @Test func `changes what keys do`() throws {
    var screening = Screening.open()
    for text in ["a", "b", "c"] { screening.receive(text) }
    let (keys, problems) = KeyTable.read("# mine\n\nprevious = Ctrl-V, u\n save-snippet = <C-x> k\n")
    #expect(problems == [])
    screening.model.keys = keys
    try screening.type("<C-v>")
    #expect(screening.selected == "b")
    try screening.type("u")
    #expect(screening.selected == "a")
    try screening.type("k k")
    #expect(screening.selected == "a", "the old keys mean nothing any more")
  }

  @Test(
    "says what is wrong",
    arguments: [
      ("next = k", "line 1: connection: k: next and previous"), ("nonsense = k", "line 1: nonsense is no command"),
      ("\nnext = Hyper-X", "line 2: Hyper-X: not all of it is keys"),
      ("next", "line 1: next: keys are written as next = key, other key"),
      ("next =", "line 1: next: keys are written as next = key, other key"), ("next = g", "cannot be reached"),
    ])
  func problem(file: String, expected: String) {
    let (map, problems) = KeyTable.read(file)
    #expect(problems.count == 1)
    #expect(problems.first?.contains(expected) == true, "\(problems)")
    #expect(map.bindings.map(\.allShown) == KeyTable.map.bindings.map(\.allShown))
  }

  @Test func `names every command once`() {
    var seen: [String: ScreenCommand] = [:]
    for binding in KeyTable.map.bindings {
      #expect(seen[binding.command.name].map { $0 == binding.command } ?? true, "\(binding.command.name)")
      seen[binding.command.name] = binding.command
    }
    #expect(seen["half-down"] == .halfDown)
  }
}
