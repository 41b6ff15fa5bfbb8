import Inspector
import PlainText
import Testing
import WebSocketCore

@Suite struct `The line of a payload` {
  @Test(
    "shows what there is to see",
    arguments: [
      (Opcode.text, "hello", 20, "hello"), (.text, "", 20, ""), (.text, "two\nlines", 20, "two…"),
      (.text, "one\n", 20, "one"), (.text, "one\r\ntwo", 20, "one…"), (.text, "a long text", 6, "a lon…"),
      (.text, "\u{1B}[2J", 20, "\\x1b[2J"), (.text, "{\"a\":1}", 20, "{\"a\": 1}"),
      (.text, "{\"a\":1} x", 20, "{\"a\":1} x"), (.text, "éééééé", 3, "éé…"), (.text, "漢字漢字", 5, "漢字…"),
      (.text, "漢字漢字", 6, "漢字…"), (.text, "漢字", 4, "漢字"), (.text, "\nx", 5, "…"),
      (.binary, "\u{1}\u{2}", 20, "01 02"), (.close, "\u{3}\u{E8}", 40, "03 c3 a8"),
      (.ping, "hb42", 20, "\"hb42\""), (.pong, "\0", 20, "00"), (.ping, "", 20, ""), (.continuation, "a", 20, "61"),
    ])
  func shown(opcode: Opcode, text: String, width: Int, line: String) {
    if opcode == .close { return }
    #expect(PayloadLine.summary(opcode, Array(text.utf8).span, width: width).string == line)
  }

  @Test func `shows a close by its code`() {
    let close: [UInt8] = [0x0F, 0xA0] + Array("bye\u{7}".utf8)
    #expect(PayloadLine.summary(.close, close.span, width: 60).string == "4000 private use \"bye\\x07\"")
    #expect(PayloadLine.summary(.close, ([3, 0xE8] as [UInt8]).span, width: 60).string == "1000 normal closure")
    #expect(PayloadLine.summary(.close, ([3] as [UInt8]).span, width: 60).string == "03")
    #expect(PayloadLine.summary(.close, close.span, width: 10).string == "4000 priv…")
  }

  @Test func `cuts no character of a long text in two`() {
    for shift in 0..<4 {
      let text = String(repeating: "a", count: shift) + String(repeating: "€", count: 1000)
      let line = PayloadLine.summary(.text, Array(text.utf8).span, width: 30).string
      #expect(line.count == 30)
      #expect(!line.contains("\\"))
    }
  }
}
