import CPlatform
import Glibc

extension SystemError {
  /// The peer ended the connection by RST.
  public var isReset: Bool { code == ECONNRESET || code == EPIPE }

  /// Nothing listens at the address: no such port, or no such socket in the file system.
  public var isRefusal: Bool { code == ECONNREFUSED || code == ENOENT && call == "connect" }
}

extension StreamFailure: CustomStringConvertible {
  /// The words for people; with TLS they may hold the peer's own.
  public var description: String {
    switch self {
    case .system(let error): error.description
    case .tls(let failure): failure.description
    case .endWithoutCloseNotify: "the connection ended without the TLS close_notify"
    }
  }
}
