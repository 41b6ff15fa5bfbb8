import Arguments

extension CommandLineDescription {
  static let connect: Command = {
    var command = Command(
      "connect", "hold a session with a server", synopsis: ["[OPTIONS] URL"])
    command.description = [
      .paragraph(
        "Connects to URL and holds a session with the server. On a terminal one types in it: a line is sent as a text "
          + "message, what comes appears above it, and commands begin with a slash. Otherwise each line of standard "
          + "input is sent as a text message, and each message received is written to standard output as a line; "
          + "standard output carries messages only, all else goes to standard error, when asked for or when something "
          + "is wrong."),
      .paragraph(
        "The word `connect` may be left out: the first word that is no option is a command if it is one, else a URL."),
    ]
    command.words = [Word("URL", suggestions: ["loopback:", "ws://", "wss://"])]
    command.sections = [
      Options.input, Options.outputSection, Options.ending, Options.connection, Options.tls, Options.proxies,
      Options.deflate, Options.limits,
    ]
    command.exclusions = [
      [Options.text, Options.binary, Options.base64, Options.hex, Options.jsonl],
      [Options.null, Options.whole, Options.base64, Options.hex, Options.jsonl],
      [Options.ipv4, Options.ipv6],
      [Options.verbose, Options.quiet],
      [Options.pretty, Options.noPretty],
      [Options.user, Options.bearer],
      [Options.oneMessage, Options.count],
    ]
    command.topics = [interactive, piped, captures]
    command.examples = [
      Example("wscope loopback:", "Tries it out: talks to an echo server inside the program, without a network."),
      Example("wscope wss://example.org/chat", "Sends what is typed, shows what comes; Ctrl-D ends, /help tells more."),
      Example("printf 'a\\nb\\n' | wscope ws://localhost:9001/", "Sends two messages and prints their answers."),
      Example("wscope -1 -x '{\"op\":\"status\"}' wss://example.org/api", "Asks one question and prints the answer."),
      Example(
        "wscope --count 10 --format jsonl wss://example.org/ticker </dev/null", "Records ten messages, with times."),
      Example(
        "wscope -H 'Authorization: Bearer TOKEN' -o https://example.org -s chat.v2 wss://example.org/",
        "Connects as a page of that site would."),
      Example(
        "wscope -b --whole -w forever ws://localhost:9001/ <picture.png >copy.png", "Sends a file as one message."),
      Example("wscope -vv wss://example.org/", "Shows how the connection is made, and each frame."),
      Example("wscope --capture orders.jsonl wss://example.org/orders", "Keeps all that happens, to look at later."),
      Example("wscope --record orders.wsx wss://example.org/orders", "Keeps the session as a script."),
    ]
    command.seeAlso = ["curl(1)"]
    return command
  }()

  private static let piped = Topic(
    "piped", "Piped session",
    [
      .paragraph(
        "A line of standard input ends at LF and is sent as one text message, without the LF. A CR before it is kept, "
          + "unless `--crlf` is given. An empty line is an empty message, and a last line without LF counts. "
          + "Lines must be UTF-8: one that is not ends the session with status 26, and the message names it."),
      .paragraph(
        "Other options change what a message is: `-b` sends binary messages as standard input is read, `-0` ends "
          + "messages with NUL, `--base64` and `--hex` read each line as bytes, `--whole` sends everything as one "
          + "message, `--jsonl` reads events. Messages of `-x` go first. What comes before the connection is "
          + "open waits; what the server cannot take yet is not read."),
      .paragraph(
        "Received messages are written the same way: text and a newline, a binary message as a line of hexadecimal, or "
          + "as `--format` says."),
      .paragraph(
        "The end of input does not close the session at once, or an answer on its way would be lost. It stays open "
          + "until as many messages have come as were sent, or until nothing has been received for the time of "
          + "`--wait`, counted from the end of input or from the last message. Then a Close frame goes out, and what "
          + "arrives before the server's own Close is still printed. Input that gave nothing at all, such as "
          + "`/dev/null`, leaves the session open until the server closes it: that is a listener."),
      .paragraph(
        "SIGINT (Ctrl-C) closes with 1000, SIGTERM with 1001, and both wait at most 2 seconds for the server's half; "
          + "a second one leaves at once."),
      .paragraph("With `--jsonl` each line of standard input and of standard output is one event:"),
      .lines([
        #"{"at":"2025-01-31T12:04:31.219Z","dir":"in","type":"text","text":"hello"}"#,
        #"{"type":"binary","base64":"AAEC"}"#,
        #"{"type":"ping","text":"are you there"}"#,
        #"{"type":"close","code":1000,"reason":"done"}"#,
      ]),
      .paragraph(
        "Input needs `type` and its payload: `text` for text, `base64` for binary, either for ping and pong, `code` "
          + "and `reason` for close. Members it does not know are ignored, so what was written can be read back."),
    ])

  private static let captures = Topic(
    "captures", "Captures",
    [
      .paragraph(
        "`--capture` appends a line of JSON to its file for all that happens, in the turn in which it happens, so that "
          + "a crash loses nothing that was written. A file that exists is appended to, a new one is readable by its "
          + "owner alone. Where it cannot be written, the session ends with status 23. `--capture-size` limits it: "
          + "before it grows beyond that, it is renamed to FILE.1, FILE.1 to FILE.2, and a new one is begun, up to as "
          + "many as `--capture-files` says. In a new one, each open connection has its `start`, with `continued`, "
          + "`request`, `response` and `open` again."),
      .paragraph(
        "Every line has `at`, the wall clock; `elapsed`, the seconds since the capture began; `connection`, a number; "
          + "and `type`. `text`, `binary`, `ping`, `pong` and `close` are as with `--jsonl`, and have `frame`: the "
          + "header's bytes in hexadecimal, `fin`, `rsv` (RSV1 is 4, RSV2 is 2, RSV3 is 1), `opcode`, `mask`, the "
          + "`length` of the payload on the wire, and the header's `offset` in the stream. `size` is the message's "
          + "own, `compressed` and `frames` say how it came; a payload that was different on the wire stands in "
          + "`frame` as well. A frame that completes no message has the type `frame`."),
      .paragraph(
        "The other types are `start`, `phase`, `tls`, `request`, `response`, `open`, `failed`, `refused`, `tolerated` "
          + "(a violation that `--lenient` let pass), `bytes` (raw ones that were sent on purpose) and `end`, which "
          + "says how the connection ended."),
      .lines([
        #"{"at":"2025-01-31T12:04:31.219Z","elapsed":0.001436,"connection":1,"#,
        #" "dir":"in","type":"text","text":"a","size":1,"#,
        #" "frame":{"header":"8101","fin":true,"rsv":0,"opcode":1,"mask":null,"#,
        #" "length":1,"offset":0}}"#,
      ]),
    ])
}
