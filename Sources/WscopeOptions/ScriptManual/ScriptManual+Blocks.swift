import Arguments

extension ScriptManual {
  static let rules = Topic(
    "script-rules", "Noise and answers",
    [
      .items([
        ("ignore <WORD", "From here on such messages are set aside and never seen by a step."),
        (
          "when <WORD",
          "From here on such messages are answered by what is indented below, whenever they come, and set aside. "
            + "`capture` may stand among the answers."
        ),
      ]),
      .paragraph(
        "Both may carry a connection's name, look at messages that wait already, and last until the end of the case."),
      .script(
        """
        connect loopback:
        ignore <json {"type": "heartbeat"}
        when <json {"type": "challenge"}
          capture nonce = $.nonce
          >json {"type": "response", "nonce": ${nonce}}
        >json {"type": "heartbeat"}
        >json {"type": "challenge", "nonce": 17}
        <json {"type": "response", "nonce": 17}
        """),
      .script(
        """
        server s
        connect alice ${s.url}
        accept bob
        when bob< question
          > answer
        alice> question
        alice< answer
        """),
    ])

  static let blocks = Topic(
    "script-blocks", "Blocks",
    [
      .items([
        ("any order", "All that is expected below comes, in whatever order, also on several connections."),
        ("repeat N", "The steps below, N times."),
        ("include FILE", "The steps of another script that has no cases, as if they stood here."),
      ]),
      .script(
        """
        connect loopback:
        repeat 3
          > tick
          < tick
        > a
        >json {"n": 1}
        any order
          <json {"n": 1}
          < a
        include login.wsx
        """),
      .paragraph("where `login.wsx` is:"),
      .script(
        """
        # login.wsx
        >json {"login": "${env.HOME}"}
        <json {"login": "<string>"}
        """),
    ])

  static let cases = Topic(
    "script-cases", "Cases",
    [
      .paragraph(
        "`case \"NAME\"` begins a part that is run and reported by itself, with its steps indented below. What stands "
          + "before the first case is run before each; every case has connections and values of its own, and a failure "
          + "in one does not keep the others from running. `--only NAME` runs those whose name holds NAME."),
      .script(
        """
        connect loopback:
        set user = Ada
        case "a text comes back"
          > hello ${user}
          < hello Ada
        case "bytes come back"
          >hex 00 ff
          <hex 00 ff
        """),
    ])

  static let servers = Topic(
    "script-servers", "The script as server",
    [
      .items([
        (
          "server NAME [on HOST:PORT]",
          "Listens, on a free port of this machine unless it says another. `${NAME.url}` is its URL. Below it "
            + "stand `subprotocol NAME` (repeatable: what it agrees to), `tls-cert FILE` and `tls-key FILE`, and "
            + "`no-deflate`."
        ),
        (
          "accept [NAME] [from SERVER]",
          "Takes the next client, and waits for it. Below it stand `within`, `assert` and `capture`, about `header "
            + "NAME` and `target`. Then arrows mean what they mean for a client."
        ),
      ]),
      .script(
        """
        server chat
          subprotocol chat.v2
          no-deflate
        connect me ${chat.url}rooms?id=7
          subprotocol chat.v2
          assert header Sec-WebSocket-Protocol == "chat.v2"
        accept you from chat
          within 2s
          assert target == "/rooms?id=7"
          assert header Sec-WebSocket-Protocol contains "chat.v2"
          capture room = target
        me> hello
        you< hello
        you> welcome to ${room}
        me< welcome to /rooms?id=7
        you>close 1001
        me<close 1001
        """),
      .script(
        """
        server safe on localhost:0
          tls-cert server.pem
          tls-key server.key
        connect me ${safe.url}
          cacert ca.pem
        accept you
        you> over TLS
        me< over TLS
        """),
      .paragraph(
        "With a command behind `--` the client to be tested is started once the servers listen. It finds the first "
          + "server's URL in `WSCOPE_URL`, each one's in `WSCOPE_URL_NAME`; a status other than 0 fails the case."),
      .lines(["$ wscope run server.wsx -- npm test"]),
      .paragraph("where `server.wsx` could be:"),
      .script(
        """
        # server.wsx
        server s
        accept client
        client<json {"op": "login"}
        client>json {"op": "welcome"}
        client<close 1000
        """),
    ])

