import Arguments
import FullScreen
import Testing
import WscopeOptions

/// Rewrite the files with: WSCOPE_UPDATE_GOLDEN=1 swift test --filter GeneratedFileTests
@Suite struct GeneratedFileTests {
  private static let program = CommandLineDescription.program(
    screenKeys: KeyTable.rows.map { ScreenKey($0.keys, in: $0.places, $0.summary, name: $0.name) })
  private static let pages = ManualPages(program)
  private static let completions = Completions(program)

  @Test(
    "A generated file is the one in the repository",
    arguments: [
      ("man/wscope.1", pages.page(named: "wscope")), ("man/wscope-tui.1", pages.page(named: "wscope-tui")),
      ("man/wscope-run.1", pages.page(named: "wscope-run")),
      ("man/wscope-replay.1", pages.page(named: "wscope-replay")),
      ("man/wscope-echo.1", pages.page(named: "wscope-echo")),
      ("man/wscope-inspect.1", pages.page(named: "wscope-inspect")),
      ("man/wscope-export.1", pages.page(named: "wscope-export")),
      ("man/wscope-script.5", pages.page(named: "wscope-script")),
      ("man/wscope-curl.1", pages.page(named: "wscope-curl")),
      ("completions/wscope.bash", completions.script(for: "bash")),
      ("completions/_wscope", completions.script(for: "zsh")),
      ("completions/wscope.fish", completions.script(for: "fish")),
    ])
  func file(path: String, text: String?) throws {
    let text = try #require(text)
    let full = Files.root + path
    if Files.updatesGolden {
      #expect(Files.write(text, to: full), "\(full)")
      return
    }
    let stored = try #require(Files.read(full), "\(path) is missing; see the top of this file")
    let difference = firstDifference(stored, text)
    #expect(difference == nil, "\(path) is old; see the top of this file")
  }

  private func firstDifference(_ stored: String, _ made: String) -> String? {
    if stored == made { return nil }
    let (old, new) = (stored.split(separator: "\n"), made.split(separator: "\n"))
    for (index, pair) in zip(old, new).enumerated() where pair.0 != pair.1 {
      return "line \(index + 1): stored '\(pair.0)', made '\(pair.1)'"
    }
    return "stored \(old.count) lines, made \(new.count)"
  }

  @Test func `The pages are those that the command man offers`() throws {
    let command = try #require(Self.program.command(named: "man"))
    #expect(command.words.map(\.value) == [.choice("PAGE", Self.pages.names)])
  }

  @Test(
    "A manual page is set without a warning",
    .enabled(if: Files.isInstalled("groff"), "groff is not installed"), arguments: pages.names)
  func groff(name: String) {
    let path = "\(Files.root)man/\(name).\(Self.pages.chapter(of: name))"
    for device in ["utf8", "ascii"] {
      let (output, status) = Files.shell("groff -man -ww -z -T\(device) '\(path)' 2>&1")
      #expect(output.isEmpty && status == 0, "\(output)")
    }
  }

  @Test func `Every option of a session is in its help, manual page and completions`() throws {
    let help = try Help(Self.program).page(on: "connect")
    let page = try #require(Self.pages.page(named: "wscope"))
    let scripts = ["bash", "zsh", "fish"].compactMap(Self.completions.script)
    for option in Self.program.defaultCommand.options {
      #expect(help.contains(" \(option.long)") != option.isHidden, "\(option.long)")
      #expect(
        page.contains("\\fB\(option.long.replacing("-", with: "\\-"))\\fR") != option.isHidden, "\(option.long)")
      for script in scripts { #expect(script.contains(option.long.dropFirst(2)), "\(option.long)") }
    }
  }

  @Test func `No line of help is wider than a terminal`() throws {
    let help = Help(Self.program)
    let pages =
      [help.overview] + Self.program.commands.map(help.page) + Self.program.allTopics.map(help.page)
      + Self.program.formats.map(help.page)
    for line in pages.flatMap({ $0.split(separator: "\n") }) {
      // Examples and lines that are kept as they are may be longer.
      #expect(line.count <= 80 || line.hasPrefix("  wscope") || line.hasPrefix("  {"), "\(line)")
      #expect(!line.contains("`"), "\(line)")
    }
  }

  @Test func `Help on a word nobody knows names one that is near`() {
    let help = Help(Self.program)
    #expect(throws: UsageError.unknownTopic("statusses", suggestion: "statuses")) { try help.page(on: "statusses") }
    #expect(throws: UsageError.unknownTopic("weather", suggestion: nil)) { try help.page(on: "weather") }
    #expect(throws: Never.self) { try help.page(on: "piped") }
  }
}
