import TestSupport
import Testing

/// The script that shows all of the language at once, against a server that is a script itself, over TLS.
@Suite struct `A script with a bit of everything` {
  private static let client = #"""
    connect wss://localhost:9443/chat
      header Authorization: Bearer ${env.TOKEN}
      subprotocol chat.v2
    > hello
    < hello
    >json {"op": "subscribe", "id": "${uuid}"}
    <*json {"op": "ack"}
      within 5s
      capture id = $.id
      assert latency < 5s
      assert count $.channels == 3
    >json
      | {"op": "unsubscribe",
      |  "id": "${id}"}
    any order
      <json {"op": "bye", "id": "${id}"}
      <match /^goodbye \w+$/
    <nothing for 500ms
    >frame fin=0 opcode=text mask=off "broken"
    <close 1002

    """#

  private static let server = #"""
    server s on localhost:0
      subprotocol chat.v2
      tls-cert server.pem
      tls-key server.key
    accept c from s
      assert target == "/chat"
      assert header Authorization == "Bearer t-0815"
    c< hello
    c> hello
    c<json= {"op": "subscribe", "id": "<uuid>"}
      capture id = $.id
    c> what nobody asked for
    c>json {"op": "ack", "id": "${id}", "channels": [1, 2, 3]}
    c<json {"op": "unsubscribe", "id": "${id}"}
    c> goodbye friend
    c>json {"op": "bye", "id": "${id}"}
    c<frame fin=0 mask=off "broken"

    """#

  @Test func `passes on both sides`() throws {
    let certificates = try Certificates.shared()
    let folder = try ScratchFolder()
    try folder.write("client.wsx", Array(Self.client.utf8))
    try folder.write("server.wsx", Array(Self.server.utf8))
    try folder.write("server.pem", try Files.read(certificates.certificate))
    try folder.write("server.key", try Files.read(certificates.key))
    // The port that the server found is put in the place of the one in the script.
    let command =
      "port=${WSCOPE_URL##*:}; exec \(Repository.wscope) run --cacert \(certificates.authority) "
      + "--connect-to localhost:9443:localhost:${port%/} --report tap client.wsx"
    let outcome = try run(
      Repository.wscope, ["run", "server.wsx", "--", "sh", "-c", command], environment: ["TOKEN": "t-0815"],
      folder: folder.path("."))
    #expect(outcome.status == .exited(0), "\(outcome)")
    // What the client under test writes goes to standard error.
    #expect(outcome.errors.text.contains("ok 1 - client.wsx"), "\(outcome)")
  }
}
