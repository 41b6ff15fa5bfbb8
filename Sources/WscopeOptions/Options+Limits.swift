public import Arguments

extension Options {
  public static let maximumMessageSize = Option(
    "--max-message-size", value: .size(1...(1 << 40)), default: "128M",
    "The largest message accepted, after inflating. A larger one is answered with Close 1009.")
  public static let maximumFrameSize = Option(
    "--max-frame-size", value: .size(1...(1 << 40)), default: "128M",
    "The largest frame accepted, judged by its header. A larger one is answered with Close 1009.")
  public static let maximumFragments = Option(
    "--max-fragments", value: .integer("N", 1...1_000_000_000), default: "100000",
    "The most fragments accepted in one message.")
  public static let maximumHeadSize = Option(
    "--max-head-size", value: .size(1024...(1 << 24)), default: "64k",
    "The largest head of an HTTP request or answer accepted.")
  public static let maximumQueue = Option(
    "--max-queue", value: .size(4096...(1 << 30)), default: "1M",
    "The most bytes that wait to be sent; while there are more, no input is read.")

  public static let limits = OptionSection(
    "Limits", [maximumMessageSize, maximumFrameSize, maximumFragments, maximumHeadSize, maximumQueue])
}
