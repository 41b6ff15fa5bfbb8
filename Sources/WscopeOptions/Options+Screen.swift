public import Arguments

extension Options {
  public static let open = Option(
    "--open", value: .file, repeats: true,
    "Shows what is in FILE: a capture that `--capture` wrote, a pcap or pcapng file, an HTTP Archive or a hex dump.")
  public static let memory = Option(
    "--memory", value: .size((1 << 20)...(1 << 40)), default: "256M",
    "The most memory for messages, of all connections together. The oldest leave first; a capture keeps them.")
  public static let ascii = Option("--ascii", "Draws lines and graphs with ASCII characters alone.")
  public static let screenPlain = Option(
    "--plain", isHidden: true, "Refused, with a word about what works without a full screen.")

  public static let screenSection = OptionSection(
    "What is shown", [open, memory, ascii, screenPlain, capture, color, showSecrets])
  public static let screenEnding = OptionSection("How it behaves", [closeTimeout, lenient])
}
