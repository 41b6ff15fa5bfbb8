import Arguments

extension CommandLineDescription {
  static let curl: Command = {
    var command = Command(
      "curl", "hold a session, told in a browser's \"Copy as cURL\"", synopsis: ["CURL-OPTIONS... URL"])
    command.takesRawWords = true
    command.description = [
      .paragraph(
        "Takes the line that a browser's network tool copies with \"Copy as cURL\" and holds the same session that the "
          + "page held. Type `wscope` and a blank, and paste the line behind it."),
      .paragraph(
        "Behind the word `curl` everything is read as curl reads it, with curl's letters. Options of `wscope` itself "
          + "go before it: `wscope -v --count 3 curl 'https://...'`."),
      .paragraph(
        "A URL with `https:` becomes `wss:`. The headers that make the handshake (`Connection`, `Upgrade`, "
          + "`Sec-WebSocket-Key`, `Sec-WebSocket-Version`) are dropped, as each handshake has its own; "
          + "`Sec-WebSocket-Extensions` only says whether compression is offered. All others are sent as they are."),
    ]
    command.topics = [curlOptions]
    command.examples = [
      Example(
        "wscope curl 'wss://example.org/chat' -H 'Origin: https://example.org' -H 'Cookie: id=1' --compressed",
        "A pasted line."),
      Example("wscope -vv curl 'wss://example.org/chat' -H 'Origin: https://example.org'", "The same, seen closely."),
    ]
    command.hasManualPage = true
    command.seeAlso = ["wscope(1)", "curl(1)"]
    return command
  }()

  /// Which options of curl count, made from the table that reads them.
  private static let curlOptions = Topic(
    "curl-options", "Options of curl",
    [
      .items([
        (
          "Those that count",
          curlNames { if case .ignored = $0 { false } else if case .refused = $0 { false } else { true } } + "."
        ),
        (
          "Those that are refused, as the session would be another one",
          curlNames { if case .refused = $0 { true } else { false } } + "."
        ),
      ]),
      .paragraph(
        "All others of curl 7.88 are read and ignored, with their values; `-v` before the word `curl` tells which. "
          + "`-x` is curl's own: a proxy, with port 1080 unless it says another."),
    ])

  private static func curlNames(_ isMeant: (CurlOption.Meaning) -> Bool) -> String {
    let options = CurlOption.all.filter { isMeant($0.meaning) }
    return options.map { option in "`--\(option.name)`" + (option.letter.map { " (`-\($0)`)" } ?? "") }
      .joined(separator: ", ")
  }
}
