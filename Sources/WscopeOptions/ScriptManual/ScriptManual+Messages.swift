import Arguments

extension ScriptManual {
  static let connections = Topic(
    "script-connections", "Connections",
    [
      .items([
        (
          "connect [NAME] URL",
          "Connects, and waits for the answer to the handshake. URLs have a scheme here: `ws:`, `wss:`, `ws+unix:` "
            + "or `loopback:`. Anything but status 101 fails, unless an `assert status` stands below it: then the "
            + "refusal is the answer, and its body a message. Below it stand options of `wscope URL` without their "
            + "dashes (`header`, `subprotocol`, `origin`, `insecure`, `cacert` and so on), `within`, `assert` and "
            + "`capture`. The same options given to `wscope run` are defaults for all connections."
        ),
        ("reconnect [NAME]", "Connects again, in the same way. One that is still open is closed first."),
        ("drop [NAME]", "Ends the connection at once, with a reset (RST) in place of a Close."),
        ("stall [NAME]", "Reads no more, so that the peer finds its output full."),
        ("resume [NAME]", "Reads on."),
      ]),
      .script(
        """
        connect loopback:headers
          header X-Room: lobby
          header Authorization: Bearer ${random 1000 9999}
          within 2s
          assert header Upgrade == "websocket"
          assert latency < 1s
        <contains lobby

        # A refusal that is expected.
        connect loopback:status?code=403
          assert status == 403
        <contains refused
        """),
      .paragraph(
        "A name before the arrow says which connection is meant; the one without a name is a connection, too. At the "
          + "end of the script, or of a case, connections that are open are closed with 1000."),
      .script(
        """
        connect alice loopback:broadcast
        connect bob loopback:broadcast
        alice> hi
        bob< hi
        alice< hi

        drop alice
        reconnect alice
        alice> back again
        bob< back again
        alice< back again

        stall bob
        alice> anybody there?
        bob<nothing for 20ms
        resume bob
        bob< anybody there?
        alice< anybody there?
        """),
    ])