  static let failures = Topic(
    "script-failures", "Failures",
    [
      .paragraph(
        "A failed step ends its case. The report shows its line, what was expected, what came (as a difference for "
          + "JSON and texts, in hexadecimal for bytes), how long it waited, what was passed over, the last 10 "
          + "frames, what came later, and how the connection ended. Secrets are masked. `--report` names a kind "
          + "with each:"),
      .items([
        ("connect", "There is no connection, or no server could listen."),
        ("handshake", "The handshake was refused or is no valid one."),
        ("mismatch", "Another message came."),
        ("unexpected", "A message came where none should, or where an end was expected."),
        ("timeout", "It did not come in time; or no client came, or the peer does not read."),
        ("ended", "The connection ended first."),
        ("close", "The Close has another code or reason, or the connection ended in another way."),
        ("assertion", "An `assert` does not hold."),
        ("value", "A value is missing, or with it something is no longer what it should be."),
        ("pattern", "An expression did not finish within a second."),
        ("send", "Something cannot be sent: the connection is closing or has ended."),
        ("violation", "The peer broke the protocol."),
        ("limit", "The peer exceeded a limit of ours, such as the largest message."),
        ("leftover", "Under `--strict`: messages came that no step took."),
        ("command", "The client under test failed."),
        ("time", "The time of `--max-time` is over."),
      ]),
    ])

  static let grammar = Topic(
    "script-grammar", "Grammar",
    [
      .paragraph(
        "In short: `[ ]` may be missing, `|` stands between alternatives, words in capitals are explained above. "
          + "What is indented belongs below."),
      .lines([
        "step      = [NAME] > message        | [NAME] < [* | ?] expected",
        "          | connect [NAME] URL      | reconnect [NAME]",
        "          | drop [NAME] | stall [NAME] | resume [NAME]",
        "          | server NAME [on HOST:PORT]",
        "          | accept [NAME] [from NAME]",
        "          | set NAME = VALUE | wait TIME | within TIME",
        "          | ignore [NAME] < expected",
        "          | when [NAME] < expected    (below: capture, [NAME] > message)",
        "          | any order                 (below: [NAME] < expected)",
        "          | repeat N                  (below: steps)",
        "          | include FILE",
        "case      = case \"NAME\"               (below: steps)",
        "message   = (blank) TEXT | text STRING | json VALUE",
        "          | hex DIGITS | base64 LETTERS | file PATH",
        "          | ping [PAYLOAD] | pong [PAYLOAD] | close [CODE [REASON]]",
        "          | frame [FIELDS] [PAYLOAD] | bytes PAYLOAD",
        "          | fragments SIZE TEXT",
        "expected  = (blank) TEXT | text STRING | json VALUE | json= VALUE",
        "          | hex DIGITS | base64 LETTERS | file PATH",
        "          | match /EXPRESSION/FLAGS | contains TEXT | any | binary",
        "          | ping [PAYLOAD] | pong [PAYLOAD] | close [CODE [REASON]]",
        "          | frame [FIELDS] [PAYLOAD] | fragments SIZE TEXT",
        "          | nothing for TIME | end | reset",
        "below expected, connect, accept:",
        "            within TIME",
        "          | assert [not] SUBJECT OPERATOR [VALUE]",
        "          | capture NAME = SUBJECT | capture NAME = /EXPRESSION/",
        "PAYLOAD   = STRING | hex DIGITS",
        "VALUE     = JSON, with ${...} in it",
      ]),
    ])
}
