/// Why a connection ends (RFC 6455, section 7.4, and IANA's registry).
public struct CloseCode: RawRepresentable, Hashable, Sendable {
  /// The number, 0 to 65535.
  public var rawValue: UInt16

  /// The code with this number, allowed or not.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// 1000
  public static let normal = CloseCode(rawValue: 1000)
  /// 1001
  public static let goingAway = CloseCode(rawValue: 1001)
  /// 1002
  public static let protocolError = CloseCode(rawValue: 1002)
  /// 1003
  public static let unsupportedData = CloseCode(rawValue: 1003)
  /// 1005: a Close without a code; never on the wire.
  public static let noStatusReceived = CloseCode(rawValue: 1005)
  /// 1006: an end without a Close; never on the wire.
  public static let abnormalClosure = CloseCode(rawValue: 1006)
  /// 1007
  public static let invalidPayload = CloseCode(rawValue: 1007)
  /// 1008
  public static let policyViolation = CloseCode(rawValue: 1008)
  /// 1009
  public static let messageTooBig = CloseCode(rawValue: 1009)
  /// 1010
  public static let mandatoryExtension = CloseCode(rawValue: 1010)
  /// 1011
  public static let internalError = CloseCode(rawValue: 1011)
  /// 1012
  public static let serviceRestart = CloseCode(rawValue: 1012)
  /// 1013
  public static let tryAgainLater = CloseCode(rawValue: 1013)
  /// 1014
  public static let badGateway = CloseCode(rawValue: 1014)
  /// 1015: TLS failed; never on the wire.
  public static let tlsHandshake = CloseCode(rawValue: 1015)
  /// 3000
  public static let unauthorized = CloseCode(rawValue: 3000)
  /// 3003
  public static let forbidden = CloseCode(rawValue: 3003)
  /// 3008
  public static let timeout = CloseCode(rawValue: 3008)

  /// Every code that has a name of its own, with IANA's name for it.
  public static let named: [(code: CloseCode, name: String)] = [
    (.normal, "normal closure"), (.goingAway, "going away"), (.protocolError, "protocol error"),
    (.unsupportedData, "unsupported data"), (.noStatusReceived, "no status received"),
    (.abnormalClosure, "abnormal closure"), (.invalidPayload, "invalid payload"),
    (.policyViolation, "policy violation"), (.messageTooBig, "message too big"),
    (.mandatoryExtension, "mandatory extension"), (.internalError, "internal error"),
    (.serviceRestart, "service restart"), (.tryAgainLater, "try again later"), (.badGateway, "bad gateway"),
    (.tlsHandshake, "TLS handshake"), (.unauthorized, "unauthorized"), (.forbidden, "forbidden"),
    (.timeout, "timeout"),
  ]

  /// The code of this name, written `going away`, `going-away` or `goingAway`; `normal` is 1000.
  public init?(named word: String) {
    func folded(_ text: String) -> String { text.lowercased().filter { $0 != " " && $0 != "-" && $0 != "_" } }
    let wanted = folded(word)
    if wanted == "normal" {
      self = .normal
      return
    }
    guard let entry = CloseCode.named.first(where: { folded($0.name) == wanted }) else { return nil }
    self = entry.code
  }

  /// What people call it: its own name, or that of its range.
  public var name: String {
    if let entry = CloseCode.named.first(where: { $0.code == self }) { return entry.name }
    return switch rawValue {
    case 3000...3999: "registered"
    case 4000...4999: "private use"
    case 0...999, 5000...: "invalid"
    default: "reserved"
    }
  }

  /// Whether a Close frame may carry it (RFC 6455, section 7.4; IANA's registry for 1012 to 1014).
  public var isAllowedOnTheWire: Bool {
    switch rawValue {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }

  /// Whether we send it when asked to.
  public var isSendableByUser: Bool { isAllowedOnTheWire }
}
