import Bytes
import PlainText
import Terminal
import TerminalTesting

extension FuzzTarget {
  /// Whatever text is drawn, the terminal shows the screen.
  static let screen = FuzzTarget(
    name: "screen", summary: "a screen drawn over another looks like one drawn alone, whatever text is on it",
    seeds: [
      "status 語漢字 한글 ｱﾟ", "e\u{301}é│…█", "👩‍👩‍👧🇩🇪❤️⌚︎👍🏽😀1️⃣", "क्षिന്‍நி", "\u{1B}[2J\u{7}\u{202E}abc", "각각",
    ].map { Array($0.utf8) },
    check: { input, random in
      let rule: VirtualTerminal.WidthRule = random.below(2) == 0 ? .clusters : .scalars
      let size = Size(columns: 1 + random.below(30), rows: 1 + random.below(5))
      let screen = Screen(
        size, depth: .full, widths: Widths(trustsClusters: rule == .clusters && random.below(2) == 0))
      var renderer = Renderer(synchronizedOutput: random.below(2) == 0)
      var terminal = RandomFrame.terminal(size, rule)
      for _ in 0..<4 {
        RandomFrame.draw(on: screen, &random)
        let start = random.below(input.count + 1)
        let point = Point(column: random.below(size.columns + 4) - 4, row: random.below(size.rows))
        screen.write(SafeText(bytes: Array(input[start...]).span), at: point)
        terminal.feed(frame(of: screen, &renderer))
        if !frame(of: screen, &renderer).isEmpty { return "what is shown was drawn again" }
        var alone = RandomFrame.terminal(size, rule)
        var other = Renderer()
        alone.feed(frame(of: screen, &other))
        if let difference = RandomFrame.difference(terminal, alone) ?? RandomFrame.difference(terminal, screen) {
          return "\(difference), \(rule):\n\(terminal.text)\nalone:\n\(alone.text)\nscreen:\n\(Snapshot.of(screen))"
        }
        if let first = terminal.unknown.first { return "the terminal was sent \(first)" }
      }
      return nil
    })

  private static func frame(of screen: Screen, _ renderer: inout Renderer) -> [UInt8] {
    let output = ByteBuffer()
    renderer.render(screen, into: output)
    return Array(output.bytes)
  }
}
