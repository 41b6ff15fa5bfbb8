import Testing

/// The stored scripts in real shells.
@Suite struct CompletionScriptTests {
  @Test(
    "Completions offer in bash what can stand there",
    .enabled(if: Files.isInstalled("bash"), "bash is not installed"),
    arguments: [
      ("''", "connect tui run replay inspect export echo curl explain help completions man loopback: ws:// wss://"),
      ("ec", "echo"),
      ("co", "connect completions"),
      ("loop", "loopback:"), ("--form", "--format"), ("-v --form", "--format"),
      ("--format ''", "text jsonl hex base64 raw"),
      ("--format j", "jsonl"), ("--format =", "text jsonl hex base64 raw"), ("--format = h", "hex"),
      ("--color=never --format = h", "hex"), ("ws : //x --form", "--format"), ("--wait f", "forever"),
      ("echo --max-conn", "--max-connections"), ("--max-conn", ""), ("echo --wai", ""), ("echo ''", ""),
      ("-H echo --max-conn", ""), ("-H echo echo --max-conn", "--max-connections"),
      ("--header = x echo --tls-k", "--tls-key"),
      ("-H ''", ""), ("completions ''", "bash zsh fish"), ("completions bash ''", ""),
      (
        "man wscope-",
        "wscope-tui wscope-run wscope-replay wscope-inspect wscope-export wscope-echo wscope-curl wscope-script"
      ),
      ("help sta", "statuses"), ("connect lo", "loopback:"),
      ("ws : //x ''", ""), ("curl --hea", ""), ("--cacert compl", "completions"), ("--cacert = Pack", "Package.swift"),
      ("--capath So", "Sources"), ("run Pack", "Package.swift"), ("run x Pack", "Package.swift"),
      ("echo --tls-cert Package.s", "Package.swift"),
      ("-c ''", "connect tui run replay inspect export echo curl explain help completions man loopback: ws:// wss://"),
    ])
  func bash(words: String, expected: String) {
    // Standard error too: a mistake in the script would show there.
    let script = """
      cd '\(Files.root)'; source completions/wscope.bash; complete -p wscope >/dev/null || exit
      COMP_WORDS=(wscope \(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _wscope; printf '%s ' "${COMPREPLY[@]}"
      """
    let line = "bash --norc --noprofile -c '\(script.replacing("'", with: #"'\''"#))' 2>&1"
    let offered = Files.shell(line).output.split(separator: " ").joined(separator: " ")
    #expect(offered == expected)
  }

  @Test(
    "Completions offer in fish what can stand there",
    .enabled(if: Files.isInstalled("fish"), "fish is not installed"),
    arguments: [
      ("ec", "echo"), ("--form", "--format"), ("--format j", "jsonl"), ("--format=h", "--format=hex"),
      ("ws://x --form", "--format"), ("echo --max-conn", "--max-connections"), ("--max-conn", ""), ("echo --wai", ""),
      ("-H echo --max-conn", ""), ("completions z", "zsh"), ("help sta", "statuses"), ("man wscope-ec", "wscope-echo"),
      ("curl --hea", ""), ("--wait f", "forever"), ("loop", "loopback:"),
    ])
  func fish(words: String, expected: String) {
    let script = "source \(Files.root)completions/wscope.fish; complete -C 'wscope \(words)' | string split -f1 \\t"
    #expect(
      Files.shell("fish --no-config -c \"\(script)\" 2>&1").output.split(separator: "\n").joined(separator: " ")
        == expected)
  }

  @Test("Completions are read by zsh without a mistake", .enabled(if: Files.isInstalled("zsh"), "zsh is not installed"))
  func zsh() {
    let (output, status) = Files.shell("zsh -f -n '\(Files.root)completions/_wscope' 2>&1")
    #expect(output.isEmpty && status == 0, "\(output)")
  }
}
