import TestSupport
import Testing
import WebSocketCore

@Suite struct `A fault of the echo server` {
  @Test("is seen by our client as what it is", arguments: Violation.samples)
  func seen(violation: Violation) throws {
    let outcome = try Wscope.run("loopback:fault?kind=\(violation.name)", limit: .seconds(60))
    switch violation {
    case .unmaskedByClient:
      expect(outcome, 22, says: "only a client can break this rule")
    case .frameTooLarge, .messageTooLarge, .tooManyFragments:
      expect(outcome, 100, says: "(\(violation.section)); we closed with 1009 (message too big)")
    case .endInsideFrame, .endInsideMessage:
      expect(outcome, 56, says: "\(violation.description) (\(violation.section))")
    default:
      expect(outcome, 110, says: "(\(violation.section)); we closed with \(violation.closeCode.rawValue)")
    }
    // What a violation says besides is the evidence, which is another one here and there.
    let words = violation.description.prefix { !$0.isNumber && $0 != "," }
    if !(violation == .unmaskedByClient) { #expect(outcome.errors.text.contains(words), "\(outcome.errors.text)") }
  }

  @Test func `can be listed, with its rule`() throws {
    let list = try Wscope.run("echo", "--list-faults")
    expect(list, 0)
    let names = list.output.text.split(separator: "\n").filter { !$0.hasPrefix(" ") }.map(String.init)
    #expect(names == Violation.samples.map(\.name))
    for violation in Violation.samples { #expect(list.output.text.contains("(\(violation.section))")) }
  }

  @Test func `that nobody knows is refused with where to find their names`() throws {
    for kind in ["", "?kind=", "?kind=nonsense"] {
      expect(
        try Wscope.run("loopback:fault\(kind)"), 22,
        says: "kind must be one of those that wscope echo --list-faults lists")
    }
  }

  @Test func `that needs compression says so where there is none`() throws {
    let outcome = try Wscope.run("--no-deflate", "loopback:fault?kind=broken-deflate")
    expect(outcome, 111, says: "this fault needs permessage-deflate")
  }
}
