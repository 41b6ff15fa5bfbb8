import Arguments

extension CommandLineDescription {
  static let interactive = Topic(
    "interactive", "On a terminal",
    [
      .paragraph(
        "Where standard input and standard output are a terminal, a session is one to type in. What comes appears "
          + "above the line that is being written: a sign for the direction, the time, the time since our last "
          + "message, the size, and the message."),
      .lines([
        "$ wscope -s orders.v2 ws://localhost:9001/",
        "connected in 6.7 ms: orders.v2",
        #"> {"op":"subscribe","channel":"orders"}"#,
        #"< 12:04:31.219  +12.4 ms  24 B  {"op": "ack", "id": "7f3a"}"#,
        "< 12:04:31.902  9 B  binary",
        "  00000000  00 00 00 1a 82 a5 70 72  69                       |......pri|",
        #">ping "are you there""#,
        #"< 12:04:33.020  +1.9 ms  13 B  pong  "are you there""#,
        "closed by us: 1000 (normal closure); open for 4.2 s",
      ]),
      .paragraph(
        "Enter sends the line as a text message. A pasted block is one message, newlines and all. The keys "
          + "are those of emacs and readline: Ctrl-R searches in what was sent before, Tab completes commands, paths "
          + "and words of JSON that were seen, Ctrl-J begins a new line, Ctrl-X Ctrl-E opens `$EDITOR`, Ctrl-Z "
          + "suspends. F2 shows the session on the whole screen, as `wscope tui` does, with all that has happened and "
          + "what is being written, and comes back; the connection stays. Ctrl-C "
          + "clears the line; on an empty one it closes, as does Ctrl-D. What was sent is kept in "
          + "`$XDG_STATE_HOME/wscope/history`, but for lines that begin with a blank or hold a secret."),
      .paragraph(
        "When the connection ends, the session says how and stays, for `/reconnect`; with `--count`, `--until` or "
          + "`--max-time` it ends with the connection. Options that say what a line of standard input is, such as "
          + "`--hex` or `--jsonl`, make it a piped session on a terminal, too."),
      .paragraph(
        "A line that begins with a slash is a command, or a mistake that is not sent; `//` begins a text that begins "
          + "with a slash:"),
      .items(SlashCommand.all.map { ($0.usage, $0.summary) }),
    ])
}
