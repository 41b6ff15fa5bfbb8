/// A version of HTTP as a start line names it.
public struct HTTPVersion: Equatable, Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The digit before the point.
  public var major: Int
  /// The digit behind the point.
  public var minor: Int

  /// The version `major.minor`.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// HTTP/1.0.
  public static let http10 = HTTPVersion(1, 0)
  /// HTTP/1.1.
  public static let http11 = HTTPVersion(1, 1)

  /// `HTTP/1.1`.
  public var description: String { "HTTP/\(major).\(minor)" }

  /// Whether `one` is the older.
  public static func < (one: HTTPVersion, other: HTTPVersion) -> Bool {
    (one.major, one.minor) < (other.major, other.minor)
  }
}

/// A request up to and with its empty line (RFC 9112, section 3).
public struct HTTPRequestHead: Equatable, Sendable {
  /// `GET`.
  public var method: String
  /// What is asked for, as it was spelled: `/chat?room=1`.
  public var target: String
  /// The version of the request line.
  public var version: HTTPVersion
  /// The header lines.
  public var headers: HTTPHeaders

  /// A request.
  public init(method: String, target: String, version: HTTPVersion = .http11, headers: HTTPHeaders = []) {
    self.method = method
    self.target = target
    self.version = version
    self.headers = headers
  }

  /// The request as it is sent.
  public var bytes: [UInt8] {
    var bytes = Array("\(method) \(target) \(version)\r\n".utf8)
    headers.append(to: &bytes)
    bytes.append(contentsOf: "\r\n".utf8)
    return bytes
  }
}

/// An answer up to and with its empty line (RFC 9112, section 4).
public struct HTTPResponseHead: Equatable, Sendable {
  /// The version of the status line.
  public var version: HTTPVersion
  /// The status, three digits.
  public var status: Int
  /// The words behind the status; may be empty, and mean nothing.
  public var reason: String
  /// The header lines.
  public var headers: HTTPHeaders

  /// An answer; without `reason` with the registered words for `status`.
  public init(version: HTTPVersion = .http11, status: Int, reason: String? = nil, headers: HTTPHeaders = []) {
    self.version = version
    self.status = status
    self.reason = reason ?? Self.registeredReason(status)
    self.headers = headers
  }

  /// The answer as it is sent.
  public var bytes: [UInt8] {
    var bytes = Array("\(version) \(status) \(reason)\r\n".utf8)
    headers.append(to: &bytes)
    bytes.append(contentsOf: "\r\n".utf8)
    return bytes
  }

  /// The words IANA registered for `status`, or none.
  public static func registeredReason(_ status: Int) -> String { reasons[status] ?? "" }

  private static let reasons: [Int: String] = [
    100: "Continue", 101: "Switching Protocols", 102: "Processing", 103: "Early Hints",
    200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information", 204: "No Content",
    205: "Reset Content", 206: "Partial Content", 207: "Multi-Status", 208: "Already Reported", 226: "IM Used",
    300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
    305: "Use Proxy", 307: "Temporary Redirect", 308: "Permanent Redirect",
    400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout",
    409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large",
    414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable", 417: "Expectation Failed",
    421: "Misdirected Request", 422: "Unprocessable Content", 423: "Locked", 424: "Failed Dependency",
    425: "Too Early", 426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout", 505: "HTTP Version Not Supported", 506: "Variant Also Negotiates",
    507: "Insufficient Storage", 508: "Loop Detected", 511: "Network Authentication Required",
  ]
}
