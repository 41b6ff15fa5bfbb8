import WebSocketCore

extension Glossary {
  static let opcodes: [Entry] =
    [
      opcode(
        .continuation, "RFC 6455, section 5.4",
        "A further fragment of the message that a text or binary frame without FIN began."),
      opcode(
        .text, "RFC 6455, section 5.6",
        "A text message, or its first fragment. The whole message is UTF-8; a fragment may end inside a character."),
      opcode(.binary, "RFC 6455, section 5.6", "A binary message, or its first fragment."),
      opcode(
        .close, "RFC 6455, section 5.5.1",
        "Ends the connection: two bytes of close code and up to 123 bytes of reason, or nothing. The other side "
          + "answers with a Close, and nothing follows it."),
      opcode(
        .ping, "RFC 6455, section 5.5.2", "Asks for a Pong with the same payload, at most 125 bytes, as a keep-alive.",
        ["a server or proxy that looks whether the client still lives"]),
      opcode(
        .pong, "RFC 6455, section 5.5.3",
        "Answers a Ping with its payload. One that nobody asked for is a heartbeat and wants no answer."),
    ]
    + [(3...7, "data"), (11...15, "control")].flatMap { numbers, kind in
      numbers.map { number in
        Entry(
          .opcodes, ["\(number)", "0x\(String(number, radix: 16))", "reserved \(number)"], "RFC 6455, section 5.2",
          "Reserved for further \(kind) frames. Who receives it fails the connection with 1002.",
          ["a stream out of step: what was read as a header is payload", "a hand-made frame"])
      }
    }

  private static func opcode(
    _ opcode: Opcode, _ section: String, _ meaning: String, _ causes: [String] = []
  ) -> Entry {
    Entry(
      .opcodes,
      [
        "\(opcode.rawValue) (\(opcode.name))", "\(opcode.rawValue)", opcode.name,
        "0x\(String(opcode.rawValue, radix: 16))",
      ], section, meaning, causes)
  }

  static let frameFields: [Entry] = [
    Entry(
      .frameFields, ["FIN"], "RFC 6455, section 5.2",
      "The first bit: this frame is the last of its message. Control frames always have it."),
    Entry(
      .frameFields, ["RSV1"], "RFC 7692, section 6",
      "The second bit. With permessage-deflate, on a message's first frame, it says that the message is compressed; "
        + "otherwise it must be 0.",
      ["a peer that compresses although nothing was agreed upon"]),
    Entry(
      .frameFields, ["RSV2, RSV3", "RSV2", "RSV3"], "RFC 6455, section 5.2",
      "The third and fourth bit. No extension in use gives them a meaning, so they must be 0.",
      ["a stream out of step: what was read as a header is payload"]),
    Entry(
      .frameFields, ["MASK"], "RFC 6455, section 5.1",
      "The first bit of the second byte: the payload is masked. A client masks every frame, a server none."),
    Entry(
      .frameFields, ["masking key", "mask key"], "RFC 6455, section 5.3",
      "Four bytes, new for each frame, that a client's payload is XORed with, so that no page can write bytes of its "
        + "choice past a proxy. It keeps nothing secret."),
    Entry(
      .frameFields, ["payload len", "payload length", "length", "extended payload length"], "RFC 6455, section 5.2",
      "Seven bits of length up to 125; 126 announces 2 more bytes of it, 127 announces 8. The shortest form must be "
        + "used, and the highest bit of 8 bytes is 0."),
    Entry(
      .frameFields, ["fragment", "fragmentation", "fragments"], "RFC 6455, section 5.4",
      "A message may go in several frames: the first has its opcode, the others are continuations, the last has FIN. "
        + "Control frames may stand between them, other messages may not."),
  ]
}
