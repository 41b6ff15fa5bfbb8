import Arguments
import TestSupport
import Testing
import WscopeOptions

@Suite struct `The manual of scripts` {
  /// The scripts of a page, and the files that they speak of: those that begin with their name in a comment.
  private static func scripts() throws -> (scripts: [String], files: [(name: String, text: String)]) {
    let format = try #require(CommandLineDescription.program().format(named: "script"))
    var scripts: [String] = []
    var files: [(name: String, text: String)] = []
    for block in format.chapters.filter({ $0.name != "script-grammar" }).flatMap(\.text) {
      guard case .lines(let lines) = block, let first = lines.first, !first.hasPrefix("$ ") else { continue }
      let text = lines.map { "\($0)\n" }.joined()
      if first.hasPrefix("# "), first.hasSuffix(".wsx") {
        files.append((String(first.dropFirst(2)), text))
      } else {
        scripts.append(text)
      }
    }
    return (scripts, files)
  }

  @Test func `holds scripts that pass as they stand`() throws {
    let (scripts, files) = try Self.scripts()
    #expect(scripts.count >= 20)
    let folder = try ScratchFolder()
    for (name, text) in files { try folder.write(name, Array(text.utf8)) }
    try folder.write("picture.png", [0x89, 0x50, 0x4E, 0x47, 0])
    try folder.write("greeting.txt", Array("good morning (1+1)".utf8))
    let certificates = try Certificates.shared()
    try folder.write("ca.pem", try Files.read(certificates.authority))
    try folder.write("server.pem", try Files.read(certificates.certificate))
    try folder.write("server.key", try Files.read(certificates.key))
    var names: [String] = []
    for (index, script) in scripts.enumerated() {
      let name = "\(index < 10 ? "0" : "")\(index).wsx"
      try folder.write(name, Array(script.utf8))
      names.append(folder.path(name))
    }
    let outcome = try TestSupport.run(
      Repository.wscope, ["run", "--strict"] + names, environment: ["HOME": "/home/alice"], limit: .seconds(60))
    #expect(outcome.status == .exited(0), "\(outcome.output.text)\(outcome.errors.text)")
    // Written as all scripts look.
    for name in names {
      let before = try Files.read(name).text
      _ = try Wscope.run("run", "--reformat", name)
      #expect(try Files.read(name).text == before)
    }
  }

  @Test func `holds a server for a client under test`() throws {
    let server = try #require(try Self.scripts().files.first { $0.name == "server.wsx" })
    let folder = try ScratchFolder()
    try folder.write(server.name, Array(server.text.utf8))
    let client = #"printf '{"op": "login"}\n' | \#(Repository.wscope) "$WSCOPE_URL""#
    let outcome = try Wscope.run("run", folder.path(server.name), "--", "sh", "-c", client)
    #expect(outcome.status == .exited(0), "\(outcome.output.text)\(outcome.errors.text)")
  }

  @Test func `names every arrow word`() throws {
    let page = try Files.read(Repository.root + "/man/wscope-script.5").text
    let sent = ["text", "json", "hex", "base64", "file", "ping", "pong", "close", "frame", "bytes", "fragments"]
    let expected = [
      "text", "json", "json=", "hex", "base64", "file", "match", "contains", "any", "binary", "ping", "pong", "close",
      "frame", "fragments", "nothing", "end", "reset",
    ]
    for word in sent { #expect(page.contains(">\(word)"), "\(word)") }
    for word in expected { #expect(page.contains("<\(word)"), "\(word)") }
  }
}
