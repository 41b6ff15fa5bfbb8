# fish completion for wscope, made by: wscope completions fish

# Whether the words so far name this command: the first that is neither an option nor an option's value.
# `none` stands for no word yet, `connect` also for a first word that is no command.
function __wscope_command
  set -l tokens (commandline -opc)
  set -e tokens[1]
  set -l command none
  while set -q tokens[1]
    switch $tokens[1]
      case --chunk -x --execute --preamble --format --output --capture --capture-size --capture-files --color -w --wait --count --max-messages --until --max-time --timeout --close-status-code --close-reason --close-timeout -H --header -o --origin -s --subprotocol --protocol -u --user --oauth2-bearer --cookie --resolve --connect-to --unix-socket --connect-timeout --handshake-timeout --ping-interval --ping-timeout --cacert --ca --capath --cert --key --pass --passphrase --tls-max --proxy --noproxy --deflate-client-window-bits --deflate-server-window-bits --deflate-threshold --max-message-size --max-frame-size --max-fragments --max-head-size --max-queue --listen --unix --tls-cert --tls-key --client-ca --max-connections --connect
        set -e tokens[1]
      case '-?*'
      case connect echo curl explain help completions man
        set command $tokens[1]
        break
      case '*'
        set command connect
        break
    end
    set -e tokens[1]
  end
  contains -- $command $argv
end

complete -c wscope -f
complete -c wscope -n '__wscope_command none' -a connect -d 'hold a session with a server'
complete -c wscope -n '__wscope_command none' -a echo -d 'run an echo server'
complete -c wscope -n '__wscope_command none' -a curl -d 'hold a session, told in a browser\'s "Copy as cURL"'
complete -c wscope -n '__wscope_command none' -a explain -d 'what a code, opcode, header or status means'
complete -c wscope -n '__wscope_command none' -a help -d 'help on a command or a topic'
complete -c wscope -n '__wscope_command none' -a completions -d 'the completions for a shell'
complete -c wscope -n '__wscope_command none' -a man -d 'the manual pages'

