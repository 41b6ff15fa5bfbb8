import Arguments

extension CommandLineDescription {
  static let export: Command = {
    var command = Command("export", "write a capture as another kind of file", synopsis: ["[OPTIONS] [FILE | -]"])
    command.description = [
      .paragraph(
        "Reads every kind of file that `wscope inspect` reads, told by its first bytes, or standard input, and writes "
          + "its WebSocket connections as another kind of file."),
      .paragraph(
        "Secrets are masked unless `--show-secrets` is given: the values of Authorization, Cookie and the like, and of "
          + "parameters of a URL such as `token`. Equal ones have equal stand-ins. Messages stay as they are."),
      .items([
        (
          "`har`",
          "An archive has whole messages and no frames: fragments, masks, compression and what breaks the protocol are "
            + "not in it. It is a client's, whoever made the capture."
        ),
        (
          "`pcapng`",
          "Frames with every bit, at their times; the packets around them are made up, from 192.0.2.1 to 198.51.100.1, "
            + "port 80. What was in TLS is in clear. Where the file has no handshake, one is made up."
        ),
        (
          "`script`",
          "Values that the peer gave and that were sent back are captured, times and ids are placeholders, and secrets "
            + "have only names: its first line says how whoever runs it gives their values. It holds 64 MB at most."
        ),
      ]),
      .paragraph(
        "`--filter` leaves frames out. A compressed message may refer to one that is left out, and cannot be inflated "
          + "then where the file written has it compressed."),
      .paragraph(
        "A file that is cut or damaged is written as far as it can be read, and the place is named. The status is then "
          + "26."),
    ]
    command.words = [Word("FILE", .file, isOptional: true)]
    command.sections = [Options.export, Options.rawInput]
    command.examples = [
      Example("wscope export --to har --output session.har session.jsonl", "For a browser's developer tools."),
      Example("wscope export --to pcapng session.jsonl | wireshark -k -i -", "The frames in Wireshark."),
      Example("wscope export --to script --stream 2 trace.pcap > again.wsx", "What a client did, to be done again."),
      Example(
        "tcpdump -i lo -w - port 9001 | wscope export > session.jsonl", "A capture of connections as they are made."),
    ]
    command.hasManualPage = true
    command.seeAlso = ["wscope(1)", "wscope-inspect(1)", "wscope-run(1)"]
    return command
  }()
}
