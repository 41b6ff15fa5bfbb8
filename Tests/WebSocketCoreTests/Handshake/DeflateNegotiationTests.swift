import Testing
import WebSocketCore

private func element(_ text: String) throws -> WebSocketExtension { try ExtensionList.parse([text])[0] }

@Suite struct `An extension list` {
  typealias Element = WebSocketExtension

  // RFC 6455, section 9.1; the first three are its examples.
  static let lists: [([String], [Element])] = [
    (["foo"], [Element("foo")]),
    (["foo,bar; baz=2"], [Element("foo"), Element("bar", [.init("baz", "2")])]),
    (["foo", "bar; baz=2"], [Element("foo"), Element("bar", [.init("baz", "2")])]),
    (["deflate-stream"], [Element("deflate-stream")]),
    (
      ["mux; max-channels=4; flow-control, deflate-stream"],
      [Element("mux", [.init("max-channels", "4"), .init("flow-control")]), Element("deflate-stream")]
    ),
    (["private-extension"], [Element("private-extension")]),
    (["a ; b = c;d\t,e"], [Element("a", [.init("b", "c"), .init("d")]), Element("e")]),
    (["a; b=\"c\"; d=\"\\e\\f\""], [Element("a", [.init("b", "c"), .init("d", "ef")])]),
    ([" , a,, b ,"], [Element("a"), Element("b")]),  // RFC 9110, section 5.6.1
    (["a; b; b"], [Element("a", [.init("b"), .init("b")])]),
    (["", "a"], [Element("a")]),
  ]

  @Test("is read from one line or several", arguments: lists)
  func read(lines: [String], list: [WebSocketExtension]) throws {
    #expect(try ExtensionList.parse(lines) == list)
    #expect(try ExtensionList.parse([list.map(\.description).joined(separator: ", ")]) == list)
  }

  static let failures: [(String, ExtensionList.Failure)] = [
    ("", .empty), (" ", .empty), (",,", .empty),
    ("a;", .unexpectedEnd), ("a; ", .unexpectedEnd), ("a; b=", .unexpectedEnd),
    (";", .unexpected(0x3B, offset: 0)), ("a;;b", .unexpected(0x3B, offset: 2)), ("a;,b", .unexpected(0x2C, offset: 2)),
    ("a b", .unexpected(0x62, offset: 2)), ("a=b", .unexpected(0x3D, offset: 1)),
    ("a; b c", .unexpected(0x63, offset: 5)),
    ("a; b==c", .unexpected(0x3D, offset: 5)), ("a; b=,c", .unexpected(0x2C, offset: 5)),
    ("\"a\"", .unexpected(0x22, offset: 0)), ("a; \"b\"", .unexpected(0x22, offset: 3)),
    ("\u{E9}", .unexpected(0xC3, offset: 0)),
    ("a; b=\"c", .unterminatedQuote(offset: 5)), ("a; b=\"", .unterminatedQuote(offset: 5)),
    ("a; b=\"c\\", .unterminatedQuote(offset: 5)), ("a; b=\"c\\\"", .unterminatedQuote(offset: 5)),
    ("a; b=\"\"", .valueNotToken("")), ("a; b=\"c d\"", .valueNotToken("c d")), ("a; b=\"c,d\"", .valueNotToken("c,d")),
    ("a; b=\"c\"d", .unexpected(0x64, offset: 8)),
  ]

  @Test("is refused", arguments: failures)
  func refused(text: String, failure: ExtensionList.Failure) {
    #expect(throws: failure) { try ExtensionList.parse([text]) }
    #expect(!failure.description.isEmpty)
  }
}

@Suite struct `The negotiation of permessage-deflate` {
  // RFC 7692, section 7.1.3, and the sections of the parameters, 7.1.1.1 to 7.1.2.2.
  static let offerRows: [(String, DeflateOffer)] = [
    ("permessage-deflate", DeflateOffer(clientWindow: .fixed)),
    ("permessage-deflate; client_max_window_bits", DeflateOffer()),
    ("permessage-deflate; server_max_window_bits=10; client_max_window_bits", DeflateOffer(serverMaxWindowBits: 10)),
    ("permessage-deflate; client_max_window_bits=15", DeflateOffer(clientWindow: .atMost(15))),
    ("permessage-deflate; client_max_window_bits=8", DeflateOffer(clientWindow: .atMost(8))),
    (
      "permessage-deflate; server_no_context_takeover",
      DeflateOffer(serverNoContextTakeover: true, clientWindow: .fixed)
    ),
    (
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=8",
      DeflateOffer(
        serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 8, clientWindow: .fixed)
    ),
  ]

