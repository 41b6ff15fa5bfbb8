import JSONSyntax
import Script
import Testing

@Suite struct `A JSON number` {
  @Test(
    "equals what has its value",
    arguments: [
      ("1e2", "100"), ("100", "1E+2"), ("1.50", "1.5"), ("0", "-0"), ("0.0e9", "0"), ("0.001", "1e-3"),
      ("123456789012345678901234567890", "1.2345678901234567890123456789e29"), ("1e400", "10e399"),
      ("-12.30", "-123e-1"), ("1e999999999999999999999999", "1e999999999999999999999999"),
      ("0e99999999999999999999", "0"),
    ])
  func equal(one: String, other: String) throws {
    let (first, second) = (try #require(JSONNumber(one)), try #require(JSONNumber(other)))
    #expect(first == second && !(first < second) && !(second < first))
    #expect(first.hashValue == second.hashValue)
    #expect(JSONValue.number(one).means(.number(other)))
  }

  @Test(
    "is smaller than what is greater",
    arguments: [
      ("1", "2"), ("-2", "-1"), ("-1", "0"), ("0", "1e-400"), ("9", "10"), ("0.09", "0.1"), ("-10", "-9"), ("-1", "1"),
      ("9007199254740992", "9007199254740993"), ("1e308", "1e309"),
      ("1.0000000000000000000001", "1.00000000000000000001"),
      ("-1e400", "1"), ("1", "1.5"), ("12", "123"),
    ])
  func smaller(one: String, other: String) throws {
    let (first, second) = (try #require(JSONNumber(one)), try #require(JSONNumber(other)))
    #expect(first < second && !(second < first) && first != second)
  }

  @Test(
    "is nothing else", arguments: ["", "-", "01", "1.", ".5", "1e", "1e+", "+1", "0x1", "1 ", "NaN", "1.e2", "--1"])
  func none(text: String) { #expect(JSONNumber(text) == nil) }
}
