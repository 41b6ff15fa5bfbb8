import CPlatform
import Glibc

/// A system call that failed: which one, and with what.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The errno value.
  public var code: Int32
  /// The call's name, such as `connect`.
  public var call: String

  /// The error `code` of the call named `call`.
  public init(code: Int32, call: String) {
    self.code = code
    self.call = call
  }

  /// The error the last system call on this thread left in `errno`.
  init(call: String) {
    self.init(code: errno, call: call)
  }

  /// The system's words, fit for the middle of a sentence: "connection refused".
  public var description: String {
    let words = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
      platform_error_text(code, text.baseAddress, text.count)
      return String(cString: text.baseAddress.unsafelyUnwrapped)
    }
    // "Connection refused" loses its capital, "RPC struct is bad" does not.
    guard let first = words.first, !words.dropFirst().prefix(1).allSatisfy(\.isUppercase) else { return words }
    return first.lowercased() + words.dropFirst()
  }
}
