public import Arguments

/// The description of the whole command line, which parser, help, manual pages and completions share.
public enum CommandLineDescription {
  /// The version of the program.
  public static let version = "0.1.0"

  /// The program and its commands.
  /// - Parameters:
  ///   - echoPaths: what the echo server does by path, for its manual.
  ///   - screenKeys: the key table of the full screen, for its manual; made when that is shown.
  public static func program(
    echoPaths: [EchoPath] = EchoPath.all, screenKeys: @autoclosure @escaping @Sendable () -> [ScreenKey] = []
  ) -> Program {
    Program(
      name: "wscope", version: version, summary: "a WebSocket debugging client",
      commands: [
        connect, screen(screenKeys), run, replay, inspect, export, echo(echoPaths), curl, explain, help, completions,
        man,
      ],
      topics: [Topic.urls, .values, .environment, .statuses], formats: [script],
      commonOptions: [
        Options.header, Options.subprotocol, Options.origin, Options.user, Options.insecure, Options.execute,
        Options.wait, Options.oneMessage, Options.jsonl, Options.verbose,
      ],
      foreignOptions: ForeignOptions.all)
  }

  static let help: Command = {
    var command = Command("help", "help on a command or a topic", synopsis: ["[COMMAND | TOPIC]"])
    command.description = [
      .paragraph(
        "Without a word, lists the commands and topics. A command's name gives the same as its option `--help`.")
    ]
    command.words = [
      Word(
        "TOPIC", isOptional: true,
        suggestions: [
          "connect", "tui", "run", "replay", "inspect", "export", "echo", "curl", "explain", "help", "completions",
          "man",
          "interactive", "piped", "captures", "filters", "composer", "screen-files", "screen-keys", "reports", "paths",
          "curl-options", "urls", "values", "environment", "statuses", "script",
        ])
    ]
    command.examples = [
      Example("wscope help connect", "Every option of a session."),
      Example("wscope help statuses", "The exit statuses."),
    ]
    return command
  }()

  static let completions: Command = {
    var command = Command("completions", "the completions for a shell", synopsis: ["bash | zsh | fish"])
    command.description = [.paragraph("Writes the completions for that shell to standard output.")]
    command.words = [Word("SHELL", .choice("SHELL", ["bash", "zsh", "fish"]))]
    command.examples = [
      Example("source <(wscope completions bash)", "For this session of bash."),
      Example(
        "wscope completions bash > ~/.local/share/bash-completion/completions/wscope", "For every session of bash."),
      Example("wscope completions zsh > ~/.zfunc/_wscope", "For zsh, where `~/.zfunc` is in `fpath`."),
      Example("wscope completions fish > ~/.config/fish/completions/wscope.fish", "For fish."),
    ]
    return command
  }()

  static let man: Command = {
    var command = Command("man", "the manual pages", synopsis: ["[PAGE]"])
    command.description = [
      .paragraph(
        "Writes a manual page to standard output, as the source that `man` formats. Without PAGE it is `wscope`.")
    ]
    command.words = [
      Word(
        "PAGE",
        .choice(
          "PAGE",
          [
            "wscope", "wscope-tui", "wscope-run", "wscope-replay", "wscope-inspect", "wscope-export", "wscope-echo",
            "wscope-curl",
            "wscope-script",
          ]),
        isOptional: true)
    ]
    command.examples = [
      Example("wscope man | man -l -", "Reads the manual."),
      Example("wscope man wscope-echo > wscope-echo.1", "Keeps a page."),
    ]
    return command
  }()
}
