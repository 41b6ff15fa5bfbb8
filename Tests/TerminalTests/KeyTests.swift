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
}
