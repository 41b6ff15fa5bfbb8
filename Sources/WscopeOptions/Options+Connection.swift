public import Arguments

/// Every option of every command, by group; its help says what it does. `CommandLineDescription` makes commands of
/// them.
public enum Options {}

extension Options {
  public static let header = Option(
    "--header", short: "-H", value: .text("NAME: VALUE"), repeats: true,
    "Adds a header to the handshake, or replaces one of ours. `NAME:` removes it, `NAME;` sends it empty.")
  public static let origin = Option(
    "--origin", short: "-o", value: .text("ORIGIN"), "Sends the header Origin, as a browser does.")
  public static let subprotocol = Option(
    "--subprotocol", short: "-s", value: .text("NAME"), repeats: true, aliases: ["--protocol"],
    "Offers a subprotocol. Several are offered in the order given, also when separated by commas.")
  public static let user = Option(
    "--user", short: "-u", value: .text("NAME:PASSWORD"), "Authenticates with Basic, as a user name in the URL does.")
  public static let bearer = Option(
    "--oauth2-bearer", value: .text("TOKEN"), "Authenticates with this bearer token.")
  public static let cookie = Option(
    "--cookie", value: .text("NAME=VALUE"), repeats: true, "Sends a cookie; several join with semicolons.")
  public static let ipv4 = Option("--ipv4", short: "-4", "Connects to IPv4 addresses only.")
  public static let ipv6 = Option("--ipv6", short: "-6", "Connects to IPv6 addresses only.")
  public static let resolve = Option(
    "--resolve", value: .text("HOST:PORT:ADDRESS"), repeats: true,
    "Takes ADDRESS for this host and port instead of asking the resolver. Several addresses are separated by commas.")
  public static let connectTo = Option(
    "--connect-to", value: .text("HOST1:PORT1:HOST2:PORT2"), repeats: true,
    "Connects to HOST2 and PORT2 where the URL says HOST1 and PORT1. The handshake and TLS keep the URL's host. "
      + "An empty part means any, or the same.")
  public static let unixSocket = Option(
    "--unix-socket", value: .file, "Connects to this Unix socket; the URL still says host and path.")
  public static let connectTimeout = Option(
    "--connect-timeout", value: .time, default: "30s",
    "The most time for everything before the first message: resolving, connecting, TLS and the handshake.")
  public static let handshakeTimeout = Option(
    "--handshake-timeout", value: .time, default: "10s",
    "The most time for TLS and the handshake, once connected.")
  public static let pingInterval = Option(
    "--ping-interval", value: .time,
    "Sends a ping whenever nothing has been received for TIME. Without it, none is sent.")
  public static let pingTimeout = Option(
    "--ping-timeout", value: .time, default: "30s",
    "Gives the connection up when nothing has come for TIME since a ping of `--ping-interval`.")
  public static let inhibitPongs = Option("--inhibit-pongs", "Leaves pings unanswered, to see what the peer does then.")
  /// As in wscat's `-c URL`: what follows is the word we want anyway.
  public static let nothing = Option("-c", isHidden: true, "Does nothing.")

  public static let connection = OptionSection(
    "Connection",
    [
      header, origin, subprotocol, user, bearer, cookie, ipv4, ipv6, resolve, connectTo, unixSocket, connectTimeout,
      handshakeTimeout, pingInterval, pingTimeout, inhibitPongs, nothing,
    ])
}
