import Arguments

/// Options that people know from curl, websocat and wscat and that are named otherwise here, or not needed.
enum ForeignOptions {
  static let all: [ForeignOption] = [
    ForeignOption("curl", ["-A", "--user-agent"], is: "-H 'User-Agent: TEXT'"),
    ForeignOption("curl", ["-e", "--referer"], is: "-H 'Referer: URL'"),
    ForeignOption("curl", ["-E"], is: "--cert FILE"),
    ForeignOption("curl", ["-m"], is: "--max-time TIME"),
    ForeignOption("curl", ["-U", "--proxy-user"], is: "--proxy http://NAME:PASSWORD@HOST:PORT"),
    ForeignOption("curl", ["-i", "--include", "-D", "--dump-header"], is: "-v"),
    ForeignOption("curl", ["--trace", "--trace-ascii"], is: "-vv"),
    ForeignOption("curl", ["--silent"], is: "-q"),
    ForeignOption("curl", ["--max-filesize"], is: "--max-message-size SIZE"),
    ForeignOption("curl", ["--keepalive-time"], is: "--ping-interval TIME"),
    ForeignOption("curl", ["--url"], is: "the URL as a word of its own"),
    ForeignOption(
      ["-d", "--data", "--data-raw", "--data-binary", "--json", "-F", "--form", "-T", "--upload-file"],
      hint: "a WebSocket handshake has no body; to send a message first, write -x TEXT"),
    ForeignOption(["-X", "--request"], hint: "a WebSocket handshake is always a GET"),
    ForeignOption(
      ["-L", "--location"], hint: "redirects are not followed; the refusal shows where the server points to"),
    ForeignOption(
      ["-N", "--no-buffer", "-S", "--show-error", "-f", "--fail", "--http1.1"],
      hint: "it is not needed here: wscope always does that"),
    ForeignOption(
      ["--tlsv1", "--tlsv1.0", "--tlsv1.1", "--tlsv1.2", "--tlsv1.3"],
      hint: "TLS is at least 1.2 here; --tls-max sets the most"),
    ForeignOption(
      ["--compressed"], hint: "compression of messages is offered anyway; --no-deflate turns it off"),
    ForeignOption(
      ["--digest", "--ntlm", "--negotiate", "--anyauth"], hint: "only Basic (-u) and bearer tokens are supported"),
    ForeignOption(
      ["--socks4", "--socks4a", "--socks5", "--socks5-hostname", "--preproxy"],
      hint: "only HTTP proxies are supported: --proxy http://HOST:PORT"),

    ForeignOption("websocat", ["-n", "--no-close"], is: "-w forever"),
    ForeignOption("websocat", ["--basic-auth"], is: "-u NAME:PASSWORD"),
    ForeignOption("websocat", ["-B", "--buffer-size"], is: "--max-message-size SIZE"),
    ForeignOption("websocat", ["--header-to-env", "--jsonrpc"], is: "--jsonl"),
    ForeignOption("websocat", ["--no-line"], is: "--whole"),
    ForeignOption("websocat", ["--null-terminated"], is: "-0"),
    ForeignOption("websocat", ["--strict"], is: "nothing, as that is the default; --lenient is the other way"),
    ForeignOption("websocat", ["--client-pkcs12-der"], is: "--cert FILE --key FILE, both PEM"),
    ForeignOption("websocat", ["--client-pkcs12-passwd"], is: "--pass PHRASE"),
    ForeignOption("websocat", ["--tls-domain"], is: "--connect-to HOST1:PORT1:HOST2:PORT2, with the name in the URL"),
    ForeignOption("websocat", ["--ws-c-uri"], is: "--connect-to HOST1:PORT1:HOST2:PORT2, with the address in the URL"),
    ForeignOption("websocat", ["--max-messages-rev"], is: "--count N"),
    ForeignOption(
      ["--binary-prefix", "--text-prefix"], hint: "--jsonl marks each message with its type"),
    ForeignOption("websocat", ["--print-ping-rtts"], is: "--ping-interval TIME -vv"),
    ForeignOption("websocat", ["--exit-on-eof"], is: "-w 0"),

    ForeignOption("wscat", ["--connect"], is: "the URL as a word of its own"),
    ForeignOption("wscat", ["-l"], is: "wscope echo --listen HOST:PORT"),
    ForeignOption("wscat", ["-p"], is: "-H 'Sec-WebSocket-Version: N'"),
    ForeignOption("wscat", ["--auth"], is: "-u NAME:PASSWORD"),
    ForeignOption("wscat", ["--host"], is: "-H 'Host: NAME'"),
    ForeignOption("wscat", ["--no-color"], is: "--color never"),
  ]
}
