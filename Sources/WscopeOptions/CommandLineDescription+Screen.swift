import Arguments

extension CommandLineDescription {
  static func screen(_ keys: @escaping @Sendable () -> [ScreenKey]) -> Command {
    var command = Command("tui", "sessions on the whole screen", synopsis: ["[OPTIONS] [URL...]", "--open FILE"])
    command.description = [
      .paragraph(
        "Connects to every URL and shows all that happens on the whole screen: the messages in a list that can be "
          + "filtered and searched, the selected one as text, JSON, bytes and frames, a place to write messages of "
          + "any kind, and how each connection is doing. Each connection has a tab of its own."),
      .paragraph(
        "Nothing that comes moves what one looks at, writes or has selected. A connection that ends keeps its "
          + "messages and what was being written; `R` connects again."),
      .paragraph(
        "F2 in a session of `wscope URL` on a terminal opens the same screen on its connection, with what has come "
          + "so far and what is being written; F2 or `q` goes back to it, and the connection stays."),
    ]
    command.words = [Word("URL", isOptional: true, repeats: true, suggestions: ["loopback:", "ws://", "wss://"])]
    command.sections = [
      Options.screenSection, Options.screenEnding, Options.connection, Options.tls, Options.proxies, Options.deflate,
      Options.limits,
    ]
    command.exclusions = [[Options.ipv4, Options.ipv6], [Options.user, Options.bearer]]
    command.topics = [screenLists, screenMessages, screenFiles, screenKeys(keys)]
    command.examples = [
      Example("wscope tui loopback:", "Tries it out, without a network."),
      Example("wscope tui wss://example.org/orders wss://example.org/billing", "Two connections, a tab each."),
      Example("wscope tui --capture orders.jsonl wss://example.org/orders", "Keeps all that happens in a file."),
      Example("wscope tui --open orders.jsonl", "Looks at it later."),
      Example("wscope tui --memory 1G 'loopback:blast?size=200'", "Sees how fast it is."),
    ]
    command.hasManualPage = true
    command.seeAlso = ["wscope(1)", "wscope-echo(1)"]
    return command
  }

  private static let screenLists = Topic(
    "filters", "Filters and searches",
    [
      .paragraph(
        "A filter (`f`) works while it is typed. All its terms must hold, `-` before one turns it round, and rows "
          + "about what went wrong pass every filter."),
      .items([
        ("dir:in, dir:out", "Received or sent."),
        ("op:text,binary", "The opcode: text, binary, close, ping, pong, data, control, or a number."),
        ("size>1k", "The payload's size; also < <= >= =."),
        ("age<5m", "How long ago."),
        ("conn:2", "The connection's number or name."),
        ("has:reply", "It is answered or an answer; also has:compressed, has:fragments."),
        ("hex:00ff", "Bytes in the payload."),
        ("/error \\d+/i", "A regular expression, with flags i, m, s."),
        ("word, \"two words\"", "Text in the payload."),
      ]),
      .paragraph(
        "A search (`/`) finds rows and hides none: a text as it is typed, an expression between slashes, or bytes "
          + "behind `0x`. `n` and `N` go on."),
    ])

  private static let screenMessages = Topic(
    "composer", "Writing messages",
    [
      .paragraph(
        "What is written is sent with Enter, exactly as it stands there; Ctrl-J begins a new line. Ctrl-O changes how "
          + "it is read: as text, as JSON that is checked while it is typed, as hexadecimal or Base64 for a binary "
          + "message, as the name of a file, or as one frame with its header's fields, legal or not: "
          + "`fin=0 opcode=text mask=off \"payload\"`. Ctrl-X Ctrl-F asks for those field by field, and shows the "
          + "header's bytes."),
      .paragraph(
        "`${name}` stands for a variable: `uuid`, `now`, `random 1 100`, `env.NAME`, or what Ctrl-X v has set. A name "
          + "that stands for nothing is sent as it is, and `$${` is `${`. Snippets are kept under a name, variables "
          + "and all; at the start of a message, Tab completes their names."),
    ])

  private static let screenFiles = Topic(
    "screen-files", "Files",
    [
      .items([
        (
          "$XDG_CONFIG_HOME/wscope/config",
          "Settings, a `name = value` a line: `theme` (automatic, dark, light, none), `time` (clock, delta, start), "
            + "`layout` (automatic, beside, below, none), `mouse` and `ascii` (on, off). The screen writes what is "
            + "changed there and leaves the rest as it is."
        ),
        (
          "$XDG_CONFIG_HOME/wscope/keys",
          "Other keys than those below, a `command = key, other key` a line, such as `page-down = Space, Ctrl-V` or "
            + "`oldest = g g`. A line whose keys mean something else already is not heeded, and the screen says so."
        ),
        ("$XDG_CONFIG_HOME/wscope/snippets", "Snippets, a line of JSON each."),
        ("$XDG_STATE_HOME/wscope/history", "What was sent, for Ctrl-R; sessions in lines keep theirs there, too."),
      ]),
      .paragraph("Without `XDG_CONFIG_HOME` it is `~/.config`, without `XDG_STATE_HOME` `~/.local/state`."),
    ])

  private static func screenKeys(_ keys: @escaping @Sendable () -> [ScreenKey]) -> Topic {
    Topic(
      "screen-keys", "Keys",
      [
        .paragraph(
          "`?` on the screen shows those of the place one is in, `:` all commands by some of their letters. "
            + "The name of each stands last, for the file `keys`."),
        .items(keys().map { ($0.keys, "\($0.text) (\($0.places)); `\($0.name)`.") }),
        .paragraph(
          "What is written is edited with the keys of emacs: Ctrl-A, Ctrl-E, Ctrl-W, Ctrl-K, Ctrl-U, Ctrl-Y, Alt-B, "
            + "Alt-F, Ctrl-_ to undo, Ctrl-R to search what was sent before, Ctrl-X Ctrl-E for `$EDITOR`."),
      ])
  }
}
