import Glibc

/// Writes Sources/PlainText/WidthTable.swift to its standard output, from the Unicode character database.
@main
enum Main {
  static func main() {
    let folder = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "/usr/share/unicode"
    do {
      var classes = WidthClasses()
      for line in try DataFile.lines("\(folder)/EastAsianWidth.txt") { classes.readEastAsianWidth(line) }
      for line in try DataFile.lines("\(folder)/emoji/emoji-data.txt") { classes.readEmoji(line) }
      for line in try DataFile.lines("\(folder)/extracted/DerivedGeneralCategory.txt") { classes.readCategory(line) }
      classes.applyTerminalRules()
      let version = try DataFile.version("\(folder)/EastAsianWidth.txt")
      print(TableSource.text(runs: classes.runs, version: version), terminator: "")
    } catch {
      let sentence = "wscope-unicode: \(error)\n"
      _ = write(2, sentence, sentence.utf8.count)
      exit(1)
    }
  }
}
