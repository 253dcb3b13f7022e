"""Which row of a table its headings stand in: people write titles, dates and empty lines above them."""

from collections.abc import Iterable, Sequence

from app.domain import exchange, table_kinds
from app.domain.values import Findings, Node

SEARCHED = 30
"""A heading stands within so many filled rows."""
_CERTAIN = 2
"""So many known names in one row are headings; one alone may be a word of a title."""


def heading_row(rows: Sequence[Sequence[str]]) -> int:
    """The position of the heading: the row with most known names, else the first one that is more than a title."""
    searched = rows[:SEARCHED]
    known = [known_names(row) for row in searched]
    if max(known) >= _CERTAIN:
        return known.index(max(known))
    if known[0]:
        return 0
    return next((n for n, row in enumerate(searched) if sum(map(bool, row)) > 1), 0)


def is_understood(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the names of the columns tell what stands in these rows."""
    return known_names(rows[heading_row(rows)]) >= _CERTAIN


def known_names(names: Sequence[str]) -> int:
    """How many of these names would be understood as headings."""
    if table_kinds.template_of(names):
        return max(len(names), _CERTAIN)
    goods = sum(exchange.is_known(name) for name in names)
    listed = table_kinds.kind_of(names)
    return max(goods, sum(map(bool, table_kinds.meanings(listed.name, names).values()))) if listed else goods


def say_above(heading: Node, above: Iterable[Iterable[str]], findings: Findings) -> None:
    """Tells what stands above the headings, which is left out."""
    words = "; ".join(text for row in above for text in row if text)
    if words:
        findings.notice(Node(words, heading.place), "file.above_headings", line=heading.place.line)
