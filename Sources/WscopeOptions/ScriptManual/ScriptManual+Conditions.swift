import Arguments

extension ScriptManual {
  static let json = Topic(
    "script-json", "JSON",
    [
      .paragraph(
        "`<json` wants the members that are written, in any order, and maybe more, at every depth; arrays have the "
          + "same length and order. `<json=` wants exactly these. Numbers compare by value: 1, 1.0 and 1e0 are the "
          + "same. A string can be a placeholder:"),
      .items([
        ("\"<any>\"", "Any value; the member must be there."),
        ("\"<number>\", \"<string>\"", "Any number, any string."),
        ("\"<uuid>\", \"<time>\"", "A string that is a UUID, or a time as `2025-01-31T12:04:31.219Z`."),
        ("\"<re:EXPRESSION>\"", "A string in which the expression finds something."),
        ("\"<rest>\"", "As the last element of an array: more may follow."),
        ("\"\\\\<any>\"", "The text `<any>` itself."),
      ]),
      .script(
        #"""
        connect loopback:
        >json
          | {"op": "ack", "id": "${uuid}", "at": "${now}",
          |  "n": 1.0, "list": [1, 2, 3], "tag": "<any>"}
        <json
          | {"n": 1, "op": "ack", "id": "<uuid>", "at": "<time>",
          |  "list": [1, "<rest>"], "tag": "\\<any>"}
        >json {"name": "Ada", "age": 36}
        <json= {"age": "<number>", "name": "<re:^A>"}
        """#),
      .paragraph(
        "In `>json` and `<json` a value inside a string is put in escaped, and elsewhere as a JSON value:"),
      .script(
        #"""
        connect loopback:
        set who = "Ada \"the\" first"
        set list = [1, 2]
        >json {"hello": "dear ${who}", "who": ${who}, "list": ${list}}
        <json=
          | {"hello": "dear Ada \"the\" first",
          |  "who": "Ada \"the\" first", "list": [1, 2]}
        """#),
    ])

  static let time = Topic(
    "script-time", "Time",
    [
      .paragraph(
        "Every expectation has a limit, from the moment its turn comes: 5 seconds, or what `within TIME` says; "
          + "indented below a step for that one, else for all that follow. `wait TIME` waits. TIME is a number "
          + "with `ms`, `s`, `m` or `h`."),
      .script(
        """
        connect loopback:delay?ms=50
        within 2s
        > slow
        < slow
        > again
        < again
          within 500ms
        wait 10ms
        """),
    ])

  static let conditions = Topic(
    "script-conditions", "Conditions",
    [
      .paragraph(
        "Below an expected message, `connect` and `accept` stand `assert [not] SUBJECT OPERATOR VALUE`, and "
          + "`capture NAME = SUBJECT` or `capture NAME = /EXPRESSION (GROUP)/`, which keeps a value for later steps."),
      .items([
        ("$.PATH", "A value inside the JSON message."),
        ("count $.PATH", "How many values the path finds; of an array or object, how many are in it."),
        ("text, size", "The text; the payload's size in bytes."),
        ("latency", "From our last message to this one; of `connect`, to the answer."),
        ("opcode, fragments, compressed", "`text` or `binary`; the number of frames; whether it came compressed."),
        ("rtt", "Of a Pong: from our Ping."),
        ("code, reason", "Of a Close."),
        ("status, header NAME", "Of the answer to a handshake; `header` of a client's request, too."),
        ("target", "Of a client's request: `/chat?room=1`."),
      ]),
      .paragraph(
        "Operators are `==` `!=` `<` `<=` `>` `>=`, `contains` (text in a text, element in an array, name in an "
          + "object), `matches /EXPRESSION/`, `is` (string, number, integer, boolean, null, array, object, uuid, "
          + "time) and `exists`. A VALUE is JSON, a TIME or a SIZE such as `64k` where the subject is one, or "
          + "`${NAME}`."),
      .script(
        #"""
        connect loopback:
          assert status == 101
          assert header Sec-WebSocket-Accept exists
        set limit = 100
        >json {"id": "a-17", "tags": ["x", "y"], "size": 12, "user": {"name": "Ada"}}
        <any
          assert $.id == "a-17"
          assert $.id matches /^a-\d+$/
          assert $.size < ${limit}
          assert $.size is integer
          assert $.tags contains "x"
          assert not $.user contains "age"
          assert $.missing != 1
          assert not $.missing exists
          assert count $.tags == 2
          assert text contains "Ada"
          assert size < 1k
          assert opcode == text
          assert fragments == 1
          assert not compressed
          assert latency < 2s
          capture id = $.id
          capture number = /a-(\d+)/
        > ${id} ${number}
        < a-17 17
        >ping "p"
        <pong "p"
          assert rtt < 2s

        connect loopback:close?code=4001&reason=enough&after=20ms
        <close
          assert code == 4001
          assert reason contains "en"
        """#),
    ])

  static let paths = Topic(
    "script-paths", "Paths",
    [
      .paragraph("Paths are those of JSONPath (RFC 9535), without filters."),
      .items([
        ("$", "The whole message."),
        ("$.name, $['a name']", "A member."),
        ("$[0], $[-1]", "An element; below zero from the end."),
        ("$[1:3], $[::2]", "A part of an array: from, to, step."),
        ("$.*, $[*]", "All members or elements."),
        ("$..name", "All members of that name, at any depth."),
        ("$['a','b']", "Several."),
      ]),
      .paragraph(
        "A path for several values gives the list of them, which `==` compares with an array and `contains` looks in."),
      .script(
        """
        connect loopback:
        >json {"list": [{"id": 1}, {"id": 2}, {"id": 3}], "a name": {"id": 4}}
        <any
          assert $.list[0].id == 1
          assert $.list[-1].id == 3
          assert $['a name'].id == 4
          assert $.list[*].id == [1, 2, 3]
          assert $.list[0:2].id == [1, 2]
          assert $..id contains 4
          assert count $..id == 4
          assert count $.list == 3
        """),
    ])

  static let values = Topic(
    "script-values", "Values",
    [
      .items([
        ("${NAME}", "What `set`, `capture`, `--variable`, `--variables` or a server gave."),
        ("${env.NAME}", "A variable of the environment. One that looks secret by its name is masked in reports."),
        ("${uuid}, ${now}", "A new random UUID; the time of day, as RFC 3339."),
        ("${random LOW HIGH}", "A random whole number, both ends included."),
        (
          "${file PATH}",
          "The text of a file; the script's folder is its base. In JSON, outside of strings, the JSON that it holds."
        ),
        ("$${", "A literal `${`."),
        (
          "set NAME = VALUE",
          "Gives a value: JSON where it is written as such, a number, true, false or null as that, all else a text."
        ),
      ]),
      .paragraph(
        "A name that is set nowhere is a mistake, told before anything is sent; one that is not set yet fails its "
          + "step. Names are a letter, then letters, digits, `_` and `-`. In an expression values are taken "
          + "literally."),
      .script(
        #"""
        connect loopback:
        set greeting = hello
        set user = {"name": "Ada"}
        set number = ${random 1 6}
        > ${greeting} ${env.HOME}, you have $${5}
        < ${greeting} ${env.HOME}, you have $${5}
        >json {"user": ${user}, "dice": ${number}, "id": "${uuid}", "at": "${now}"}
        <json {"user": {"name": "Ada"}, "dice": ${number}}
        > ${file greeting.txt}
        <match /^${file greeting.txt}$/
        """#),
      .paragraph("Where a script leaves a value open, the command line gives it:"),
      .lines(["$ wscope run --variable user=alice --variables defaults.json login.wsx"]),
    ])
}
