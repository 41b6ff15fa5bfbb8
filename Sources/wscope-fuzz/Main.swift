import Glibc

// Random input for what reads bytes from outside: `wscope-fuzz TARGET… [--seconds N] [--seed N] [--round N]`, without
// targets for all of them. Needs nothing but the package, so it runs everywhere; it does not know what code it reached.

@main
enum WscopeFuzz {
  static func main() {
    var targets = [FuzzTarget]()
    var seconds = 5
    var seed = UInt64.random(in: 0...UInt64(UInt32.max))
    var round: UInt64?
    var words = CommandLine.arguments.dropFirst()
    while let word = words.popFirst() {
      switch word {
      case "--seconds": seconds = number(word, words.popFirst())
      case "--seed": seed = number(word, words.popFirst())
      case "--round": round = number(word, words.popFirst()) as UInt64
      case "--help":
        print("wscope-fuzz [TARGET…] [--seconds N] [--seed N] [--round N]\n")
        for target in FuzzTarget.all { print("  \(target.name)\n      \(target.summary)") }
        return
      default:
        guard let target = FuzzTarget.all.first(where: { $0.name == word }) else { refuse("no target named \(word)") }
        targets.append(target)
      }
    }
    for target in targets.isEmpty ? FuzzTarget.all : targets {
      let loop = FuzzLoop(target: target, seed: seed, onlyRound: round, limit: .seconds(seconds))
      guard loop.run() else { exit(1) }
    }
  }

  private static func number<Value: FixedWidthInteger>(_ option: String, _ word: String?) -> Value {
    guard let value = word.flatMap({ Value($0) }) else { refuse("\(option) needs a number") }
    return value
  }

  private static func refuse(_ sentence: String) -> Never {
    let line = "wscope-fuzz: \(sentence); --help lists the targets\n"
    _ = write(2, line, line.utf8.count)
    exit(2)
  }
}