complete -c wscope -n '__wscope_command none connect' -a 'loopback: ws:// wss://'
complete -c wscope -n '__wscope_command none connect' -s t -l text -d 'Sends each line of standard input as a text message'
complete -c wscope -n '__wscope_command none connect' -s b -l binary -d 'Sends standard input as binary messages, each piece as it was read and at most --chunk bytes of it; with --whole as one message, with -0 one up to each NUL byte'
complete -c wscope -n '__wscope_command none connect' -l chunk -x -d 'The most bytes in one message of -b'
complete -c wscope -n '__wscope_command none connect' -s 0 -l null -d 'Messages end with a NUL byte instead of a newline, in standard input and standard output'
complete -c wscope -n '__wscope_command none connect' -l base64 -d 'Each line of standard input is a binary message in Base64'
complete -c wscope -n '__wscope_command none connect' -l hex -d 'Each line of standard input is a binary message in hexadecimal; blanks in it do not count'
complete -c wscope -n '__wscope_command none connect' -l whole -d 'All of standard input is one message'
complete -c wscope -n '__wscope_command none connect' -l jsonl -d 'Reads and writes events as JSON Lines, which lose nothing: types, times, pings, Close codes'
complete -c wscope -n '__wscope_command none connect' -l crlf -d 'Strips a carriage return before the end of a line'
complete -c wscope -n '__wscope_command none connect' -s x -l execute -x -d 'Sends TEXT as a text message, before standard input'
complete -c wscope -n '__wscope_command none connect' -l format -x -a 'text jsonl hex base64 raw' -d 'How received messages are written: text plus newline, binary ones as a line of hexadecimal; jsonl; each as a line of hex or base64; raw bytes with nothing added'
complete -c wscope -n '__wscope_command none connect' -l output -r -F -d 'Writes received messages to FILE, not standard output'
complete -c wscope -n '__wscope_command none connect' -l capture -r -F -d 'Appends all that happens to FILE as JSON Lines: the handshake, each frame with its bytes, times, the end'
complete -c wscope -n '__wscope_command none connect' -l capture-size -x -d 'Begins a new file before FILE grows beyond SIZE, and renames older ones to FILE.1, FILE.2 and so on'
complete -c wscope -n '__wscope_command none connect' -l capture-files -x -d 'Keeps so many files of --capture-size, FILE counted in, and removes the oldest'
complete -c wscope -n '__wscope_command none connect' -s P -l show-pings -d 'Shows pings, pongs and Close frames, both ways; without a terminal on standard error'
complete -c wscope -n '__wscope_command none connect' -l pretty -d 'Lays JSON out in rows, and binary messages as a dump'
complete -c wscope -n '__wscope_command none connect' -l no-pretty -d 'Shows each message on one line, as it came'
complete -c wscope -n '__wscope_command none connect' -l plain -d 'Writes no escape sequences: each event is a line, for screen readers'
complete -c wscope -n '__wscope_command none connect' -s v -l verbose -d 'Says on standard error how the connection was made and how it ended; -vv also shows each frame, one a line'
complete -c wscope -n '__wscope_command none connect' -s q -l quiet -d 'Writes nothing but errors to standard error, and not how the session ended'
complete -c wscope -n '__wscope_command none connect' -l color -x -a 'auto always never' -d 'Colours what goes to a terminal'
complete -c wscope -n '__wscope_command none connect' -l show-secrets -d 'Shows passwords, tokens and cookies, which are masked otherwise in all that is shown or captured'
complete -c wscope -n '__wscope_command none connect' -s w -l wait -x -a forever -d 'Stays open after the end of input until nothing has been received for TIME, or as many messages have come as were sent'
complete -c wscope -n '__wscope_command none connect' -l count -x -d 'Ends after N received messages'
complete -c wscope -n '__wscope_command none connect' -l until -x -d 'Ends after the first received message that matches'
complete -c wscope -n '__wscope_command none connect' -s 1 -l one-message -d 'Sends one message, prints one, and closes'
complete -c wscope -n '__wscope_command none connect' -l max-time -x -d 'Ends everything after TIME, with status 28'
complete -c wscope -n '__wscope_command none connect' -l close-status-code -x -d 'The code of the Close frame that ends the session'
complete -c wscope -n '__wscope_command none connect' -l close-reason -x -d 'The reason in that frame, at most 123 bytes'
complete -c wscope -n '__wscope_command none connect' -l close-timeout -x -d 'The most time to wait for the peer\'s half of the closing handshake'
complete -c wscope -n '__wscope_command none connect' -l lenient -d 'Goes on after a violation of the protocol, where that is possible, and says so'
complete -c wscope -n '__wscope_command none connect' -s H -l header -x -d 'Adds a header to the handshake, or replaces one of ours'
complete -c wscope -n '__wscope_command none connect' -s o -l origin -x -d 'Sends the header Origin, as a browser does'
complete -c wscope -n '__wscope_command none connect' -s s -l subprotocol -x -d 'Offers a subprotocol'
complete -c wscope -n '__wscope_command none connect' -s u -l user -x -d 'Authenticates with Basic, as a user name in the URL does'
complete -c wscope -n '__wscope_command none connect' -l oauth2-bearer -x -d 'Authenticates with this bearer token'
complete -c wscope -n '__wscope_command none connect' -l cookie -x -d 'Sends a cookie; several join with semicolons'
complete -c wscope -n '__wscope_command none connect' -s 4 -l ipv4 -d 'Connects to IPv4 addresses only'
complete -c wscope -n '__wscope_command none connect' -s 6 -l ipv6 -d 'Connects to IPv6 addresses only'
complete -c wscope -n '__wscope_command none connect' -l resolve -x -d 'Takes ADDRESS for this host and port instead of asking the resolver'
complete -c wscope -n '__wscope_command none connect' -l connect-to -x -d 'Connects to HOST2 and PORT2 where the URL says HOST1 and PORT1'
complete -c wscope -n '__wscope_command none connect' -l unix-socket -r -F -d 'Connects to this Unix socket; the URL still says host and path'
complete -c wscope -n '__wscope_command none connect' -l connect-timeout -x -d 'The most time for everything before the first message: resolving, connecting, TLS and the handshake'
complete -c wscope -n '__wscope_command none connect' -l handshake-timeout -x -d 'The most time for TLS and the handshake, once connected'
complete -c wscope -n '__wscope_command none connect' -l ping-interval -x -d 'Sends a ping whenever nothing has been received for TIME'
complete -c wscope -n '__wscope_command none connect' -l ping-timeout -x -d 'Gives the connection up when nothing has come for TIME since a ping of --ping-interval'
complete -c wscope -n '__wscope_command none connect' -l inhibit-pongs -d 'Leaves pings unanswered, to see what the peer does then'
complete -c wscope -n '__wscope_command none connect' -s k -l insecure -d 'Accepts any certificate'
complete -c wscope -n '__wscope_command none connect' -l cacert -r -F -d 'Trusts the certificates in this PEM file instead of the system\'s'
complete -c wscope -n '__wscope_command none connect' -l capath -x -a '(__fish_complete_directories)' -d 'Trusts the certificates in this folder, which openssl rehash has prepared'
complete -c wscope -n '__wscope_command none connect' -l cert -r -F -d 'Shows this certificate chain (PEM) to the server'
complete -c wscope -n '__wscope_command none connect' -l key -r -F -d 'The key (PEM) of --cert'
complete -c wscope -n '__wscope_command none connect' -l pass -x -d 'The passphrase of the key'
complete -c wscope -n '__wscope_command none connect' -l tls-max -x -a '1.2 1.3' -d 'Allows TLS up to this version'
complete -c wscope -n '__wscope_command none connect' -l proxy -x -d 'Connects through this HTTP proxy by CONNECT: http://[NAME:PASSWORD@]HOST:PORT'
complete -c wscope -n '__wscope_command none connect' -l noproxy -x -d 'Hosts that are connected to directly, separated by commas, with all that ends in them'
complete -c wscope -n '__wscope_command none connect' -l no-deflate -d 'Offers or accepts no compression'
complete -c wscope -n '__wscope_command none connect' -l deflate-client-window-bits -x -d 'Offers to compress with a window of 2 to the power of N bytes (client_max_window_bits)'
complete -c wscope -n '__wscope_command none connect' -l deflate-server-window-bits -x -d 'Asks the server to compress with such a window (server_max_window_bits)'
complete -c wscope -n '__wscope_command none connect' -l deflate-no-context-takeover -d 'Compresses each message by itself, and offers that (client_no_context_takeover)'
complete -c wscope -n '__wscope_command none connect' -l deflate-server-no-context-takeover -d 'Asks the server to compress each message by itself (server_no_context_takeover)'
complete -c wscope -n '__wscope_command none connect' -l deflate-threshold -x -d 'Sends messages below this size uncompressed'
complete -c wscope -n '__wscope_command none connect' -l max-message-size -x -d 'The largest message accepted, after inflating'
complete -c wscope -n '__wscope_command none connect' -l max-frame-size -x -d 'The largest frame accepted, judged by its header'
complete -c wscope -n '__wscope_command none connect' -l max-fragments -x -d 'The most fragments accepted in one message'
complete -c wscope -n '__wscope_command none connect' -l max-head-size -x -d 'The largest head of an HTTP request or answer accepted'
complete -c wscope -n '__wscope_command none connect' -l max-queue -x -d 'The most bytes that wait to be sent; while there are more, no input is read'
complete -c wscope -n '__wscope_command none connect' -s h -l help -d 'Shows this help'
complete -c wscope -n '__wscope_command none connect' -s V -l version -d 'Shows the version'