  static let sending = Topic(
    "script-sending", "What is sent",
    [
      .items([
        ("> TEXT", "A text message, exactly as it is written."),
        (">text \"TEXT\"", "A text message, written as a JSON string: for blanks at an end and what cannot be seen."),
        (">json VALUE", "A text message that is JSON; a mistake in it is told before anything is sent."),
        (">hex DIGITS", "A binary message, in hexadecimal. Blanks are free."),
        (">base64 LETTERS", "A binary message, in Base64."),
        (">file PATH", "A binary message with the bytes of a file; the script's folder is its base."),
        (
          ">ping [PAYLOAD], >pong [PAYLOAD]",
          "A Ping, or a Pong that nobody asked for. The payload, at most 125 bytes, is a JSON string, or `hex` and "
            + "digits."
        ),
        (
          ">close [CODE [REASON]]",
          "Begins the closing handshake. Without a code the Close is empty. The reason is the rest of the line."
        ),
        (">fragments SIZE TEXT", "A text message, cut into frames of SIZE bytes."),
        (
          ">frame [FIELDS] [PAYLOAD]",
          "One frame, legal or not. Fields: `fin`, `rsv1`, `rsv2`, `rsv3` are 0 or 1; `opcode` is `text`, "
            + "`binary`, `continuation`, `close`, `ping`, `pong` or a number to 15; `mask` is `on`, `off` or 8 "
            + "hexadecimal digits; `length` tells another length than the payload's; `form` writes it in 7, 16 or "
            + "64 bits. What is not given is as it should be."
        ),
        (">bytes PAYLOAD", "Octets on the socket, around the protocol."),
      ]),
      .script(
        #"""
        connect loopback:
        > hello
        < hello
        >text "a \"quoted\" word"
        < a "quoted" word
        >json {"n": [1, 2.50, null]}
        <json {"n": [1, 2.5, null]}
        >hex 00 01 fe ff
        <hex 0001feff
        >base64 AAH+/w==
        <hex 00 01 fe ff
        >file picture.png
        <file picture.png
        >ping "are you there"
        <pong "are you there"
        >pong hex 01 02
        >fragments 2 hello
        < hello
        >frame fin=0 opcode=text "hel"
        >frame opcode=continuation "lo"
        < hello
        >close 4000 that was all
        <close 4000
        """#),
      .script(
        """
        # A client must mask what it sends.
        connect loopback:
        >frame mask=off "broken"
        <close 1002

        # No frame has this opcode, and these octets are no frame.
        reconnect
        >bytes hex 83 80 00 00 00 00
        <close 1002
        """),
    ])

  static let expecting = Topic(
    "script-expecting", "What is expected",
    [
      .items([
        ("< TEXT", "A text message that is this, exactly."),
        ("<text \"TEXT\"", "The same, written as a JSON string."),
        ("<json VALUE", "JSON with these members and maybe more. See JSON."),
        ("<json= VALUE", "JSON with exactly these members."),
        ("<hex DIGITS, <base64 LETTERS, <file PATH", "A binary message of these bytes."),
        (
          "<match /EXPRESSION/FLAGS",
          "A text in which the expression finds something. Flags: `i` any case, `m` ^ and $ at lines, `s` a dot takes "
            + "newlines."
        ),
        ("<contains TEXT", "A text that holds this one."),
        ("<any", "Any text or binary message."),
        ("<binary", "Any binary message."),
        ("<fragments SIZE TEXT", "This text, in frames of SIZE bytes, the last one of what is left."),
        ("<ping [PAYLOAD], <pong [PAYLOAD]", "A Ping or Pong; without a payload, any."),
        ("<close [CODE [REASON]]", "The peer's Close; 1005 is one without a code."),
        (
          "<frame [FIELDS] [PAYLOAD]",
          "The next frame, with these fields and payload; what is not written may be anything."
        ),
        ("<nothing for TIME", "No message in that time, and no end."),
        ("<end", "The peer ends the connection without a Close."),
        ("<reset", "The peer resets the connection."),
      ]),
      .script(
        #"""
        connect loopback:
        > {"name": "Ada", "tags": ["x"]}
        <match /"name": "(\w+)"/
        > Hello World
        <match /^hello/i
        > Hello World
        <contains lo Wo
        > whatever
        <any
        >hex 00
        <binary
        >ping
        <pong

        connect loopback:sink
        <nothing for 20ms

        connect loopback:fragment?size=2
        > hello
        <fragments 2 hello
        > hello
        <frame fin=0 opcode=text "he"
        <frame fin=0 opcode=continuation
        <frame fin=1 "o"

        connect loopback:ping?every=20ms
        <ping

        connect loopback:close?code=4001&reason=enough&after=20ms
        <close 4001 enough

        connect loopback:drop?after=20ms
        <reset

        # It ends in the middle of a message, without a Close.
        connect loopback:fault?kind=end-inside-message
        <end
        """#),
    ])

  static let looking = Topic(
    "script-looking", "How hard to look",
    [
      .items([
        ("<WORD", "The next message is it, or the step fails at once."),
        ("<*WORD", "Messages that are not it are passed over; a failure tells which."),
        ("<?WORD", "It may be missing: where another comes, or nothing within 200 ms, the script goes on."),
      ]),
      .script(
        """
        connect loopback:
        > one
        > two
        > three
        <* two
        <? maybe
        < three
        """),
      .paragraph(
        "Messages wait in a mailbox from the first byte behind the handshake, and expectations take them in order; "
          + "when 64 MiB wait, reading stops. Pings and Pongs wait in boxes of their own, so that they never stand "
          + "between messages. A Close, or the connection's end, fails an expectation at once, unless it is "
          + "`<close`, `<end` or `<reset`. What no step took is reported, and fails only under `--strict`."),
    ])
}
