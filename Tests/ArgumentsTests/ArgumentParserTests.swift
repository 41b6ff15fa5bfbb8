import Arguments
import Testing

@Suite struct `An argument parser` {
  typealias F = Fixture

  @Test func `takes the first word for a command if it is one`() throws {
    let named = try F.parse("serve", "--listen", ":0")
    #expect(named.command.name == "serve" && named.isCommandNamed && named.words.isEmpty)
    #expect(named.values(F.listen) == [":0"])
    let url = try F.parse("ws://x")
    #expect(url.command.name == "talk" && !url.isCommandNamed && url.words == ["ws://x"])
    #expect(try F.parse("talk", "serve").words == ["serve"])
    #expect(try F.parse("talk", "talk").words == ["talk"])
  }

  @Test func `allows options before the command`() throws {
    let parsed = try F.parse("--listen", "serve", "-v", "serve")
    #expect(parsed.command.name == "serve" && parsed.values(F.listen) == ["serve"] && parsed.flag(F.verbose))
    #expect(try F.parse("-vH", "a: b", "--wait=2s", "ws://x").value(F.wait) == "2s")
  }

  @Test func `reads values from the next word or behind an equals sign`() throws {
    let parsed = try F.parse("-H", "a: b", "--header=c: d=e", "-H=f: g", "--header", "-v", "u", "-x", "")
    #expect(parsed.values(F.header) == ["a: b", "c: d=e", "f: g", "-v"])
    #expect(parsed.values(F.execute) == [""])
    #expect(!parsed.flag(F.verbose))
    #expect(try F.parse("--execute=\u{301}", "u").values(F.execute) == ["\u{301}"])
  }

  @Test func `counts flags, joins short ones, and lets the last value win`() throws {
    let parsed = try F.parse("-vvk", "--verbose", "--wait", "2", "u", "-w", "3s", "-c")
    #expect(parsed.count(F.verbose) == 3 && parsed.flag(F.insecure) && parsed.flag(F.hidden))
    #expect(parsed.timeOrForever(F.wait) == .time(.seconds(3)))
    #expect(try F.parse("-vw", "5", "u").timeOrForever(F.wait) == .time(.seconds(5)))
  }

  @Test func `keeps the order of options that were mixed`() throws {
    let parsed = try F.parse("-x", "1", "-H", "a: b", "--preamble", "2", "u", "-x", "3")
    #expect(parsed.occurrences(of: F.execute, F.header).map(\.value) == ["1", "a: b", "2", "3"])
    #expect(parsed.occurrences.map(\.name) == ["-x", "-H", "--preamble", "-x"])
  }

  @Test func `ends options at two dashes, and takes one dash for a word`() throws {
    #expect(try F.parse("-v", "--", "-k").words == ["-k"])
    #expect(try F.parse("-").words == ["-"])
    #expect(try F.parse("--", "serve").command.name == "serve")
  }

  @Test func `gives defaults and values of their kinds`() throws {
    let plain = try F.parse("u")
    #expect(plain.timeOrForever(F.wait) == .time(.seconds(1)) && plain.size(F.size) == 65536)
    #expect(plain.choice(F.format) == "text" && plain.time(ifGiven: F.limit) == nil)
    #expect(plain.integer(ifGiven: F.count) == nil && plain.patterns(F.until).isEmpty)
    let given = try F.parse("-w", "forever", "--size", "2k", "--format", "hex", "--limit", "250ms", "u", "--count", "7")
    #expect(given.timeOrForever(F.wait) == .forever && given.size(F.size) == 2048)
    #expect(given.choice(F.format) == "hex" && given.time(ifGiven: F.limit) == .milliseconds(250))
    #expect(given.integer(F.count) == 7)
    #expect(try F.parse("--until", "/a/i", "u").patterns(F.until) == [Pattern("/a/i")])
  }

  @Test func `hands raw words on, behind a command that takes them`() throws {
    let parsed = try F.parse("-v", "paste", "-H", "x: y", "--", "-Z", "u")
    #expect(parsed.command.name == "paste" && parsed.rawWords == ["-H", "x: y", "--", "-Z", "u"])
    #expect(parsed.flag(F.verbose) && parsed.words.isEmpty && parsed.leadingWords == ["-v"])
    #expect(try F.parse("--limit", "1s", "paste").time(ifGiven: F.limit) == .seconds(1))
  }

