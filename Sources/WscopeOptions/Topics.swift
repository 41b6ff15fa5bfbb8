import Arguments

extension Topic {
  static let urls = Topic(
    "urls", "URLs",
    [
      .items([
        ("ws://HOST[:PORT][/PATH][?QUERY]", "A plain connection, port 80 unless it says another."),
        ("wss://HOST[:PORT][/PATH][?QUERY]", "A connection over TLS, port 443 unless it says another."),
        ("ws+unix:PATH[:RESOURCE]", "A Unix socket, and what to ask for there: `ws+unix:/run/app.sock:/chat`."),
        ("loopback:[PATH][?QUERY]", "The echo server inside the program: `loopback:blast?count=1000`."),
      ]),
      .paragraph(
        "`http:` and `https:` count as `ws:` and `wss:`. A name and password before the host "
          + "(`ws://NAME:PASSWORD@HOST/`) authenticate with Basic. A word without a scheme gets `ws://` where it holds "
          + "a dot, colon, slash or bracket, or is `localhost`. An IPv6 address stands in brackets: `[::1]:9001`."),
    ])

  static let values = Topic(
    "values", "Values",
    [
      .paragraph(
        "The value of an option is the next word, or what follows `=`: `--wait 5s`, `--wait=5s`, `-w 5s`. Short "
          + "options without a value may be joined: `-vk`. `--` ends the options. Names cannot be abbreviated."),
      .items([
        ("TIME", "A number with `ms`, `s`, `m` or `h`: `500ms`, `1.5s`, `2m`. A bare number is seconds."),
        ("SIZE", "A number of bytes, or a number with `k`, `M` or `G`, which are powers of 1024: `64k`."),
        (
          "PATTERN",
          "A text that the message holds, or a regular expression between slashes, with flags behind it: `/^ok/i`. "
            + "`i` ignores capitals, `m` lets ^ and $ match at lines, `s` lets a dot match newlines."
        ),
      ]),
    ])

  static let environment = Topic(
    "environment", "Environment",
    [
      .items([
        (
          "https_proxy, http_proxy, no_proxy",
          "The proxies for wss: and ws: URLs, and the hosts that need none, where no option says otherwise. "
            + "`HTTPS_PROXY` and `NO_PROXY` count too; `HTTP_PROXY` does not, as with curl."
        ),
        ("NO_COLOR", "If it is set and not empty, nothing is coloured, unless `--color always` is given."),
        ("TERM", "The value `dumb` stands for a terminal that knows no escape sequences."),
        ("WSCOPE_PLAIN", "If it is `1`, sessions on a terminal are as with `--plain`."),
        ("XDG_STATE_HOME", "Where `wscope/history` keeps what was sent; `~/.local/state` if it is not set."),
        ("VISUAL, EDITOR", "What Ctrl-X Ctrl-E edits a message in."),
        ("SSL_CERT_FILE, SSL_CERT_DIR", "The certificates that are trusted instead of the system's."),
        ("SSLKEYLOGFILE", "A file to which the secrets of TLS connections are appended, for Wireshark."),
      ])
    ])

  static let statuses = Topic(
    "statuses", "Exit status",
    [
      .items(ExitStatus.allCases.map { ("\($0.rawValue)", $0.sentence) }),
      .paragraph(
        "Where several apply, the first of these counts: a signal, usage, a write that failed, a time limit, a "
          + "violation, a break, the Close code. When the reader of standard output is gone, the program ends by "
          + "SIGPIPE."
      ),
    ])
}
