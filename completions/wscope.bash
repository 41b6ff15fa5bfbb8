# bash completion for wscope, made by: wscope completions bash

# Offers the lines of standard input.
_wscope_offer() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done
  # A scheme is not the whole word yet.
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:/] ]]; then compopt -o nospace 2>/dev/null; fi
}

_wscope() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= words=0 index=1
  COMPREPLY=()

  # Readline makes three words of --option=value.
  if [[ $current == "=" ]]; then
    current=
  elif [[ $previous == "=" ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi

  # The first word that is neither an option nor an option's value names the command.
  while ((index < COMP_CWORD)); do
    case ${COMP_WORDS[index]} in
      =) ((index++)) ;;
      --chunk | -x | --execute | --preamble | --format | --output | --capture | --capture-size | --capture-files | --record | --color | -w | --wait | --count | --max-messages | --until | --max-time | --timeout | --close-status-code | --close-reason | --close-timeout | -H | --header | -o | --origin | -s | --subprotocol | --protocol | -u | --user | --oauth2-bearer | --cookie | --resolve | --connect-to | --unix-socket | --connect-timeout | --handshake-timeout | --ping-interval | --ping-timeout | --cacert | --ca | --capath | --cert | --key | --pass | --passphrase | --tls-max | --proxy | --noproxy | --deflate-client-window-bits | --deflate-server-window-bits | --deflate-threshold | --max-message-size | --max-frame-size | --max-fragments | --max-head-size | --max-queue | --open | --memory | --jobs | --rerun | --only | --variable | --variables | --report | --speed | --within | --stream | --view | --rows | --filter | --role | --to | --listen | --unix | --tls-cert | --tls-key | --client-ca | --max-connections | --connect)
        if [[ ${COMP_WORDS[index + 1]} != "=" ]]; then ((index++)); fi
        ;;
      -?*) ;;
      *)
        if ((words == 0)); then command=${COMP_WORDS[index]}; fi
        ((words++))
        ;;
    esac
    ((index++))
  done

  case $command in
    curl) return ;;
    *) ;;
  esac

  case $previous in
    --output | --capture | --record | --unix-socket | --cacert | --ca | --cert | --key | --open | --variables | --unix | --tls-cert | --tls-key | --client-ca)
      compopt -o filenames 2>/dev/null
      _wscope_offer < <(compgen -f -- "$current")
      return
      ;;
    --capath)
      compopt -o filenames 2>/dev/null
      _wscope_offer < <(compgen -d -- "$current")
      return
      ;;
    --format)
      _wscope_offer < <(compgen -W 'text jsonl hex base64 raw' -- "$current")
      return
      ;;
    --color)
      _wscope_offer < <(compgen -W 'auto always never' -- "$current")
      return
      ;;
    -w | --wait)
      _wscope_offer < <(compgen -W 'forever' -- "$current")
      return
      ;;
    --tls-max)
      _wscope_offer < <(compgen -W '1.2 1.3' -- "$current")
      return
      ;;
    --view)
      _wscope_offer < <(compgen -W 'bits hex payload all' -- "$current")
      return
      ;;
    --role)
      _wscope_offer < <(compgen -W 'client server' -- "$current")
      return
      ;;
    --to)
      _wscope_offer < <(compgen -W 'har pcapng jsonl script text' -- "$current")
      return
      ;;
    --chunk | -x | --execute | --preamble | --capture-size | --capture-files | --count | --max-messages | --until | --max-time | --timeout | --close-status-code | --close-reason | --close-timeout | -H | --header | -o | --origin | -s | --subprotocol | --protocol | -u | --user | --oauth2-bearer | --cookie | --resolve | --connect-to | --connect-timeout | --handshake-timeout | --ping-interval | --ping-timeout | --pass | --passphrase | --proxy | --noproxy | --deflate-client-window-bits | --deflate-server-window-bits | --deflate-threshold | --max-message-size | --max-frame-size | --max-fragments | --max-head-size | --max-queue | --memory | --jobs | --rerun | --only | --variable | --report | --speed | --within | --stream | --rows | --filter | --listen | --max-connections | --connect)
      return
      ;;
    *) ;;
  esac

  if [[ $current == -* ]]; then
    case $command in
      tui) _wscope_offer < <(compgen -W '--open --memory --ascii --capture --color --show-secrets --close-timeout --lenient -H --header -o --origin -s --subprotocol -u --user --oauth2-bearer --cookie -4 --ipv4 -6 --ipv6 --resolve --connect-to --unix-socket --connect-timeout --handshake-timeout --ping-interval --ping-timeout --inhibit-pongs -k --insecure --cacert --capath --cert --key --pass --tls-max --proxy --noproxy --no-deflate --deflate-client-window-bits --deflate-server-window-bits --deflate-no-context-takeover --deflate-server-no-context-takeover --deflate-threshold --max-message-size --max-frame-size --max-fragments --max-head-size --max-queue -h --help -V --version' -- "$current") ;;
      run) _wscope_offer < <(compgen -W '--check --reformat --jobs --fail-fast --rerun --only --strict --max-time --variable --variables --report -v --verbose -q --quiet --color --show-secrets -H --header -o --origin -s --subprotocol -u --user --oauth2-bearer --cookie -4 --ipv4 -6 --ipv6 --resolve --connect-to --unix-socket --connect-timeout --handshake-timeout --ping-interval --ping-timeout --inhibit-pongs -k --insecure --cacert --capath --cert --key --pass --tls-max --proxy --noproxy --no-deflate --deflate-client-window-bits --deflate-server-window-bits --deflate-no-context-takeover --deflate-server-no-context-takeover --deflate-threshold --max-message-size --max-frame-size --max-fragments --max-head-size --max-queue --close-timeout --lenient -h --help -V --version' -- "$current") ;;
      replay) _wscope_offer < <(compgen -W '--speed --within --stream --max-time --format --output --capture --capture-size --capture-files -v --verbose -q --quiet --color --show-secrets -H --header -o --origin -s --subprotocol -u --user --oauth2-bearer --cookie -4 --ipv4 -6 --ipv6 --resolve --connect-to --unix-socket --connect-timeout --handshake-timeout --ping-interval --ping-timeout --inhibit-pongs -k --insecure --cacert --capath --cert --key --pass --tls-max --proxy --noproxy --no-deflate --deflate-client-window-bits --deflate-server-window-bits --deflate-no-context-takeover --deflate-server-no-context-takeover --deflate-threshold --max-message-size --max-frame-size --max-fragments --max-head-size --max-queue --close-timeout --lenient -h --help -V --version' -- "$current") ;;
      inspect) _wscope_offer < <(compgen -W '--view --rows --stream --filter --verify --jsonl -v --verbose --color --show-secrets --raw --role --deflate -h --help -V --version' -- "$current") ;;
      export) _wscope_offer < <(compgen -W '--to --output --stream --filter --show-secrets --raw --role --deflate -h --help -V --version' -- "$current") ;;
      echo) _wscope_offer < <(compgen -W '--listen --unix --tls-cert --tls-key --client-ca --max-connections --list-faults --connect -H --header -s --subprotocol -k --insecure --cacert --capture --capture-size --capture-files -v --verbose -q --quiet --color --show-secrets --no-deflate --deflate-takeover --deflate-threshold --handshake-timeout --close-timeout --max-message-size --max-frame-size --max-fragments --max-head-size --max-queue -h --help -V --version' -- "$current") ;;
      explain) _wscope_offer < <(compgen -W '-h --help -V --version' -- "$current") ;;
      help) _wscope_offer < <(compgen -W '-h --help -V --version' -- "$current") ;;
      completions) _wscope_offer < <(compgen -W '-h --help -V --version' -- "$current") ;;
      man) _wscope_offer < <(compgen -W '-h --help -V --version' -- "$current") ;;
      *) _wscope_offer < <(compgen -W '-t --text -b --binary --chunk -0 --null --base64 --hex --whole --jsonl --crlf -x --execute --format --output --capture --capture-size --capture-files --record -P --show-pings --pretty --no-pretty --plain -v --verbose -q --quiet --color --show-secrets -w --wait --count --until -1 --one-message --max-time --close-status-code --close-reason --close-timeout --lenient -H --header -o --origin -s --subprotocol -u --user --oauth2-bearer --cookie -4 --ipv4 -6 --ipv6 --resolve --connect-to --unix-socket --connect-timeout --handshake-timeout --ping-interval --ping-timeout --inhibit-pongs -k --insecure --cacert --capath --cert --key --pass --tls-max --proxy --noproxy --no-deflate --deflate-client-window-bits --deflate-server-window-bits --deflate-no-context-takeover --deflate-server-no-context-takeover --deflate-threshold --max-message-size --max-frame-size --max-fragments --max-head-size --max-queue -h --help -V --version' -- "$current") ;;
    esac
    return
  fi

  case $command:$words in
    :0) _wscope_offer < <(compgen -W 'connect tui run replay inspect export echo curl explain help completions man loopback: ws:// wss://' -- "$current") ;;
    connect:1) _wscope_offer < <(compgen -W 'loopback: ws:// wss://' -- "$current") ;;
    tui:*) _wscope_offer < <(compgen -W 'loopback: ws:// wss://' -- "$current") ;;
    run:*)
      compopt -o filenames 2>/dev/null
      _wscope_offer < <(compgen -f -- "$current")
      ;;
    replay:1)
      compopt -o filenames 2>/dev/null
      _wscope_offer < <(compgen -f -- "$current")
      ;;
    replay:2) _wscope_offer < <(compgen -W 'loopback: ws:// wss://' -- "$current") ;;
    inspect:1)
      compopt -o filenames 2>/dev/null
      _wscope_offer < <(compgen -f -- "$current")
      ;;
    export:1)
      compopt -o filenames 2>/dev/null
      _wscope_offer < <(compgen -f -- "$current")
      ;;
    explain:1) _wscope_offer < <(compgen -W '1000 1001 1002 1003 1005 1006 1007 1008 1009 1010 1011 1012 1013 1014 1015 continuation text binary close ping pong fin rsv1 mask masking-key permessage-deflate server_no_context_takeover client_no_context_takeover server_max_window_bits client_max_window_bits sec-websocket-key sec-websocket-accept sec-websocket-version sec-websocket-protocol sec-websocket-extensions origin' -- "$current") ;;
    help:1) _wscope_offer < <(compgen -W 'connect tui run replay inspect export echo curl explain help completions man interactive piped captures filters composer screen-files screen-keys reports paths curl-options urls values environment statuses script' -- "$current") ;;
    completions:1) _wscope_offer < <(compgen -W 'bash zsh fish' -- "$current") ;;
    man:1) _wscope_offer < <(compgen -W 'wscope wscope-tui wscope-run wscope-replay wscope-inspect wscope-export wscope-echo wscope-curl wscope-script' -- "$current") ;;
    *) ;;
  esac
}

complete -F _wscope wscope
