import Arguments
import Testing
import WscopeOptions

@Suite struct `A line for curl` {
  @Test func `as Chrome copies it`() throws {
    let line = try CurlLine([
      "wss://ws.postman-echo.example/raw?x=1",
      "-H", "Upgrade: websocket",
      "-H", "Origin: https://example.org",
      "-H", "Cache-Control: no-cache",
      "-H", "Accept-Language: en-US,en;q=0.9,de;q=0.8",
      "-H", "Pragma: no-cache",
      "-H", "Connection: Upgrade",
      "-H", "Sec-WebSocket-Key: mHJhDyO0BEYyPOYtJWbGyg==",
      "-H", "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0",
      "-H", "Sec-WebSocket-Version: 13",
      "-H", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
      "-H", "Sec-WebSocket-Protocol: chat.v2, chat.v1",
      "-b", "session=4f2b; theme=dark",
    ])
    #expect(line.url == "wss://ws.postman-echo.example/raw?x=1")
    #expect(
      line.arguments == [
        "--header", "Origin: https://example.org",
        "--header", "Cache-Control: no-cache",
        "--header", "Accept-Language: en-US,en;q=0.9,de;q=0.8",
        "--header", "Pragma: no-cache",
        "--header",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0",
        "--header", "Sec-WebSocket-Protocol: chat.v2, chat.v1",
        "--cookie", "session=4f2b; theme=dark",
        "--", "wss://ws.postman-echo.example/raw?x=1",
      ])
    #expect(line.ignored.isEmpty)
  }

  @Test func `as Firefox copies it`() throws {
    let line = try CurlLine([
      "https://example.org/chat", "--compressed",
      "-H", "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
      "-H", "Accept: */*", "-H", "Accept-Language: en-US,en;q=0.5",
      "-H", "Accept-Encoding: gzip, deflate, br, zstd",
      "-H", "Sec-WebSocket-Version: 13", "-H", "Origin: https://example.org",
      "-H", "Sec-WebSocket-Extensions: permessage-deflate", "-H", "Sec-WebSocket-Key: q4xkcO32u266gldTuKaSOw==",
      "-H", "Connection: keep-alive, Upgrade", "-H", "Cookie: id=1", "-H", "Sec-Fetch-Dest: empty",
      "-H", "Sec-Fetch-Mode: websocket", "-H", "Sec-Fetch-Site: same-origin", "-H", "Pragma: no-cache",
      "-H", "Cache-Control: no-cache", "-H", "Upgrade: websocket",
    ])
    #expect(line.url == "wss://example.org/chat")
    #expect(line.ignored == ["--compressed"])
    #expect(line.arguments.count == 2 * 11 + 2)
    #expect(!line.arguments.contains("--no-deflate"))
  }

  @Test(
    "is told in our own words",
    arguments: [
      (["ws://x"], []), (["-H", "Sec-WebSocket-Extensions:", "ws://x"], ["--no-deflate"]),
      (["-HOrigin: a", "ws://x"], ["--header", "Origin: a"]), (["-XGET", "--get", "ws://x"], []),
      (["-sSkL", "ws://x"], ["--insecure"]), (["-skHA: b", "ws://x"], ["--insecure", "--header", "A: b"]),
      (["-vu", "me:pw", "ws://x"], ["--verbose", "--user", "me:pw"]),
      (
        ["-A", "agent/1", "-e", "https://a/;auto", "ws://x"],
        ["--header", "User-Agent: agent/1", "--header", "Referer: https://a/"]
      ),
      (["--url", "ws://x", "-o", "out", "-m", "5"], ["--output", "out", "--max-time", "5"]),
      (["ws://x", "-o", "-", "--tls-max", "default", "-w", "%{http_code}"], []),
      (
        ["ws://x", "--cert", "a\\:b.pem:secret", "--key", "k.pem"],
        ["--cert", "a:b.pem", "--pass", "secret", "--key", "k.pem"]
      ),
      (["-x", "proxy", "ws://x"], ["--proxy", "http://proxy:1080"]),
      (["-x", "http://a:b@proxy:8080/", "ws://x"], ["--proxy", "http://a:b@proxy:8080"]),
      (["-U", "a b:c@d:e", "-x", "[::1]", "ws://x"], ["--proxy", "http://a%20b:c%40d%3Ae@[::1]:1080"]),
      (["-x", "", "ws://x"], ["--proxy", ""]), (["--no-keepalive", "--no-progress-meter", "ws://x"], []),
      (["--insec", "ws://x"], ["--insecure"]), (["--", "ws://x"], []),
      (["-b", "a=1", "-4", "ws://x"], ["--cookie", "a=1", "--ipv4"]),
      (["-H", "X;", "-H", "Host:", "ws://x"], ["--header", "X;", "--header", "Host:"]),
    ] as [([String], [String])])
  func words(words: [String], expected: [String]) throws {
    #expect(try CurlLine(words).arguments == expected + ["--", "ws://x"])
  }

  @Test(
    "has a WebSocket's URL",
    arguments: [
      ("https://a/b", "wss://a/b"), ("HTTP://a/b#c", "ws://a/b"), ("wss://a", "wss://a"), ("a.example", "a.example"),
    ])
  func url(word: String, expected: String) throws { #expect(try CurlLine([word]).url == expected) }

  @Test(
    "is refused where it is no session",
    arguments: [
      ([], "the line for curl has no URL"), (["-k"], "the line for curl has no URL"),
      (["ws://x", "ws://y"], "the line for curl has a second URL, ws://y"),
      (["ws://x", "-H"], "curl's -H needs a value"), (["--nonsense", "ws://x"], "curl has no option --nonsense"),
      (["-~", "ws://x"], "curl has no option -~"),
      (["-X", "POST", "ws://x"], "a WebSocket handshake is a GET, not POST"),
      (["ws://x", "-d", "a"], "curl's -d cannot be used: a WebSocket handshake is a GET without a body"),
      (
        ["ws://x", "--data-raw", "a"], "curl's --data-raw cannot be used: a WebSocket handshake is a GET without a body"
      ),
      (["ws://x", "-I"], "curl's -I cannot be used: a WebSocket handshake is a GET without a body"),
      (["ws://x", "--ntlm"], "curl's --ntlm cannot be used: only Basic and bearer tokens are supported"),
      (
        ["ws://x", "--socks5", "p"],
        "curl's --socks5 cannot be used: wscope has nothing like it, and without it the connection would be another one"
      ),
      (["ws://x", "-x", "socks5://p"], "the proxy socks5://p is no HTTP proxy"),
      (["ws://x", "-U", "a:b"], "curl's -U needs a proxy, -x"),
      (["ws://x", "-b", "jar.txt"], "curl's -b reads from the file jar.txt, which wscope does not"),
      (["ws://x", "-H", "@file"], "curl's -H reads from the file file, which wscope does not"),
    ] as [([String], String)])
  func refused(words: [String], expected: String) throws {
    #expect(try #require(throws: CurlLineError.self) { try CurlLine(words) }.description == expected)
  }

  @Test func `joins the options before it`() throws {
    let program = CommandLineDescription.program()
    let words = ["-v", "--count", "3", "curl", "https://a/", "-H", "Origin: b", "-k"]
    guard case .run(let parsed) = try ArgumentParser(program).parse(words) else {
      Issue.record("no run")
      return
    }
    #expect(parsed.command.name == "curl")
    let session = try CurlLine(parsed.rawWords).session(parsed, in: program)
    #expect(session.command.name == "connect" && session.words == ["wss://a/"])
    #expect(session.flag(Options.verbose) && session.integer(Options.count) == 3 && session.flag(Options.insecure))
    #expect(session.values(Options.header) == ["Origin: b"])
  }

  @Test func `knows every option of the curl that is installed`() throws {
    guard Files.isInstalled("curl") else { return }
    let listed = Files.shell("curl --help all").output.split(separator: "\n").filter { $0.hasPrefix(" ") }
    for line in listed {
      let words = line.split(separator: " ")
      let name = try #require(words.first { $0.hasPrefix("--") })
      // A newer curl may have more; what it has must be read as it reads it.
      guard let after = words.firstIndex(of: name), after + 1 < words.count else { continue }
      let takesValue = words[after + 1].hasPrefix("<") || words[after + 1].hasPrefix("[")
      do {
        _ = try CurlLine([String(name)] + (takesValue ? ["a=1"] : []) + (name == "--url" ? [] : ["ws://x"]))
      } catch CurlLineError.secondURL {
        Issue.record("\(name) takes a value")
      } catch CurlLineError.missingURL {
        Issue.record("\(name) takes no value")
      } catch {}
    }
  }
}
