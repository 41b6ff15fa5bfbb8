import Terminal
import Testing

/// Bytes from a terminal and what they are.
struct DecoderRow: Sendable, CustomTestStringConvertible {
  var bytes: [UInt8]
  var events: [InputEvent]

  init(_ text: String, _ events: InputEvent...) {
    bytes = Array(text.utf8)
    self.events = events
  }

  init(bytes: [UInt8], _ events: InputEvent...) {
    self.bytes = bytes
    self.events = events
  }

  init(_ text: String, keys: Key...) {
    bytes = Array(text.utf8)
    events = keys.map { .key($0) }
  }

  var testDescription: String { bytes.map { String($0, radix: 16) }.joined(separator: " ") }
}

/// Feeds `bytes` in parts that end at `cuts`, a millisecond apart, and waits until nothing is held back. The chunks of
/// a paste are joined, for only they may depend on the cuts.
func decode(_ bytes: [UInt8], cuts: [Int] = [], prepare: (inout InputDecoder) -> Void = { _ in }) -> [InputEvent] {
  var decoder = InputDecoder()
  prepare(&decoder)
  var events = [InputEvent]()
  var now = ContinuousClock.now
  var start = 0
  for cut in cuts + [bytes.count] {
    decoder.feed(bytes[start..<cut].span, at: now) { events.append($0) }
    start = cut
    now += .milliseconds(1)
    decoder.expire(at: now) { events.append($0) }
  }
  while let deadline = decoder.deadline { decoder.expire(at: deadline) { events.append($0) } }
  return joiningPastes(events)
}

func joiningPastes(_ events: [InputEvent]) -> [InputEvent] {
  events.reduce(into: []) { joined, event in
    if case .paste(let chunk) = event, !chunk.isFirst, case .paste(var whole)? = joined.last {
      whole.bytes += chunk.bytes
      whole.isLast = chunk.isLast
      joined[joined.count - 1] = .paste(whole)
    } else {
      joined.append(event)
    }
  }
}

/// What terminals send, by xterm's ctlseqs, kitty's keyboard protocol, rxvt's and Linux's console's manuals.
enum DecoderCorpus {
  static let rows = text + cursorKeys + editingKeys + kitty + mouse + pastes + replies + broken

  static let text: [DecoderRow] = [
    DecoderRow("aé語😀", keys: .character("a"), .character("é"), .character("語"), .character("😀")),
    DecoderRow("e\u{301}", keys: .character("e"), .character("\u{301}")),
    DecoderRow("\r\t\u{7F}\u{8}\n", keys: Key(.enter), Key(.tab), Key(.backspace), Key(.backspace), .control("j")),
    DecoderRow("\u{1}\u{1A}\0", keys: .control("a"), .control("z"), .control(" ")),
    DecoderRow("\u{1C}\u{1D}\u{1E}\u{1F}", keys: .control("\\"), .control("]"), .control("^"), .control("_")),
    DecoderRow("\u{1B}a\u{1B}é\u{1B}X", keys: .alt("a"), .alt("é"), .alt("X")),
    DecoderRow(
      "\u{1B}\r\u{1B}\u{7F}\u{1B}\u{1}", keys: Key(.enter, .alt), Key(.backspace, .alt),
      Key(.character("a"), [.control, .alt])),
    DecoderRow("\u{1B}", keys: Key(.escape)),
    DecoderRow("\u{1B}\u{1B}", keys: Key(.escape), Key(.escape)),
    DecoderRow("\u{1B}\u{1B}a", keys: Key(.escape), .alt("a")),
    DecoderRow("\u{1B}[", keys: .alt("[")),
    DecoderRow("\u{1B}O", keys: .alt("O")),
    DecoderRow("\u{1B}]", keys: .alt("]")),
    DecoderRow("\u{1B}P", keys: .alt("P")),
    DecoderRow("\u{1B}\u{1B}[", keys: Key(.escape), .alt("[")),
  ]

