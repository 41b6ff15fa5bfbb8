import Glibc
import Testing

@testable import Transport

/// Certificates made for one run of the tests by the `openssl` tool, in a folder of their own.
struct TLSCertificates: Sendable {
  /// Made at the first use; nil where there is no `openssl`.
  static let made = TLSCertificates()
  static let reason: Comment = "needs the openssl command line tool"

  private let folder = scratchPath("")

  /// The path of a file, such as `server.pem`.
  func callAsFunction(_ name: String) -> String { folder + name }

  private init?() {
    guard Self.run(["openssl", "version"]) else { return nil }
    write("ca.cnf", Self.authority(folder))
    write("index.txt", "")
    var all = selfSigned("ca", "/O=wscope tests/CN=Test CA", "basicConstraints=critical,CA:TRUE")
    all = all && selfSigned("other-ca", "/CN=Other CA", "basicConstraints=critical,CA:TRUE")
    all = all && selfSigned("self-signed", "/CN=localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    let local = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"
    all = all && issued("server", "/O=wscope tests/CN=localhost", local)
    all = all && issued("expired", "/CN=localhost", local, from: "20200101000000Z", to: "20210203040506Z")
    all = all && issued("future", "/CN=localhost", local, from: "20900101000000Z", to: "20910101000000Z")
    all = all && issued("elsewhere", "/CN=elsewhere.example", "subjectAltName=DNS:elsewhere.example,DNS:*.example.org")
    all = all && issued("client", "/CN=A Client", "extendedKeyUsage=clientAuth")
    let key = ["-in", self("server.key"), "-passout", "pass:secret", "-out"]
    all = all && Self.run(["openssl", "pkcs8", "-topk8"] + key + [self("encrypted.key")])
    all = all && Self.run(["openssl", "ec", "-aes128"] + key + [self("encrypted-ec.key")])
    all = all && Self.run(["openssl", "genrsa", "-out", self("rsa.key"), "2048"])
    guard all else { fatalError("openssl made no certificates in \(folder)") }
    write("both.pem", read("server.key") + read("server.pem"))
    write("empty.pem", "")
    write("text.pem", "hello\n")
  }

  private static func authority(_ folder: String) -> String {
    """
    [ca]
    default_ca = test
    [test]
    database = \(folder)index.txt
    new_certs_dir = \(folder)
    rand_serial = yes
    unique_subject = no
    default_md = sha256
    policy = any
    [any]
    organizationName = optional
    commonName = supplied

    """
  }

  private func selfSigned(_ name: String, _ subject: String, _ extensions: String) -> Bool {
    Self.run(
      ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        + ["-keyout", self(name + ".key"), "-out", self(name + ".pem"), "-subj", subject, "-addext", extensions])
  }

  private func issued(
    _ name: String, _ subject: String, _ extensions: String, from: String = "20200101000000Z",
    to: String = "20990101000000Z"
  ) -> Bool {
    write(name + ".cnf", extensions + "\n")
    return Self.run(
      ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        + ["-keyout", self(name + ".key"), "-out", self(name + ".csr"), "-subj", subject])
      && Self.run(
        ["openssl", "ca", "-batch", "-config", self("ca.cnf"), "-cert", self("ca.pem"), "-keyfile", self("ca.key")]
          + ["-in", self(name + ".csr"), "-out", self(name + ".pem"), "-extfile", self(name + ".cnf"), "-notext"]
          + ["-startdate", from, "-enddate", to])
  }

  func write(_ name: String, _ text: String) {
    let file = fopen(self(name), "w")
    fputs(text, file)
    fclose(file)
  }

  func read(_ name: String) -> String { readText(self(name)) }

  /// Runs a tool to its end, unheard.
  private static func run(_ words: [String]) -> Bool {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let arguments = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var process: pid_t = 0
    guard posix_spawnp(&process, words[0], &actions, nil, arguments, environ) == 0 else { return false }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status == 0
  }
}

/// A file's text.
func readText(_ path: String) -> String {
  guard let file = fopen(path, "r") else { return "" }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
  return String(decoding: bytes, as: UTF8.self)
}

/// Both ends of a TLS connection over both ends of another.
struct TLSFixture {
  let lower: StreamFixture
  let client: TLSStream
  let server: TLSStream
  var loop: Loop { lower.loop }
  var clientSide: Recorder { lower.clientSide }
  var serverSide: Recorder { lower.serverSide }

  /// Both ends have a recorder; neither is started. The client trusts the test CA and wants `localhost`.
  init(
    _ kind: StreamKind = .memory, name: String? = "localhost", certificate: String = "server",
    client changeClient: (inout TLSConfiguration, TLSCertificates) -> Void = { _, _ in },
    server changeServer: (inout TLSConfiguration, TLSCertificates) -> Void = { _, _ in }
  ) throws {
    let files = try #require(TLSCertificates.made)
    lower = try StreamFixture(kind)
    var configuration = TLSConfiguration()
    configuration.caFile = files("ca.pem")
    changeClient(&configuration, files)
    let clientContext = try TLSContext(configuration, role: .client)
    configuration = TLSConfiguration()
    configuration.certificateFile = files("\(certificate).pem")
    configuration.keyFile = files("\(certificate).key")
    changeServer(&configuration, files)
    let serverContext = try TLSContext(configuration, role: .server)
    client = TLSStream(over: lower.client, context: clientContext, loop: lower.loop, serverName: name)
    server = TLSStream(over: lower.server, context: serverContext, loop: lower.loop)
    client.handler = lower.clientSide
    server.handler = lower.serverSide
  }

  func start() {
    server.start()
    client.start()
  }

  func turn(until condition: () -> Bool) { lower.turn(until: condition) }

  /// Starts both ends and waits until both handshakes are done.
  func open() {
    start()
    turn { clientSide.calls == ["opened"] && serverSide.calls == ["opened"] }
  }
}
