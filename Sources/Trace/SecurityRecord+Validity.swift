extension SecurityRecord {
  /// Whole days that a certificate is valid from `now` on, by the end of its line; negative where it is not any more;
  /// nil where the line does not say.
  public static func daysLeft(of certificate: String, at now: UTCTime) -> Int? {
    guard let end = certificate.split(separator: " ").last.flatMap({ UTCTime(String($0)) }) else { return nil }
    let seconds = end.seconds - now.seconds
    return Int((seconds >= 0 ? seconds : seconds - 86_399) / 86_400)
  }
}
