import Arguments

extension CommandLineDescription {
  static let explain: Command = {
    var command = Command("explain", "what a code, opcode, header or status means", synopsis: ["[TERM]"])
    command.description = [
      .paragraph(
        "Says what a close code, opcode, field of a frame, extension parameter, header, violation or exit status "
          + "means, where it is defined, and why one likely sees it. Capitals, blanks, - and _ in TERM do not count. "
          + "Without TERM, lists everything that can be explained.")
    ]
    command.words = [
      Word(
        "TERM", isOptional: true,
        suggestions: [
          "1000", "1001", "1002", "1003", "1005", "1006", "1007", "1008", "1009", "1010", "1011", "1012", "1013",
          "1014",
          "1015", "continuation", "text", "binary", "close", "ping", "pong", "fin", "rsv1", "mask", "masking-key",
          "permessage-deflate", "server_no_context_takeover", "client_no_context_takeover", "server_max_window_bits",
          "client_max_window_bits", "sec-websocket-key", "sec-websocket-accept", "sec-websocket-version",
          "sec-websocket-protocol", "sec-websocket-extensions", "origin",
        ])
    ]
    command.examples = [
      Example("wscope explain 1006", "The close code that no peer sends."),
      Example("wscope explain server_max_window_bits", "A parameter of permessage-deflate."),
      Example("wscope explain \"exit status 22\"", "A status, where a number means more than one thing."),
    ]
    return command
  }()
}
