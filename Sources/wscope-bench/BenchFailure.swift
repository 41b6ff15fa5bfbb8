import Glibc

/// Why a scenario has no figure: a sentence.
struct BenchFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// The system call `name` has just failed.
  init(call name: String) { description = "\(name): \(String(cString: strerror(errno)))" }
}

/// The result of a system call that says -1 when it fails.
@discardableResult
func checked<Value: SignedInteger>(_ result: Value, _ name: String) throws -> Value {
  if result < 0 { throw BenchFailure(call: name) }
  return result
}
