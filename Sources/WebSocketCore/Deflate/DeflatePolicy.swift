/// Which offers of permessage-deflate a server takes, and what it asks for in return (RFC 7692, section 7.1).
public struct DeflatePolicy: Equatable, Sendable {
  /// Whether both sides may compress over message borders. If not, one deflater and one inflater serve all connections.
  public var allowsTakeover: Bool
  /// The largest window we compress with, 9 to 15.
  public var serverWindowBits: Int
  /// The largest window the client may compress with, 8 to 15; asked for where an offer allows it.
  public var clientWindowBits: Int

  /// A policy; without arguments the one that costs a connection nothing.
  public init(allowsTakeover: Bool = false, serverWindowBits: Int = 15, clientWindowBits: Int = 15) {
    precondition((9...15).contains(serverWindowBits) && (8...15).contains(clientWindowBits))
    self.allowsTakeover = allowsTakeover
    self.serverWindowBits = serverWindowBits
    self.clientWindowBits = clientWindowBits
  }

  /// The first of `offers` that can be taken, as an agreement and as the element that answers it.
  public func answer(_ offers: [DeflateOffer]) -> (agreement: DeflateAgreement, element: WebSocketExtension)? {
    for offer in offers {
      if let answer = answer(offer) { return answer }
    }
    return nil
  }

  private func answer(_ offer: DeflateOffer) -> (agreement: DeflateAgreement, element: WebSocketExtension)? {
    // zlib makes no raw deflate with a window of 8 bits: such an offer is declined.
    let serverBits = min(serverWindowBits, offer.serverMaxWindowBits ?? 15)
    guard serverBits > 8 else { return nil }
    let clientBits: Int? =
      switch offer.clientWindow {
      case .fixed: nil
      case .adjustable: clientWindowBits < 15 ? clientWindowBits : nil
      case .atMost(let bits): min(bits, clientWindowBits)
      }
    let agreement = DeflateAgreement(
      serverNoContextTakeover: offer.serverNoContextTakeover || !allowsTakeover,
      clientNoContextTakeover: offer.clientNoContextTakeover || !allowsTakeover,
      serverWindowBits: serverBits, clientWindowBits: clientBits ?? 15)
    var element = WebSocketExtension(DeflateOffer.extensionName)
    if agreement.serverNoContextTakeover { element.parameters.append(.init(DeflateOffer.Name.serverNoContextTakeover)) }
    if agreement.clientNoContextTakeover { element.parameters.append(.init(DeflateOffer.Name.clientNoContextTakeover)) }
    if offer.serverMaxWindowBits != nil || serverBits < 15 {
      element.parameters.append(.init(DeflateOffer.Name.serverMaxWindowBits, String(serverBits)))
    }
    if let clientBits {
      element.parameters.append(.init(DeflateOffer.Name.clientMaxWindowBits, String(clientBits)))
    }
    return (agreement, element)
  }
}
