public import Arguments

extension Options {
  public static let listen = Option(
    "--listen", value: .text("HOST:PORT"), default: "localhost:9001", repeats: true,
    "Listens there, at every address of the host. Port 0 picks a free one; the address is printed as a URL.")
  public static let unixListener = Option(
    "--unix", value: .file, repeats: true, "Listens at this Unix socket, which is removed at the end.")
  public static let serverCertificate = Option(
    "--tls-cert", value: .file, "Serves wss: with this certificate chain (PEM).")
  public static let serverKey = Option(
    "--tls-key", value: .file, "The key (PEM) of `--tls-cert`; without it that file must hold it too.")
  public static let clientCA = Option(
    "--client-ca", value: .file, "Demands a certificate of each client, signed by one in this PEM file.")
  public static let maximumConnections = Option(
    "--max-connections", value: .integer("N", 1...1_000_000), default: "10000",
    "The most connections at a time; further ones are answered with HTTP status 503.")
  public static let connectAndEcho = Option(
    "--connect", value: .text("URL"), "Connects to URL instead of listening, and echoes there. Test suites want that.")

  public static let listFaults = Option(
    "--list-faults", "Lists the rules of the protocol that the path `/fault` can break, and ends.")

  public static let listening = OptionSection(
    "Listening", [listen, unixListener, serverCertificate, serverKey, clientCA, maximumConnections, listFaults])
  public static let echoAsClient = OptionSection(
    "As a client", [connectAndEcho, header, subprotocol, insecure, caFile])
  public static let echoDeflate = OptionSection(
    "Compression", note: "permessage-deflate (RFC 7692) is accepted where a client offers it.",
    [noDeflate, deflateTakeover, deflateThreshold])
  public static let echoLimits = OptionSection(
    "Limits",
    [
      handshakeTimeout, closeTimeout, maximumMessageSize, maximumFrameSize, maximumFragments, maximumHeadSize,
      maximumQueue,
    ])
  public static let echoOutput = OptionSection(
    "What is shown", [capture, captureSize, captureFiles, verbose, quiet, color, showSecrets])
}
