import PlainText
import Terminal
import TerminalTesting
import TestSupport
import Testing

@Suite struct `Random frames` {
  @Test(
    "drawn one over the other look like each drawn alone",
    arguments: [(VirtualTerminal.WidthRule.clusters, true), (.clusters, false), (.scalars, false)])
  func updates(rule: VirtualTerminal.WidthRule, trustsClusters: Bool) {
    var random = SeededRandom()
    let widths = Widths(trustsClusters: trustsClusters)
    for _ in 0..<20 {
      let size = Size(columns: .random(in: 1...40, using: &random), rows: .random(in: 1...8, using: &random))
      let screen = Screen(size, depth: .full, widths: widths)
      var terminal = RandomFrame.terminal(size, rule)
      var renderer = Renderer(synchronizedOutput: .random(using: &random))
      for _ in 0..<30 {
        RandomFrame.draw(on: screen, &random)
        renderer.show(screen, on: &terminal)
        #expect(renderer.frame(screen).isEmpty, "drawn twice, seed \(random.seed)")
        var alone = RandomFrame.terminal(size, rule)
        var painter = Renderer()
        painter.show(screen, on: &alone)
        guard RandomFrame.difference(terminal, alone) == nil, RandomFrame.difference(terminal, screen) == nil else {
          Issue.record(
            """
            seed \(random.seed)
            \(RandomFrame.difference(terminal, alone) ?? ""), \(RandomFrame.difference(terminal, screen) ?? "")
            updated:
            \(terminal.text)
            alone:
            \(alone.text)
            screen:
            \(Snapshot.of(screen))
            """)
          return
        }
        #expect(terminal.unknown == [])
      }
    }
  }
}
