import PlainText
import Testing

@testable import Terminal

@Suite struct `A terminal's capabilities` {
  @Test(
    "wait for the rest of a sequence as long as it may take",
    arguments: [
      (["TERM": "xterm-256color"], 25),
      (["TERM": "xterm-256color", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"], 100),
      (["TERM": "screen-256color"], 100), (["TERM": "tmux-256color"], 100),
      (["TERM": "xterm-256color", "TMUX": "/tmp/tmux-1/default,1,0"], 100),
      (["TERM": "tmux-256color", "ESCDELAY": "10"], 10),
      (["TERM": "xterm", "ESCDELAY": "0"], 0), (["TERM": "xterm", "ESCDELAY": "-1"], 25),
      (["TERM": "xterm", "ESCDELAY": "99999999999999999999"], 25),
    ] as [([String: String], Int)])
  func escapeDelay(environment: [String: String], milliseconds: Int) {
    #expect(Capabilities(environment: environment).escapeDelay == .milliseconds(milliseconds))
  }

  @Test func `are learned from answers, of which DA1 is the last`() {
    var capabilities = Capabilities(environment: ["TERM": "xterm-256color"])
    let replies: [Reply] = [
      .color(11, red: 30, green: 30, blue: 30), .name("kitty(0.31)"), .mode(2026, .reset), .mode(2027, .alwaysSet),
      .mode(2048, .unknown), .keyboard(0), .capability("RGB", "8"), .cursor(Point(column: 1, row: 0)),
    ]
    let ends = (replies + [.primaryAttributes([62])]).map { capabilities.note($0) }
    #expect(ends == replies.map { _ in false } + [true])
    #expect(capabilities.background == .rgb(30, 30, 30) && capabilities.isDark == true)
    #expect(capabilities.name == "kitty(0.31)")
    #expect(capabilities.synchronizedOutput && capabilities.clusters && capabilities.kittyKeyboard)
    #expect(!capabilities.inBandResize && !capabilities.ambiguousIsWide && capabilities.rewrapsRows)
    #expect(capabilities.depth == .full)
  }

  @Test func `know a light ground from a dark one`() {
    var capabilities = Capabilities(environment: ["TERM": "xterm"])
    #expect(capabilities.isDark == nil)
    capabilities.note(.color(11, red: 0xFD, green: 0xF6, blue: 0xE3))
    #expect(capabilities.isDark == false)
    capabilities.note(.color(11, red: 0, green: 0x2B, blue: 0x36))
    #expect(capabilities.isDark == true)
    capabilities.note(.color(10, red: 255, green: 255, blue: 255))
    #expect(capabilities.isDark == true)
  }

  @Test func `know which terminals cut rows instead of wrapping them anew`() {
    var xterm = Capabilities(environment: ["TERM": "xterm-256color"])
    #expect(xterm.rewrapsRows)
    xterm.note(.name("XTerm(379)"))
    #expect(!xterm.rewrapsRows)
    #expect(!Capabilities(environment: ["TERM": "st-256color"]).rewrapsRows)
    #expect(!Capabilities(environment: ["TERM": "screen"]).rewrapsRows)
    #expect(!Capabilities(environment: ["TERM": "linux"]).marksPastes)
    #expect(Capabilities(environment: ["TERM": "xterm"]).marksPastes)
    #expect(Capabilities(environment: ["TERM": "screen", "TMUX": "/tmp/tmux-1/default,1,0"]).rewrapsRows)
  }

  @Test func `show wide what the terminal draws so`() {
    var capabilities = Capabilities(environment: ["TERM": "xterm"])
    capabilities.note(.cursor(Point(column: 2, row: 0)))
    #expect(capabilities.widths == Widths(ambiguousIsWide: true))
  }

  @Test func `give no more colours than the user has asked for`() {
    for (choice, environment, expected) in [
      (.automatic, ["TERM": "xterm", "NO_COLOR": "1"], .none), (.never, ["TERM": "xterm"], .none),
      (.exactly(.sixteen), ["TERM": "xterm"], .sixteen), (.automatic, ["TERM": "xterm"], .full),
      (.always, ["TERM": "dumb"], .full),
    ] as [(ColorChoice, [String: String], ColorDepth)] {
      var capabilities = Capabilities(choice, environment: environment)
      capabilities.note(.capability("RGB", ""))
      #expect(capabilities.depth == expected, "\(choice) \(environment)")
    }
  }
}

@Suite struct `Questions to the terminal` {
  private func sequence(_ environment: [String: String], probesWidth: Bool = false) -> String? {
    TerminalQuestions(environment: environment, probesWidth: probesWidth)?.sequence
  }

  @Test func `are one batch that ends with DA1`() throws {
    let questions = try #require(TerminalQuestions(environment: ["TERM": "xterm-256color"], probesWidth: true))
    for part in ["]11;?", "[>0q", "[?2026$p", "[?2027$p", "[?2048$p", "[?u", "P+q524742", "[6n"] {
      #expect(questions.sequence.contains("\u{1b}\(part)"))
    }
    #expect(questions.sequence.hasSuffix("\u{1b}[c"))
    #expect(questions.asksCursor)
  }

  @Test func `draw nothing on a screen that is not ours`() throws {
    let questions = try #require(TerminalQuestions(environment: ["TERM": "xterm"], probesWidth: false))
    #expect(!questions.sequence.contains("│") && !questions.asksCursor)
  }

  @Test(arguments: [[:], ["TERM": "dumb"], ["TERM": "linux"], ["TERM": ""]] as [[String: String]])
  func `are not asked where nobody answers`(environment: [String: String]) {
    #expect(sequence(environment, probesWidth: true) == nil)
    #expect(TerminalQuestions.background(environment: environment) == nil)
  }

  @Test func `leave out what some terminals would show`() {
    #expect(sequence(["TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"])?.contains("$p") == false)
    #expect(sequence(["TERM": "screen"])?.contains("\u{1b}P") == false)
    #expect(sequence(["TERM": "screen", "TMUX": "x"])?.contains("\u{1b}P") == true)
  }
}
