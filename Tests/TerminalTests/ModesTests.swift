import TestSupport
import Testing

@testable import Terminal

@Suite struct `A terminal's modes` {
  static var all: [Modes] {
    var selecting = Modes.fullScreen
    (selecting.mouse, selecting.cursorShape, selecting.cursorVisible) = (.drags, .bar, false)
    var clicking = Modes.line
    clicking.mouse = .buttons
    return [.plain, .line, .fullScreen, selecting, clicking]
  }

  @Test func `need no bytes where they are the same`() {
    for modes in Self.all { #expect(modes.sequence(from: modes) == "") }
  }

  @Test func `are undone in the order that leaves nothing behind`() {
    var modes = Modes.fullScreen
    (modes.mouse, modes.cursorVisible, modes.cursorShape) = (.buttons, false, .block)
    let expected = [
      "[?2026l", "[m", "[?1004l", "[?2004l", "[?2031l", "[?2048l", "[?2027l", "[?1006l", "[?1000l", "[<u", "[?1007r",
      "[?7h", "[0 q", "[?1049l", "[?25h",
    ]
    #expect(modes.undoing == expected.map { "\u{1b}\($0)" }.joined())
  }

  @Test func `show the cursor that an unfinished frame has hidden`() {
    #expect(Modes.line.undoing.hasSuffix("\u{1b}[?25h"))
  }

  @Test func `take the keyboard's flags off the screen they were put on`() {
    let toFullScreen = Modes.fullScreen.sequence(from: .line)
    #expect(toFullScreen.hasPrefix("\u{1b}[<u\u{1b}[?1049h"))
    #expect(toFullScreen.contains("\u{1b}[>1u"))
    let back = Modes.line.sequence(from: .fullScreen)
    let parts = back.split(separator: "\u{1b}").map(String.init)
    let places = ["[<u", "[?1049l", "[>1u"].compactMap { parts.firstIndex(of: $0) }
    #expect(places.count == 3 && places == places.sorted(), "\(parts)")
  }

  @Test func `are limited to what the terminal knows`() {
    var capabilities = Capabilities(environment: ["TERM": "xterm"])
    var limited = Modes.line
    (limited.kittyKeyboard, limited.clusters, limited.inBandResize) = (false, false, false)
    #expect(Modes.line.limited(to: capabilities) == limited)
    for reply in [Reply.keyboard(0), .mode(2027, .reset), .mode(2048, .set)] { capabilities.note(reply) }
    #expect(Modes.line.limited(to: capabilities) == .line)
  }

  /// From any modes to any others and then out: whatever was switched on is off again.
  @Test func `leave no mode on, whatever they were before`() {
    for first in Self.all {
      for second in Self.all {
        let written = first.sequence(from: .plain) + second.sequence(from: first) + second.undoing
        #expect(ModesLeft(written).isEmpty, "\(first) \(second): \(ModesLeft(written))")
      }
    }
  }

  @Test func `fit into the record that a crash reads`() {
    for modes in Self.all { #expect(modes.undoing.utf8.count < 512) }
  }
}