complete -c wscope -n '__wscope_command echo' -l listen -x -d 'Listens there, at every address of the host'
complete -c wscope -n '__wscope_command echo' -l unix -r -F -d 'Listens at this Unix socket, which is removed at the end'
complete -c wscope -n '__wscope_command echo' -l tls-cert -r -F -d 'Serves wss: with this certificate chain (PEM)'
complete -c wscope -n '__wscope_command echo' -l tls-key -r -F -d 'The key (PEM) of --tls-cert; without it that file must hold it too'
complete -c wscope -n '__wscope_command echo' -l client-ca -r -F -d 'Demands a certificate of each client, signed by one in this PEM file'
complete -c wscope -n '__wscope_command echo' -l max-connections -x -d 'The most connections at a time; further ones are answered with HTTP status 503'
complete -c wscope -n '__wscope_command echo' -l list-faults -d 'Lists the rules of the protocol that the path /fault can break, and ends'
complete -c wscope -n '__wscope_command echo' -l connect -x -d 'Connects to URL instead of listening, and echoes there'
complete -c wscope -n '__wscope_command echo' -s H -l header -x -d 'Adds a header to the handshake, or replaces one of ours'
complete -c wscope -n '__wscope_command echo' -s s -l subprotocol -x -d 'Offers a subprotocol'
complete -c wscope -n '__wscope_command echo' -s k -l insecure -d 'Accepts any certificate'
complete -c wscope -n '__wscope_command echo' -l cacert -r -F -d 'Trusts the certificates in this PEM file instead of the system\'s'
complete -c wscope -n '__wscope_command echo' -l capture -r -F -d 'Appends all that happens to FILE as JSON Lines: the handshake, each frame with its bytes, times, the end'
complete -c wscope -n '__wscope_command echo' -l capture-size -x -d 'Begins a new file before FILE grows beyond SIZE, and renames older ones to FILE.1, FILE.2 and so on'
complete -c wscope -n '__wscope_command echo' -l capture-files -x -d 'Keeps so many files of --capture-size, FILE counted in, and removes the oldest'
complete -c wscope -n '__wscope_command echo' -s v -l verbose -d 'Says on standard error how the connection was made and how it ended; -vv also shows each frame, one a line'
complete -c wscope -n '__wscope_command echo' -s q -l quiet -d 'Writes nothing but errors to standard error, and not how the session ended'
complete -c wscope -n '__wscope_command echo' -l color -x -a 'auto always never' -d 'Colours what goes to a terminal'
complete -c wscope -n '__wscope_command echo' -l show-secrets -d 'Shows passwords, tokens and cookies, which are masked otherwise in all that is shown or captured'
complete -c wscope -n '__wscope_command echo' -l no-deflate -d 'Offers or accepts no compression'
complete -c wscope -n '__wscope_command echo' -l deflate-takeover -d 'Agrees to keep the compression context between messages'
complete -c wscope -n '__wscope_command echo' -l deflate-threshold -x -d 'Sends messages below this size uncompressed'
complete -c wscope -n '__wscope_command echo' -l handshake-timeout -x -d 'The most time for TLS and the handshake, once connected'
complete -c wscope -n '__wscope_command echo' -l close-timeout -x -d 'The most time to wait for the peer\'s half of the closing handshake'
complete -c wscope -n '__wscope_command echo' -l max-message-size -x -d 'The largest message accepted, after inflating'
complete -c wscope -n '__wscope_command echo' -l max-frame-size -x -d 'The largest frame accepted, judged by its header'
complete -c wscope -n '__wscope_command echo' -l max-fragments -x -d 'The most fragments accepted in one message'
complete -c wscope -n '__wscope_command echo' -l max-head-size -x -d 'The largest head of an HTTP request or answer accepted'
complete -c wscope -n '__wscope_command echo' -l max-queue -x -d 'The most bytes that wait to be sent; while there are more, no input is read'
complete -c wscope -n '__wscope_command echo' -s h -l help -d 'Shows this help'
complete -c wscope -n '__wscope_command echo' -s V -l version -d 'Shows the version'


