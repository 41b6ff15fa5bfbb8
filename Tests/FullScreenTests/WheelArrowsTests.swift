import Terminal
import TestSupport
import Testing

@testable import FullScreen

@Suite struct `The wheel of a terminal that keeps the mouse` {
  @Test(
    "is told from keys",
    arguments: [
      ("Up Up Up", 3, "Up"), ("Down", 1, "Down"), ("Up Down", 1, "Up"), ("a", 0, ""), ("<S-Up>", 0, ""),
    ])
  func arrows(keys: String, count: Int, key: String) throws {
    var wheel = WheelArrows()
    for event in try InputEvent.events(notation: keys) { _ = wheel.take(event, isWriting: true) }
    let found = wheel.end()
    #expect(found?.count ?? 0 == count)
    #expect(found?.key.description ?? "" == key)
    let rest = wheel.end()
    #expect(rest == nil)
  }

  @Test func `is not looked for where nothing is written`() throws {
    var wheel = WheelArrows()
    for event in try InputEvent.events(notation: "Up Up Up") {
      let isTaken = wheel.take(event, isWriting: false)
      #expect(!isTaken)
    }
  }

  @Test func `moves the list under a draft`() throws {
    var screening = Screening.open()
    for text in ["a", "b", "c", "d"] { screening.receive(text) }
    try screening.type("i d r a f t")
    screening.give(.wheel(-2))
    #expect(screening.selected == "b")
    #expect(screening.model.focus == .composer)
    #expect(screening.model.connection?.composer.editor.text == "draft")
  }
}
