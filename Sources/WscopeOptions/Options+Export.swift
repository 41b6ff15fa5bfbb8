public import Arguments

extension Options {
  public static let exportFormat = Option(
    "--to", value: .choice("FORMAT", ["har", "pcapng", "jsonl", "script", "text"]), default: "jsonl",
    "What is written: `har`, an HTTP Archive as browsers save it, with messages and control frames. `pcapng`: the "
      + "frames as TCP packets, for Wireshark. `jsonl`: a capture as `--capture` writes it. `script`: an exchange "
      + "script that does again what was done, and expects what came. `text`: what `wscope inspect --verbose` prints.")
  public static let exportOutput = Option(
    "--output", value: .file, "Writes FILE, not standard output. One that is there is replaced.")
  public static let export = OptionSection(
    "What is written", [exportFormat, exportOutput, stream, filter, showSecrets])
}
