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
    command.topics = [scriptReports]
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

  private static let scriptReports = Topic(
    "reports", "Reports",
    [
      .paragraph(
        "Every form can go to a file, and several can be asked for: `--report people --report junit=report.xml`. "
          + "A run that is interrupted, or whose time is over, completes them with what is known. All text of peers is "
          + "escaped, and secrets are masked."),
      .items([
        (
          "people",
          "A line for each script, everything about each failure, a summary; on a terminal a line that says how far "
            + "the run is."
        ),
        ("tap", "The Test Anything Protocol, version 14: a test point for each case, with details in YAML."),
        (
          "junit",
          "JUnit's XML: a suite for each script, a test case for each case, what happened on its connections as its "
            + "output. Written at the end."
        ),
        ("github", "Annotations of GitHub Actions: each failure at its line of the script."),
        (
          "jsonl",
          "JSON Lines, each with a `type`: `run`; for each script `error` for a mistake in it, `step` for each step, "
            + "`case` for each case; at the end `summary`. A `case` has `script`, `case`, `line`, `outcome` (passed, "
            + "failed or notRun), `seconds`, `steps`, `attempts`, `leftovers`; one that failed has `transcript`, and "
            + "`failure` with `kind` (see `wscope-script`(5)), `text`, `file`, `line`, `source`, `step`, `round`, "
            + "`connection`, `expected`, `received`, `message`, `difference`, `waited`, `limit`, `skipped`, `frames`, "
            + "`late`, `verdict` and `hint`."
        ),
      ]),
    ])
}
