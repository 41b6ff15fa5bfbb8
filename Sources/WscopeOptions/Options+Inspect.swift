public import Arguments

extension Options {
  public static let stream = Option(
    "--stream", value: .integer("N", 1...1_000_000_000),
    "Takes connection N alone, counted from 1 in the order in which they begin in the file.")
  public static let filter = Option(
    "--filter", value: .text("FILTER"),
    "Takes frames that match alone: `dir:in op:text size>1k has:error /re/ -heartbeat`. All terms must hold, `-` turns "
      + "one round, words are looked for in the payload.")
  public static let verify = Option(
    "--verify",
    "Shows nothing but what breaks a rule of the protocol, counts it, and ends with status 110 where there is any.")
  public static let inspectJSONL = Option(
    "--jsonl", "Writes JSON Lines as `--capture` does, whatever the file was.")

  public static let view = Option(
    "--view", value: .choice("VIEW", ["bits", "hex", "payload", "all"]), repeats: true,
    "Takes each frame apart below its line. `bits`: the diagram of RFC 6455 with this frame's bits and values, and "
      + "what they say. `hex`: the bytes as they were, with the fields of the header in brackets. `payload`: "
      + "inflated, JSON laid out, a close code by its name. `all`: these three. May be given more than once. "
      + "With `--jsonl` it is a member `dissection`.")
  public static let rows = Option(
    "--rows", value: .integer("N", 1...1_000_000), default: "200",
    "Shows at most N rows of a frame's bytes, and N of its payload, with `--view`.")

  public static let inspectOutput = OptionSection(
    "What is shown", [view, rows, stream, filter, verify, inspectJSONL, inspectVerbose, color, showSecrets])

  public static let inspectVerbose = Option(
    "--verbose", short: "-v", "Shows also how connections were made, and the heads of their handshakes.")

  public static let raw = Option(
    "--raw", "The file holds the bytes that one side sent, from its first frame or from its handshake on.")
  public static let role = Option(
    "--role", value: .choice("ROLE", ["client", "server"]),
    "Who sent the bytes of `--raw` or of a hex dump. Without it a client, if the first frame is masked.")
  public static let inspectDeflate = Option(
    "--deflate", "The bytes of `--raw` or of a hex dump are of a connection with permessage-deflate.")

  public static let rawInput = OptionSection(
    "Bytes of one direction", [raw, role, inspectDeflate])
}
