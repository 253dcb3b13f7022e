"""Words that people type, as patterns of ILIKE."""

from collections.abc import Collection

from app.domain.values import bare, is_whole


def like(word: str) -> str:
    """A word of a filter as a pattern of ILIKE: % and _ mean themselves, and in quotation marks it is the whole."""
    meant = bare(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return meant if is_whole(word) else f"%{meant}%"


def patterns(words: Collection[str]) -> list[str]:
    """Words as patterns of ILIKE."""
    return [like(word) for word in words]