  @Test("reads and writes an offer", arguments: offerRows)
  func reading(text: String, offer: DeflateOffer) throws {
    #expect(try DeflateOffer(element(text)) == offer)
    #expect(offer.element.description == text)
  }

  private static let serverBits = "server_max_window_bits"
  private static let clientBits = "client_max_window_bits"

  /// What is wrong in an offer and in an answer alike.
  static let invalidRows: [(String, DeflateFailure)] = [
    ("x", .unknownParameter("x")), ("x=1", .unknownParameter("x")),
    ("Server_no_context_takeover", .unknownParameter("Server_no_context_takeover")),
    ("server_no_context_takeover; server_no_context_takeover", .repeatedParameter("server_no_context_takeover")),
    ("client_max_window_bits=9; client_max_window_bits=9", .repeatedParameter(clientBits)),
    ("server_no_context_takeover=1", .unexpectedValue(parameter: "server_no_context_takeover", value: "1")),
    ("client_no_context_takeover=true", .unexpectedValue(parameter: "client_no_context_takeover", value: "true")),
    ("server_max_window_bits", .missingValue(parameter: serverBits)),
    ("server_max_window_bits=7", .windowBits(parameter: serverBits, value: "7")),
    ("server_max_window_bits=16", .windowBits(parameter: serverBits, value: "16")),
    ("server_max_window_bits=08", .windowBits(parameter: serverBits, value: "08")),
    ("server_max_window_bits=0x0a", .windowBits(parameter: serverBits, value: "0x0a")),
    ("server_max_window_bits=+10", .windowBits(parameter: serverBits, value: "+10")),
    ("server_max_window_bits=10.0", .windowBits(parameter: serverBits, value: "10.0")),
    ("client_max_window_bits=7", .windowBits(parameter: clientBits, value: "7")),
    ("client_max_window_bits=16", .windowBits(parameter: clientBits, value: "16")),
    ("client_max_window_bits=08", .windowBits(parameter: clientBits, value: "08")),
    ("client_max_window_bits=99999999999999999999", .windowBits(parameter: clientBits, value: "99999999999999999999")),
    ("client_max_window_bits=\"16\"", .windowBits(parameter: clientBits, value: "16")),
  ]

  @Test("declines an invalid offer and fails on an invalid answer", arguments: invalidRows)
  func invalidity(parameters: String, failure: DeflateFailure) throws {
    let text = "permessage-deflate; " + parameters
    #expect(throws: failure) { try DeflateOffer(element(text)) }
    #expect(try answer(text, to: [DeflateOffer()]) == .failed(.deflate(failure)))
    #expect(failure.section.hasPrefix("RFC 7692") && !failure.description.isEmpty)
    // The next offer still counts (RFC 7692, section 5.1).
    #expect(try served(text) == nil)
    #expect(try served(text + ", permessage-deflate") != nil)
  }

  // MARK: The client's side

  private func answer(_ text: String, to offers: [DeflateOffer]) throws -> ClientHandshake.Outcome {
    var request = ClientHandshakeRequest(url: try WebSocketURL.parse("ws://h/"), key: [UInt8](repeating: 0, count: 16))
    request.deflateOffers = offers
    var handshake = try ClientHandshake(request)
    let head = HTTPResponseHead(
      status: 101,
      headers: [
        HTTPHeader("Upgrade", "websocket"), HTTPHeader("Connection", "Upgrade"),
        HTTPHeader("Sec-WebSocket-Accept", AcceptKey.answering(Base64.encode(request.key))),
        HTTPHeader("Sec-WebSocket-Extensions", text),
      ])
    return handshake.receive(head.bytes.span).outcome
  }