  static let cursorKeys: [DecoderRow] = [
    DecoderRow("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", keys: Key(.up), Key(.down), Key(.right), Key(.left)),
    DecoderRow("\u{1B}OA\u{1B}OH\u{1B}OF\u{1B}OP", keys: Key(.up), Key(.home), Key(.end), Key(.function(1))),
    DecoderRow("\u{1B}[1;5A", keys: Key(.up, .control)),
    DecoderRow("\u{1B}[1;4D", keys: Key(.left, [.shift, .alt])),
    DecoderRow("\u{1B}[5C", keys: Key(.right, .control)),
    DecoderRow("\u{1B}O5A", keys: Key(.up, .control)),
    DecoderRow("\u{1B}\u{1B}[A", keys: Key(.up, .alt)),
    DecoderRow("\u{1B}\u{1B}OB", keys: Key(.down, .alt)),
    DecoderRow("\u{1B}[a\u{1B}Oa", keys: Key(.up, .shift), Key(.up, .control)),
    DecoderRow("\u{1B}[H\u{1B}[F\u{1B}[E", keys: Key(.home), Key(.end), Key(.begin)),
    DecoderRow("\u{1B}[Z\u{1B}[1;6Z", keys: Key(.tab, .shift), Key(.tab, [.shift, .control])),
    DecoderRow("\u{1B}[1;130A", keys: Key(.up, .shift)),
    DecoderRow(
      "\u{1B}OM\u{1B}Ok\u{1B}Op\u{1B}OX", keys: Key(.enter), .character("+"), .character("0"), .character("=")),
  ]

  static let editingKeys: [DecoderRow] = [
    DecoderRow("\u{1B}[1~\u{1B}[2~\u{1B}[3~\u{1B}[4~", keys: Key(.home), Key(.insert), Key(.delete), Key(.end)),
    DecoderRow("\u{1B}[5~\u{1B}[6~\u{1B}[7~\u{1B}[8~", keys: Key(.pageUp), Key(.pageDown), Key(.home), Key(.end)),
    DecoderRow("\u{1B}[3;5~", keys: Key(.delete, .control)),
    DecoderRow(
      "\u{1B}[3$\u{1B}[3^\u{1B}[3@", keys: Key(.delete, .shift), Key(.delete, .control),
      Key(.delete, [.shift, .control])),
    DecoderRow(
      "\u{1B}[11~\u{1B}[15~\u{1B}[17~\u{1B}[24~", keys: Key(.function(1)), Key(.function(5)), Key(.function(6)),
      Key(.function(12))),
    DecoderRow("\u{1B}[25~\u{1B}[28~\u{1B}[34~", keys: Key(.function(13)), Key(.function(15)), Key(.function(20))),
    DecoderRow(
      "\u{1B}OQ\u{1B}OR\u{1B}[R\u{1B}[13~", keys: Key(.function(2)), Key(.function(3)), Key(.function(3)),
      Key(.function(3))),
    DecoderRow("\u{1B}[1;2R", keys: Key(.function(3), .shift)),
    DecoderRow("\u{1B}[1;5P\u{1B}[1;5S", keys: Key(.function(1), .control), Key(.function(4), .control)),
    DecoderRow("\u{1B}[[A\u{1B}[[E", keys: Key(.function(1)), Key(.function(5))),
    DecoderRow("\u{1B}[29~", keys: Key(.menu)),
  ]

  static let kitty: [DecoderRow] = [
    DecoderRow("\u{1B}[27u\u{1B}[13;2u\u{1B}[9;5u", keys: Key(.escape), Key(.enter, .shift), Key(.tab, .control)),
    DecoderRow(
      "\u{1B}[97;5u\u{1B}[97;3u\u{1B}[97;6u", keys: .control("a"), .alt("a"), Key(.character("a"), [.control, .shift])),
    DecoderRow("\u{1B}[97;2u\u{1B}[97;4u\u{1B}[49:33;2u", keys: .character("A"), .alt("A"), .character("!")),
    DecoderRow(
      "\u{1B}[105;5u\u{1B}[109;5u\u{1B}[91;5u\u{1B}[104;5u", keys: Key(.tab), Key(.enter), Key(.escape), Key(.backspace)
    ),
    DecoderRow("\u{1B}[106;5u\u{1B}[127;5u", keys: .control("j"), Key(.backspace, .control)),
    DecoderRow("\u{1B}[97;1:3u", keys: Key(.character("a"), phase: .release)),
    DecoderRow("\u{1B}[1;1:2B", keys: Key(.down, phase: .repeat)),
    DecoderRow("\u{1B}[97;9u", keys: Key(.character("a"), .super)),
    DecoderRow(
      "\u{1B}[57399u\u{1B}[57414u\u{1B}[57419u\u{1B}[57376u\u{1B}[57363u", keys: .character("0"), Key(.enter), Key(.up),
      Key(.function(13)), Key(.menu)),
    DecoderRow("\u{1B}[32;2u", keys: .character(" ")),
    DecoderRow("\u{1B}[233;5u", keys: .control("é")),
    DecoderRow(
      "\u{1B}[27;5;97~\u{1B}[27;2;13~\u{1B}[27;6;65~", keys: .control("a"), Key(.enter, .shift),
      Key(.character("a"), [.control, .shift])),
    DecoderRow("\u{1B}[27;6;95~\u{1B}[27;5;9~", keys: .control("_"), Key(.tab, .control)),
    DecoderRow("\u{1B}[57441u", .unknown(Array("\u{1B}[57441u".utf8))),
  ]

