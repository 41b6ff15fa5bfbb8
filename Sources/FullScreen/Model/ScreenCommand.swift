/// What the user can ask for.
enum ScreenCommand: Hashable, Sendable {
  // Moving.
  case next, previous, pageDown, pageUp, halfDown, halfUp, oldest, newest, open, back, leave
  case nextPane, previousPane, nextTab, previousTab, nextFrame
  case connection(Int), nextConnection, previousConnection
  // Looking.
  case search, searchNext, searchPrevious, filter, follow, pause, heartbeats, time, wire
  case mark, nextMark
  case zoom, layout, second, merge, mouse, connectionPane
  // Messages.
  case compose, editResend, resend, resendMany, copyPayload, copyBytes, copyFrame, copyStep, copyPath, copyCommand, save
  // The composer.
  case payloadType, frameForm, saveSnippet, insertSnippet, setVariable
  // The connection.
  case ping, close, reconnect, reconnectByItself, stall, connectTo
  // The program.
  case palette, help, settings, lines, suspend, redraw, quit
}

/// Where keys go.
enum Place: String, Hashable, Sendable, CaseIterable {
  case list, detail, connection, composer
}
