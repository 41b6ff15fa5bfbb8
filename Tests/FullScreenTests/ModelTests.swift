import Engine
import PlainText
import Terminal
import TestSupport
import Testing
import Trace
import WebSocketCore

@testable import FullScreen

@Suite struct `The screen's model` {
  @Test func `keeps focus, draft and selection while 1,000 random messages come`() throws {
    var random = SeededRandom()
    var screening = Screening.open()
    screening.connect("second")
    for index in 0..<50 { screening.receive("\(index)") }
    try screening.type("1 k k k i h e l l o")
    let before = (screening.model.focus, screening.selected, screening.model.current)
    for _ in 0..<1000 {
      let opcode = [Opcode.text, .binary, .ping, .pong].randomElement(using: &random) ?? .text
      let payload = (0..<Int.random(in: 0...120, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      screening.frame(
        Bool.random(using: &random) ? .sent : .received, opcode, payload, on: Int.random(in: 1...2, using: &random))
    }
    #expect(screening.model.focus == before.0, "\(random)")
    #expect(screening.selected == before.1, "\(random)")
    #expect(screening.model.current == before.2, "\(random)")
    #expect(screening.model.connection?.composer.editor.text == "hello", "\(random)")
  }

  @Test func `sends what is written`() throws {
    var screening = Screening.open()
    try screening.type("i h i Enter")
    #expect(screening.effects == [.send(1, .text, Array("hi".utf8), count: 1)])
    #expect(screening.model.connection?.composer.editor.isEmpty == true)
  }

  @Test(
    "sends each type as what it is",
    arguments: [
      ("text", "{", Effect.send(1, .text, [0x7B], count: 1)),
      ("json", "[1, 2]", .send(1, .text, Array("[1, 2]".utf8), count: 1)),
      ("hex", "00 ff", .send(1, .binary, [0, 255], count: 1)),
      ("base64", "AAEC", .send(1, .binary, [0, 1, 2], count: 1)),
      ("file", "/etc/hostname", .sendFile(1, path: "/etc/hostname", count: 1)),
      ("frame", "fin=0 \"x\"", .sendFrame(1, "fin=0 \"x\"", count: 1)),
    ])
  func types(type: String, text: String, expected: Effect) throws {
    var screening = Screening.open()
    try screening.type("i")
    while screening.model.connection?.composer.type.rawValue != type { try screening.type("<C-o>") }
    screening.give(.input(.paste(PasteChunk(text))))
    try screening.type("Enter")
    #expect(screening.effects == [expected])
  }

  @Test func `keeps what cannot be sent`() throws {
    var screening = Screening.open()
    try screening.type("i <C-o> { Enter")
    #expect(screening.effects.isEmpty)
    #expect(screening.model.connection?.composer.editor.text == "{")
    #expect(screening.model.message == "not sent: the JSON ends too early at line 1, column 2")
  }

  @Test func `loses nothing that is written when the connection ends`() throws {
    var screening = Screening.open()
    try screening.type("i d r a f t")
    let verdict = Verdict(
      cause: .resetByPeer, sentClose: nil, receivedClose: nil, lifetime: .seconds(1), silence: .zero,
      lastReceived: nil, lastSent: nil)
    screening.give(.trace(1, .ended(verdict)))
    #expect(screening.model.focus == .composer)
    try screening.type("Enter")
    #expect(screening.effects.isEmpty)
    #expect(screening.model.connection?.composer.editor.text == "draft")
    #expect(screening.model.message?.contains("not open") == true)
    screening.give(.opened(1))
    try screening.type("Enter")
    #expect(screening.effects == [.send(1, .text, Array("draft".utf8), count: 1)])
  }

  @Test func `resends, edits and sends many times`() throws {
    var screening = Screening.open()
    screening.send("{\"a\":1}")
    try screening.type("r")
    #expect(screening.effects.last == .send(1, .text, Array("{\"a\":1}".utf8), count: 1))
    try screening.type("<C-n> 1 0 Enter")
    #expect(screening.effects.last == .send(1, .text, Array("{\"a\":1}".utf8), count: 10))
    try screening.type("e")
    #expect(screening.model.focus == .composer)
    #expect(screening.model.connection?.composer.editor.text == "{\"a\":1}")
    #expect(screening.model.connection?.composer.type == .json)
  }

  @Test func `pings, closes with a code, reconnects and stops reading`() throws {
    var screening = Screening.open()
    try screening.type("g p P P X")
    for _ in 0..<4 { try screening.type("Backspace") }
    try screening.type("4000 Space b y e Enter R")
    #expect(
      screening.effects == [
        .ping(1), .stall(1, true), .stall(1, false), .close(1, code: 4000, reason: "bye"), .reconnect(1),
      ])
  }

  @Test(
    "copies a message in the form that is asked for",
    arguments: [
      ("y y", #"{"id":7}"#), ("y b", "eyJpZCI6N30="), ("y f", "81087b226964223a377d"), ("y s", #"< {"id":7}"#),
    ])
  func copy(keys: String, expected: String) throws {
    var screening = Screening.open()
    screening.receive(#"{"id":7}"#)
    try screening.type(keys)
    #expect(screening.effects == [.copy(Array(expected.utf8))])
  }

  @Test func `copies the path of the node in the JSON tree`() throws {
    var screening = Screening.open()
    screening.receive(#"{"a":{"b c":[1,2]}}"#)
    try screening.type("l j j j j y p")
    #expect(screening.effects == [.copy(Array(#"$.a["b c"][1]"#.utf8))])
  }

  @Test func `folds and unfolds`() throws {
    var screening = Screening.open()
    screening.receive(#"{"a":{"b":1,"c":2},"d":3}"#)
    try screening.type("l j h")
    #expect(screening.model.detail.tree?.visible.count == 3)
    try screening.type("l")
    #expect(screening.model.detail.tree?.visible.count == 5)
  }

  @Test func `pairs an answer with its question by id`() {
    var screening = Screening.open()
    screening.send(#"{"id":1}"#)
    screening.send(#"{"id":2}"#)
    screening.receive(#"{"event":"tick"}"#)
    screening.receive(#"{"id":2,"ok":true}"#)
    let store = screening.model.connections[0].store
    #expect(store.row(3)?.reply == 0)
    #expect(store.row(4)?.reply == 2000)
    #expect(store.row(1)?.flags.contains(.answered) == false)
    #expect(store.row(2)?.flags.contains(.answered) == true)
  }

  @Test func `pairs a pong with its ping`() {
    var screening = Screening.open()
    screening.frame(.sent, .ping, [1])
    screening.frame(.received, .pong, [2])
    screening.frame(.received, .pong, [1])
    #expect((2...3).map { screening.model.connections[0].store.row($0)?.reply } == [0, 2000])
  }

  @Test func `asks before it quits while something is open or unsent`() throws {
    var screening = Screening.open()
    try screening.type("q")
    #expect(screening.effects.isEmpty)
    #expect(screening.model.message == "1 connection open: q again quits")
    try screening.type("j q q")
    #expect(screening.effects == [.quit])
  }

  @Test func `knows what came on connections in the background`() {
    var screening = Screening.open()
    screening.connect("second")
    screening.receive("a")
    screening.receive("b")
    #expect(screening.model.connections.map(\.unseenCount) == [2, 0])
  }

  @Test func `picks commands by some of their letters`() throws {
    var screening = Screening.open()
    try screening.type(": p i n g Enter")
    #expect(screening.effects == [.ping(1)])
  }

  @Test func `keeps snippets and fills in variables`() throws {
    var screening = Screening.open()
    try screening.type("i <C-x> v")
    screening.give(.input(.paste(PasteChunk("id=7"))))
    try screening.type("Enter")
    screening.give(.input(.paste(PasteChunk("order ${id} $${id} ${nobody}"))))
    try screening.type("<C-x> s o n e Enter")
    #expect(screening.model.snippets == [Snippet(name: "one", type: .text, text: "order ${id} $${id} ${nobody}")])
    #expect(screening.effects == [.keepSnippets])
    try screening.type("Enter")
    #expect(screening.effects.last == .send(1, .text, Array("order 7 ${id} ${nobody}".utf8), count: 1))
    try screening.type("<C-x> i Enter Enter")
    #expect(screening.effects.last == .send(1, .text, Array("order 7 ${id} ${nobody}".utf8), count: 1))
  }

  @Test func `reads its snippets back`() {
    let snippets = [Snippet(name: "a \"b\"", type: .json, text: "{\n}"), Snippet(name: "c", type: .hex, text: "00")]
    #expect(Snippet.read(snippets.map(\.line).joined(separator: "\n") + "\nno snippet\n{}") == snippets)
  }

  @Test func `keeps settings, comments and what it does not know in its file`() {
    let file = "# mine\ntheme = dark\nother = 1\n"
    let (settings, problems) = Settings.read(file)
    #expect(settings.theme == .dark)
    #expect(problems == ["line 3: other = 1 is no setting"])
    var changed = settings
    changed.theme = .light
    changed.time = .delta
    #expect(changed.written(into: file) == "# mine\ntheme = light\nother = 1\ntime = delta\n")
    #expect(Settings.read(changed.written(into: file)).settings == changed)
  }

  @Test func `has a key table without conflicts, whose keys can all be read`() {
    #expect(KeyTable.map.conflicts == [])
    for binding in KeyTable.map.bindings { #expect(!binding.keys.isEmpty, "\(binding.summary)") }
  }

  @Test func `writes keys as manuals do`() {
    let written = ["j", "<C-x> s", "PageDown", "<S-Tab>", "<C-f>", "lt"].map { notation in
      KeyBinding<Place, ScreenCommand>([notation], [.list], .next, "").shown
    }
    #expect(written == ["j", "Ctrl-X s", "PageDown", "Shift-Tab", "Ctrl-F", "<"])
  }

  @Test(
    "fits every part on a screen of any size",
    arguments: [(1, 1), (2, 3), (20, 5), (40, 10), (59, 40), (60, 16), (80, 24), (120, 30), (140, 40), (500, 200)])
  func layout(columns: Int, rows: Int) {
    let size = Size(columns: columns, rows: rows)
    for focus in Place.allCases {
      for layout in Settings.Layout.allCases {
        for flags in 0..<4 {
          let wish = ScreenLayout.Wish(
            focus: focus, layout: layout, isZoomed: flags & 1 != 0, isSecondShown: flags & 2 != 0, composerRows: 5)
          let made = ScreenLayout(size, wish)
          let parts = [
            made.tabs, made.status, made.filter, made.header, made.list, made.secondTitle, made.second,
            made.detailTitle, made.detail,
            made.composerTitle, made.composer, made.connection, made.hints,
          ].compactMap { $0 }
          for part in parts where part.size.rows > 0 && part.size.columns > 0 {
            #expect(part.origin.row >= 0 && part.origin.row + part.size.rows <= rows, "\(size) \(wish) \(part)")
            #expect(part.origin.column + part.size.columns <= columns, "\(size) \(wish) \(part)")
          }
          var used: Set<Point> = []
          for part in parts {
            for row in 0..<max(0, part.size.rows) {
              for column in 0..<part.size.columns {
                let point = Point(column: part.origin.column + column, row: part.origin.row + row)
                #expect(used.insert(point).inserted, "\(size) \(wish) \(point) is used twice")
              }
            }
          }
        }
      }
    }
  }
}
