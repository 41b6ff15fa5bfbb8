import Arguments

extension CommandLineDescription {
  static let run: Command = {
    var command = Command(
      "run", "run exchange scripts", synopsis: ["[OPTIONS] SCRIPT...", "[OPTIONS] SCRIPT -- COMMAND..."])
    command.description = [
      .paragraph(
        "Runs scripts that say what to send and what to expect, and reports what came of them. Of a folder the files "
          + "that end in `.wsx` are run, `-` is standard input. Scripts run side by side; the cases of one, one after "
          + "the other."),
      .paragraph(
        "A mistake in one of the scripts is told with its line before anything is sent, and none is run. Status 0 "
          + "means that every case passed, 1 that one failed, 2 a mistake."),
      .lines([
        "connect ws://localhost:9001/",
        "> hello",
        "< hello",
        ">json {\"op\": \"subscribe\", \"id\": \"${uuid}\"}",
        "<*json {\"op\": \"ack\"}",
        "  within 500ms",
        "  capture id = $.id",
        "<close 1000",
      ]),
      .paragraph("`wscope help script`, or the page `wscope-script`(5), is how scripts are written."),
      .paragraph(
        "Options of a connection are defaults for the connections of the scripts: what stands below `connect` in a "
          + "script comes before them."),
      .paragraph(
        "A script can be the server: with `-- COMMAND` the client to be tested is started once the script listens, "
          + "with the server's URL in `WSCOPE_URL`. What it writes goes to standard error. A status other than 0 fails "
          + "the case; when the script is done and it is not, it is given 5 seconds, then ended by SIGTERM."),
    ]
    command.takesCommand = true
    command.words = [Word("SCRIPT", .file, repeats: true)]
    command.sections = [Options.runSection, Options.runValues, Options.runReports] + Options.scriptConnectionSections
    command.exclusions = [
      [Options.check, Options.reformat], [Options.ipv4, Options.ipv6], [Options.user, Options.bearer],
      [Options.runVerbose, Options.runQuiet],
    ]
    command.examples = [
      Example("wscope run chat.wsx", "Runs a script."),
      Example("wscope run --check tests/", "Looks for mistakes in all scripts of a folder."),
      Example(
        "wscope run --report junit=report.xml --max-time 5m tests/", "Runs all of them as a build does."),
      Example("wscope run --variable host=localhost:9001 --rerun 2 chat.wsx", "Gives a value, and two more tries."),
      Example("wscope run server.wsx -- npm test", "Tests a client against a script that is the server."),
    ]
    command.hasManualPage = true
    command.seeAlso = ["wscope-script(5)", "wscope(1)"]
    return command
  }()
}
