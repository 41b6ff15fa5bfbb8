/// The parameters of permessage-deflate as one side sent them, each checked by itself (RFC 7692, section 7.1).
struct DeflateParameters: Equatable {
  var serverNoContextTakeover = false
  var clientNoContextTakeover = false
  var serverMaxWindowBits: Int?
  /// Nil if absent; holds nil if it came without a value, as only an offer's may.
  var clientMaxWindowBits: Int??

  /// Reads `element`'s parameters and fails on the first wrong one.
  init(_ element: WebSocketExtension, isResponse: Bool) throws(DeflateFailure) {
    for (index, parameter) in element.parameters.enumerated() {
      if let failure = take(parameter, behind: element.parameters[..<index], isResponse: isResponse) { throw failure }
    }
  }

  /// Reads what can be understood of `element`, and reports the rest.
  init(tolerant element: WebSocketExtension, failures: inout [DeflateFailure]) {
    for (index, parameter) in element.parameters.enumerated() {
      if let failure = take(parameter, behind: element.parameters[..<index], isResponse: true) {
        failures.append(failure)
      }
    }
  }

  private mutating func take(
    _ parameter: WebSocketExtension.Parameter, behind earlier: ArraySlice<WebSocketExtension.Parameter>,
    isResponse: Bool
  ) -> DeflateFailure? {
    let name = parameter.name
    if earlier.contains(where: { $0.name == name }) { return .repeatedParameter(name) }
    switch name {
    case DeflateOffer.Name.serverNoContextTakeover, DeflateOffer.Name.clientNoContextTakeover:
      if let value = parameter.value { return .unexpectedValue(parameter: name, value: value) }
      if name == DeflateOffer.Name.serverNoContextTakeover {
        serverNoContextTakeover = true
      } else {
        clientNoContextTakeover = true
      }
    case DeflateOffer.Name.serverMaxWindowBits, DeflateOffer.Name.clientMaxWindowBits:
      let isServer = name == DeflateOffer.Name.serverMaxWindowBits
      guard let value = parameter.value else {
        if isServer || isResponse { return .missingValue(parameter: name) }
        clientMaxWindowBits = .some(nil)
        return nil
      }
      guard let bits = Self.windowBits[value] else { return .windowBits(parameter: name, value: value) }
      if isServer { serverMaxWindowBits = bits } else { clientMaxWindowBits = .some(bits) }
    default: return .unknownParameter(name)
    }
    return nil
  }

  /// Every spelling of a window size; a leading zero is none (RFC 7692, section 7.1.2).
  private static let windowBits = Dictionary(uniqueKeysWithValues: (8...15).map { (String($0), $0) })
}
