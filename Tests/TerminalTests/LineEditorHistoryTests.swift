import Terminal
import Testing

@Suite struct `The history in the line editor` {
  static let lines = ["cancel", "subscribe a", "status", "cancel all", "subscribe b"]

  @Test(
    "is walked through, searched and suggested",
    arguments: [
      ("Up", "subscribe b|"), ("Up Up", "cancel all|"), ("Up Up Up Down Down", "subscribe b|"), ("Up Down", "|"),
      ("Down", "|"), ("x Up", "x|"), ("<C-p> <C-p> <C-n>", "subscribe b|"),
      // What stands before the cursor is what lines begin with.
      ("can Up", "cancel all|"), ("can Up Up", "cancel|"), ("can Up Up Up", "cancel|"), ("can Up Up Down Down", "can|"),
      ("cancel Left Left Left Up", "cancel all|"), ("draft <C-a> Up Down", "|draft"),
      ("Up <C-a> Up", "cancel all|"), ("Up x Up", "subscribe bx|"), ("Up x Down", "subscribe bx|"),
      ("draft <A-Up> <A-Down>", "draft|"), ("a <C-j> b <A-p>", "a\nb|"),
      ("draft <C-a> Up <C-_>", "|draft"), ("draft <C-a> Up Up Up <C-_>", "|draft"),
      ("<C-r> can Enter", "cancel all|"), ("<C-r> can <C-r> Enter", "cancel|"),
      ("<C-r> can <C-r> <C-r> <C-s> Enter", "cancel all|"), ("<C-r> can <C-r> Down Enter", "cancel all|"),
      ("<C-r> can Up Enter", "cancel|"), ("<C-r> nothing Enter", "|"), ("draft <C-r> can Esc", "draft|"),
      ("draft <C-b> <C-r> can <C-g>", "draf|t"), ("draft <C-r> can <C-c>", "draft|"), ("<C-r> CAN Enter", "|"),
      ("<C-r> status Backspace Backspace Backspace <C-a> x", "x|status"), ("<C-r> st <C-e> !", "status!|"),
      ("<C-r> sub <C-r> <C-r> <C-r> Enter", "subscribe a|"), ("draft <C-r> can Enter <C-_>", "draft|"),
      ("can Right", "cancel all|"), ("can <C-e>", "cancel all|"), ("can End x", "cancel allx|"),
      ("can Right <C-_>", "can|"),
      ("can <C-f>", "can|"), ("can <C-a> <C-e>", "can|"), ("zzz Right", "zzz|"),
    ])
  func walk(keys: String, expected: String) throws {
    var typing = Typing(history: Self.lines)
    try typing.type(keys)
    #expect(typing.shown == expected)
  }

  @Test func `Sent lines are remembered, the newest once`() throws {
    var typing = Typing(history: [])
    try typing.type("a Enter b Enter a Enter Space secret Enter Enter")
    #expect(typing.editor.history?.entries == ["b", "a"])
  }

  @Test func `From a line of the history of many lines one goes on at once`() throws {
    var typing = Typing(history: ["first", "one\ntwo"])
    try typing.type("Up")
    #expect(typing.shown == "one\ntwo|")
    try typing.type("Up")
    #expect(typing.shown == "first|")
    try typing.type("Down Left Up x")
    #expect(typing.shown == "onx|e\ntwo")
  }

  @Test func `A search shows what was found and where`() throws {
    var typing = Typing(history: Self.lines)
    typing.editor.hint = StyledText("a hint")
    try typing.type("draft <C-r> can")
    #expect(typing.editor.isSearching)
    #expect(typing.rows() == ["search: can|", "> cancel all", "a hint"])
    #expect(
      typing.editor.block(columns: 40, rows: 24).rows[1].runs.map(\.style) == [.plain, Style(.underline), .plain])
    try typing.type("x")
    #expect(typing.rows() == ["search: canx|  nothing found", "> draft", "a hint"])
    typing.handle(.paste(PasteChunk("yz\nmore")))
    #expect(typing.rows()[0] == "search: canxyz|  nothing found")
  }

  @Test func `A suggestion is grey, behind the text, and never of many lines`() throws {
    var typing = Typing(history: Self.lines + ["multi\nline"])
    try typing.type("can")
    #expect(typing.rows() == ["> can|cel all"])
    #expect(typing.editor.block(columns: 40, rows: 24).rows[0].runs.last?.style == Style(.dim))
    #expect(typing.editor.text == "can")
    #expect(typing.rows(columns: 8) == ["> can|ce"])
    #expect(typing.rows(columns: 6) == ["> can|"])
    try typing.type("<C-u> mu")
    #expect(typing.rows() == ["> mu|lti"])
  }
}

@Suite struct `Completion in the line editor` {
  static let words = ["/ping", "/pong", "/close", "/clear"]

  @Test(
    "takes the common beginning, then walks a list",
    arguments: [
      ("/pi Tab", "/ping |"), ("/cl Tab", "/cl|"), ("/c Tab", "/cl|"), ("/c Tab Tab Tab Enter", "/close |"),
      ("/c Tab Tab Tab Tab Enter", "/clear |"), ("/c Tab Tab <S-Tab> Enter", "/clear |"),
      ("/c Tab Tab Down Down Up Enter", "/close |"), ("/c Tab Tab Tab Tab Tab Enter", "/close |"),
      ("/c Tab Tab Esc x", "/clx|"), ("/c Tab Tab Tab Esc", "/cl|"), ("/c Tab Tab e Tab", "/clear |"),
      ("/c Tab Tab e Backspace Tab Enter", "/close |"), ("/cle Tab <C-_>", "/cle|"), ("zz Tab", "zz|"),
      ("x Space /pi Tab y", "x /ping y|"), ("/c Tab Tab <C-c>", "/cl|"), ("/c Tab Tab <C-a> x", "x|/cl"),
    ])
  func complete(keys: String, expected: String) throws {
    var typing = Typing(completer: WordCompleter(Self.words))
    try typing.type(keys)
    #expect(typing.shown == expected)
    #expect(typing.actions == [])
  }

  @Test func `Enter sends while nothing in the list is chosen`() throws {
    var typing = Typing(completer: WordCompleter(Self.words))
    try typing.type("/cl Tab Enter")
    #expect(typing.actions == [.submit("/cl")])
  }

  @Test func `The list is part of the block, eight rows at the most`() throws {
    var typing = Typing(completer: WordCompleter((10..<30).map { "w\($0)" }))
    typing.editor.hint = StyledText("a hint")
    try typing.type("w Tab Tab")
    #expect(typing.rows().count == 9)
    #expect(typing.rows()[1] == " w10  about w10")
    #expect(typing.rows().last == " 1-7 of 20")
    #expect(typing.editor.block(columns: 40, rows: 24).rows[1].runs.first?.style == Style(.reverse))
    try typing.type("<S-Tab>")
    #expect(typing.rows()[7] == " w29  about w29")
    #expect(typing.rows(rows: 4).count == 3)
    #expect(typing.rows(rows: 1) == ["> w|"])
    try typing.type("Esc")
    #expect(typing.rows() == ["> w|", "a hint"])
  }

  @Test func `Candidates with control characters are shown escaped`() throws {
    var typing = Typing(completer: WordCompleter(["a\u{1B}[2J", "a\u{202E}b"]))
    try typing.type("a Tab")
    #expect(typing.rows().dropFirst().map { $0.prefix(8) } == [" a\\x1b[2", " a\\u202e"])
  }
}