  static let mouse: [DecoderRow] = [
    DecoderRow(
      "\u{1B}[<0;3;5M\u{1B}[<0;3;5m", .mouse(Mouse(.press(.left), at: Point(column: 2, row: 4))),
      .mouse(Mouse(.release(.left), at: Point(column: 2, row: 4)))),
    DecoderRow(
      "\u{1B}[<34;1;1M\u{1B}[<35;1;1M", .mouse(Mouse(.drag(.right), at: .origin)), .mouse(Mouse(.move, at: .origin))),
    DecoderRow(
      "\u{1B}[<64;500;300M\u{1B}[<81;1;1M", .mouse(Mouse(.scroll(.up), at: Point(column: 499, row: 299))),
      .mouse(Mouse(.scroll(.down), at: .origin, .control))),
    DecoderRow(
      "\u{1B}[<12;1;1M\u{1B}[<129;1;1M", .mouse(Mouse(.press(.left), at: .origin, [.shift, .alt])),
      .mouse(Mouse(.press(.extra(9)), at: .origin))),
    DecoderRow("\u{1B}[M !!", .mouse(Mouse(.press(.left), at: .origin))),
    DecoderRow(
      bytes: [0x1B, 0x5B, 0x4D, 0x23, 0xFF, 0x21], .mouse(Mouse(.release(.left), at: Point(column: 222, row: 0)))),
    DecoderRow("\u{1B}[I\u{1B}[O", .focus(true), .focus(false)),
    DecoderRow("\u{1B}\u{1B}[I", .key(Key(.escape)), .focus(true)),
    DecoderRow("\u{1B}[48;24;80;480;640t", .resize(Size(columns: 80, rows: 24))),
  ]

  static let pastes: [DecoderRow] = [
    DecoderRow("\u{1B}[200~a\rb\u{1B}[201~c", .paste(PasteChunk("a\rb")), .key(.character("c"))),
    DecoderRow("\u{1B}[200~\u{1B}[201~", .paste(PasteChunk(""))),
    DecoderRow("\u{1B}[200~é\u{1B}[A\u{1B}\u{1B}[20\u{1B}[201~", .paste(PasteChunk("é\u{1B}[A\u{1B}\u{1B}[20"))),
    DecoderRow("\u{1B}[200~\u{1B}[200~x\u{1B}[201~", .paste(PasteChunk("\u{1B}[200~x"))),
    DecoderRow("\u{1B}[200~without end", .paste(PasteChunk("without end"))),
    DecoderRow("\u{1B}[200~half a mark\u{1B}[20", .paste(PasteChunk("half a mark\u{1B}[20"))),
    DecoderRow(
      bytes: Array("\u{1B}[200~".utf8) + [0xFF, 0xE2, 0x82] + Array("\u{1B}[201~".utf8),
      .paste(PasteChunk([0xFF, 0xE2, 0x82]))),
    DecoderRow("\u{1B}[201~", .unknown(Array("\u{1B}[201~".utf8))),
  ]

  static let replies: [DecoderRow] = [
    DecoderRow("\u{1B}[?62;22c", .reply(.primaryAttributes([62, 22]))),
    DecoderRow("\u{1B}[>84;0;0c", .reply(.secondaryAttributes([84, 0, 0]))),
    DecoderRow("\u{1B}[?2026;2$y\u{1B}[?2027;0$y", .reply(.mode(2026, .reset)), .reply(.mode(2027, .unknown))),
    DecoderRow("\u{1B}]11;rgb:1e1e/2e2e/ffff\u{1B}\\", .reply(.color(11, red: 0x1E, green: 0x2E, blue: 0xFF))),
    DecoderRow("\u{1B}]11;rgb:f/0/8\u{7}", .reply(.color(11, red: 255, green: 0, blue: 136))),
    DecoderRow(
      "\u{1B}]10;#102030\u{7}\u{1B}]11;rgba:00/80/ff/ff\u{7}", .reply(.color(10, red: 16, green: 32, blue: 48)),
      .reply(.color(11, red: 0, green: 128, blue: 255))),
    DecoderRow("\u{1B}P>|tmux 3.3a\u{1B}\\", .reply(.name("tmux 3.3a"))),
    DecoderRow("\u{1B}P1+r524742=38\u{1B}\\", .reply(.capability("RGB", "8"))),
    DecoderRow(
      "\u{1B}P1+r524742\u{1B}\\\u{1B}P0+r536D756C78\u{1B}\\", .reply(.capability("RGB", "")),
      .reply(.capability("Smulx", nil))),
    DecoderRow("\u{1B}[?1u\u{1B}[0n", .reply(.keyboard(1)), .reply(.ready)),
    DecoderRow("\u{1B}[?997;1n\u{1B}[?997;2n", .reply(.theme(isDark: true)), .reply(.theme(isDark: false))),
    DecoderRow("\u{1B}\u{1B}[?62c", .key(Key(.escape)), .reply(.primaryAttributes([62]))),
    DecoderRow("\u{1B}\u{1B}P>|x\u{1B}\\", .key(Key(.escape)), .reply(.name("x"))),
  ]

