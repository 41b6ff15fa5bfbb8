import Arguments
import WscopeOptions

/// `help`, `completions` and `man`: what the one description of the command line says.
enum ReferenceCommands {
  static func help(_ parsed: Parsed) throws(Stop) {
    let help = Help(Main.program)
    guard let word = parsed.words.first else { Main.show(help.overview) }
    do { Main.show(try help.page(on: word)) } catch {
      throw Stop(.usage, error.description, hint: error.hint)
    }
  }

  static func completions(_ parsed: Parsed) {
    // The parser lets no other shell through.
    Main.show(Completions(Main.program).script(for: parsed.words.first ?? "bash") ?? "")
  }

  static func manual(_ parsed: Parsed) {
    Main.show(ManualPages(Main.program).page(named: parsed.words.first ?? Main.program.name) ?? "")
  }
}
