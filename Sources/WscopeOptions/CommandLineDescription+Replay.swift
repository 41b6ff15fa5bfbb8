import Arguments

extension CommandLineDescription {
  static let replay: Command = {
    var command = Command("replay", "send again what a capture sent", synopsis: ["[OPTIONS] CAPTURE URL"])
    command.description = [
      .paragraph(
        "Connects to URL and sends what the client sent in CAPTURE: messages in the same fragments, pings, Close "
          + "frames with their codes, frames and bytes made by hand. CAPTURE is a file of `--capture`, pcap, pcapng or "
          + "HAR, whatever `wscope inspect` reads; `-` is standard input. Each connection in it is made again, to the "
          + "same URL, and what was sent on all of them keeps its order."),
      .paragraph(
        "By default it goes by turns: what was sent behind a received message is sent once a message has come, and so "
          + "with pongs and the end of a connection. With `--speed` it goes by time; only a Close waits for what came "
          + "before it. What comes is written to standard output and not compared with CAPTURE: a script does that, "
          + "which `--record` writes of a session."),
      .paragraph(
        "What goes out by itself is not sent again: pongs, the answer to a Close. Nor is what CAPTURE does not hold, "
          + "such as its headers and secrets: options of the connection give them. Subprotocols are offered as they "
          + "were, unless `-s` offers others. What the server gives anew each time, such as an id, is sent as it was: "
          + "where that matters, a recorded script sends the new one. At most 64 MB of payload are sent."),
      .paragraph(
        "Status 0 means that as many messages came as in CAPTURE, 1 that one did not come in time. A connection that "
          + "cannot be made, or breaks where it did not in CAPTURE, has the status that a session has."),
    ]
    command.words = [Word("CAPTURE", .file), Word("URL", suggestions: ["loopback:", "ws://", "wss://"])]
    command.sections = [Options.replaySection, Options.replayOutput] + Options.scriptConnectionSections
    command.exclusions = [
      [Options.ipv4, Options.ipv6], [Options.verbose, Options.quiet], [Options.user, Options.bearer],
    ]
    command.examples = [
      Example("wscope replay session.jsonl ws://localhost:9001/", "Says to a server of ours what another one heard."),
      Example("wscope replay --speed 2 session.jsonl ws://localhost:9001/", "At twice the speed, whatever comes."),
      Example(
        "wscope replay --stream 3 -H 'Authorization: Bearer TOKEN' trace.pcapng wss://example.org/",
        "One connection of many, with a header."),
      Example("wscope replay --capture again.jsonl first.jsonl ws://localhost:9001/", "Keeps the second time, too."),
    ]
    command.hasManualPage = true
    command.seeAlso = ["wscope(1)", "wscope-run(1)", "wscope-inspect(1)"]
    return command
  }()
}
