import PlainText
import Terminal
import TestSupport
import Testing

@testable import FullScreen

@Suite struct `A question` {
  @Test(
    "completes close codes, filters and files",
    arguments: [
      ("X <C-u> 1 0 0 1 Tab", "1001 "), ("X <C-u> g o i Tab", "1001 "), ("X <C-u> 1 0 0 6 Tab", "1006"),
      ("f d i r : i Tab", "dir:in"), ("f s i z e > 1 k Space - h a s : f Tab", "size>1k -has:fragments"),
    ])
  func completes(keys: String, expected: String) throws {
    var screening = Screening.open()
    try screening.type(keys)
    guard case .question(let question)? = screening.model.overlay else {
      Issue.record("no question")
      return
    }
    #expect(question.editor.text == expected)
  }

  @Test func `names the code that is typed`() throws {
    var screening = Screening.open()
    try screening.type("X <C-u> 1 0 1 1")
    guard case .question(let question)? = screening.model.overlay else {
      Issue.record("no question")
      return
    }
    #expect(question.note == "internal error")
  }

  @Test func `closes its list before itself`() throws {
    var screening = Screening.open()
    try screening.type("X <C-u> 1 Tab Tab")
    try screening.type("Esc")
    #expect(screening.model.overlay != nil)
    try screening.type("Esc")
    #expect(screening.model.overlay == nil)
  }
}
