import PlainText
import Terminal
import TestSupport
import Testing

@testable import FullScreen

@Suite struct `A frame by its fields` {
  /// Types into the form and hands over what is written.
  private func written(_ keys: String, draft: String = "") throws -> (type: PayloadType?, text: String?) {
    var screening = Screening.open()
    try screening.type("i \(draft) <C-x> <C-f>")
    try screening.type(keys)
    return (screening.model.connection?.composer.type, screening.model.connection?.composer.editor.text)
  }

  @Test(
    "becomes what the composer sends",
    arguments: [
      ("Enter", ""), ("Space Enter", "fin=0"), ("Right Right Enter", ""),
      ("Down Right Down Down Left Enter", "rsv1=1 rsv3=1"),
      ("Down Down Down Down b i n a r y Enter", "opcode=binary"),
      ("Up h e x Space 0 0 f f Enter", "hex 00ff"),
      ("Tab Tab Tab Tab Tab Right Right Tab 9 9 9 Backspace Tab Right Right Enter", "mask=off length=99 form=16"),
    ])
  func fields(keys: String, expected: String) throws {
    let (type, text) = try written(keys)
    #expect(type == .frame)
    #expect(text == expected)
  }

  @Test func `begins with what is written`() throws {
    #expect(try written("Space Enter", draft: "h i").text == #"fin=0 "hi""#)
  }

  @Test func `leaves what is written when it is cancelled`() throws {
    let (type, text) = try written("Space Esc", draft: "h i")
    #expect(type == .text)
    #expect(text == "hi")
  }

  @Test(
    "reads a frame back",
    arguments: [
      "fin=0 rsv2=1 opcode=ping mask=off length=5 form=64 \"x\"", "opcode=11 mask=00ff00ff hex 00ff",
      "opcode=text mask=on",
    ])
  func readBack(text: String) {
    var composer = Composer(widths: Widths())
    composer.type = .frame
    composer.editor.replaceText(text)
    let form = FrameForm(composer)
    #expect(form.text == text)
    #expect(form.failure == nil)
  }

  @Test func `shows the header's bytes`() {
    var composer = Composer(widths: Widths())
    composer.type = .frame
    composer.editor.replaceText("fin=0 length=300")
    #expect(FrameForm(composer).header == "01 fe 01 2c ?? ?? ?? ??")
    composer.editor.replaceText("mask=off")
    #expect(FrameForm(composer).header == "81 00")
    composer.editor.replaceText("mask=maybe")
    #expect(FrameForm(composer).header == nil)
  }
}
