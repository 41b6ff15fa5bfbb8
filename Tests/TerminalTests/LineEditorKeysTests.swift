import Terminal
import Testing

@Suite struct `The keys of the line editor` {
  @Test(
    "move and change as in emacs",
    arguments: [
      ("hello <C-a> X", "X|hello"), ("hello Home X", "X|hello"), ("hello <C-a> <C-e> !", "hello!|"),
      ("hello <C-a> End !", "hello!|"), ("ab <C-b> x", "ax|b"), ("ab Left x", "ax|b"), ("ab <C-a> <C-f> x", "ax|b"),
      ("ab <C-a> Right x", "ax|b"),
      ("one Space two <A-b> x", "one x|two"), ("one Space two <C-Left> <C-Left> x", "x|one two"),
      ("one Space two <C-a> <A-f> x", "onex| two"), ("one Space two <C-a> <C-Right> <C-Right> x", "one twox|"),
      ("a.b-c <A-Left> <A-Left> x", "a.x|b-c"), ("a-b <C-a> <A-Right> x", "ax|-b"),
      ("ab Backspace x", "ax|"), ("ab <C-a> Delete x", "x|b"), ("ab <C-a> <C-d> x", "x|b"), ("ab <C-d>", "ab|"),
      ("ab <C-h> x", "ax|"), ("ab <S-Backspace>", "a|"), ("Backspace Delete Left Right", "|"),
      ("one Space two <C-k>", "one two|"), ("one Space two <C-a> <C-k>", "|"), ("one Space two <A-b> <C-u>", "|two"),
      ("a/b Space c.d <C-w>", "a/b |"), ("a/b Space c.d <A-Backspace>", "a/b c.|"), ("c.d <C-Backspace>", "c.|"),
      ("one Space two <C-a> <A-d>", "| two"), ("one Space two <C-a> <C-Delete>", "| two"),
      ("one Space two <C-a> <A-Delete>", "| two"),
      ("one Space two <C-w> <C-y> <C-y>", "one twotwo|"), ("one <C-u> two <C-u> <C-y> <A-y>", "one|"),
      ("one <C-u> two <C-u> <C-y> <A-y> <A-y>", "two|"), ("one <C-u> x <A-y>", "x|"), ("<C-y> <A-y>", "|"),
      // Cuts one after the other are one piece, on the side they were made.
      ("one Space two <C-w> <C-w> x <C-y>", "xone two|"), ("one Space two <C-a> <A-d> <A-d> x <C-y>", "xone two|"),
      ("one Space two <A-b> <C-k> <C-u> <C-y>", "one two|"), ("ab <C-w> Left cd <C-w> <C-y>", "cd|"),
      ("ab <C-t>", "ba|"), ("abc <C-b> <C-t>", "acb|"), ("abc <C-a> <C-t>", "|abc"), ("a <C-t>", "a|"),
      ("a日 <C-t>", "日a|"),
      ("one Space two <C-a> <A-u>", "ONE| two"), ("ONE <C-a> <A-l>", "one|"), ("oNE Space two <C-a> <A-c>", "One| two"),
      ("one Space two <C-a> <A-c> <A-c>", "One Two|"), ("<A-u> <A-l> <A-c> <C-t>", "|"),
      ("ab <C-j> cd", "ab\ncd|"), ("ab <A-Enter> cd", "ab\ncd|"), ("ab <S-Enter> cd", "ab\ncd|"),
      ("ab\\ Enter cd", "ab\ncd|"), ("abc <C-j> de <C-a> x", "abc\nx|de"), ("abc <C-j> de Up x", "abx|c\nde"),
      ("abc <C-j> d <C-j> efg Up Up x", "abcx|\nd\nefg"), ("abc <C-j> d <C-j> efg <C-p> <C-n> x", "abc\nd\nefgx|"),
      ("ab <C-j> cd <A-lt> x", "x|ab\ncd"), ("ab <C-j> cd <C-Home> <A->> x", "ab\ncdx|"),
      ("ab <C-j> cd <C-Home> <C-End> x", "ab\ncdx|"),
      ("ab <C-j> cd <C-Home> <C-k> x", "x|\ncd"), ("ab <C-j> cd <C-Home> <C-k> <C-k> x", "x|cd"),
      ("ab <C-j> cd <C-u> <C-u> x", "abx|"),
      ("ab <C-c>", "|"), ("ab <C-c> <C-_>", "ab|"), ("ab <C-g> Esc", "ab|"), ("ab <C-s> <S-Tab> Tab", "ab|"),
      ("<C-v> <C-a> <C-v> Tab <C-v> Enter <C-v> Esc <C-v> <C-Space> <C-v> x", "\u{1}\t\r\u{1B}\0x|"),
      // A character of several scalars is one, however it is typed.
      ("e\u{301} Left x", "x|e\u{301}"), ("xe\u{301} Backspace", "x|"), ("👩‍👩‍👧 🇩🇪 Left Left x", "x|👩‍👩‍👧🇩🇪"),
      ("日本 Left x", "日x|本"), ("élan Space vital <A-b> <A-b> x", "x|élan vital"),
    ])
  func edit(keys: String, expected: String) throws {
    var typing = Typing()
    try typing.type(keys)
    #expect(typing.shown == expected)
    #expect(typing.actions.allSatisfy { if case .unbound = $0 { keys.contains("Tab") } else { false } })
  }

