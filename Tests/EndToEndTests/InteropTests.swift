import TestSupport
import Testing

/// Somebody's echo server.
private enum Peer: String, CaseIterable, CustomTestStringConvertible {
  case wscope = "wscope echo"
  case nodeWS = "node-ws"
  case websockets = "PyPI's websockets"

  var testDescription: String { rawValue }

  /// Starts it; its answers are late by `delay` milliseconds.
  func start(_ carrier: Carrier, delay: Int, in folder: ScratchFolder) throws -> (server: ListeningServer, url: String)
  {
    var options = [String]()
    let certificates = carrier == .tls ? try Certificates.shared() : nil
    let path = "\(delay == 0 ? "" : "/delay?ms=\(delay)")"
    if self == .wscope {
      switch carrier {
      case .tcp: options = ["--listen", "127.0.0.1:0"]
      case .tls:
        options = ["--listen", "127.0.0.1:0", "--tls-cert", certificates?.certificate ?? "", "--tls-key"]
        options.append(certificates?.key ?? "")
      case .unix: options = ["--unix", folder.path("socket")]
      }
      let server = try ListeningServer(Program(Repository.wscope, ["echo"] + options))
      let url =
        carrier == .unix ? "ws+unix:\(folder.path("socket"))\(path.isEmpty ? "" : ":" + path)" : server.url(path)
      return (server, url)
    }
    if let certificates { options = ["--tls", certificates.certificate, certificates.key] }
    if carrier == .unix { options += ["--unix", folder.path("socket")] }
    let peers = Repository.root + "/Tests/EndToEndTests/Peers/"
    let program =
      switch self {
      case .nodeWS:
        try Program(
          "node", [peers + "echo_server.js", "--delay", "\(delay)"] + options,
          environment: ["NODE_PATH": Need.nodeModules])
      default:
        try Program(Need.python, [peers + "echo_server.py", "--delay", "\(Double(delay) / 1000)"] + options)
      }
    let server = try ListeningServer(program)
    return (server, server.url)
  }
}

private enum Carrier: String, CaseIterable { case tcp = "ws", tls = "wss", unix = "a Unix socket" }

@Suite(.enabled(if: Need.openssl.isMet, "\(Need.openssl.reason)"))
struct `Other people's software` {
  @Test(arguments: Carrier.allCases)
  private func `we talk with our own server`(over carrier: Carrier) throws { try talk(with: .wscope, over: carrier) }

  @Test(.enabled(if: Need.nodeWS.isMet, "\(Need.nodeWS.reason)"), arguments: Carrier.allCases)
  private func `we talk with node-ws`(over carrier: Carrier) throws { try talk(with: .nodeWS, over: carrier) }

  @Test(.enabled(if: Need.websockets.isMet, "\(Need.websockets.reason)"), arguments: Carrier.allCases)
  private func `we talk with PyPI's websockets`(over carrier: Carrier) throws {
    try talk(with: .websockets, over: carrier)
  }

  /// Two lines there and back, and an answer that is late: neither is lost at the end of input.
  private func talk(with peer: Peer, over carrier: Carrier) throws {
    for (input, delay) in [("a\nb\n", 0), ("a\n", 500)] {
      let folder = try ScratchFolder()
      let (server, url) = try peer.start(carrier, delay: delay, in: folder)
      let outcome = try Wscope.run("--cacert", Certificates.shared().authority, url, input: input)
      #expect(outcome.output.text == input, "\(outcome)")
      #expect(outcome.status == .exited(0), "\(outcome)")
      server.program.signal(15)
      _ = server.program.wait(limit: .seconds(10))
    }
  }

  @Test(.enabled(if: Need.nodeWS.isMet, "\(Need.nodeWS.reason)"), arguments: [Carrier.tcp, .tls])
  private func `node-ws talks with our server`(over carrier: Carrier) throws {
    let (server, url) = try Peer.wscope.start(carrier, delay: 0, in: ScratchFolder())
    let script = Repository.root + "/Tests/EndToEndTests/Peers/echo_client.js"
    let trust = carrier == .tls ? ["--ca", try Certificates.shared().authority] : []
    let outcome = try run(
      "node", [script, url] + trust + ["one", "two", String(repeating: "deflated ", count: 1000)],
      environment: ["NODE_PATH": Need.nodeModules])
    #expect(outcome.output.text.hasPrefix("one\ntwo\ndeflated deflated"), "\(outcome)")
    #expect(outcome.status == .exited(0), "\(outcome)")
    #expect(server.program.errors.isEmpty, "\(server.program.errors.text)")
  }

  @Test(.enabled(if: Need.websockets.isMet, "\(Need.websockets.reason)"), arguments: Carrier.allCases)
  private func `PyPI's websockets talks with our server`(over carrier: Carrier) throws {
    let folder = try ScratchFolder()
    let (server, url) = try Peer.wscope.start(carrier, delay: 0, in: folder)
    let script = Repository.root + "/Tests/EndToEndTests/Peers/echo_client.py"
    var options = [String]()
    if carrier == .tls { options = ["--ca", try Certificates.shared().authority] }
    if carrier == .unix { options = ["--unix", folder.path("socket")] }
    let outcome = try run(
      Need.python,
      [script] + options + [
        carrier == .unix ? "ws://localhost/" : url, "one", "two", String(repeating: "deflated ", count: 1000),
      ])
    #expect(outcome.output.text.hasPrefix("one\ntwo\ndeflated deflated"), "\(outcome)")
    #expect(outcome.status == .exited(0), "\(outcome)")
    #expect(server.program.errors.isEmpty, "\(server.program.errors.text)")
  }

  @Test(.enabled(if: Need.nginx.isMet, "\(Need.nginx.reason)"))
  func `nginx with TLS stands before our server`() throws {
    let certificates = try Certificates.shared()
    let folder = try ScratchFolder()
    let echo = try ListeningServer.echo()
    let socket = folder.path("nginx.sock")
    // nginx has no port 0: it listens on a Unix socket, to which --unix-socket leads.
    let configuration = """
      daemon off;
      pid \(folder.path("pid"));
      error_log stderr;
      events {}
      http {
        access_log off;
        client_body_temp_path \(folder.path("body"));
        proxy_temp_path \(folder.path("proxy"));
        fastcgi_temp_path \(folder.path("fastcgi"));
        uwsgi_temp_path \(folder.path("uwsgi"));
        scgi_temp_path \(folder.path("scgi"));
        server {
          listen unix:\(socket) ssl;
          ssl_certificate \(certificates.certificate);
          ssl_certificate_key \(certificates.key);
          location / {
            proxy_pass http://127.0.0.1:\(echo.port);
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
            proxy_set_header Host $host;
          }
        }
      }
      """
    let path = try folder.write("nginx.conf", Array(configuration.utf8))
    let nginx = try Program("nginx", ["-c", path, "-p", folder.path, "-e", "stderr"])
    #expect(nginx.wait { _ in Files.exists(socket) }, "\(nginx.errors.text)")
    let outcome = try Wscope.run(
      "--cacert", certificates.authority, "--unix-socket", socket, "wss://localhost/", input: "a\nb\n")
    #expect(outcome.output.text == "a\nb\n", "\(outcome)")
    #expect(outcome.status == .exited(0), "\(outcome)")
  }
}