  static let answers: [(String, DeflateOffer, DeflateAgreement, Int)] = [
    ("permessage-deflate", DeflateOffer(), DeflateAgreement(), 0),
    (
      "permessage-deflate; server_max_window_bits=10", DeflateOffer(serverMaxWindowBits: 10),
      DeflateAgreement(serverWindowBits: 10), 0
    ),  // 7.1.3
    (
      "permessage-deflate; server_max_window_bits=8", DeflateOffer(serverMaxWindowBits: 10),
      DeflateAgreement(serverWindowBits: 8), 0
    ),  // 7.1.2.1: the same or smaller
    ("permessage-deflate; server_max_window_bits=12", DeflateOffer(), DeflateAgreement(serverWindowBits: 12), 0),
    ("permessage-deflate; client_max_window_bits=9", DeflateOffer(), DeflateAgreement(clientWindowBits: 9), 0),
    ("permessage-deflate; client_max_window_bits=\"9\"", DeflateOffer(), DeflateAgreement(clientWindowBits: 9), 0),
    ("permessage-deflate; client_max_window_bits=8", DeflateOffer(), DeflateAgreement(clientWindowBits: 8), 0),
    // 7.1.2.2: the value offered is a hint that the server may ignore; the client keeps to it.
    (
      "permessage-deflate; client_max_window_bits=12", DeflateOffer(clientWindow: .atMost(10)),
      DeflateAgreement(clientWindowBits: 10), 0
    ),
    ("permessage-deflate", DeflateOffer(clientWindow: .atMost(10)), DeflateAgreement(clientWindowBits: 10), 0),
    (
      "permessage-deflate; server_no_context_takeover", DeflateOffer(),
      DeflateAgreement(serverNoContextTakeover: true), 0
    ),
    (
      "permessage-deflate; client_no_context_takeover", DeflateOffer(),
      DeflateAgreement(clientNoContextTakeover: true), 0
    ),
    (
      "permessage-deflate; client_no_context_takeover; server_no_context_takeover", DeflateOffer(),
      DeflateAgreement(serverNoContextTakeover: true, clientNoContextTakeover: true), 0
    ),
    // 7.1.1.2: the client said it would not, so it does not.
    (
      "permessage-deflate", DeflateOffer(clientNoContextTakeover: true),
      DeflateAgreement(clientNoContextTakeover: true), 0
    ),
    // Left out by the server: costs us nothing, and is noted.
    ("permessage-deflate", DeflateOffer(serverMaxWindowBits: 10), DeflateAgreement(), 1),
    ("permessage-deflate", DeflateOffer(serverNoContextTakeover: true), DeflateAgreement(), 1),
  ]

  @Test("makes an agreement of an answer", arguments: answers)
  func agreement(text: String, offer: DeflateOffer, agreement: DeflateAgreement, notes: Int) throws {
    guard case .accepted(let answer) = try answer(text, to: [offer]) else { Issue.record("not accepted"); return }
    #expect(answer.deflate == agreement)
    #expect(answer.notes.count == notes)
    #expect(answer.extensions == text)
  }

  static let conflicts: [(String, [DeflateOffer], HandshakeFailure)] = [
    ("permessage-deflate; client_max_window_bits", [DeflateOffer()], .deflate(.missingValue(parameter: clientBits))),
    (
      "permessage-deflate; client_max_window_bits=9", [DeflateOffer(clientWindow: .fixed)],
      .deflate(.clientWindowNotOffered(9))
    ),  // 7.1.2.2
    (
      "permessage-deflate; server_max_window_bits=11", [DeflateOffer(serverMaxWindowBits: 10)],
      .deflate(.serverWindowTooLarge(11, offered: 10))
    ),  // 7.1.2.1
    ("permessage-deflate", [], .extensionNotOffered("permessage-deflate")),
    (
      "permessage-deflate; client_max_window_bits=", [DeflateOffer()],
      .extensionSyntax("permessage-deflate; client_max_window_bits=", .unexpectedEnd)
    ),
    (
      "permessage-deflate, permessage-deflate", [DeflateOffer(), DeflateOffer(clientWindow: .fixed)],
      .extensionRepeated("permessage-deflate")
    ),  // 5
  ]

  @Test("fails on an answer that does not fit the offer", arguments: conflicts)
  func conflict(text: String, offers: [DeflateOffer], failure: HandshakeFailure) throws {
    #expect(try answer(text, to: offers) == .failed(failure))
  }

