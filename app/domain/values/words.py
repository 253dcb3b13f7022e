"""The words of a filter, as people type them: every one has to be found, and one in quotation marks as a whole."""

import re

_WORD = re.compile(r'"[^"]*"?|[^\s"]+')
_MARK = '"'


def filter_words(text: str) -> tuple[str, ...]:
    """The words of a filter; what stands in quotation marks is one word, and keeps them."""
    return tuple(word for word in _WORD.findall(text) if word.strip(_MARK))


def whole(word: str) -> str:
    """A word of a filter that has to be all there is, not a part: `PROD-1` does not find `PROD-10` then."""
    return f"{_MARK}{word.replace(_MARK, '')}{_MARK}" if word else ""


def is_whole(word: str) -> bool:
    """Whether a word of a filter has to be all there is."""
    return len(word) > 2 and word.startswith(_MARK) and word.endswith(_MARK)


def bare(word: str) -> str:
    """A word of a filter without its quotation marks."""
    return word.strip(_MARK)
