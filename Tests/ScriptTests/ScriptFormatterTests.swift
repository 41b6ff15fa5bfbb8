import Testing

@testable import Script

@Suite struct `A formatted script` {
  @Test(arguments: [
    (
      "connect   ws://h/  \n      header A: b  c  \n>   two blanks",
      "connect ws://h/\n  header A: b  c\n>text \"  two blanks\"\n"
    ),
    ("> ends with a blank ", ">text \"ends with a blank \"\n"),
    ("> tab\tinside ${x} \"q\"", ">text \"tab\\tinside ${x} \\\"q\\\"\"\n"),
    ("> plain # text", "> plain # text\n"),
    ("> ", ">\n"),
    ("<*json    {\"a\":  1}  ", "<*json {\"a\":  1}\n"),
    ("bob<?contains  a ", "bob<?contains a \n"),
    (">json\n     |{\"a\":\n     |   1}\n     |", ">json\n  | {\"a\":\n  |   1}\n  |\n"),
    ("set  a=1\n<any\n   capture  b=$.c", "set a = 1\n<any\n  capture b = $.c\n"),
    ("\n\n# top  \n> a\n\n\n    # about b\n> b\n\n", "# top\n> a\n\n# about b\n> b\n"),
    (
      "repeat 3\n    # inside\n    > a\n    any  order\n          < b",
      "repeat 3\n  # inside\n  > a\n  any order\n    < b\n"
    ),
    ("when   bob<json   {}\n    > a", "when bob<json {}\n  > a\n"),
    (">\r\n< a\r\n", ">\n< a\n"),
    (">close", ">close\n"),
  ])
  func `looks as all do`(text: String, expected: String) {
    #expect(ScriptFormatter.format(text) == expected)
    #expect(ScriptFormatter.format(expected) == expected)
  }
}
