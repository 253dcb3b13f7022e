"""Words that people type, as patterns of ILIKE."""

from collections.abc import Collection


def like(word: str) -> str:
    """A word as a pattern of ILIKE, in which % and _ mean themselves."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def patterns(words: Collection[str]) -> list[str]:
    """Words as patterns of ILIKE."""
    return [like(word) for word in words]
