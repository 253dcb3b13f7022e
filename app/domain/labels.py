"""What stands on a label, as data: the content, not the layout.

The layout is a template in `resources/labels`, filled in by `devices`; how it becomes printer language is the
drivers' business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

CARTON_FIELDS = frozenset(
    {"sscc", "ship_to", "ship_from", "order", "carrier", "service", "carton", "contents", "weight", "packed"}
)
"""What is known of a carton that is closed, for its logistic label."""
SLIP_FIELDS = frozenset({"order", "ship_to", "ship_from", "reference", "carton", "packed", "lines"})
"""What is known of a carton, for a slip that lies in it."""
UNIT_FIELDS = frozenset({"sscc", "kind", "contents", "made", "document", "gtin", "count", "lot", "expiry"})
"""What is known of a handling unit, for its logistic label."""

PAGE = "page."
"""How the templates of pages of paper begin, which no printer of labels takes."""


@dataclass(frozen=True, slots=True)
class LabelContent:
    """One label to print: the template's name, its fields, and the uid that the printed label is known by.

    `uid` is unique among all labels ever printed (an SSCC or a tracking number where the label carries one), so
    that a label that was used or replaced can be told from a good one. `layout` is the template's own text where the
    warehouse has made one; empty: the one that comes with the program.
    """

    template: str
    uid: str
    fields: Mapping[str, str] = field(default_factory=dict)
    copies: int = 1
    layout: str = ""
