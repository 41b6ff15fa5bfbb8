public import Arguments

extension Options {
  public static let text = Option(
    "--text", short: "-t", "Sends each line of standard input as a text message. This is the default.")
  public static let binary = Option(
    "--binary", short: "-b",
    "Sends standard input as binary messages, each piece as it was read and at most `--chunk` bytes of it; with "
      + "`--whole` as one message, with `-0` one up to each NUL byte.")
  public static let chunk = Option(
    "--chunk", value: .size(1...(1 << 30)), default: "64k", "The most bytes in one message of `-b`.")
  public static let null = Option(
    "--null", short: "-0", "Messages end with a NUL byte instead of a newline, in standard input and standard output.")
  public static let base64 = Option("--base64", "Each line of standard input is a binary message in Base64.")
  public static let hex = Option(
    "--hex", "Each line of standard input is a binary message in hexadecimal; blanks in it do not count.")
  public static let whole = Option("--whole", "All of standard input is one message.")
  public static let jsonl = Option(
    "--jsonl", "Reads and writes events as JSON Lines, which lose nothing: types, times, pings, Close codes.")
  public static let crlf = Option("--crlf", "Strips a carriage return before the end of a line.")
  public static let execute = Option(
    "--execute", short: "-x", value: .text("TEXT"), repeats: true, aliases: ["--preamble"],
    "Sends TEXT as a text message, before standard input.")

  public static let input = OptionSection(
    "Messages sent", [text, binary, chunk, null, base64, hex, whole, jsonl, crlf, execute])

  public static let format = Option(
    "--format", value: .choice("FORMAT", ["text", "jsonl", "hex", "base64", "raw"]),
    "How received messages are written: `text` plus newline, binary ones as a line of hexadecimal; `jsonl`; each as a "
      + "line of `hex` or `base64`; `raw` bytes with nothing added. The default mirrors the input: `raw` with `-b`, "
      + "`hex`, `base64` and `jsonl` with the option of that name, else `text`.")
  public static let output = Option("--output", value: .file, "Writes received messages to FILE, not standard output.")
  public static let capture = Option(
    "--capture", value: .file,
    "Appends all that happens to FILE as JSON Lines: the handshake, each frame with its bytes, times, the end. Secrets "
      + "in headers and URLs are masked; messages are not.")
  public static let captureSize = Option(
    "--capture-size", value: .size(1024...(1 << 50)),
    "Begins a new file before FILE grows beyond SIZE, and renames older ones to FILE.1, FILE.2 and so on. Each says "
      + "again how the connections that are open came to be.")
  public static let captureFiles = Option(
    "--capture-files", value: .integer("N", 1...10_000), default: "5",
    "Keeps so many files of `--capture-size`, FILE counted in, and removes the oldest.")
  public static let showPings = Option(
    "--show-pings", short: "-P", aliases: ["--show-ping-pong"],
    "Shows pings, pongs and Close frames, both ways; without a terminal on standard error.")
  public static let pretty = Option(
    "--pretty", "Lays JSON out in rows, and binary messages as a dump. The default on a terminal, but with `--plain`.")
  public static let noPretty = Option("--no-pretty", "Shows each message on one line, as it came.")
  public static let plain = Option(
    "--plain",
    "Writes no escape sequences: each event is a line, for screen readers. So do `TERM=dumb` and `WSCOPE_PLAIN=1`.")
  public static let record = Option(
    "--record", value: .file,
    "Writes the session to FILE as a script when it is over: what was sent, and what came. What differs each time, "
      + "such as an id that the server gives, becomes a placeholder or a value that is kept; of secrets only the names "
      + "are written.")
  public static let verbose = Option(
    "--verbose", short: "-v", repeats: true,
    "Says on standard error how the connection was made and how it ended; `-vv` also shows each frame, one a line.")
  public static let quiet = Option(
    "--quiet", short: "-q", "Writes nothing but errors to standard error, and not how the session ended.")
  public static let color = Option(
    "--color", value: .choice("WHEN", ["auto", "always", "never"]), default: "auto",
    "Colours what goes to a terminal. `auto` heeds `NO_COLOR` and `TERM`.")
  public static let showSecrets = Option(
    "--show-secrets",
    "Shows passwords, tokens and cookies, which are masked otherwise in all that is shown or captured.")

  public static let outputSection = OptionSection(
    "Messages received, and what is shown",
    [
      format, output, capture, captureSize, captureFiles, record, showPings, pretty, noPretty, plain, verbose, quiet,
      color, showSecrets,
    ])

  public static let wait = Option(
    "--wait", short: "-w", value: .timeOrForever, default: "1s",
    "Stays open after the end of input until nothing has been received for TIME, or as many messages have come as "
      + "were sent. `0` closes at once, `forever` waits for the peer to close.")
  public static let count = Option(
    "--count", value: .integer("N", 1...1_000_000_000), aliases: ["--max-messages"], "Ends after N received messages.")
  public static let until = Option(
    "--until", value: .pattern, "Ends after the first received message that matches.")
  public static let oneMessage = Option(
    "--one-message", short: "-1", aliases: ["--one"], "Sends one message, prints one, and closes.")
  public static let maximumTime = Option(
    "--max-time", value: .time, aliases: ["--timeout"], "Ends everything after TIME, with status 28.")
  public static let closeCode = Option(
    "--close-status-code", value: .integer("CODE", 1000...4999), default: "1000",
    "The code of the Close frame that ends the session.")
  public static let closeReason = Option(
    "--close-reason", value: .text("TEXT"), "The reason in that frame, at most 123 bytes.")
  public static let closeTimeout = Option(
    "--close-timeout", value: .time, default: "5s",
    "The most time to wait for the peer's half of the closing handshake.")
  public static let lenient = Option(
    "--lenient", "Goes on after a violation of the protocol, where that is possible, and says so.")

  public static let ending = OptionSection(
    "How it ends", [wait, count, until, oneMessage, maximumTime, closeCode, closeReason, closeTimeout, lenient])
}
