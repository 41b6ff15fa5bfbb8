public import Arguments

extension Options {
  public static let speed = Option(
    "--speed", value: .text("FACTOR"),
    "Sends everything at its time in CAPTURE, FACTOR times as fast: `1` as it was, `2` in half the time, `0.5` in "
      + "twice the time. Nothing waits for what was received.")
  public static let within = Option(
    "--within", value: .time, default: "5s",
    "How long each message that came in CAPTURE may take, or twice as long as it took there.")
  public static let replayStream = Option(
    "--stream", value: .integer("N", 1...1_000_000_000),
    "Sends what was sent on connection N alone, counted from 1 in the order in which they begin in CAPTURE.")

  public static let replayFormat = Option(
    "--format", value: .choice("FORMAT", ["text", "jsonl", "hex", "base64", "raw"]), default: "text",
    "How received messages are written: `text` plus newline, binary ones as a line of hexadecimal; `jsonl`, with "
      + "times; each as a line of `hex` or `base64`; `raw` bytes with nothing added.")

  public static let replaySection = OptionSection("Replay", [speed, within, replayStream, maximumTime])
  public static let replayOutput = OptionSection(
    "What is shown",
    [replayFormat, output, capture, captureSize, captureFiles, verbose, quiet, color, showSecrets])
}
