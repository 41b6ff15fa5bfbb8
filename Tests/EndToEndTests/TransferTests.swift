import TestSupport
import Testing

@Suite struct `A big file` {
  /// 100 MiB with the release binary in `.ci/run`; a debug build is slow, and gets less.
  private static let size = (environment("WSCOPE_TRANSFER_MIB").flatMap { Int($0) } ?? 8) << 20

  @Test(arguments: [[], ["--whole"]])
  func `comes back as it was sent`(options: [String]) throws {
    let server = try ListeningServer.echo()
    var random = SeededRandom()
    let bytes = random.bytes(Self.size)
    let outcome = try run(
      Repository.wscope, ["-b", "-w", "10s"] + options + [server.url], input: bytes, limit: .seconds(120))
    #expect(outcome.status == .exited(0), "\(outcome.errors.text)")
    #expect(outcome.output == bytes, "\(outcome.output.count) of \(bytes.count) bytes, seed \(random.seed)")
  }
}
