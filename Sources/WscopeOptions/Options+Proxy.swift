public import Arguments

extension Options {
  public static let proxy = Option(
    "--proxy", value: .text("URL"),
    "Connects through this HTTP proxy by CONNECT: `http://[NAME:PASSWORD@]HOST:PORT`. An empty value uses none.")
  public static let noProxy = Option(
    "--noproxy", value: .text("LIST"),
    "Hosts that are connected to directly, separated by commas, with all that ends in them. `*` means every host.")

  public static let proxies = OptionSection(
    "Proxy",
    note: "Without `--proxy` the variable `https_proxy` counts for wss: URLs and `http_proxy` for ws:, except for the "
      + "hosts in `no_proxy`.",
    [proxy, noProxy])
}