  static let broken: [DecoderRow] = [
    DecoderRow(bytes: [0x61, 0xFF, 0x62], .key(.character("a")), .unknown([0xFF]), .key(.character("b"))),
    DecoderRow(bytes: [0xE2, 0x82, 0x61], .unknown([0xE2, 0x82]), .key(.character("a"))),
    DecoderRow(bytes: [0xE2, 0x82, 0xC3, 0xA9], .unknown([0xE2, 0x82]), .key(.character("é"))),
    DecoderRow(bytes: [0xC0, 0x80], .unknown([0xC0]), .unknown([0x80])),
    DecoderRow(bytes: [0xED, 0xA0, 0x80], .unknown([0xED]), .unknown([0xA0]), .unknown([0x80])),
    DecoderRow(bytes: [0xF4, 0x90], .unknown([0xF4]), .unknown([0x90])),
    DecoderRow(bytes: [0xF0, 0x9F, 0x98], .unknown([0xF0, 0x9F, 0x98])),
    DecoderRow(bytes: [0x1B, 0xE2, 0x82, 0x61], .unknown([0x1B, 0xE2, 0x82]), .key(.character("a"))),
    DecoderRow(bytes: [0xC2, 0x9B], .unknown([0xC2, 0x9B])),
    DecoderRow("\u{1B}[99;99x", .unknown(Array("\u{1B}[99;99x".utf8))),
    DecoderRow("\u{1B}[1;5", .unknown(Array("\u{1B}[1;5".utf8))),
    DecoderRow("\u{1B}[1;5\u{1B}[A", .unknown(Array("\u{1B}[1;5".utf8)), .key(Key(.up))),
    DecoderRow("\u{1B}[1\u{18}a", .unknown(Array("\u{1B}[1\u{18}".utf8)), .key(.character("a"))),
    DecoderRow("\u{1B}[1é", .unknown(Array("\u{1B}[1".utf8)), .key(.character("é"))),
    DecoderRow("\u{1B}[1\u{3}", .unknown(Array("\u{1B}[1".utf8)), .key(.control("c"))),
    DecoderRow("\u{1B}]0;title\u{7}", .unknown(Array("\u{1B}]0;title".utf8))),
    DecoderRow("\u{1B}]11;rgb:zz\u{3}", .unknown(Array("\u{1B}]11;rgb:zz".utf8)), .key(.control("c"))),
    DecoderRow("\u{1B}]11;x\u{1B}[A", .unknown(Array("\u{1B}]11;x".utf8)), .key(Key(.up))),
    DecoderRow("\u{1B}[5;9R", .unknown(Array("\u{1B}[5;9R".utf8))),
    DecoderRow(
      "\u{1B}[99999999999999999999999A",
      .key(Key(.up, Key.Modifiers(rawValue: UInt8(truncatingIfNeeded: (1 << 24) - 1) & 0x3F)))),
    DecoderRow("\u{1B}Oz", .unknown(Array("\u{1B}Oz".utf8))),
    DecoderRow("\u{1B}[<0;0;1M", .unknown(Array("\u{1B}[<0;0;1M".utf8))),
    DecoderRow("\u{1B}[<3;1;1M", .unknown(Array("\u{1B}[<3;1;1M".utf8))),
    DecoderRow("\u{1B}[?2026;9$y", .unknown(Array("\u{1B}[?2026;9$y".utf8))),
    DecoderRow("\u{1B}[1114112u", .unknown(Array("\u{1B}[1114112u".utf8))),
    DecoderRow("\u{1B}[55296u", .unknown(Array("\u{1B}[55296u".utf8))),
  ]
}
