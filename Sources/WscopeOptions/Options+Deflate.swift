public import Arguments

extension Options {
  public static let noDeflate = Option("--no-deflate", "Offers or accepts no compression.")
  public static let deflateClientWindowBits = Option(
    "--deflate-client-window-bits", value: .integer("N", 8...15), default: "15",
    "Offers to compress with a window of 2 to the power of N bytes (client_max_window_bits).")
  public static let deflateServerWindowBits = Option(
    "--deflate-server-window-bits", value: .integer("N", 8...15), default: "15",
    "Asks the server to compress with such a window (server_max_window_bits).")
  public static let deflateNoContextTakeover = Option(
    "--deflate-no-context-takeover",
    "Compresses each message by itself, and offers that (client_no_context_takeover).")
  public static let deflateServerNoContextTakeover = Option(
    "--deflate-server-no-context-takeover",
    "Asks the server to compress each message by itself (server_no_context_takeover).")
  public static let deflateThreshold = Option(
    "--deflate-threshold", value: .size(0...(1 << 30)), default: "256", "Sends messages below this size uncompressed.")
  public static let deflateTakeover = Option(
    "--deflate-takeover",
    "Agrees to keep the compression context between messages. This packs better and costs up to 300 KB a connection.")

  public static let deflate = OptionSection(
    "Compression", note: "permessage-deflate (RFC 7692) is offered, and used where the server agrees.",
    [
      noDeflate, deflateClientWindowBits, deflateServerWindowBits, deflateNoContextTakeover,
      deflateServerNoContextTakeover, deflateThreshold,
    ])
}
