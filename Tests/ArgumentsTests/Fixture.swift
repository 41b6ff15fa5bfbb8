import Arguments

/// A small program: `talk URL` and `serve`, and `paste`, which takes raw words.
enum Fixture {
  static let verbose = Option("--verbose", short: "-v", repeats: true, "Says more.")
  static let insecure = Option("--insecure", short: "-k", "Checks nothing.")
  static let header = Option("--header", short: "-H", value: .text("NAME: VALUE"), repeats: true, "Adds a header.")
  static let execute = Option(
    "--execute", short: "-x", value: .text("TEXT"), repeats: true, aliases: ["--preamble"], "Sends TEXT.")
  static let wait = Option("--wait", short: "-w", value: .timeOrForever, default: "1s", "Waits.")
  static let limit = Option("--limit", value: .time, "Ends.")
  static let size = Option("--size", value: .size(1...1_000_000), default: "64k", "The size.")
  static let count = Option("--count", value: .integer("N", 1...100), "Counts.")
  static let until = Option("--until", value: .pattern, "Ends when it matches.")
  static let format = Option(
    "--format", value: .choice("FORMAT", ["text", "jsonl", "hex"]), default: "text", "Format.")
  static let key = Option("--key", value: .file, "A key.")
  static let hidden = Option("-c", isHidden: true, "Does nothing.")
  static let listen = Option("--listen", value: .text("ADDRESS"), repeats: true, "Listens.")

  static let program: Program = {
    var talk = Command("talk", "hold a session", synopsis: ["[OPTIONS] URL"])
    talk.words = [Word("URL")]
    talk.description = [.paragraph("Holds a session with `URL`.")]
    talk.sections = [
      OptionSection(
        "Session", note: "What is said.",
        [verbose, insecure, header, execute, wait, limit, size, count, until, format, key, hidden])
    ]
    talk.exclusions = [[count, until]]
    talk.examples = [Example("tool ws://host/", "Talks.")]
    var serve = Command("serve", "run a server", synopsis: ["[OPTIONS]"])
    serve.sections = [OptionSection("Listening", [listen, verbose])]
    var paste = Command("paste", "take a line as it is", synopsis: ["WORDS..."])
    paste.takesRawWords = true
    return Program(
      name: "tool", version: "1.2.3", summary: "a tool", commands: [talk, serve, paste],
      topics: [Topic("numbers", "Numbers", [.items([("N", "A number.")])])],
      foreignOptions: [
        ForeignOption("curl", ["-A", "--user-agent"], is: "-H 'User-Agent: TEXT'"),
        ForeignOption(["-X", "--request"], hint: "it is always a GET"),
      ])
  }()

  static func parse(_ words: String...) throws(UsageError) -> Parsed {
    guard case .run(let parsed) = try ArgumentParser(program).parse(words) else { preconditionFailure("no run") }
    return parsed
  }
}
