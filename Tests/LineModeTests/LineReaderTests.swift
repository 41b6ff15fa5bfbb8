import Inspector
import Testing
import WebSocketCore
import WscopeOptions

@testable import LineMode

@Suite struct `A line that was entered` {
  @Test(
    "is a message or a command",
    arguments: [
      ("hello", .message("hello")), ("", .message("")), (" /ping", .message(" /ping")),
      ("//ping", .message("/ping")), ("///", .message("//")), (#"a\n"#, .message(#"a\n"#)),
      ("/ping", .command(.ping([]))), ("/ping a b", .command(.ping(Array("a b".utf8)))),
      ("/ping  a", .command(.ping([0x61]))), ("/pong x", .command(.pong([0x78]))),
      ("/close", .command(.close(nil))), ("/close 1001", .command(.close(CloseFrame(code: .goingAway)))),
      ("/close 4000 see  you ", .command(.close(CloseFrame(code: CloseCode(rawValue: 4000), reason: "see  you ")))),
      ("/hex 00 fF\t10", .command(.binary([0, 255, 16]))), ("/base64 AAEC", .command(.binary([0, 1, 2]))),
      ("/file a b.json ", .command(.file("a b.json"))), (#"/json {"a": 1}"#, .command(.json(#"{"a": 1}"#))),
      ("/fragment 3 abcdef", .command(.fragments(size: 3, text: "abcdef"))),
      ("/fragment 1k  x", .command(.fragments(size: 1024, text: " x"))),
      ("/bytes 8100", .command(.bytes([0x81, 0]))),
      ("/repeat 3 500ms hi", .command(.repeat(count: 3, every: .milliseconds(500), text: "hi"))),
      ("/repeat 3 0 hi", .command(.repeat(count: 3, every: .zero, text: "hi"))),
      ("/repeat", .command(.stopRepeating)),
      ("/show", .command(.show(nil))), ("/show 12", .command(.show(12))),
      ("/save out.bin", .command(.save(nil, path: "out.bin"))),
      ("/save 3 my file", .command(.save(3, path: "my file"))),
      ("/save 3", .command(.save(nil, path: "3"))),
      ("/filter", .command(.filter(nil))), ("/filter op:text", .command(.filter(try! Filter("op:text")))),
      ("/pause", .command(.pause)), ("/next", .command(.next)), ("/pretty", .command(.pretty(.other))),
      ("/pretty on", .command(.pretty(.on))), ("/escape off", .command(.escape(.off))),
      ("/open ws://a/", .command(.open("ws://a/"))), ("/reconnect", .command(.reconnect(.now))),
      ("/reconnect auto", .command(.reconnect(.auto))), ("/stall", .command(.stall(true))),
      ("/resume", .command(.stall(false))), ("/drop", .command(.drop)), ("/headers", .command(.headers)),
      ("/tls", .command(.tls)), ("/stats ", .command(.stats)), ("/multiline", .command(.multiline(.other))),
      ("/help", .command(.help(nil))), ("/help /close", .command(.help("close"))), ("/quit", .command(.quit)),
    ] as [(String, EnteredLine)])
  func reads(line: String, expected: EnteredLine) throws {
    #expect(try LineReader().read(line) == expected)
  }

  @Test func `is a frame as it is described`() throws {
    let line = try LineReader().read(#"/frame fin=0 opcode=text mask=off "broken""#)
    guard case .command(.frame(let frame, let source)) = line else { return #expect(Bool(false), "\(line)") }
    #expect(!frame.isFinal)
    #expect(frame.mask == .off)
    #expect(source == #"fin=0 opcode=text mask=off "broken""#)
  }

  @Test(
    "is refused, with what would be right",
    arguments: [
      ("/pnig", "/pnig is no command; nothing was sent", "did you mean /ping?"),
      ("/", "/ is no command; nothing was sent", "/help lists all"),
      ("/etc/passwd", "/etc/passwd is no command; nothing was sent", "written with two"),
      ("/\u{1b}[2J", #"/\x1b[2J is no command; nothing was sent"#, "/help"),
      ("/close x", #"/close: "x" is no close code"#, "/close [CODE [REASON]]"),
      ("/close 70000", #"/close: "70000""#, "/close"),
      ("/hex", "/hex: something must stand behind it", "/hex DIGITS"),
      ("/hex 0", "/hex: the last byte has one digit", "/hex DIGITS"),
      ("/hex 0g", #"/hex: "g" is no hexadecimal digit"#, "/hex DIGITS"),
      ("/hex 0\u{e9}", "/hex: ", "/hex DIGITS"), ("/base64 A", "/base64: ", nil),
      ("/json {", "/json: ", "without /json"),
      ("/json [1 2]", #"/json: "2" in place of"#, "without /json"),
      ("/fragment 0 a", #"/fragment: "0" is no size"#, "/fragment SIZE TEXT"),
      ("/fragment 3", "/fragment: the text is missing", "/fragment SIZE TEXT"), ("/frame nonsense=1", "/frame: ", ""),
      ("/repeat x 1s a", #"/repeat: "x" is no number of times"#, "/repeat"),
      ("/repeat 3", "/repeat: the time between them is missing", "/repeat"),
      ("/repeat 3 x a", #"/repeat: "x" is no time"#, "/repeat"),
      ("/repeat 3 1s", "/repeat: the text is missing", "/repeat"),
      ("/repeat 2000000 1s a", "/repeat: at most 1,000,000 times", "/repeat"),
      ("/repeat 0 1s a", "/repeat", "/repeat"), ("/show x", #"/show: "x" is no message's number"#, "/show [N]"),
      ("/show 0", "/show", "/show [N]"),
      ("/save ", "/save", "/save [N] FILE"), ("/filter size:", "/filter: ", "such as"),
      ("/pretty maybe", #"/pretty: "maybe" is neither on nor off"#, "/pretty [on|off]"),
      ("/reconnect later", #"/reconnect: "later" is neither auto nor off"#, "/reconnect [auto|off]"),
      ("/open", "/open", "/open URL"), ("/stats now", "/stats: nothing can stand behind it", "/stats"),
    ] as [(String, String, String?)])
  func refuses(line: String, text: String, hint: String?) {
    let failure = #expect(throws: LineFailure.self) { try LineReader().read(line) }
    #expect(failure?.text.contains(text) == true, "\(failure?.text ?? "")")
    if let hint { #expect(failure?.hint?.contains(hint) == true, "\(failure?.hint ?? "none")") }
  }

  @Test(
    "has its escapes resolved where that is asked for",
    arguments: [
      (#"a\nb\x1e"#, .message("a\nb\u{1e}")), (#"//\0"#, .message("/\0")),
      (#"/ping \u0041"#, .command(.ping([0x41]))),
      (#"/fragment 1 \t"#, .command(.fragments(size: 1, text: "\t"))),
      (#"/json "\n""#, .command(.json(#""\n""#))),
    ] as [(String, EnteredLine)])
  func escapes(line: String, expected: EnteredLine) throws {
    #expect(try LineReader(resolvesEscapes: true).read(line) == expected)
  }

  @Test func `with an escape that is none is not sent`() {
    #expect(throws: LineFailure.self) { try LineReader(resolvesEscapes: true).read(#"a\qb"#) }
  }

  @Test func `every command of the table is read, and told about`() {
    for command in SlashCommand.all {
      let line = "/\(command.name.rawValue)"
      do throws(LineFailure) { _ = try LineReader().read(line) } catch {
        #expect(!error.text.contains("is no command"), "\(line)")
      }
      let help = LineHelp.lines(nil, columns: 80, hasKeys: false)
      #expect(help.contains { $0.hasPrefix("  \(command.usage)") }, "\(line)")
    }
    #expect(SlashCommand.all.map(\.name) == SlashCommand.Name.allCases)
  }

  @Test func `gets help that breaks between words`() {
    for columns in [60, 80, 200] {
      let help = LineHelp.lines(nil, columns: columns, hasKeys: true)
      #expect(help.allSatisfy { $0.count < columns }, "\(help)")
      #expect(help.joined(separator: "\n").contains("Ctrl-R  "))
    }
    #expect(!LineHelp.lines(nil, columns: 80, hasKeys: false).joined().contains("Ctrl-R"))
    #expect(LineHelp.lines(nil, columns: 1, hasKeys: true).count > 100)
    #expect(LineHelp.lines(.quit, columns: 60, hasKeys: true).first?.hasPrefix("  /quit   ") == true)
  }
}