complete -c wscope -n '__wscope_command explain' -a '1000 1001 1002 1003 1005 1006 1007 1008 1009 1010 1011 1012 1013 1014 1015 continuation text binary close ping pong fin rsv1 mask masking-key permessage-deflate server_no_context_takeover client_no_context_takeover server_max_window_bits client_max_window_bits sec-websocket-key sec-websocket-accept sec-websocket-version sec-websocket-protocol sec-websocket-extensions origin'
complete -c wscope -n '__wscope_command explain' -s h -l help -d 'Shows this help'
complete -c wscope -n '__wscope_command explain' -s V -l version -d 'Shows the version'

complete -c wscope -n '__wscope_command help' -a 'connect echo curl explain help completions man interactive piped captures paths curl-options urls values environment statuses'
complete -c wscope -n '__wscope_command help' -s h -l help -d 'Shows this help'
complete -c wscope -n '__wscope_command help' -s V -l version -d 'Shows the version'

complete -c wscope -n '__wscope_command completions' -a 'bash zsh fish'
complete -c wscope -n '__wscope_command completions' -s h -l help -d 'Shows this help'
complete -c wscope -n '__wscope_command completions' -s V -l version -d 'Shows the version'

complete -c wscope -n '__wscope_command man' -a 'wscope wscope-echo wscope-curl'
complete -c wscope -n '__wscope_command man' -s h -l help -d 'Shows this help'
complete -c wscope -n '__wscope_command man' -s V -l version -d 'Shows the version'
