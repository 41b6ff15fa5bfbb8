import Testing
import Trace

@Suite struct `A secret mask` {
  @Test(
    "hides what a line of a head keeps secret",
    arguments: [
      ("GET /chat?token=abc&room=1 HTTP/1.1", "GET /chat?token=[secret 1]&room=1 HTTP/1.1"),
      ("POST http://a:1/?jwt=abc HTTP/1.1", "POST http://a:1/?jwt=[secret 1] HTTP/1.1"),
      ("GET /?TOKEN=abc&sig=abc&pwd=x HTTP/1.1", "GET /?TOKEN=[secret 1]&sig=[secret 1]&pwd=[secret 2] HTTP/1.1"),
      ("GET /?token=&token HTTP/1.1", "GET /?token=&token HTTP/1.1"),
      (
        "GET /?token=[secret 7]&key=[secret-7]&jwt=x HTTP/1.1",
        "GET /?token=[secret 1]&key=[secret 1]&jwt=[secret 2] HTTP/1.1"
      ),
      ("GET /?a=b=c&key=d=e HTTP/1.1", "GET /?a=b=c&key=[secret 1] HTTP/1.1"),
      ("HTTP/1.1 400 a:b", "HTTP/1.1 400 a:b"),
      ("Host:localhost", "Host:localhost"),
      ("Host:   localhost:80", "Host:   localhost:80"),
      ("Authorization: Basic dTpw", "Authorization: Basic [secret 1]"),
      ("proxy-authorization: Basic dTpw", "proxy-authorization: Basic [secret 1]"),
      ("Authorization: opaque", "Authorization: [secret 1]"),
      ("Cookie: a=b; c=d", "Cookie: [secret 1]"),
      ("Set-Cookie: a=b; Secure", "Set-Cookie: [secret 1]"),
      ("X-API-Key: abc", "X-API-Key: [secret 1]"),
      ("Location: https://b.example/?access_token=abc", "Location: https://b.example/?access_token=[secret 1]"),
      ("Cookie:", "Cookie:"),
      ("", ""),
    ])
  func lines(line: String, shown: String) {
    #expect(SecretMask(showsSecrets: false).line(line) == shown)
    #expect(SecretMask(showsSecrets: true).line(line) == line)
  }

  @Test func `gives equal secrets equal stand-ins`() {
    let mask = SecretMask(showsSecrets: false)
    #expect(mask.line("Authorization: Bearer abc") == "Authorization: Bearer [secret 1]")
    #expect(mask.target("ws://a/?token=abc&key=other") == "ws://a/?token=[secret 1]&key=[secret 2]")
    #expect(mask.standIn(for: "abc") == "[secret 1]")
  }

  @Test func `gives stand-ins of another's making, by the name of what holds them`() {
    let mask = SecretMask(showsSecrets: false) { secret, owner in "${\(owner)-\(secret.count)}" }
    #expect(mask.line("Authorization: Bearer abc") == "Authorization: Bearer ${authorization-3}")
    #expect(mask.target("ws://a/?Token=abc&key=") == "ws://a/?Token=${token-3}&key=")
  }

  @Test(
    "knows a text that gives a secret away",
    arguments: [
      (#"{"op":"login","password":"x"}"#, true), (#"{"Api-Key" : 1}"#, true), ("Authorization: Bearer abc", true),
      ("/open wss://a.example/?key=abc", true), ("access_token=abc", true), (#"{"token": null}"#, true),
      (#"{"key":"value"}"#, false), (#"{"tokens":3}"#, false), ("the password is secret", false),
      ("password", false), (#"["password","x"]"#, false), ("a:b", false), ("", false), ("my_token_x = 1", false),
    ])
  func secrets(text: String, givesAway: Bool) {
    #expect(SecretMask.givesAwaySecret(text) == givesAway)
  }
}
