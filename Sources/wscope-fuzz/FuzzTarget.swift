/// Something that must stand any bytes. All are named in `all`.
struct FuzzTarget: Sendable {
  /// What the command line calls it.
  var name: String
  var summary: String
  /// Inputs that reach deep, to be changed at random.
  var seeds: [[UInt8]]
  /// Takes an input: traps or tells what is wrong, and gives nil if nothing is. The numbers are for what else there is
  /// to choose, such as where the input is cut.
  var check: @Sendable (_ input: [UInt8], _ random: inout FuzzRandom) -> String?

  static let all: [FuzzTarget] = [.decoder, .screen, .script] + readers
}
