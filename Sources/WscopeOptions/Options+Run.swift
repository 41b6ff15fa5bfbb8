public import Arguments

extension Options {
  public static let check = Option("--check", "Reads the scripts, tells what is wrong with them, and sends nothing.")
  public static let reformat = Option(
    "--reformat", "Writes each script as all scripts look: indentation, blanks, quotes. What it does stays the same.")
  public static let jobs = Option(
    "--jobs", value: .integer("N", 1...10_000), default: "8", "How many scripts run at the same time.")
  public static let failFast = Option(
    "--fail-fast", "Ends after the first failure: what runs is ended, what has not begun does not begin.")
  public static let rerun = Option(
    "--rerun", value: .integer("N", 0...1000), default: "0",
    "Runs a case that fails again, up to N times. It passes when one of them does, and the report says so.")
  public static let only = Option(
    "--only", value: .text("NAME"), repeats: true, "Runs only cases whose name, or whose file's name, holds NAME.")
  public static let strict = Option("--strict", "Lets a case fail when messages came that no step took.")
  public static let variable = Option(
    "--variable", value: .text("NAME=VALUE"), repeats: true,
    "Gives `${NAME}` a value in every script: JSON where it is that, else a text.")
  public static let variablesFile = Option(
    "--variables", value: .file, repeats: true, "Gives the members of the JSON object in FILE as values.")
  public static let report = Option(
    "--report", value: .text("FORM[=FILE]"), repeats: true,
    "Reports in this form, to FILE or to standard output: `people` (the default), `tap` (TAP 14), `junit` (XML), "
      + "`jsonl` (JSON Lines) or `github` (annotations).")
  public static let runVerbose = Option(
    "--verbose", short: "-v", repeats: true, "Gives every case a line in the report for people.")
  public static let runQuiet = Option("--quiet", short: "-q", "Shows no progress, and nothing of `--check`.")

  public static let runSection = OptionSection(
    "Runs", [check, reformat, jobs, failFast, rerun, only, strict, maximumTime])
  public static let runValues = OptionSection("Values", [variable, variablesFile])
  public static let runReports = OptionSection("Reports", [report, runVerbose, runQuiet, color, showSecrets])
  /// Options of a connection that ends.
  static let scriptEnding = OptionSection("How connections end", [closeTimeout, lenient])

  /// The options that a script's connections have, on the command line and below `connect`.
  public static let scriptConnectionSections = [connection, tls, proxies, deflate, limits, scriptEnding]
}
