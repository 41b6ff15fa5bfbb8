import Bytes
import Glibc
import Synchronization

/// Runs a target on one input after the other until something is wrong or the time is over.
struct FuzzLoop {
  var target: FuzzTarget
  var seed: UInt64
  /// The only round to run, to see again what went wrong.
  var onlyRound: UInt64?
  var limit: Duration

  /// What the handler of a signal tells; a trap leaves no other trace of its input.
  private static let round = Atomic<UInt64>(0)
  /// A round that takes this many seconds is taken for endless.
  private static let longestRound: UInt32 = 10

  /// - Returns: whether nothing was wrong.
  func run() -> Bool {
    watchForTraps()
    print("\(target.name): seed \(seed)")
    fflush(nil)
    let start = ContinuousClock.now
    var rounds: UInt64 = 0
    if let onlyRound { return perform(onlyRound, showsInput: true) }
    repeat {
      alarm(Self.longestRound)
      for _ in 0..<64 {
        guard perform(rounds, showsInput: false) else { return false }
        rounds += 1
      }
    } while ContinuousClock.now - start < limit
    alarm(0)
    print("\(target.name): \(rounds) inputs, nothing wrong")
    return true
  }

  private func perform(_ round: UInt64, showsInput: Bool) -> Bool {
    Self.round.store(round, ordering: .relaxed)
    var random = FuzzRandom(seed: seed, round: round)
    let input = Mutation.input(from: target.seeds, &random)
    if showsInput {
      print("input, \(input.count) bytes: \(Self.hex(input))")
      fflush(nil)
    }
    guard let failure = target.check(input, &random) else { return true }
    print("\(target.name): \(failure)\nagain: --seed \(seed) --round \(round)\ninput: \(Self.hex(input))")
    return false
  }

  private func watchForTraps() {
    Self.round.store(0, ordering: .relaxed)
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM] {
      signal(number) { number in
        FuzzLoop.tell(number == SIGALRM ? "endless, again: --round " : "trapped, again: --round ")
        // The digits, last to first, without memory from a heap that may be broken.
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { buffer in
          var rest = FuzzLoop.round.load(ordering: .relaxed)
          var place = buffer.count - 1
          buffer[place] = 0x0A
          repeat {
            place -= 1
            buffer[place] = UInt8(0x30 + rest % 10)
            rest /= 10
          } while rest > 0
          _ = write(2, buffer.baseAddress! + place, buffer.count - place)
        }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  private static func tell(_ text: StaticString) { _ = write(2, text.utf8Start, text.utf8CodeUnitCount) }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map(HexDigits.text).joined(separator: " ")
  }
}
