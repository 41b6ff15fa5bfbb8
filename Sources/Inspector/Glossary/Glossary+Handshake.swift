extension Glossary {
  static let extensions: [Entry] = [
    Entry(
      .extensions, ["permessage-deflate", "deflate", "compression"], "RFC 7692, section 7",
      "Each message is compressed by itself with deflate, and RSV1 says which are. It holds where the client offers "
        + "it and the server's answer has it.",
      ["without it in the answer: the server, or a proxy before it, does not know it or has it switched off"]),
    Entry(
      .extensions, ["server_no_context_takeover"], "RFC 7692, section 7.1.1.1",
      "The server begins each message with an empty window. It costs size, and spares both sides the memory of a "
        + "window for every connection."),
    Entry(
      .extensions, ["client_no_context_takeover"], "RFC 7692, section 7.1.1.2",
      "The client begins each message with an empty window. A server may ask for it even where it was not offered."),
    Entry(
      .extensions, ["server_max_window_bits"], "RFC 7692, section 7.1.2.1",
      "The server's window has at most 2 to the power of this value bytes, 8 to 15; 15, which is 32 KB, unless it says "
        + "otherwise.",
      ["zlib cannot compress with 8: many libraries refuse it or use 9"]),
    Entry(
      .extensions, ["client_max_window_bits"], "RFC 7692, section 7.1.2.2",
      "As server_max_window_bits for the client's window. Without a value, an offer says that the client can obey one. "
        + "The server may answer it only where it was offered."),
  ]

  static let headers: [Entry] = [
    Entry(
      .headers, ["Upgrade"], "RFC 6455, section 4.1",
      "`websocket`, in the request and in the answer with status 101.",
      ["when it is missing in the answer: a proxy that speaks plain HTTP stands between"]),
    Entry(
      .headers, ["Connection"], "RFC 6455, section 4.1",
      "Holds the token `Upgrade`, perhaps among others.",
      ["when it is missing: a reverse proxy that does not pass it on; nginx wants proxy_set_header Connection"]),
    Entry(
      .headers, ["Sec-WebSocket-Key"], "RFC 6455, section 11.3.1",
      "16 random bytes in Base64, new for each handshake. Sec-WebSocket-Accept proves that the server read them."),
    Entry(
      .headers, ["Sec-WebSocket-Accept"], "RFC 6455, section 11.3.3",
      "SHA-1 of the key and a fixed GUID, in Base64. It proves that the server speaks WebSocket.",
      ["when it is wrong: a cache answered, or the server hashed something else"]),
    Entry(
      .headers, ["Sec-WebSocket-Version"], "RFC 6455, section 11.3.5",
      "The protocol's version, 13. A server that does not know it answers 426 with those that it knows."),
    Entry(
      .headers, ["Sec-WebSocket-Protocol", "subprotocol"], "RFC 6455, section 11.3.4",
      "What is spoken over the connection. The client offers names in order of preference, the server answers with "
        + "one of them or none.",
      ["a client fails when the answer is not among its offers; capitals count"]),
    Entry(
      .headers, ["Sec-WebSocket-Extensions"], "RFC 6455, section 11.3.2",
      "The extensions that the client offers, and those that the server agrees upon, with parameters.",
      ["when it is missing in the answer: nothing is compressed"]),
    Entry(
      .headers, ["Origin"], "RFC 6455, section 10.2",
      "The page that a browser connects for. A server refuses those that it does not know; other clients may leave it "
        + "out or say anything.",
      ["status 403: the server wants another origin; try --origin"]),
    Entry(
      .headers, ["Host"], "RFC 6455, section 4.1",
      "The authority of the URL: the server's name, and its port unless it is "
        + "the scheme's own.",
      ["status 404 or 421 where a proxy chooses the server by this name"]),
  ]
}