  @Test(
    "take changes back a word at a time",
    arguments: [
      ("one Space two Space three <C-_>", "one two |"), ("one Space two Space three <C-_> <C-_>", "one |"),
      ("one Space two Space three <C-/> <C-/> <C-x> <C-u>", "|"), ("<C-_>", "|"),
      ("one Space two <C-w> <C-_>", "one two|"), ("one Space two Backspace Backspace Backspace <C-_>", "one two|"),
      ("ab <C-a> Delete Delete <C-_>", "|ab"), ("one <C-u> <C-y> <C-_>", "|"), ("ab <C-t> <C-_>", "ab|"),
      ("one <C-a> <A-u> <C-_>", "|one"), ("ab <C-a> cd <C-_>", "|ab"), ("ab <C-_> cd <C-_>", "|"),
    ])
  func undo(keys: String, expected: String) throws {
    var typing = Typing()
    try typing.type(keys)
    #expect(typing.shown == expected)
  }

  @Test func `Undo tells apart what was written after a pause`() throws {
    var typing = Typing()
    try typing.type("ab")
    typing.pause()
    try typing.type("cd <C-_>")
    #expect(typing.shown == "ab|")
  }

  @Test(
    "ask the owner",
    arguments: [
      ("hello Enter", [.submit("hello")]), ("Enter", [.submit("")]), ("a <C-j> b Enter", [.submit("a\nb")]),
      ("<C-d>", [.close]), ("<C-c>", [.interrupt]), ("a <C-c> <C-c>", [.interrupt]), ("a <C-z>", [.suspend]),
      ("a <C-l>", [.redraw]), ("ab <C-x> <C-e>", [.editExternally("ab")]), ("F2", [.unbound(Key(.function(2)))]),
      ("<C-x> q", [.unbound(.character("q"))]), ("a\\\\ Enter", [.submit("a\\\\")]),
      ("a Enter <C-d>", [.submit("a"), .close]), ("{\"a\": Enter", [.submit("{\"a\":")]),
    ] as [(String, [LineEditor.Action])])
  func ask(keys: String, expected: [LineEditor.Action]) throws {
    var typing = Typing()
    try typing.type(keys)
    #expect(typing.actions == expected)
  }

  @Test(
    "write several lines where Enter adds one",
    arguments: [
      ("a Enter b Enter Enter", "|", [.submit("a\nb")]), ("a Enter b <C-d>", "|", [.submit("a\nb")]),
      ("a Enter b <C-a> <C-d>", "a\n|", []), ("<C-d>", "|", [.close]),
      (
        "a Enter b <C-j> <C-j> c <C-d>", "|",
        [
          .submit("a\nb\n\nc")
        ]
      ),
    ] as [(String, String, [LineEditor.Action])])
  func multiline(keys: String, text: String, actions: [LineEditor.Action]) throws {
    var typing = Typing()
    typing.editor.isMultilineMode = true
    try typing.type(keys)
    #expect(typing.shown == text)
    #expect(typing.actions == actions)
  }

  @Test func `Every command has a key, no key has two`() {
    #expect(Set(EditBinding.all.map(\.command)) == Set(EditCommand.allCases))
    #expect(Set(EditBinding.all.map(\.keys)).count == EditBinding.all.count)
  }

  @Test func `A text from outside takes the place of the line`() throws {
    var typing = Typing()
    try typing.type("draft")
    typing.editor.replaceText("edited\nelsewhere")
    #expect(typing.shown == "edited\nelsewhere|")
    try typing.type("<C-_>")
    #expect(typing.shown == "draft|")
  }

  @Test func `A released key does nothing`() throws {
    var typing = Typing()
    typing.handle(.key(Key(.character("a"), phase: .release)))
    typing.handle(.key(Key(.character("a"), phase: .repeat)))
    #expect(typing.editor.text == "a")
  }
}
