import Arguments

extension CommandLineDescription {
  /// The manual of scripts. Every script in it is run by the tests as it stands.
  static let script = FileFormat(
    "script", "exchange scripts for wscope run",
    chapters: [
      ScriptManual.description, ScriptManual.lines, ScriptManual.connections, ScriptManual.sending,
      ScriptManual.expecting, ScriptManual.looking, ScriptManual.json, ScriptManual.time, ScriptManual.conditions,
      ScriptManual.paths, ScriptManual.values, ScriptManual.rules, ScriptManual.blocks, ScriptManual.cases,
      ScriptManual.servers, ScriptManual.failures, ScriptManual.grammar,
    ],
    seeAlso: ["wscope-run(1)", "wscope-echo(1)", "wscope(1)"])
}

/// The chapters of the manual of scripts.
enum ScriptManual {
  static let description = Topic(
    "script-description", "Description",
    [
      .paragraph(
        "An exchange script says what one end of a WebSocket connection sends and what it expects, one step a line, "
          + "and reads like a transcript. `wscope run FILE` runs it: status 0 means that all came as expected. The "
          + "files are UTF-8 and end in `.wsx`."),
      .script(
        """
        connect loopback:
        > hello
        < hello
        >json {"op": "subscribe", "id": "${uuid}"}
        <*json {"op": "subscribe"}
          within 500ms
          capture id = $.id
          assert latency < 400ms
        >json {"op": "unsubscribe", "id": "${id}"}
        <json {"op": "unsubscribe", "id": "<uuid>"}
        >close 1000
        <close 1000
        """),
      .paragraph(
        "`loopback:` is the echo server inside the program, whose paths (`wscope help paths`) answer, delay, fragment, "
          + "refuse or break. Every script on this page uses it, or a server of its own, and runs as it stands; in "
          + "yours the URL of your server takes its place."),
      .paragraph(
        "A script that is not understood sends nothing: each mistake is told with its line, a mark below the place, "
          + "and what would be right. `wscope run --check` only looks for mistakes, `wscope run --reformat` writes a "
          + "script as all scripts look."),
    ])

  static let lines = Topic(
    "script-lines", "Lines",
    [
      .paragraph("Five rules carry the language:"),
      .items([
        (
          "1. A step is a line",
          "It is the name of a connection where there are several, an arrow, a word, and the rest; or a word that "
            + "is no message, such as `connect`. `>` sends, `<` expects. Steps run in the order of the file."
        ),
        (
          "2. An arrow and a blank",
          "The rest of the line is the text, exactly, to the last blank. An arrow alone is the empty text. An "
            + "arrow and a word without a blank between: the word says how the rest is read."
        ),
        (
          "3. An indented line",
          "belongs to the line above it: an option, a condition, a step of a block. Indent with blanks, never tabs; "
            + "what belongs to the same line has one depth."
        ),
        (
          "4. A sign behind the arrow",
          "says how hard to look: `<` takes the next message, `<*` skips others, `<?` may be missing."
        ),
        (
          "5. A line that begins with #",
          "is a comment, at any depth. Empty lines count for nothing. A `#` inside a line is part of it."
        ),
      ]),
      .script(
        """
        # Rule 2: all of these are texts.
        connect loopback:
        > hello # this is part of the text
        < hello # this is part of the text
        >
        <
        >text " begins with a blank, or holds a tab:\\t"
        <text " begins with a blank, or holds a tab:\\t"
        """),
      .paragraph(
        "An indented line that begins with `|` continues a message. Behind a word with nothing after it the first of "
          + "them is where the message begins; each further one adds a newline and its own text. One blank behind the "
          + "bar belongs to the bar."),
      .script(
        """
        connect loopback:
        > two
          | lines
        <text "two\\nlines"
        >json
          | {"op": "bye",
          |  "id": 7}
        <json {"op": "bye", "id": 7}
        """),
    ])
}

extension Prose {
  /// A script, as it stands in a file.
  static func script(_ text: String) -> Prose {
    .lines(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }
}
