extension CurlOption {
  /// All of them. A letter stands before its name: `H/header`.
  static let all: [CurlOption] =
    meanings.map { CurlOption($0.name, takesValue: $0.takesValue, meaning: $0.meaning) }
    + flags.split(separator: " ").map { CurlOption($0, takesValue: false, meaning: .ignored) }
    + valued.split(separator: " ").map { CurlOption($0, takesValue: true, meaning: .ignored) }

  private init(_ spelling: Substring, takesValue: Bool, meaning: Meaning) {
    let parts = spelling.split(separator: "/")
    self.init(
      name: String(parts[parts.count - 1]), letter: parts.count > 1 ? parts[0].first : nil, takesValue: takesValue,
      meaning: meaning)
  }

  /// Options that mean something here.
  private static let meanings: [(name: Substring, takesValue: Bool, meaning: Meaning)] = [
    ("H/header", true, .special(.header)), ("A/user-agent", true, .header("User-Agent")),
    ("e/referer", true, .special(.referer)), ("b/cookie", true, .special(.cookie)), ("u/user", true, .ours("--user")),
    ("oauth2-bearer", true, .ours("--oauth2-bearer")), ("X/request", true, .special(.request)),
    ("url", true, .special(.url)), ("o/output", true, .special(.output)), ("v/verbose", false, .ours("--verbose")),
    ("m/max-time", true, .ours("--max-time")), ("connect-timeout", true, .ours("--connect-timeout")),

    ("k/insecure", false, .ours("--insecure")), ("cacert", true, .ours("--cacert")),
    ("capath", true, .ours("--capath")), ("E/cert", true, .special(.certificate)), ("key", true, .ours("--key")),
    ("pass", true, .ours("--pass")), ("tls-max", true, .special(.tlsMaximum)),

    ("x/proxy", true, .special(.proxy)), ("U/proxy-user", true, .special(.proxyUser)),
    ("noproxy", true, .ours("--noproxy")), ("resolve", true, .ours("--resolve")),
    ("connect-to", true, .ours("--connect-to")), ("unix-socket", true, .ours("--unix-socket")),
    ("4/ipv4", false, .ours("--ipv4")), ("6/ipv6", false, .ours("--ipv6")),

    ("d/data", true, .refused(.body)), ("data-ascii", true, .refused(.body)), ("data-binary", true, .refused(.body)),
    ("data-raw", true, .refused(.body)), ("data-urlencode", true, .refused(.body)), ("json", true, .refused(.body)),
    ("F/form", true, .refused(.body)), ("form-string", true, .refused(.body)), ("I/head", false, .refused(.body)),
    ("T/upload-file", true, .refused(.body)),

    ("anyauth", false, .refused(.authentication)), ("digest", false, .refused(.authentication)),
    ("negotiate", false, .refused(.authentication)), ("ntlm", false, .refused(.authentication)),
    ("ntlm-wb", false, .refused(.authentication)), ("aws-sigv4", true, .refused(.authentication)),
    ("n/netrc", false, .refused(.authentication)), ("netrc-file", true, .refused(.authentication)),
    ("proxy-digest", false, .refused(.authentication)), ("proxy-negotiate", false, .refused(.authentication)),
    ("proxy-ntlm", false, .refused(.authentication)),

    ("abstract-unix-socket", true, .refused(.connection)), ("crlfile", true, .refused(.connection)),
    ("doh-url", true, .refused(.connection)), ("dns-interface", true, .refused(.connection)),
    ("dns-ipv4-addr", true, .refused(.connection)), ("dns-ipv6-addr", true, .refused(.connection)),
    ("dns-servers", true, .refused(.connection)), ("haproxy-protocol", false, .refused(.connection)),
    ("interface", true, .refused(.connection)), ("local-port", true, .refused(.connection)),
    ("pinnedpubkey", true, .refused(.connection)), ("preproxy", true, .refused(.connection)),
    ("proxy-header", true, .refused(.connection)), ("proxy1.0", true, .refused(.connection)),
    ("request-target", true, .refused(.connection)), ("socks4", true, .refused(.connection)),
    ("socks4a", true, .refused(.connection)), ("socks5", true, .refused(.connection)),
    ("socks5-hostname", true, .refused(.connection)), ("url-query", true, .refused(.connection)),

    ("K/config", true, .refused(.furtherInput)), ("h/help", true, .refused(.furtherInput)),
    (":/next", false, .refused(.furtherInput)),
  ]

  /// Switches that mean nothing here.
  private static let flags: Substring = """
    a/append alpn basic buffer cert-status clobber compressed compressed-ssh create-dirs crlf q/disable \
    disable-eprt disable-epsv disallow-username-in-url doh-cert-status doh-insecure f/fail fail-early fail-with-body \
    false-start form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control G/get \
    g/globoff http0.9 0/http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only ignore-content-length i/include \
    j/junk-session-cookies keepalive l/list-only L/location location-trusted mail-rcpt-allowfails M/manual metalink \
    netrc-optional N/no-buffer npn Z/parallel parallel-immediate path-as-is post301 post302 post303 #/progress-bar \
    progress-meter proxy-anyauth proxy-basic proxy-insecure proxy-ssl-allow-beast proxy-ssl-auto-client-cert \
    proxy-tlsv1 p/proxytunnel raw J/remote-header-name O/remote-name remote-name-all R/remote-time remove-on-error \
    retry-all-errors retry-connrefused sasl-ir sessionid S/show-error s/silent socks5-basic socks5-gssapi \
    socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort 2/sslv2 \
    3/sslv3 styled-output suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options 1/tlsv1 tlsv1.0 tlsv1.1 \
    tlsv1.2 tlsv1.3 tr-encoding trace-time B/use-ascii V/version xattr
    """

  /// Options with a value that mean nothing here.
  private static let valued: Substring = """
    alt-svc cert-type ciphers C/continue-at c/cookie-jar create-file-mode curves delegation D/dump-header egd-file \
    engine etag-compare etag-save expect100-timeout ftp-account ftp-alternative-to-user ftp-method P/ftp-port \
    ftp-ssl-ccc-mode happy-eyeballs-timeout-ms hostpubmd5 hostpubsha256 hsts keepalive-time key-type krb libcurl \
    limit-rate login-options mail-auth mail-from mail-rcpt max-filesize max-redirs output-dir parallel-max proto \
    proto-default proto-redir proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile \
    proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype \
    proxy-tlspassword proxy-tlsuser pubkey Q/quote random-file r/range rate retry retry-delay retry-max-time \
    sasl-authzid service-name socks5-gssapi-service Y/speed-limit y/speed-time stderr t/telnet-option tftp-blksize \
    z/time-cond tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii w/write-out
    """
}
