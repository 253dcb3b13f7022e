"""Signs before the words of a state in a table, so that it is seen from afar; the same on every screen for desks."""

GOOD, WAITS, UNDER_WAY, LOOK, OVER, REPLACED = "✓", "…", "→", "⚠", "✕", "↻"


def marked(mark: str, words: str) -> str:
    """The words of a state behind their sign."""
    return f"{mark} {words}"
