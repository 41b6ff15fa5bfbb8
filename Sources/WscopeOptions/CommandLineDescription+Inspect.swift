import Arguments

extension CommandLineDescription {
  static let inspect: Command = {
    var command = Command("inspect", "show the frames in a file", synopsis: ["[OPTIONS] [FILE | -]"])
    command.description = [
      .paragraph(
        "Shows what happened on the WebSocket connections in FILE, or in standard input: each connection, its "
          + "handshake, each frame, and what is wrong with it."),
      .paragraph("What the file is, is told by its first bytes:"),
      .items([
        ("A capture of `--capture`", "and the lines that `--jsonl` prints."),
        (
          "pcap and pcapng",
          "of tcpdump or Wireshark: Ethernet, Linux cooked, loopback, raw IP; IPv4, IPv6; TCP on any port. Messages "
            + "are inflated as the handshake agreed. What was lost or came before the capture is said."
        ),
        ("HTTP Archive (HAR)", "as browsers save it, with `_webSocketMessages`. It has messages, but no frames."),
        (
          "A hex dump", "of one direction: `xxd`, `hexdump -C`, what Wireshark copies, an array of C, digits alone."
        ),
        ("Raw bytes", "of one direction, with `--raw`."),
      ]),
      .paragraph(
        "A file that is cut or damaged is shown as far as it can be read, and the place is named. The status is then "
          + "26."),
      .paragraph(
        "Files may have any size: what is held does not grow with them. Of a frame the first 16 MiB are looked at, and "
          + "a longer message is not put together. Where the connections of a packet capture hold more than 112 MiB "
          + "together, those that were silent longest are let go. All that is said."),
    ]
    command.words = [Word("FILE", .file, isOptional: true)]
    command.sections = [Options.inspectOutput, Options.rawInput]
    command.examples = [
      Example("wscope inspect session.jsonl", "A capture of `--capture`."),
      Example("wscope inspect --view all session.jsonl", "Each frame's bits, bytes and payload."),
      Example("tcpdump -i lo -w - port 9001 | wscope inspect", "Connections as they are made."),
      Example("wscope inspect --verify trace.pcapng", "Finds what breaks the protocol."),
      Example(
        "wscope inspect --stream 2 --filter 'dir:in size>1k' trace.pcap", "The large messages of one connection."),
      Example("echo '81 05 48 65 6c 6c 6f' | wscope inspect", "A frame that was copied from somewhere."),
    ]
    command.hasManualPage = true
    command.seeAlso = ["wscope(1)", "tcpdump(8)", "tshark(1)"]
    return command
  }()
}
