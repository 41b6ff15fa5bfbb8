import Arguments

extension CommandLineDescription {
  static func echo(_ paths: [EchoPath]) -> Command {
    var command = Command(
      "echo", "run an echo server", synopsis: ["[OPTIONS]", "[OPTIONS] --connect URL", "--list-faults"])
    command.description = [
      .paragraph(
        "Runs a WebSocket server that sends each message back, and can behave in many other ways by the path that "
          + "clients connect to. It listens on localhost:9001, IPv4 and IPv6, until it is interrupted, and prints "
          + "the URL of each address."),
      .paragraph(
        "The same server is inside every `wscope` as the URL `loopback:`, with the same paths: "
          + "`loopback:delay?ms=500`."),
    ]
    command.sections = [
      Options.listening, Options.echoAsClient, Options.echoOutput, Options.echoDeflate, Options.echoLimits,
    ]
    command.exclusions = [
      [Options.connectAndEcho, Options.listen], [Options.connectAndEcho, Options.unixListener],
      [Options.verbose, Options.quiet], [Options.noDeflate, Options.deflateTakeover],
    ]
    command.topics = [
      Topic(
        "paths", "Paths",
        [
          .paragraph("The path of the URL chooses what the server does. Parameters are shown with example values."),
          .items(paths.map { ($0.parameters.isEmpty ? $0.path : "\($0.path)?\($0.parameters)", $0.text) }),
          .paragraph(
            "A plain HTTP request of `/` lists them, `/healthz` answers 200, and an unknown path answers 404."),
        ])
    ]
    command.examples = [
      Example("wscope echo", "Serves ws://localhost:9001/."),
      Example("wscope echo --listen 0.0.0.0:8080 -v", "Serves every IPv4 address, and tells who connects."),
      Example("wscope echo --listen localhost:9443 --tls-cert cert.pem --tls-key key.pem", "Serves wss:."),
      Example("wscope echo --unix /tmp/echo.sock", "Serves a Unix socket."),
      Example("wscope 'ws://localhost:9001/close?code=4000&after=2s'", "Sees what a client makes of that close."),
      Example("wscope 'loopback:fault?kind=invalid-utf8'", "Sees what wscope makes of a broken rule."),
    ]
    command.hasManualPage = true
    command.seeAlso = ["wscope(1)"]
    return command
  }
}
