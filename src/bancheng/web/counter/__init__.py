"""窗口: a clerk takes matters in for people, judges what was received and hands results over."""