  @Test func `takes an answer to whichever offer it fits`() throws {
    let offers = [DeflateOffer(serverMaxWindowBits: 10, clientWindow: .fixed), DeflateOffer()]
    guard case .accepted(let first) = try answer("permessage-deflate; server_max_window_bits=10", to: offers),
      case .accepted(let second) = try answer("permessage-deflate; client_max_window_bits=9", to: offers),
      case .accepted(let third) = try answer("permessage-deflate; server_max_window_bits=11", to: offers)
    else { Issue.record("not accepted"); return }
    #expect(first.deflate == DeflateAgreement(serverWindowBits: 10) && first.notes == [])
    #expect(second.deflate == DeflateAgreement(clientWindowBits: 9) && second.notes == [])
    #expect(third.deflate == DeflateAgreement(serverWindowBits: 11) && third.notes == [])
  }

  // MARK: The server's side

  private func served(_ offers: String, _ policy: DeflatePolicy = DeflatePolicy()) throws -> String? {
    let list = try ExtensionList.parse([offers])
    var valid: [DeflateOffer] = []
    for element in list where element.name == DeflateOffer.extensionName {
      if let offer = try? DeflateOffer(element) { valid.append(offer) }
    }
    guard let (agreement, answer) = policy.answer(valid) else { return nil }
    // Whatever the server says, our client has to read the same agreement from it.
    guard case .accepted(let read) = try self.answer(answer.description, to: valid) else {
      Issue.record("our client refuses \(answer)")
      return nil
    }
    #expect(read.deflate == agreement && read.notes == [])
    return answer.parameters.map(\.description).joined(separator: "; ")
  }

  static let takeover = DeflatePolicy(allowsTakeover: true)
  static let both = "server_no_context_takeover; client_no_context_takeover"
  static let servedRows: [(String, DeflatePolicy, String?)] = [
    ("permessage-deflate", DeflatePolicy(), both),
    ("permessage-deflate", takeover, ""),
    ("permessage-deflate; client_max_window_bits", takeover, ""),
    ("permessage-deflate; server_no_context_takeover", takeover, "server_no_context_takeover"),
    ("permessage-deflate; client_no_context_takeover", takeover, "client_no_context_takeover"),
    ("permessage-deflate; client_no_context_takeover; server_no_context_takeover", takeover, both),
    ("permessage-deflate; server_max_window_bits=10", takeover, "server_max_window_bits=10"),
    ("permessage-deflate; server_max_window_bits=15", takeover, "server_max_window_bits=15"),
    ("permessage-deflate; client_max_window_bits=10", takeover, "client_max_window_bits=10"),
    ("permessage-deflate; client_max_window_bits=8", takeover, "client_max_window_bits=8"),  // we inflate any window
    ("permessage-deflate; client_max_window_bits=\"10\"", takeover, "client_max_window_bits=10"),
    // zlib makes no raw deflate with 8 bits: declined, or the next offer (RFC 7692, section 7.1.2.1).
    ("permessage-deflate; server_max_window_bits=8", takeover, nil),
    ("permessage-deflate; server_max_window_bits=8, permessage-deflate", takeover, ""),
    ("permessage-deflate; x, permessage-deflate; server_max_window_bits=9", takeover, "server_max_window_bits=9"),
    // What the policy asks for, where it may.
    ("permessage-deflate", DeflatePolicy(allowsTakeover: true, serverWindowBits: 12), "server_max_window_bits=12"),
    (
      "permessage-deflate; server_max_window_bits=14", DeflatePolicy(allowsTakeover: true, serverWindowBits: 12),
      "server_max_window_bits=12"
    ),
    ("permessage-deflate", DeflatePolicy(allowsTakeover: true, clientWindowBits: 11), ""),
    (
      "permessage-deflate; client_max_window_bits", DeflatePolicy(allowsTakeover: true, clientWindowBits: 11),
      "client_max_window_bits=11"
    ),
    (
      "permessage-deflate; client_max_window_bits=10", DeflatePolicy(allowsTakeover: true, clientWindowBits: 11),
      "client_max_window_bits=10"
    ),
    // The first that can be taken (RFC 7692, section 5.1).
    (
      "permessage-deflate; server_max_window_bits=10, permessage-deflate; server_max_window_bits=12", takeover,
      "server_max_window_bits=10"
    ),
    ("permessage-bzip2, x-webkit-deflate-frame", takeover, nil),
  ]

  @Test("answers the first offer that it can take", arguments: servedRows)
  func service(offers: String, policy: DeflatePolicy, answer: String?) throws {
    #expect(try served(offers, policy) == answer)
  }
}
