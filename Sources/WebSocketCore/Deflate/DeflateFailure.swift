/// What is wrong with the parameters of a permessage-deflate offer or answer (RFC 7692, section 7.1).
public enum DeflateFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// A parameter that the extension does not define.
  case unknownParameter(String)
  /// A parameter given twice.
  case repeatedParameter(String)
  /// A value on a parameter that has none.
  case unexpectedValue(parameter: String, value: String)
  /// A parameter that needs a value came without.
  case missingValue(parameter: String)
  /// A window size that is no decimal number from 8 to 15 without leading zeros.
  case windowBits(parameter: String, value: String)
  /// The server limits the client's window, though the client did not say that it can be.
  case clientWindowNotOffered(Int)
  /// The server means to use a larger window than the client asked for.
  case serverWindowTooLarge(Int, offered: Int)

  /// Where the rule stands.
  public var section: String {
    switch self {
    case .unknownParameter, .repeatedParameter: "RFC 7692, section 7.1"
    case .unexpectedValue(let name, _), .missingValue(let name), .windowBits(let name, _):
      switch name {
      case DeflateOffer.Name.serverNoContextTakeover: "RFC 7692, section 7.1.1.1"
      case DeflateOffer.Name.clientNoContextTakeover: "RFC 7692, section 7.1.1.2"
      case DeflateOffer.Name.serverMaxWindowBits: "RFC 7692, section 7.1.2.1"
      default: "RFC 7692, section 7.1.2.2"
      }
    case .clientWindowNotOffered: "RFC 7692, section 7.1.2.2"
    case .serverWindowTooLarge: "RFC 7692, section 7.1.2.1"
    }
  }

  /// A sentence for people.
  public var description: String {
    switch self {
    case .unknownParameter(let name): "permessage-deflate has no parameter \"\(name)\""
    case .repeatedParameter(let name): "the permessage-deflate parameter \(name) comes twice"
    case .unexpectedValue(let name, let value):
      "the permessage-deflate parameter \(name) takes no value, but came with \"\(value)\""
    case .missingValue(let name): "the permessage-deflate parameter \(name) lacks its value"
    case .windowBits(let name, let value):
      "the permessage-deflate parameter \(name) must be a number from 8 to 15, not \"\(value)\""
    case .clientWindowNotOffered(let bits):
      "the answer limits the client's window to \(bits) bits, but the client did not offer client_max_window_bits"
    case .serverWindowTooLarge(let bits, let offered):
      "the answer's server_max_window_bits is \(bits), but the offer allowed \(offered) at the most"
    }
  }
}
