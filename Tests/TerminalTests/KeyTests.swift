import Terminal
import Testing

@Suite struct `A key` {
  @Test(
    "writes its character and nothing else",
    arguments: [
      (Key.character("é"), "é"), (Key(.character("A"), .shift), "A"), (Key.control("a"), nil), (Key.alt("a"), nil),
      (Key(.enter), nil), (Key(.character("a"), phase: .release), nil), (Key(.character("a"), phase: .repeat), "a"),
    ])
  func text(key: Key, text: String?) {
    #expect(key.text == text)
  }

  @Test(
    "is written as it is read",
    arguments: [
      ("j", Key.character("j")), ("é", .character("é")), ("Space", .character(" ")), ("<lt>", .character("<")),
      (">", .character(">")), ("-", .character("-")), ("Enter", Key(.enter)), ("Esc", Key(.escape)),
      ("F12", Key(.function(12))),
      ("<C-r>", .control("r")), ("<C-Space>", .control(" ")), ("<C-_>", .control("_")), ("<A-x>", .alt("x")),
      ("<A-X>", .alt("X")), ("<S-Tab>", Key(.tab, .shift)), ("<C-A-Up>", Key(.up, [.control, .alt])),
      ("<A-lt>", .alt("<")), ("<A-->", .alt("-")), ("<S-Enter>", Key(.enter, .shift)),
      ("<C-S-a>", Key(.character("a"), [.control, .shift])), ("PageDown", Key(.pageDown)),
      ("<D-s>", Key(.character("s"), .super)),
    ])
  func notation(text: String, key: Key) {
    #expect(Key(notation: text) == key)
    #expect(key.description == text)
  }

  @Test(
    "may be written in other ways",
    arguments: [
      ("enter", Key(.enter)), ("<M-x>", .alt("x")), ("<S-a>", .character("A")), ("<C-R>", .control("r")),
      ("PgDn", Key(.pageDown)), ("<A-S-x>", .alt("X")), ("Escape", Key(.escape)), ("lt", .character("<")),
      ("<", .character("<")), ("<C-i>", Key(.tab)), ("<C-[>", Key(.escape)),
    ])
  func otherNotation(text: String, key: Key) {
    #expect(Key(notation: text) == key)
  }

  @Test(
    "is not read from nonsense",
    arguments: ["", "nonsense", "<C->", "<X-a>", "F0", "F36", "<C-nonsense>", "<>", "\u{1B}"])
  func nonsense(text: String) {
    #expect(Key(notation: text) == nil)
  }

  @Test func `A row of keys is read with words and pastes`() throws {
    let events = try InputEvent.events(notation: "hi Enter  <C-r> <paste:two words\n> Space <lt>")
    #expect(
      events == [
        .key(.character("h")), .key(.character("i")), .key(Key(.enter)), .key(.control("r")),
        .paste(PasteChunk("two words\n")), .key(.character(" ")), .key(.character("<")),
      ])
    #expect(throws: KeyNotationFailure.self) { try InputEvent.events(notation: "<paste:endless") }
    #expect(throws: KeyNotationFailure.self) { try InputEvent.events(notation: "a <C-nonsense>") }
  }
}
