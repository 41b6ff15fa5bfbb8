extension DeflateAgreement {
  /// The agreement that a server's answer `element` makes of one of the client's `offers`.
  ///
  /// What the answer leaves out of an offer, though the server should have repeated it, costs us nothing: we inflate
  /// any window and with takeover. It is accepted and noted.
  static func reading(
    _ element: WebSocketExtension, offers: [DeflateOffer]
  ) throws(DeflateFailure) -> (agreement: DeflateAgreement, notes: [String]) {
    let parameters = try DeflateParameters(element, isResponse: true)
    var firstFailure: DeflateFailure?
    var accepted: (agreement: DeflateAgreement, notes: [String])?
    // The answer does not say which offer it takes: the one that it fits best.
    for offer in offers {
      if let failure = conflict(of: parameters, with: offer) {
        firstFailure = firstFailure ?? failure
        continue
      }
      let candidate = (DeflateAgreement(parameters, offer: offer), omissions(of: parameters, from: offer))
      if candidate.1.isEmpty { return candidate }
      accepted = accepted ?? candidate
    }
    if let accepted { return accepted }
    throw firstFailure ?? .unknownParameter(element.name)
  }

  /// The agreement nearest to an answer that breaks the rules, and all that is wrong with it.
  static func reading(
    tolerant element: WebSocketExtension, offers: [DeflateOffer]
  ) -> (agreement: DeflateAgreement, failures: [DeflateFailure]) {
    var failures: [DeflateFailure] = []
    let parameters = DeflateParameters(tolerant: element, failures: &failures)
    let offer = offers.first ?? DeflateOffer()
    if let conflict = conflict(of: parameters, with: offer) { failures.append(conflict) }
    return (DeflateAgreement(parameters, offer: offer), failures)
  }

  private init(_ parameters: DeflateParameters, offer: DeflateOffer) {
    let clientLimit = if case .atMost(let bits) = offer.clientWindow { bits } else { 15 }
    self.init(
      serverNoContextTakeover: parameters.serverNoContextTakeover,
      clientNoContextTakeover: parameters.clientNoContextTakeover || offer.clientNoContextTakeover,
      serverWindowBits: parameters.serverMaxWindowBits ?? 15,
      clientWindowBits: min(clientLimit, (parameters.clientMaxWindowBits ?? nil) ?? 15))
  }

  private static func conflict(of parameters: DeflateParameters, with offer: DeflateOffer) -> DeflateFailure? {
    if let bits = parameters.clientMaxWindowBits ?? nil, offer.clientWindow == .fixed {
      return .clientWindowNotOffered(bits)
    }
    if let bits = parameters.serverMaxWindowBits, let offered = offer.serverMaxWindowBits, bits > offered {
      return .serverWindowTooLarge(bits, offered: offered)
    }
    return nil
  }

  private static func omissions(of parameters: DeflateParameters, from offer: DeflateOffer) -> [String] {
    var notes: [String] = []
    if offer.serverNoContextTakeover && !parameters.serverNoContextTakeover {
      notes.append("the server accepted the offer without the server_no_context_takeover it asked for")
    }
    if let bits = offer.serverMaxWindowBits, parameters.serverMaxWindowBits == nil, bits < 15 {
      notes.append("the server accepted the offer without the server_max_window_bits=\(bits) it asked for")
    }
    return notes
  }
}
