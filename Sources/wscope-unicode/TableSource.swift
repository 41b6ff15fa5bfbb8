/// The generated Swift file.
enum TableSource {
  static func text(runs: [UInt32], version: Substring) -> String {
    var text = """
      // Made by `wscope-unicode` from Unicode \(version); CONTRIBUTING.md has the command. Do not edit.
      // swift-format-ignore-file

      /// How wide each scalar is.
      enum WidthTable {
        /// Where each run of one class begins, in rising order: the scalar times 4, plus the `WidthClass`.
        static let runs: [UInt32] = [

      """
    for start in stride(from: 0, to: runs.count, by: 11) {
      let row = runs[start..<min(start + 11, runs.count)].map { "0x" + String($0, radix: 16, uppercase: true) }
      text += "    " + row.joined(separator: ", ") + ",\n"
    }
    return text + "  ]\n}\n"
  }
}
