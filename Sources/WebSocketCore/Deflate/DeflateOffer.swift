/// One offer of permessage-deflate, as a client makes it (RFC 7692, section 7.1).
public struct DeflateOffer: Equatable, Hashable, Sendable {
  /// The extension's registered name.
  public static let extensionName = "permessage-deflate"

  enum Name {
    static let serverNoContextTakeover = "server_no_context_takeover"
    static let clientNoContextTakeover = "client_no_context_takeover"
    static let serverMaxWindowBits = "server_max_window_bits"
    static let clientMaxWindowBits = "client_max_window_bits"
  }

  /// What an offer says of the client's own window.
  public enum ClientWindow: Equatable, Hashable, Sendable {
    /// The server may not limit it.
    case fixed
    /// The server may limit it: `client_max_window_bits` without a value.
    case adjustable
    /// The server may limit it, and the client uses no more than this in any case.
    case atMost(Int)
  }

  /// Whether the server is asked to compress each message by itself.
  public var serverNoContextTakeover: Bool
  /// Whether the client announces to compress each message by itself.
  public var clientNoContextTakeover: Bool
  /// The largest window the server may use, 8 to 15; nil leaves it to the server.
  public var serverMaxWindowBits: Int?
  /// What is said of the client's window.
  public var clientWindow: ClientWindow

  /// An offer; without arguments `permessage-deflate; client_max_window_bits`, which leaves every choice to the server.
  public init(
    serverNoContextTakeover: Bool = false, clientNoContextTakeover: Bool = false,
    serverMaxWindowBits: Int? = nil, clientWindow: ClientWindow = .adjustable
  ) {
    self.serverNoContextTakeover = serverNoContextTakeover
    self.clientNoContextTakeover = clientNoContextTakeover
    self.serverMaxWindowBits = serverMaxWindowBits
    self.clientWindow = clientWindow
  }

  /// The offer that `element` of an extension list makes.
  public init(_ element: WebSocketExtension) throws(DeflateFailure) {
    let parameters = try DeflateParameters(element, isResponse: false)
    let clientWindow: ClientWindow =
      if let bits = parameters.clientMaxWindowBits {
        bits.map(ClientWindow.atMost) ?? .adjustable
      } else {
        .fixed
      }
    self.init(
      serverNoContextTakeover: parameters.serverNoContextTakeover,
      clientNoContextTakeover: parameters.clientNoContextTakeover,
      serverMaxWindowBits: parameters.serverMaxWindowBits, clientWindow: clientWindow)
  }

  /// The offer as an element of an extension list.
  public var element: WebSocketExtension {
    var element = WebSocketExtension(Self.extensionName)
    if serverNoContextTakeover { element.parameters.append(.init(Name.serverNoContextTakeover)) }
    if clientNoContextTakeover { element.parameters.append(.init(Name.clientNoContextTakeover)) }
    if let bits = serverMaxWindowBits { element.parameters.append(.init(Name.serverMaxWindowBits, String(bits))) }
    switch clientWindow {
    case .fixed: break
    case .adjustable: element.parameters.append(.init(Name.clientMaxWindowBits))
    case .atMost(let bits): element.parameters.append(.init(Name.clientMaxWindowBits, String(bits)))
    }
    return element
  }
}
