import Inspector
import PlainText
import Terminal

extension Model {
  var page: Int {
    switch focus {
    case .list, .composer: max(1, listHeight - 1)
    case .detail: max(1, detailHeight - 1)
    case .connection: max(1, size.rows - 3)
    }
  }

  /// Rows of the text tab of the detail.
  private var textCount: Int { detail.tree?.visible.count ?? detail.text.count }

  var hexWidth: Int { DetailState.hexWidth(layout.detail?.size.columns ?? size.columns) }

  /// Looks at another byte in the hexadecimal tab.
  private mutating func moveByte(by distance: Int) {
    detail.moveByte(by: distance, width: hexWidth, height: detailHeight - 1)
  }

  mutating func move(_ distance: Int) -> [Effect] {
    switch focus {
    case .list, .composer: list.state.move(by: distance, rows, height: listHeight)
    case .detail:
      switch detail.tab {
      case .text:
        detail.layOut(toward: distance)
        detail.move(by: distance, of: textCount, height: detailHeight)
      case .hex: moveByte(by: distance * hexWidth)
      case .all, .frames, .timing:
        detail.top = max(0, min(detail.top + distance, detail.rows.count - detailHeight))
      }
    case .connection: connectionTop = max(0, min(connectionTop + distance, 500))
    }
    return []
  }

  mutating func goToEnd(isFirst: Bool) {
    switch focus {
    case .list, .composer:
      if !isFirst {
        list.state.follow()
      } else if let first = rows.first {
        list.state.select(first, rows, height: listHeight)
      }
    case .detail:
      switch detail.tab {
      case .text:
        if !isFirst { detail.layOut(toward: .max) }
        detail.move(by: isFirst ? -detail.cursor : textCount, of: textCount, height: detailHeight)
      case .hex: moveByte(by: isFirst ? -detail.byte : detail.bytes.count)
      case .all, .frames, .timing: detail.top = isFirst ? 0 : max(0, detail.rows.count - detailHeight)
      }
    case .connection: connectionTop = 0
    }
  }

  mutating func stay(at row: RowReference) { list.state.select(row, rows, height: listHeight) }

  /// Looks at another connection.
  mutating func look(at place: Int) {
    guard connections.indices.contains(place) else { return }
    see()
    if merged != nil { merged = nil }
    if second == place { second = current }
    current = place
    judge()
  }

  mutating func showSecond() {
    guard connections.count > 1 else {
      message = "there is one connection: C connects to another"
      return
    }
    guard size.columns >= 100 else {
      message = "side by side takes 100 columns"
      return
    }
    second = second == nil ? (current + 1) % connections.count : nil
  }

  mutating func merge() {
    if merged == nil { merged = MessageList(connections.map(\.number)) } else { merged = nil }
  }

  // MARK: Panes and tabs

  mutating func cyclePane(_ step: Int) {
    let hasDetail = settings.layout != .none || ScreenLayout.isCompact(size)
    let order: [Place] = hasDetail ? [.list, .detail, .composer] : [.list, .composer]
    let place = order.firstIndex(of: focus) ?? 0
    focus = order[(place + step + order.count) % order.count]
    if focus == .composer, connection?.phase == .file { focus = step > 0 ? .list : .detail }
  }

  mutating func cycleTab(_ step: Int) {
    func advance<Tab: CaseIterable & Equatable>(_ tab: Tab) -> Tab {
      let all = Array(Tab.allCases)
      return all[((all.firstIndex(of: tab) ?? 0) + step + all.count) % all.count]
    }
    if focus == .connection {
      connectionTab = advance(connectionTab)
      connectionTop = 0
    } else {
      let bytes = selectedBytes
      detail.tab = advance(detail.tab)
      (detail.cursor, detail.top) = (0, 0)
      if detail.tab == .hex {
        if let bytes { detail.select(bytes) }
        detail.showByte(width: hexWidth, height: detailHeight - 1)
      }
    }
  }

  /// The bytes of the JSON node the cursor is at, its name with it.
  private var selectedBytes: Range<Int>? {
    guard let place = detail.node, let node = detail.tree?.nodes[place],
      !detail.isWire || detail.frames.wire.isEmpty
    else { return nil }
    return (node.name ?? node.value).lowerBound..<node.value.upperBound
  }

  mutating func open() {
    guard focus == .detail else {
      if let selected {
        stay(at: selected)
        focus = .detail
      }
      return
    }
    if detail.tab == .hex { return moveByte(by: 1) }
    guard let node = detail.node else { return }
    if detail.tree?.folded.remove(node) == nil, detail.tree?.nodes[node].isContainer == true {
      detail.move(by: 1, of: textCount, height: detailHeight)
    }
  }

  mutating func back() {
    if focus == .detail, detail.tab == .hex, detail.byte > 0 { return moveByte(by: -1) }
    if focus == .detail, let tree = detail.tree, let node = detail.node, node > 0 {
      if tree.nodes[node].isContainer, !tree.folded.contains(node) {
        detail.tree?.folded.insert(node)
        return
      }
      if let parent = tree.parent(of: node), parent > 0, let place = tree.visible.firstIndex(of: parent) {
        return detail.move(by: place - detail.cursor, of: textCount, height: detailHeight)
      }
    }
    leavePane()
  }

  /// Back to the list; there, back to all panes.
  mutating func leavePane() {
    if focus == .list { isZoomed = false }
    focus = .list
  }

  // MARK: Search, marks, pause

  mutating func goToHit(isNext: Bool) {
    guard !list.state.searchText.isEmpty else {
      ask(.search, "")
      return
    }
    let found = list.found(stores)
    guard let selected else { return }
    let hit = isNext ? found.next(after: selected) ?? found.first : found.previous(before: selected) ?? found.last
    guard let hit else {
      message =
        list.progress(stores) < 1 ? "still searching" : "\"\(list.state.searchText)\" is in no message that is shown"
      return
    }
    let isAround =
      isNext
      ? hit == found.first && hit != selected && found.next(after: selected) == nil
      : hit == found.last && found.previous(before: selected) == nil
    if isAround { message = isNext ? "from the oldest again" : "from the newest again" }
    stay(at: hit)
  }

  mutating func toggleMark() {
    guard let selected else { return }
    let isMarked = list.state.marks.remove(selected) == nil
    if isMarked { list.state.marks.insert(selected) }
    list.state.markTime = isMarked ? row(selected)?.time : nil
  }

  mutating func goToMark() {
    let rows = rows
    let marks = list.state.marks.filter { rows.contains($0) }.sorted { rows.rank(of: $0) < rows.rank(of: $1) }
    guard let selected, !marks.isEmpty else {
      message = "nothing is marked: m marks"
      return
    }
    let rank = rows.rank(of: selected)
    stay(at: marks.first { rows.rank(of: $0) > rank } ?? marks[0])
  }

  mutating func pause() {
    if list.state.pausedAt != nil {
      list.state.pausedAt = nil
      return
    }
    if let selected { stay(at: selected) }
    list.state.pausedAt = Dictionary(
      list.connections.compactMap { number in stores[number].map { (number, $0.nextID) } }, uniquingKeysWith: { $1 })
  }

  /// Looks at all rows again with the filter as it is now.
  mutating func applyFilter() -> [Effect] {
    let (stores, names) = (stores, names)
    if let failure = list.applyFilter(stores, names) {
      message = "\(failure)"
    }
    return [.forgetMatcher(isMerged: merged != nil)]
  }
}
