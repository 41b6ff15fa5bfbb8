import Inspector
import Testing
import WebSocketCore

@Suite struct `A glossary` {
  private static let glossary = Glossary(
    adding: [Glossary.Entry(.exitStatuses, ["9", "status 9"], nil, "Ours.", ["a cause"])])

  @Test(
    "finds a term however it is written",
    arguments: [
      ("1006", ["close code 1006: abnormal closure"]), ("abnormal closure", ["close code 1006: abnormal closure"]),
      ("Abnormal-Closure", ["close code 1006: abnormal closure"]),
      ("close code 1006", ["close code 1006: abnormal closure"]), ("4001", ["close code 4001: private use"]),
      ("close code 3500", ["close code 3500: registered"]), ("2000", ["close code 2000: reserved"]),
      ("65535", ["close code 65535: invalid"]), ("9", ["opcode 9 (ping)", "exit status 9"]),
      ("0x9", ["opcode 9 (ping)"]),
      ("status 9", ["exit status 9"]), ("exit status 9", ["exit status 9"]), ("11", ["opcode 11"]),
      ("SERVER_MAX_WINDOW_BITS", ["extension server_max_window_bits"]), ("mask", ["frame field MASK"]),
      ("sec-websocket-key", ["header Sec-WebSocket-Key"]), ("reserved-opcode", ["violation reserved-opcode"]),
      ("", []), ("99999", []), ("nonsense", []),
    ])
  func finds(term: String, titles: [String]) {
    #expect(Self.glossary.entries(for: term).map(\.title) == titles)
  }

  @Test func `has every named close code, opcode and violation`() {
    for (code, name) in CloseCode.named {
      #expect(Self.glossary.entries(for: "\(code.rawValue)").contains { $0.topic == .closeCodes })
      #expect(Self.glossary.entries(for: name).contains { $0.topic == .closeCodes })
    }
    for number in UInt8(0)...15 {
      let name = Opcode(rawValue: number).name
      #expect(Self.glossary.entries(for: name).contains { $0.topic == .opcodes }, "\(name)")
    }
    for violation in Violation.samples {
      let entry = Self.glossary.entries(for: violation.name).first
      #expect(entry?.section == violation.section)
      #expect(entry?.causes.isEmpty == false, "\(violation.name)")
    }
  }

  @Test func `says where each term of the protocol is defined, in a sentence`() {
    for entry in Self.glossary.entries {
      #expect((entry.section == nil) == (entry.topic == .exitStatuses))
      #expect(entry.meaning.hasSuffix("."), "\(entry.title)")
      #expect(entry.meaning.first?.isLowercase == false, "\(entry.title)")
      #expect(entry.causes.allSatisfy { !$0.hasSuffix(".") }, "\(entry.causes)")
    }
  }

  @Test func `fits its terminal`() {
    for entry in Self.glossary.entries {
      // A title stands on one line.
      for row in entry.rows(width: 60).dropFirst() { #expect(row.string.count <= 60, "\(row.string)") }
    }
    #expect(Self.glossary.overview(width: 60).map(\.string).allSatisfy { $0.count <= 60 })
    #expect(
      Self.glossary.entries(for: "status 9")[0].rows(width: 60).map(\.string) == [
        "exit status 9", "  Ours.", "  - a cause",
      ])
  }

  @Test func `finds terms that hold a word`() {
    #expect(
      Self.glossary.entries(holding: "takeover").map(\.names[0]) == [
        "server_no_context_takeover", "client_no_context_takeover",
      ])
    #expect(Self.glossary.entries(holding: "se").isEmpty)
  }
}
