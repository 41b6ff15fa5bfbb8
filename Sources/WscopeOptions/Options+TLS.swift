public import Arguments

extension Options {
  public static let insecure = Option(
    "--insecure", short: "-k", aliases: ["--no-check"], "Accepts any certificate. What is sent may be read by anybody.")
  public static let caFile = Option(
    "--cacert", value: .file, aliases: ["--ca"], "Trusts the certificates in this PEM file instead of the system's.")
  public static let caDirectory = Option(
    "--capath", value: .directory, "Trusts the certificates in this folder, which `openssl rehash` has prepared.")
  public static let certificate = Option("--cert", value: .file, "Shows this certificate chain (PEM) to the server.")
  public static let key = Option(
    "--key", value: .file, "The key (PEM) of `--cert`. Without it the key is looked for in the file of `--cert`.")
  public static let passphrase = Option(
    "--pass", value: .text("PHRASE"), aliases: ["--passphrase"], "The passphrase of the key.")
  public static let tlsMaximum = Option(
    "--tls-max", value: .choice("VERSION", ["1.2", "1.3"]), default: "1.3",
    "Allows TLS up to this version. The least is always 1.2.")

  public static let tls = OptionSection(
    "TLS", note: "For wss: URLs. The peer's certificate and its names are always checked, unless `-k` is given.",
    [insecure, caFile, caDirectory, certificate, key, passphrase, tlsMaximum])
}