  @Test(
    "shows help and version everywhere",
    arguments: [
      (["--help"], "help"), (["-h"], "help"), (["talk", "-h"], "help talk"), (["-h", "serve"], "help serve"),
      (["serve", "-v", "--help", "--nonsense"], "help serve"), (["-V"], "version"),
      (["serve", "--version"], "version"),
      (["-vV"], "version"), (["ws://x", "-h"], "help"), (["paste", "--help"], "help paste"),
      (["paste", "-V"], "version"),
    ])
  func help(words: [String], expected: String) throws {
    let outcome =
      switch try ArgumentParser(F.program).parse(words) {
      case .help(let command): command.map { "help \($0.name)" } ?? "help"
      case .version: "version"
      case .run: "run"
      }
    #expect(outcome == expected)
  }

  @Test(
    "names a mistake, and what to do",
    arguments: [
      (["--insecur", "u"], "unknown option --insecur", "did you mean --insecure?"),
      (["u", "--ehader=1"], "unknown option --ehader", "did you mean --header?"),
      (["--nonsense"], "unknown option --nonsense", nil), (["-Z", "u"], "unknown option -Z", nil),
      (["-vZ", "u"], "unknown option -Z", nil),
      (["-A", "x", "u"], "unknown option -A", "curl's -A is written here: -H 'User-Agent: TEXT'"),
      (["u", "--user-agent=x"], "unknown option --user-agent", "curl's -A is written here: -H 'User-Agent: TEXT'"),
      (["u", "-X", "GET"], "unknown option -X", "it is always a GET"),
      (["-header", "u"], "unknown option -header", "a long option has two dashes: --header"),
      (["u", "--listen", "x"], "talk has no option --listen", "--listen belongs to serve"),
      (["u", "-H"], "-H needs a value: NAME: VALUE", nil), (["-v"], "talk needs a URL", "see: wscope help talk"),
      (["-v=3", "u"], "-v takes no value, but was given '3'", nil),
      (["--insecure=yes", "u"], "--insecure takes no value, but was given 'yes'", nil),
      (["-Ha: b", "u"], "the value of -H is the next word, not 'a: b' joined to it", "write -H 'a: b' or -H='a: b'"),
      (["-w5", "u"], "the value of -w is the next word, not '5' joined to it", "write -w '5' or -w='5'"),
      (["--count", "x", "u"], "--count: 'x' is no whole number", nil),
      (["--count", "101", "u"], "--count: 101 is not between 1 and 100", nil),
      (["--count", "-1", "u"], "--count: -1 is not between 1 and 100", nil),
      (
        ["-w", "1d", "u"], "-w: '1d' is no time",
        "a TIME is a number with ms, s, m or h, such as 500ms; a bare number is seconds"
      ),
      (
        ["--size", "1T", "u"], "--size: '1T' is no size",
        "a SIZE is a number of bytes, or a number with k, M or G, such as 64k"
      ),
      (["--size", "1M", "u"], "--size: 1M is not between 1 and 1000000 bytes", nil),
      (["--format", "jsnol", "u"], "--format: unknown value 'jsnol'", "did you mean jsonl?"),
      (["--format=", "u"], "--format: unknown value ''", "it is one of: text, jsonl, hex"),
      (["--until", "//", "u"], "--until: the expression in '//' is empty", nil),
      (["--key", "", "u"], "--key: the FILE is empty", nil),
      (["--count", "1", "u", "--until=x"], "--count and --until exclude each other", nil),
      (["u", "v"], "talk has no use for 'v'", "a value with blanks in it needs quotes"),
      ([], "talk needs a URL", "see: wscope help talk"),
    ] as [([String], String, String?)])
  func mistakes(words: [String], description: String, hint: String?) throws {
    let error = try #require(throws: UsageError.self) { _ = try ArgumentParser(F.program).parse(words) }
    #expect(error.description == description)
    #expect(error.hint == hint)
  }

  @Test func `suggests a command for a word close to one`() {
    #expect(F.program.commandSuggestion(for: "sevre") == "serve")
    #expect(F.program.commandSuggestion(for: "example") == nil)
    let error = UsageError.unknownCommand("sevre", suggestion: "serve")
    #expect(error.description == "'sevre' is neither a command nor a URL")
    #expect(error.hint == "did you mean wscope serve? for a host write ws://sevre")
  }
}
